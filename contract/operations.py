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
from contract.table import read_table

TABLE = Path(__file__).with_name("operations.yaml")


class Shape(Enum):
    """The two documented shapes of an error body (contract 1.3)."""

    FLAT = "flat"
    ARRAY = "array"


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
    """A documented field of a request body.

    name: with a dot for a field of an object (`device_signature.signature`).
    type: the JSON type, `string`, `object` or `boolean`.
    unknown: for an id of another resource, the answers when no such resource exists.
    """

    name: str
    type: str
    required: bool
    enum: tuple[str, ...]
    refers_to: str | None
    unknown: Answers | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the table. `works` is the id of the clause that says that the good request succeeds."""

    id: str
    chapter: str
    title: str
    method: str
    path: str
    success: Answers
    answer: str | None
    works: str
    idempotent: bool
    creates: str | None
    body: tuple[Field, ...]
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


_KEYS = {"title", "request", "success", "answer", "works", "idempotent", "creates", "body", "errors"}


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
        answer=row.get("answer"),
        works=row["works"],
        idempotent=row.get("idempotent", False),
        creates=row.get("creates"),
        body=tuple(_fields(row.get("body", {}), where)),
        shapes=MappingProxyType({**USUAL_SHAPES, **_shapes(row.get("errors", {}), where)}),
    )


def _shapes(rows: Mapping[int, str], where: str) -> dict[int, Shape]:
    allowed = [shape.value for shape in Shape]
    for status, shape in rows.items():
        if shape not in allowed:
            raise ContractError(f"{where}: the error shape of {status} is {shape!r}; allowed are {', '.join(allowed)}")
    return {status: Shape(shape) for status, shape in rows.items()}


def _fields(rows: Mapping[str, Any], where: str) -> Iterator[Field]:
    for name, row in rows.items():
        if row.get("type") not in ("string", "object", "boolean"):
            raise ContractError(f"{where}: the field {name!r} needs a type: string, object or boolean")
        yield Field(
            name=name,
            type=row["type"],
            required=row.get("required", False),
            enum=tuple(row.get("enum", ())),
            refers_to=row.get("refers_to"),
            unknown=answers(row["unknown"], where) if "unknown" in row else None,
        )
