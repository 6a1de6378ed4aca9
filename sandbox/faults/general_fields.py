# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
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
from sandbox.world import Device, Person


@fault("numbers-for-texts", clause="general.field-type")
class NumbersForTexts(Sandbox):
    """device_data may be a number."""

    def is_text(self, call: Call, name: str, value: object) -> bool:
        number = name == "device_data" and isinstance(value, int)
        return number or super().is_text(call, name, value)


@fault("falsy-name-is-absent", clause="general.field-type")
class FalsyNameIsAbsent(Sandbox):
    """The name of a device is absent where it counts as false."""

    def is_absent(self, call: Call, name: str, value: object) -> bool:
        return (name == "name" and not value) or super().is_absent(call, name, value)


@fault("empty-array-is-an-object", clause="general.field-type")
class EmptyArrayIsAnObject(Sandbox):
    """An empty array is as good as an empty object."""

    def optional_group(self, call: Call, body: Json, name: str) -> Json:
        return {} if body.get(name) == [] else super().optional_group(call, body, name)


@fault("flag-in-a-text", clause="general.field-type")
class FlagInAText(Sandbox):
    """A flag may be the text of its value."""

    def flag(self, call: Call, body: Json, name: str) -> bool:
        text = body.get(name)
        return text == "true" if text in ("true", "false") else super().flag(call, body, name)


@fault("list-of-ids", clause="general.field-type")
class ListOfIds(Sandbox):
    """An id that is a list fails where it is looked up."""

    def optional_text(self, call: Call, body: Json, name: str) -> str | None:
        if name == "device_id" and isinstance(body.get(name), list):
            raise TypeError("a list is no key")
        return super().optional_text(call, body, name)


@fault("unlisted-language-is-german", clause="general.field-enum")
class UnlistedLanguageIsGerman(Sandbox):
    """A language that is not listed is passed over in a binding."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        passed_over = name == "language" and call.operation is Operation.CREATE_DEVICE
        return passed_over or super().is_listed(call, name, value, choices)

    def language(self, call: Call, wanted: str | None) -> str:
        return wanted if wanted in ("de", "en", "fr") else "de"


@fault("beginning-of-a-purpose", clause="general.field-enum")
class BeginningOfAPurpose(Sandbox):
    """The purpose of an added key need only begin as a listed one."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        if name == "key_purpose" and call.operation is Operation.ADD_KEY:
            return value.startswith(tuple(choices))
        return super().is_listed(call, name, value, choices)


@fault("any-purpose-of-a-code", clause="general.field-enum")
class AnyPurposeOfACode(Sandbox):
    """An activation code may have any purpose."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        return (name == "purpose" and value.isalpha()) or super().is_listed(call, name, value, choices)


@fault("enums-in-any-case", clause="general.enum-case")
class EnumsInAnyCase(Sandbox):
    """The value of an enum is compared without its case."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        return value.lower() in {choice.lower() for choice in choices}


@fault("method-in-any-case", clause="general.enum-case")
class MethodInAnyCase(Sandbox):
    """The case of the delivery method of a change request does not matter."""

    def choice(self, call: Call, body: Json, name: str, choices: Choices) -> str:
        if call.operation is Operation.AUTHORIZE_CHANGE_REQUEST and isinstance(body.get(name), str):
            body = body | {name: body[name].lower()}
        return super().choice(call, body, name, choices)


@fault("capital-key-type", clause="general.enum-case")
class CapitalKeyType(Sandbox):
    """The key type of a binding may be written in capitals."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        capitals = name == "key_type" and call.operation is Operation.CREATE_DEVICE and value == "ECDSA-P256"
        return capitals or super().is_listed(call, name, value, choices)


@fault("absent-signer-is-unrestricted", clause="general.field-required")
class AbsentSignerIsUnrestricted(Sandbox):
    """Where signature_key_purpose is absent, the unrestricted key has signed."""

    def choice(self, call: Call, body: Json, name: str, choices: Choices) -> str:
        absent = name == "signature_key_purpose" and name not in body
        return first_of(choices) if absent else super().choice(call, body, name, choices)


@fault("absent-token-confirms", clause="general.field-required")
class AbsentTokenConfirms(Sandbox):
    """A number is confirmed where the token is left out."""

    def text(self, call: Call, body: Json, name: str) -> str:
        if name == "token" and name not in body:
            return NO_CODE
        return super().text(call, body, name)

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return text == NO_CODE or super().otp_matches(call, otp, text)


@fault("empty-time-is-now", clause="general.field-empty")
class EmptyTimeIsNow(Sandbox):
    """An empty timestamp of a delivery event means now."""

    def text(self, call: Call, body: Json, name: str) -> str:
        if name == "timestamp" and body.get(name) == "":
            return self.timestamp(call, call.now)
        return super().text(call, body, name)


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


@fault("empty-id-is-the-last-one", clause="general.id-empty")
class EmptyIdIsTheLastOne(_TakesEmptyIds):
    """An empty person_id means the partner's last person with a number."""

    def person_of_body(self, call: Call, person_id: str) -> Person:
        persons = (person for person in reversed(list(self.world.persons)) if self.is_visible(call, person))
        last = next((person for person in persons if self.is_reachable(call, person.mobile_number)), None)
        return last if last and not person_id else super().person_of_body(call, person_id)


@fault("empty-device-id-is-a-conflict", clause="general.id-empty")
class EmptyDeviceIdIsAConflict(_TakesEmptyIds):
    """An empty device_id stands against the making of a signing challenge."""

    def live_device(self, call: Call, device_id: str, reason: Reason, field: str | None = None) -> Device:
        self.require(call, device_id != "", Reason.DEVICE_LIMIT, field)
        return super().live_device(call, device_id, reason, field)
