"""Deltas of a good body: one field spoilt, everything else as it was."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from types import MappingProxyType
from typing import Any

from contract.answers import Answers
from contract.clauses import clauses
from contract.operations import Field, Operation


class Absent(Enum):
    """A field that is left out, as opposed to one that is null."""

    FIELD = auto()


WRONG_TYPES: Mapping[str, tuple[Any, ...]] = MappingProxyType(
    {
        "string": (0, 5, False, [], {}),
        "object": ("", "text", 0, True, []),
        "boolean": ("", "true", 0, 1, [], {}),
    }
)
"""Values that are not of a JSON type. Some of each count as false in many languages, and so may pass for absent."""

SPENDS_A_TRY = frozenset({("verify-signature-challenge", "signature")})
"""Fields whose bad value may count as a wrong try (contract 1.11), so that each needs a challenge of its own.

Chapter 3 tries them that way.
"""

NEEDED = frozenset({("add-key", "key_purpose")})
"""Optional fields whose default would not do in a good request: a device's first key is unrestricted already."""

ALSO_REFUSED_BY: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("add-key", "key"): "keys.wrong-device-signature",
        ("add-key", "device_signature.signature_key_purpose"): "keys.purpose-without-key",
        ("add-key", "device_signature.signature"): "signing.not-der",
    }
)
"""Fields whose bad value gives another reason to refuse: the answer of either is accepted (contract 0, *set*)."""


def spoilt(body: Mapping[str, Any] | None, name: str, value: Any) -> dict[str, Any]:
    """A copy of a body with another value for one field; `a.b` is a field of an object."""
    copied = copy.deepcopy(dict(body or {}))
    *objects, last = name.split(".")
    place = copied
    for part in objects:
        place = place.setdefault(part, {})
    if value is Absent.FIELD:
        place.pop(last, None)
    else:
        place[last] = value
    return copied


def unlisted_values(field: Field) -> Iterator[str]:
    """Values that an enum does not have: one out of the blue, and each listed one with something behind it."""
    yield "other"
    yield from (f"{value}s" for value in field.enum)


def in_other_case(field: Field) -> Iterator[str]:
    """The values of an enum in another case."""
    for value in field.enum:
        yield from dict.fromkeys(other for other in (value.upper(), value.title()) if other != value)


def answers_for(operation: Operation, field: Field, own: Answers | None) -> Answers:
    """What a bad value of a field may get: the clause's own answers, and those of the other reason, if there is one."""
    assert own is not None
    other = ALSO_REFUSED_BY.get((operation.id, field.name))
    more = clauses()[other].answers if other else None
    return own | more if more else own


def without_optional(operation: Operation, body: Mapping[str, Any] | None) -> dict[str, Any]:
    """A copy of a body in which every optional field is null that a good request can do without."""
    copied = dict(body or {})
    for field in operation.body:
        if not field.required and "." not in field.name and (operation.id, field.name) not in NEEDED:
            copied = spoilt(copied, field.name, None)
    return copied


def encoded(body: Mapping[str, Any] | None) -> bytes:
    return json.dumps(body).encode()
