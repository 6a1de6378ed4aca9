"""The clauses: every sentence of the contract as data, loaded from `contract/clauses/*.yaml` and checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from contract.answers import Answers, answers
from contract.errors import ContractError
from contract.operations import Operation, operations
from contract.table import read_table

CLAUSES = Path(__file__).parent / "clauses"
SOURCES = Path(__file__).with_name("sources.yaml")


class Level(Enum):
    """How far a clause may be held against a target (contract 0)."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    OBSERVE = "OBSERVE"


class Truth(Enum):
    """Where a clause comes from (contract 0)."""

    QUOTED = "quoted"
    RECORDED = "recorded"
    DERIVED = "derived"
    ASSUMED = "assumed"


class Column(Enum):
    """The column of the matrix in which a clause stands."""

    SUCCESS = "2xx"
    BAD_REQUEST = "400"
    UNAUTHENTICATED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    CONFLICT = "409"
    MEDIA_TYPE = "415"
    SERVER_ERROR = "500"
    METHOD = "method"
    ODD_ID = "odd id"
    NULL = "null"
    UNKNOWN_FIELD = "unknown field"
    ISOLATION = "isolation"
    EXPIRY = "expiry"
    REPLAY = "replay"
    RACES = "races"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a truth stands: a key of `contract/sources.yaml`; no URL where the contract itself decided."""

    name: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of the contract, or a part of one.

    operation: the operation it speaks of; None where it speaks of every operation.
    excluded: why it cannot be tested from outside; such a clause has no check.
    presupposes: ids of the clauses without which this one cannot hold: a broken one of them is the root cause.
    """

    id: str
    text: str
    level: Level
    truth: Truth
    source: tuple[Source, ...]
    section: str
    chapter: str
    column: Column
    operation: Operation | None
    answers: Answers | None
    safety: bool
    excluded: str | None
    presupposes: tuple[str, ...] = ()


class Clauses(Mapping[str, Clause]):
    """All clauses by id, in the order of the contract."""

    def __init__(self, clauses: Mapping[str, Clause]) -> None:
        self._clauses = dict(clauses)

    def __getitem__(self, clause_id: str) -> Clause:
        try:
            return self._clauses[clause_id]
        except KeyError:
            raise ContractError(
                f"no clause has the id {clause_id!r}: add it to a file of contract/clauses, or correct the id"
            ) from None

    def __contains__(self, clause_id: object) -> bool:
        return clause_id in self._clauses

    def __iter__(self) -> Iterator[str]:
        return iter(self._clauses)

    def __len__(self) -> int:
        return len(self._clauses)

    @property
    def testable(self) -> tuple[Clause, ...]:
        """The clauses that need a check: all but the excluded ones."""
        return tuple(clause for clause in self.values() if clause.excluded is None)


@cache
def clauses() -> Clauses:
    """The project's own clauses. Raises ContractError."""
    found = load(CLAUSES)
    for operation in operations().values():
        if operation.works not in found:
            raise ContractError(f"operations.yaml: {operation.id}: 'works' names no clause: {operation.works!r}")
    return found


def load(folder: Path) -> Clauses:
    """Read and check every `*.yaml` of a folder. Raises ContractError with one sentence."""
    found: dict[str, Clause] = {}
    for path in sorted(folder.glob("*.yaml"), key=_chapter_number):
        for clause in _read(path):
            if clause.id in found:
                raise ContractError(f"{path.name}: the id {clause.id!r} is used twice; give each clause its own")
            found[clause.id] = clause
    for clause in found.values():
        for other in clause.presupposes:
            if other not in found:
                raise ContractError(f"clause {clause.id}: 'presupposes' names no clause: {other!r}")
    if not found:
        raise ContractError(f"{folder} holds no clause: add a *.yaml file with a list of clauses")
    return Clauses(found)


def _chapter_number(path: Path) -> tuple[int, str]:
    """`10-concurrency.yaml` comes after `9-hooks.yaml`."""
    number = path.name.partition("-")[0]
    return (int(number) if number.isdigit() else 0, path.name)


_E = TypeVar("_E", bound=Enum)

_CHAPTER_KEYS = {"section", "chapter", "clauses"}
_REQUIRED = ("id", "text", "level", "truth", "source", "column")
_CLAUSE_KEYS = {*_REQUIRED, "section", "operation", "answers", "safety", "excluded", "presupposes"}


def _read(path: Path) -> Iterator[Clause]:
    chapter = read_table(path)
    if not isinstance(chapter, dict) or set(chapter) != _CHAPTER_KEYS:
        raise ContractError(f"{path.name}: a chapter has exactly the keys {', '.join(sorted(_CHAPTER_KEYS))}")
    rows = chapter["clauses"]
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ContractError(f"{path.name}: 'clauses' is a list with one mapping for each clause")
    for row in rows:
        yield _clause(path, chapter, row)


def _clause(path: Path, chapter: Mapping[str, Any], row: Mapping[str, Any]) -> Clause:
    where = f"{path.name}: clause {row.get('id') or row!r}"
    for key in _REQUIRED:
        if not row.get(key):
            raise ContractError(f"{where}: {key!r} is missing; every clause has {', '.join(_REQUIRED)}")
    if unknown := set(row) - _CLAUSE_KEYS:
        raise ContractError(f"{where}: unknown key {min(unknown)!r}; known are {', '.join(sorted(_CLAUSE_KEYS))}")

    if not isinstance(row["source"], list):
        raise ContractError(f"{where}: source is {row['source']!r}; it is a list of keys of {SOURCES.name}")

    clause = Clause(
        id=row["id"],
        text=" ".join(str(row["text"]).split()),
        level=_member(Level, row["level"], f"{where}: level"),
        truth=_member(Truth, row["truth"], f"{where}: truth"),
        source=tuple(_source(name, where) for name in row["source"]),
        section=str(row.get("section", chapter["section"])),
        chapter=chapter["chapter"],
        column=_member(Column, str(row["column"]), f"{where}: column"),
        operation=_operation(row.get("operation"), where),
        answers=answers(row["answers"], f"{where}: answers") if "answers" in row else None,
        safety=row.get("safety", False) is True,
        excluded=row.get("excluded"),
        presupposes=tuple(row.get("presupposes", ())),
    )
    if clause.level is Level.MUST and clause.truth is Truth.ASSUMED and not clause.safety:
        raise ContractError(f"{where}: an assumed clause is at most SHOULD, unless it says 'safety: true'")
    if clause.excluded and clause.answers:
        raise ContractError(f"{where}: an excluded clause has no answers; remove 'answers' or 'excluded'")
    return clause


def _member(kind: type[_E], value: object, where: str) -> _E:
    try:
        return kind(value)
    except ValueError:
        allowed = ", ".join(str(member.value) for member in kind)
        raise ContractError(f"{where} is {value!r}; allowed are {allowed}") from None


@cache
def _sources() -> Mapping[str, str | None]:
    found: dict[str, str | None] = read_table(SOURCES)
    return found


def _source(name: str, where: str) -> Source:
    if name not in _sources():
        raise ContractError(f"{where}: the source {name!r} is not in contract/{SOURCES.name}; add it there")
    return Source(name, _sources()[name])


def _operation(name: str | None, where: str) -> Operation | None:
    if name is None:
        return None
    try:
        return operations()[name]
    except KeyError:
        raise ContractError(f"{where}: the operation {name!r} is not in contract/operations.yaml") from None
