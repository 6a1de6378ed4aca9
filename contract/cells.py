"""The cells of the matrix: which operation has which column, and why it has it not (`contract/cells.yaml`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from contract.clauses import Clause, Column, clauses
from contract.errors import ContractError
from contract.operations import Gate, Operation, operations
from contract.table import read_table

TABLE = Path(__file__).with_name("cells.yaml")

Property = Callable[[Operation, Mapping[str, Operation]], bool]


def is_first_on_its_path(operation: Operation, table: Mapping[str, Operation]) -> bool:
    """Of the operations on one path the first that reads, which shows best that nothing moved; else the first."""
    there = [other for other in table.values() if other.path == operation.path]
    return operation == min(there, key=lambda other: not other.idempotent)


PROPERTIES: Mapping[str, Property] = MappingProxyType(
    {
        "any": lambda _operation, _table: True,
        "body": lambda operation, _table: bool(operation.body),
        "fields": lambda operation, _table: bool(operation.body or operation.query or operation.form),
        "path id": lambda operation, _table: bool(operation.parameters),
        "permission": lambda operation, _table: operation.gate is Gate.PERMISSION,
        "reads": lambda operation, _table: operation.idempotent,
        "first on its path": is_first_on_its_path,
    }
)
"""What the table may say of an operation's row; `no body` is the contrary of `body`."""


@dataclass(frozen=True, slots=True)
class Place:
    """One pair of operation and column.

    reason: why the operation has no cell in the column; None where it has one, which then needs a check.
    clause: the id of the clause that governs the cell, where the table names one.
    """

    reason: str | None = None
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells by operation and column.

    once: the operations whose act happens once, however many ask for it (contract 10).
    open: those of which the contract leaves open what the same act gets when it is done later.
    """

    places: Mapping[tuple[str, Column], Place]
    once: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()

    def reason(self, operation: str, column: Column) -> str | None:
        """Why the operation has no such cell; None where it has one, and where nothing is said of it."""
        return self.places.get((operation, column), Place()).reason

    def governed(self, column: Column) -> Mapping[str, str]:
        """The operations of a column for which the table names a clause, with its id."""
        return {
            operation: place.clause
            for (operation, where), place in self.places.items()
            if where is column and place.clause is not None
        }

    def having(self, column: Column) -> tuple[str, ...]:
        """The operations that have a cell in the column, in the table's order."""
        return tuple(
            operation for (operation, where), place in self.places.items() if where is column and place.reason is None
        )


NO_CELLS = Cells(MappingProxyType({}))
"""Of a table that asks for no cell."""


@cache
def cells() -> Cells:
    """The project's own cells. Raises ContractError."""
    return load_cells(TABLE, operations(), clauses())


def load_cells(path: Path, table: Mapping[str, Operation], law: Mapping[str, Clause]) -> Cells:
    """Read and check a table of cells. Raises ContractError with one sentence."""
    rows = read_table(path)
    by_name = {column.value: column for column in Column}
    if not isinstance(rows, dict) or {str(name) for name in rows} != set(by_name):
        odd = {str(name) for name in rows or ()} ^ set(by_name)
        raise ContractError(f"{path.name}: {', '.join(sorted(odd))}: it has a row for each column, and no other row")
    readers = [_Reader(by_name[str(name)], row, f"{path.name}: {name}", table, law) for name, row in rows.items()]
    places = {pair: place for reader in readers for pair, place in reader.places()}
    return Cells(
        MappingProxyType({(name, column): places[name, column] for name in table for column in Column}),
        once=frozenset(name for reader in readers for name in reader.operations("once")),
        open=frozenset(name for reader in readers for name in reader.operations("open")),
    )


_KINDS: Mapping[str, type] = MappingProxyType(
    {"where": str, "clauses": dict, "without": list, "once": list, "open": list}
)
_OF_A_REASON = ({"reason", "where"}, {"reason", "operations"})


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the row of one column."""

    column: Column
    row: Mapping[str, Any]
    where: str
    table: Mapping[str, Operation]
    law: Mapping[str, Clause]

    def places(self) -> Iterator[tuple[tuple[str, Column], Place]]:
        if not isinstance(self.row, dict) or set(self.row) - set(_KINDS):
            raise ContractError(f"{self.where}: a column is a mapping with the keys {', '.join(sorted(_KINDS))}")
        for key, value in self.row.items():
            if not isinstance(value, _KINDS[key]):
                raise ContractError(f"{self.where}: {key!r} is not of the kind {_KINDS[key].__name__}")
        for rule in self.row.get("without", ()):
            if not isinstance(rule, dict) or set(rule) not in _OF_A_REASON:
                raise ContractError(f"{self.where}: a row of 'without' has a reason, and 'where' or 'operations'")
        named, by_property = self._named(), self._by_property()
        for name, operation in self.table.items():
            found = [place for wanted, place in by_property if wanted(operation, self.table)]
            if name not in named and len({place.reason for place in found}) > 1:
                raise ContractError(f"{self.where}: {name} has the cell by one property, and a reason by another")
            if name not in named and not found:
                raise ContractError(
                    f"{self.where}: nothing is said of {name}; name the clause that governs the cell under 'clauses', "
                    "or say under 'without' why there is none"
                )
            place = named[name] if name in named else found[0]
            if place.reason and (clause := self._clause_of(name)):
                raise ContractError(
                    f"{self.where}: {name} has a reason, but the clause {clause} stands there; remove one of the two"
                )
            yield (name, self.column), place

    def operations(self, key: str) -> list[str]:
        """The operations that a list of the row names."""
        return [self._operation(name) for name in self.row.get(key, ())]

    def _named(self) -> dict[str, Place]:
        found: dict[str, Place] = {}
        for name, clause_id in self.row.get("clauses", {}).items():
            operation = self._operation(name)
            found[operation] = Place(clause=self._governing(operation, clause_id))
        for rule in self.row.get("without", ()):
            for name in rule.get("operations", ()):
                if self._operation(name) in found:
                    raise ContractError(f"{self.where}: {name} stands there twice; it has a clause or one reason")
                found[name] = Place(reason=self._reason(rule))
        return found

    def _by_property(self) -> list[tuple[Property, Place]]:
        found = [(self._property(self.row["where"]), Place())] if "where" in self.row else []
        for rule in self.row.get("without", ()):
            if "where" in rule:
                found.append((self._property(rule["where"]), Place(reason=self._reason(rule))))
        return found

    def _property(self, name: str) -> Property:
        plain = name.removeprefix("no ")
        if plain not in PROPERTIES:
            raise ContractError(
                f"{self.where}: no property {name!r}; known are {', '.join(PROPERTIES)}, or no before it"
            )
        holds = PROPERTIES[plain]
        return holds if plain == name else lambda operation, table: not holds(operation, table)

    def _reason(self, rule: Mapping[str, Any]) -> str:
        reason = rule["reason"]
        if not isinstance(reason, str) or not reason.endswith("."):
            raise ContractError(f"{self.where}: the reason {reason!r} is no sentence")
        return reason

    def _operation(self, name: str) -> str:
        if name not in self.table:
            raise ContractError(f"{self.where}: the operation {name!r} is not in contract/operations.yaml")
        return name

    def _governing(self, name: str, clause_id: str) -> str:
        clause = self.law.get(clause_id) if clause_id in self.law else None
        if clause is None:
            raise ContractError(f"{self.where}: {name}: no clause has the id {clause_id!r}")
        if clause.column is not self.column or (clause.operation is not None and clause.operation.id != name):
            raise ContractError(f"{self.where}: {name}: the clause {clause_id} stands in another cell")
        return clause_id

    def _clause_of(self, name: str) -> str | None:
        there = (c for c in self.law.values() if c.column is self.column and c.operation and c.operation.id == name)
        return next((clause.id for clause in there), None)
