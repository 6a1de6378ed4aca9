# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the general rules: who may call, what is read from a body, what an error looks like."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.rules.errors import Shape
from sandbox.rules.fields import Choices
from sandbox.world import Owned, Person, Token


@fault("expired-token-reads-key", clause="general.token-expired")
class ExpiredTokenReadsKey(Sandbox):
    """The expiry of the token is forgotten where a single key is read."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        return operation is not Operation.GET_KEY and super().token_is_expired(operation, token)


@fault("any-scheme", clause="general.token-scheme")
class AnyScheme(Sandbox):
    """A good token is taken whatever stands in front of it."""

    def is_bearer(self, operation: Operation, scheme: str) -> bool:
        return True


@fault("foreign-key-readable", clause="general.foreign-path")
class ForeignKeyReadable(Sandbox):
    """The owner is not asked for where a single key is read."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        return call.operation is Operation.GET_KEY or super().is_visible(call, thing)


@fault("foreign-person-bindable", clause="general.foreign-body")
class ForeignPersonBindable(Sandbox):
    """A device can be bound to another partner's person."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        return call.operation is Operation.CREATE_DEVICE or super().is_visible(call, thing)


@fault("flat-401", clause="general.error-shape")
class Flat401(Sandbox):
    """The 401 of one operation has the flat shape."""

    def error_shape(self, operation: Operation, status: int) -> Shape:
        if (operation, status) == (Operation.ADD_KEY, 401):
            return Shape.FLAT
        return super().error_shape(operation, status)


@fault("null-is-a-value", clause="general.null-is-absent")
class NullIsAValue(Sandbox):
    """An optional field of null is taken for one of the wrong type."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        return "null" if name in body and body[name] is None else super().value_of(call, body, name)


@fault("enums-in-any-case", clause="general.enum-case")
class EnumsInAnyCase(Sandbox):
    """The value of an enum is compared without its case."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        return value.lower() in {choice.lower() for choice in choices}


@fault("second-number-taken", clause="mobile-number.repeated")
class SecondNumberTaken(Sandbox):
    """A number takes the place of the one that is there."""

    def may_have_number(self, call: Call, person: Person) -> bool:
        return True
