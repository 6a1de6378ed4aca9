"""The operations table: what differs between operations, as data (`contract/operations.yaml`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from contract.answers import Answers, answers
from contract.errors import ContractError
from contract.schemas import DEFINITIONS
from contract.table import read_table

TABLE = Path(__file__).with_name("operations.yaml")


class Shape(Enum):
    """The two documented shapes of an error body (contract 1.3)."""

    FLAT = "flat"
    ARRAY = "array"


class Gate(Enum):
    """What a caller has to show: credentials, a token, or a token with the permission for device management."""

    CREDENTIALS = "credentials"
    TOKEN = "token"
    PERMISSION = "permission"


USUAL_SHAPES = MappingProxyType(
    {
        400: Shape.FLAT,
        401: Shape.ARRAY,
        403: Shape.ARRAY,
        404: Shape.FLAT,
        409: Shape.ARRAY,
        500: Shape.FLAT,
    }
)


@dataclass(frozen=True, slots=True)
class Field:
    """A documented field of a request body, or a parameter of its query.

    name: with a dot for a field of an object (`device_signature.signature`).
    type: the JSON type, `string`, `object`, `boolean` or `integer`.
    schema: what it may hold in more detail (a name of contract/schemas.yaml), for those who write requests.
    expected: a good request has it, but whether its absence is refused is left open.
    unknown: for an id of another resource, the answers when no such resource exists.
    """

    name: str
    type: str
    required: bool
    expected: bool
    enum: tuple[str, ...]
    schema: str | None
    refers_to: str | None
    unknown: Answers | None


@dataclass(frozen=True, slots=True)
class Alternative:
    """Fields that make a body whole, where other fields have one of the values of `where`."""

    has: tuple[str, ...]
    where: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table. `works` is the id of the clause that says that the good request succeeds.

    ids: the schema of each id in the path. either: where not empty, a body has the fields of one of these.
    """

    id: str
    chapter: str
    title: str
    method: str
    path: str
    success: Answers
    answer: str | None
    other_answers: Mapping[int, str]
    headers: tuple[str, ...]
    works: str
    idempotent: bool
    creates: str | None
    gate: Gate
    ids: Mapping[str, str]
    query: tuple[Field, ...]
    body: tuple[Field, ...]
    form: tuple[Field, ...]
    either: tuple[Alternative, ...]
    shapes: Mapping[int, Shape]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names in the path's braces, in order."""
        return tuple(re.findall(r"{(\w+)}", self.path))

    def url_path(self, *ids: str) -> str:
        """The path with its braces filled in; every id is percent-encoded. Raises TypeError on a wrong count."""
        if len(ids) != len(self.parameters):
            raise TypeError(f"{self.id} takes {len(self.parameters)} ids in its path, not {len(ids)}")
        remaining = iter(ids)
        return re.sub(r"{\w+}", lambda _: quote(next(remaining), safe=""), self.path)


@cache
def operations() -> Mapping[str, Operation]:
    """The project's operations by id, in the table's order. Raises ContractError."""
    return load_operations(TABLE)


def load_operations(path: Path) -> Mapping[str, Operation]:
    """Read and check an operations table. Raises ContractError with one sentence."""
    found: dict[str, Operation] = {}
    for chapter, rows in read_table(path).items():
        for name, row in rows.items():
            if name in found:
                raise ContractError(f"{path.name}: the operation {name!r} stands there twice")
            found[name] = _operation(chapter, name, row, f"{path.name}: {name}")
    return MappingProxyType(found)


_KEYS = {
    "title",
    "request",
    "success",
    "answer",
    "works",
    "idempotent",
    "creates",
    "body",
    "errors",
    "gate",
    "ids",
    "query",
    "form",
    "headers",
    "either",
    "other_answers",
}


def _operation(chapter: str, name: str, row: Mapping[str, Any], where: str) -> Operation:
    for key in ("title", "request", "success", "works"):
        if key not in row:
            raise ContractError(f"{where}: {key!r} is missing")
    if unknown := set(row) - _KEYS:
        raise ContractError(f"{where}: unknown key {min(unknown)!r}; known are {', '.join(sorted(_KEYS))}")
    method, _, path = row["request"].partition(" ")
    return Operation(
        id=name,
        chapter=chapter,
        title=row["title"],
        method=method,
        path=path,
        success=answers(row["success"], where),
        answer=_schema(row.get("answer"), where),
        other_answers={status: str(_schema(name, where)) for status, name in row.get("other_answers", {}).items()},
        headers=tuple(row.get("headers", ())),
        works=row["works"],
        idempotent=row.get("idempotent", False),
        creates=row.get("creates"),
        gate=_gate(row.get("gate", Gate.PERMISSION.value), where),
        ids=_ids(row.get("ids", {}), path, where),
        query=tuple(_fields(row.get("query", {}), where)),
        body=tuple(_fields(row.get("body", {}), where)),
        form=tuple(_fields(row.get("form", {}), where)),
        either=tuple(_alternatives(row, where)),
        shapes=MappingProxyType({**USUAL_SHAPES, **_shapes(row.get("errors", {}), where)}),
    )


def _shapes(rows: Mapping[int, str], where: str) -> dict[int, Shape]:
    allowed = [shape.value for shape in Shape]
    for status, shape in rows.items():
        if shape not in allowed:
            raise ContractError(f"{where}: the error shape of {status} is {shape!r}; allowed are {', '.join(allowed)}")
    return {status: Shape(shape) for status, shape in rows.items()}


def _gate(name: str, where: str) -> Gate:
    try:
        return Gate(name)
    except ValueError:
        allowed = ", ".join(gate.value for gate in Gate)
        raise ContractError(f"{where}: the gate is {name!r}; allowed are {allowed}") from None


def _schema(name: str | None, where: str) -> str | None:
    if name is not None and name not in DEFINITIONS:
        raise ContractError(f"{where}: the schema {name!r} is not in contract/schemas.yaml; add it there")
    return name


def _ids(rows: Mapping[str, str], path: str, where: str) -> Mapping[str, str]:
    for name in rows:
        if f"{{{name}}}" not in path:
            raise ContractError(f"{where}: ids names {name!r}, which does not stand in the path {path}")
    return MappingProxyType({name: str(_schema(schema, where)) for name, schema in rows.items()})


def _alternatives(row: Mapping[str, Any], where: str) -> Iterator[Alternative]:
    for rule in row.get("either", ()):
        values = rule.get("where", {})
        if missing := [name for name in (*rule["has"], *values) if name not in row.get("body", {})]:
            raise ContractError(f"{where}: either names {missing[0]!r}, which is no field of the body")
        yield Alternative(tuple(rule["has"]), {name: tuple(allowed) for name, allowed in values.items()})


def _id_of(thing: str | None) -> str | None:
    return None if thing is None else f"{thing}-id"


_TYPES = ("string", "object", "boolean", "integer")
_FIELD_KEYS = {"type", "required", "expected", "enum", "schema", "refers_to", "unknown"}


def _fields(rows: Mapping[str, Any], where: str) -> Iterator[Field]:
    for name, row in rows.items():
        if row.get("type") not in _TYPES:
            raise ContractError(f"{where}: the field {name!r} needs a type: {', '.join(_TYPES)}")
        if unknown := set(row) - _FIELD_KEYS:
            raise ContractError(f"{where}: the field {name!r} has the unknown key {min(unknown)!r}")
        yield Field(
            name=name,
            type=row["type"],
            required=row.get("required", False),
            expected=row.get("expected", False),
            enum=tuple(row.get("enum", ())),
            schema=_schema(row.get("schema", _id_of(row.get("refers_to"))), where),
            refers_to=row.get("refers_to"),
            unknown=answers(row["unknown"], where) if "unknown" in row else None,
        )
