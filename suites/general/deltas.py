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
from contract.operations import Field, Operation, operations


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

SPENDS_A_TRY = frozenset(
    {
        ("verify-signature-challenge", "signature"),
        ("verify-signing-challenge", "signature"),
        ("verify-sms-challenge", "code"),
        ("confirm-change-request", "tan"),
        ("confirm-mobile-number", "token"),
    }
)
"""Fields whose bad value may count as a wrong try (contract 1.11), so that each needs a challenge of its own.

The chapters of the operations try them that way.
"""

OF_ANOTHER_METHOD = frozenset(
    {
        ("authorize-change-request", "device_id"),
        ("confirm-change-request", "device_id"),
        ("confirm-change-request", "signature"),
    }
)
"""Fields that the good request is without: they belong to another method, so a target may pass over them."""

NEEDED = frozenset(
    {
        ("add-key", "key_purpose"),
        ("change-person", "email"),
        ("authorize-change-request", "person_id"),
        ("confirm-change-request", "person_id"),
        ("confirm-change-request", "tan"),
        *(("create-person", field.name) for field in operations()["create-person"].body),
    }
)
"""Optional fields that a good request cannot do without.

A device's first key is unrestricted already; the method decides which fields a change request needs; what a person
is without them, the contract leaves open.
"""

MAY_BE_EMPTY = frozenset(
    {
        ("create-delivery-event", "type"),
        ("add-mobile-number", "number"),
    }
)
"""Required texts for which an empty one is but one more unknown value, or another number (contract 6 and 8)."""

NEEDS_NO_FIELD = frozenset({"change-person", "create-person"})
"""Operations that may take an object without fields."""

ALSO_REFUSED_BY: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("add-key", "key"): "keys.wrong-device-signature",
        ("add-key", "device_signature.signature_key_purpose"): "keys.purpose-without-key",
        ("authorize-change-request", "delivery_method"): "authorize.unknown-method",
        ("authorize-change-request", "person_id"): "authorize.not-the-owner",
        ("confirm-change-request", "person_id"): "confirm.another-person",
        ("add-key", "device_signature.signature"): "signing.not-der",
        ("confirm-mobile-number", "token"): "mobile-number.wrong-token",
    }
)
"""Fields whose bad value gives another reason to refuse: the answer of either is accepted (contract 0, *set*)."""

LACKS_ALL: Mapping[str, str] = MappingProxyType(
    {
        "authorize-change-request": "authorize.unknown-method",
        "confirm-change-request": "confirm.missing-fields",
    }
)
"""Operations on which a body without any field gets more answers than elsewhere."""

UNKNOWN_ID: Mapping[str, str] = MappingProxyType(
    {
        "authorize-change-request": "authorize.unknown-request",
        "confirm-change-request": "confirm.unknown-request",
    }
)
"""Operations on which an unknown id in the path gets more answers than elsewhere."""


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
    yield from (f"{value} " for value in field.enum if value)


def in_other_case(field: Field) -> Iterator[str]:
    """The values of an enum in another case."""
    for value in field.enum:
        yield from dict.fromkeys(other for other in (value.upper(), value.title()) if other != value)


def is_plain(operation: Operation, field: Field) -> bool:
    """Whether a bad value is nothing but a bad value: no wrong try, and no field that may be passed over."""
    return (operation.id, field.name) not in SPENDS_A_TRY | OF_ANOTHER_METHOD


def answers_to_unknown_id(operation: Operation, own: Answers | None) -> Answers:
    """What an unknown id in the path may get: the clause's own answers, and those of the operation's own clause."""
    return _with(own, UNKNOWN_ID.get(operation.id))


def answers_to_no_object(operation: Operation, own: Answers | None) -> Answers:
    """What a body that is no object may get: it lacks every field, too."""
    return _with(own, LACKS_ALL.get(operation.id))


def answers_to_foreigner(operation: Operation, own: Answers | None) -> Answers:
    """What a request may get in another partner's name, in whose body the ids are foreign, too."""
    allowed = answers_to_unknown_id(operation, own)
    for field in operation.body:
        if field.name.endswith("_id"):
            allowed = answers_for(operation, field, allowed)
    return allowed


def answers_for(operation: Operation, field: Field, own: Answers | None) -> Answers:
    """What a bad value of a field may get: the clause's own answers, and those of the other reason, if there is one."""
    return _with(own, ALSO_REFUSED_BY.get((operation.id, field.name)))


def _with(own: Answers | None, other: str | None) -> Answers:
    assert own is not None
    more = clauses()[other].answers if other else None
    return own | more if more else own


def may_be_absent(operation: Operation, field: Field) -> bool:
    """Whether a good request can do without the field."""
    return not (field.required or field.expected) and "." not in field.name and (operation.id, field.name) not in NEEDED


def without_optional(operation: Operation, body: Mapping[str, Any] | None) -> dict[str, Any]:
    """A copy of a body in which every optional field is null that a good request can do without."""
    copied = dict(body or {})
    for field in operation.body:
        if may_be_absent(operation, field):
            copied = spoilt(copied, field.name, None)
    return copied


def encoded(body: Mapping[str, Any] | None) -> bytes:
    return json.dumps(body).encode()
