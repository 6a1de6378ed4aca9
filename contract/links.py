"""Which operation can go on with what another one answered: an id in an answer, and the same kind of id in a request.

Found by the schemas alone: an answer whose field is a `device-id` leads to each operation that takes a `device-id`.
An operation that only reads leads on by those ids that nothing else answers, such as those of events in a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract.operations import Operation
from contract.schemas import DEFINITIONS


@dataclass(frozen=True, slots=True)
class Link:
    """The way from an answer to a request. Each place of the request with the runtime expression that fills it.

    parameters: by `path.id` or `query.filter[person_id]`. body: by field.
    """

    source: Operation
    target: Operation
    parameters: Mapping[str, str]
    body: Mapping[str, str]


def links(source: Operation, operations: Mapping[str, Operation]) -> Iterator[Link]:
    """The links from the good answer of an operation, in the order of the table."""
    answered = {kind: f"$response.body#{place}" for kind, place in _news(source, operations).items()}
    known = {kind: f"$request.path.{name}" for name, kind in source.ids.items()} | answered
    for target in operations.values():
        if target != source and (found := _link(source, target, known, answered)):
            yield found


def _link(source: Operation, target: Operation, known: Mapping[str, str], answered: Mapping[str, str]) -> Link | None:
    """A link, where the target takes an id of the answer and all ids of its path are known."""
    if any(kind not in known for kind in target.ids.values()):
        return None
    filters = {f"query.{field.name}": field.schema for field in target.query if field.schema in known}
    taken = {f"path.{name}": kind for name, kind in target.ids.items()} | filters
    fields = {field.name: field.schema for field in target.body if field.schema in known}
    if not {*taken.values(), *fields.values()} & answered.keys():
        return None
    return Link(
        source,
        target,
        {place: known[kind] for place, kind in taken.items() if kind},
        {name: known[kind] for name, kind in fields.items() if kind},
    )


def _news(source: Operation, operations: Mapping[str, Operation]) -> dict[str, str]:
    """The kinds of id that the client learns by this answer, each with the JSON pointer to the first one."""
    sent = {field.schema for field in source.body}
    ids = {kind: place for kind, place in _ids(source).items() if kind not in sent}
    if source.method != "GET":
        return ids
    made = {kind for operation in operations.values() if operation.method != "GET" for kind in _ids(operation)}
    return {kind: place for kind, place in ids.items() if kind not in made}


def _ids(operation: Operation) -> dict[str, str]:
    found: dict[str, str] = {}
    for kind, place in _walk({"$ref": operation.answer} if operation.answer else {}, ""):
        found.setdefault(kind, place)
    return found


def _walk(rule: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    if "$ref" in rule:
        name = rule["$ref"].rpartition("/")[2]
        if name.endswith("-id"):
            yield name, place
        else:
            yield from _walk(DEFINITIONS[name], place)
    for name, inner in rule.get("properties", {}).items():
        yield from _walk(inner, f"{place}/{name}")
    if "items" in rule:
        yield from _walk(rule["items"], f"{place}/0")
