"""Faults of the fields of a body: their types, their enums, and what is absent or empty (contract 1.2, 1.8)."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.faults.general_bodies import NO_CODE, first_of
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.rules.fields import Choices
from sandbox.world import Device


@fault("list-of-ids", clause="general.field-type")
class ListOfIds(Sandbox):
    """An id that is a list fails where it is looked up."""

    def optional_text(self, call: Call, body: Json, name: str) -> str | None:
        if name == "device_id" and isinstance(body.get(name), list):
            raise TypeError("a list is no key")
        return super().optional_text(call, body, name)


@fault("any-purpose-of-a-code", clause="general.field-enum")
class AnyPurposeOfACode(Sandbox):
    """An activation code may have any purpose."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        return (name == "purpose" and value.isalpha()) or super().is_listed(call, name, value, choices)


@fault("capital-key-type", clause="general.enum-case")
class CapitalKeyType(Sandbox):
    """The key type of a binding may be written in capitals."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        capitals = name == "key_type" and call.operation is Operation.CREATE_DEVICE and value == "ECDSA-P256"
        return capitals or super().is_listed(call, name, value, choices)


@fault("absent-token-confirms", clause="general.field-required")
class AbsentTokenConfirms(Sandbox):
    """A number is confirmed where the token is left out."""

    def text(self, call: Call, body: Json, name: str) -> str:
        if name == "token" and name not in body:
            return NO_CODE
        return super().text(call, body, name)

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return text == NO_CODE or super().otp_matches(call, otp, text)


@fault("empty-purpose-has-a-default", clause="general.field-empty")
class EmptyPurposeHasADefault(Sandbox):
    """An empty signature_key_purpose means the unrestricted key."""

    def choice(self, call: Call, body: Json, name: str, choices: Choices) -> str:
        empty = name == "signature_key_purpose" and body.get(name) == ""
        return first_of(choices) if empty else super().choice(call, body, name, choices)


class _TakesEmptyIds(Sandbox):
    """A sandbox that lets an empty id through to where it is looked up."""

    def text(self, call: Call, body: Json, name: str) -> str:
        if name in ("person_id", "device_id") and body.get(name) == "":
            return ""
        return super().text(call, body, name)


@fault("empty-device-id-is-a-conflict", clause="general.id-empty")
class EmptyDeviceIdIsAConflict(_TakesEmptyIds):
    """An empty device_id stands against the making of a signing challenge."""

    def live_device(self, call: Call, device_id: str, reason: Reason, field: str | None = None) -> Device:
        self.require(call, device_id != "", Reason.DEVICE_LIMIT, field)
        return super().live_device(call, device_id, reason, field)
