"""Faults of what is read from a body (contract 1.2, 1.8)."""

from __future__ import annotations

from dataclasses import replace

from sandbox import clock
from sandbox.app import Sandbox
from sandbox.chapters.binding import BindingWish
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.fields import Choices
from sandbox.world import Device, Person, Progress

NO_CODE = "none"
"""Stands for a code that was not sent."""


def first_of(choices: Choices) -> str:
    return next(iter(choices))


# Fields that are unknown or null.


@fault("client-dates-the-device", clause="general.unknown-fields")
class ClientDatesTheDevice(Sandbox):
    """A created_at in the body becomes that of the device."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        device = super().pending_device(call, person, wish)
        device.created_at = clock.parse_rfc3339(str(self.json_body(call).get("created_at"))) or device.created_at
        return device


@fault("null-is-a-value", clause="general.null-is-absent")
class NullIsAValue(Sandbox):
    """An optional field of null is taken for one of the wrong type."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        return "null" if name in body and body[name] is None else super().value_of(call, body, name)


@fault("null-flag-invalidates", clause="general.null-is-absent")
class NullFlagInvalidates(Sandbox):
    """An invalidate_existing_code of null is one that is there, and so the existing code is invalidated."""

    def flag(self, call: Call, body: Json, name: str) -> bool:
        return (name in body and body[name] is None) or super().flag(call, body, name)


@fault("null-code-passes", clause="general.null-required")
class NullCodePasses(Sandbox):
    """A code of null passes, as it is compared only where there is one."""

    def text(self, call: Call, body: Json, name: str) -> str:
        if name == "code" and body.get(name, "") is None:
            return NO_CODE
        return super().text(call, body, name)

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return text == NO_CODE or super().otp_matches(call, otp, text)

    def is_well_formed_otp(self, call: Call, text: str) -> bool:
        return text == NO_CODE or super().is_well_formed_otp(call, text)


# Bodies that are no JSON, or no object.


@fault("no-json-is-unprocessable", clause="general.body-not-json")
class NoJsonIsUnprocessable(Sandbox):
    """The verification of a signing challenge whose body is no JSON is a 422."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        row = super().refusal(operation, reason)
        unprocessable = operation is Operation.VERIFY_SIGNING_CHALLENGE and reason is Reason.JSON_INVALID
        return replace(row, status=422) if unprocessable else row


@fault("text-for-a-body-fails", clause="general.body-not-an-object")
class TextForABodyFails(Sandbox):
    """A body that is a text is asked for its fields."""

    def parse_json(self, call: Call) -> object:
        body = super().parse_json(call)
        if isinstance(body, str):
            raise TypeError("a text has no fields")
        return body


@fault("wrong-type-ends-the-challenge", clause="general.content-type", level=Level.SHOULD)
class WrongTypeEndsTheChallenge(Sandbox):
    """A verification with another content type is refused, and ends the SMS challenge."""

    def is_json_type(self, call: Call) -> bool:
        good = super().is_json_type(call)
        challenge = self.world.sms_challenges.get(call.ids[0]) if call.ids else None
        if challenge is not None and not good:
            challenge.progress = Progress.DEAD
        return good
