"""Faults of what is read from a body (contract 1.2, 1.8)."""

from __future__ import annotations

import ast
import json
from dataclasses import replace

import orjson

from sandbox import clock
from sandbox.app import Sandbox
from sandbox.chapters.binding import BindingWish
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.fields import Choices
from sandbox.world import Device, Person, Progress

NO_CODE = "none"
"""Stands for a code that was not sent."""


def first_of(choices: Choices) -> str:
    return next(iter(choices))


# Fields that are unknown or null.


@fault("unknown-field-refused", clause="general.unknown-fields")
class UnknownFieldRefused(Sandbox):
    """A verification of an SMS challenge may hold nothing but the code."""

    def json_body(self, call: Call) -> Json:
        body = super().json_body(call)
        self.require(call, call.operation is not Operation.VERIFY_SMS_CHALLENGE or len(body) <= 1, Reason.FIELD_VALUE)
        return body


@fault("unknown-filter-refused", clause="general.unknown-fields")
class UnknownFilterRefused(Sandbox):
    """A filter that the list of activation challenges does not know is refused."""

    async def list_activation_challenges(self, call: Call) -> Answer:
        self.require(call, "filter[unknown]" not in call.request.query, Reason.QUERY_VALUE)
        return await super().list_activation_challenges(call)


@fault("client-binds-by-a-field", clause="general.unknown-fields")
class ClientBindsByAField(Sandbox):
    """A device is bound from the beginning where the body says so."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        device = super().pending_device(call, person, wish)
        device.bound = self.json_body(call).get("bound") is True
        return device


@fault("client-names-the-device", clause="general.unknown-fields")
class ClientNamesTheDevice(Sandbox):
    """An id in the body becomes the id of the device."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        device = super().pending_device(call, person, wish)
        device.id = str(self.json_body(call).get("id") or device.id)
        return device


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


@fault("null-device-data-refused", clause="general.null-is-absent")
class NullDeviceDataRefused(Sandbox):
    """device_data may be absent from a signing challenge, but not null."""

    def check_device_data(self, call: Call, body: Json) -> None:
        null = call.operation is Operation.CREATE_SIGNING_CHALLENGE and body.get("device_data", "") is None
        self.require(call, not null, Reason.FIELD_TYPE, "device_data")
        super().check_device_data(call, body)


@fault("null-purpose-is-restricted", clause="general.null-is-absent")
class NullPurposeIsRestricted(Sandbox):
    """A key whose purpose is null is restricted."""

    def optional_choice(self, call: Call, body: Json, name: str, choices: Choices) -> str | None:
        null = name == "key_purpose" and body.get(name, "") is None
        return "restricted" if null else super().optional_choice(call, body, name, choices)


@fault("null-name-is-a-text", clause="general.null-is-absent")
class NullNameIsAText(Sandbox):
    """A device whose name is null is called None."""

    def optional_text(self, call: Call, body: Json, name: str) -> str | None:
        null = name == "name" and body.get(name, "") is None
        return str(None) if null else super().optional_text(call, body, name)


@fault("null-flag-invalidates", clause="general.null-is-absent")
class NullFlagInvalidates(Sandbox):
    """An invalidate_existing_code of null is one that is there, and so the existing code is invalidated."""

    def flag(self, call: Call, body: Json, name: str) -> bool:
        return (name in body and body[name] is None) or super().flag(call, body, name)


@fault("null-method-has-a-default", clause="general.null-required")
class NullMethodHasADefault(Sandbox):
    """A change request whose delivery method is null is authorized by SMS."""

    def choice(self, call: Call, body: Json, name: str, choices: Choices) -> str:
        null = call.operation is Operation.AUTHORIZE_CHANGE_REQUEST and body.get(name, "") is None
        return first_of(choices) if null else super().choice(call, body, name, choices)


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


@fault("what-follows-the-json", clause="general.body-not-json")
class WhatFollowsTheJson(Sandbox):
    """What follows the object in a body is passed over."""

    def parse_json(self, call: Call) -> object:
        try:
            return super().parse_json(call)
        except orjson.JSONDecodeError:
            try:
                return json.JSONDecoder().raw_decode(call.body.decode())[0]
            except ValueError:
                raise orjson.JSONDecodeError("no JSON", "", 0) from None


@fault("json-with-single-quotes", clause="general.body-not-json")
class JsonWithSingleQuotes(Sandbox):
    """A delivery event may be written with single quotes, and with a comma too many."""

    def parse_json(self, call: Call) -> object:
        try:
            return super().parse_json(call)
        except orjson.JSONDecodeError:
            if call.operation is Operation.CREATE_DELIVERY_EVENT:
                try:
                    return ast.literal_eval(call.body.decode())
                except (ValueError, SyntaxError, MemoryError, RecursionError):
                    pass
            raise


@fault("no-json-is-no-change", clause="general.body-not-json")
class NoJsonIsNoChange(Sandbox):
    """A body that is no JSON counts as an empty object."""

    def parse_json(self, call: Call) -> object:
        try:
            return super().parse_json(call)
        except orjson.JSONDecodeError:
            return {} if call.body.strip() else b""


@fault("no-json-is-unprocessable", clause="general.body-not-json")
class NoJsonIsUnprocessable(Sandbox):
    """The verification of a signing challenge whose body is no JSON is a 422."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        row = super().refusal(operation, reason)
        unprocessable = operation is Operation.VERIFY_SIGNING_CHALLENGE and reason is Reason.JSON_INVALID
        return replace(row, status=422) if unprocessable else row


@fault("empty-body-is-no-change", clause="general.body-not-an-object")
class EmptyBodyIsNoChange(Sandbox):
    """A body without anything in it counts as an empty object."""

    def parse_json(self, call: Call) -> object:
        return super().parse_json(call) if call.body.strip() else {}


@fault("null-body-is-no-change", clause="general.body-not-an-object")
class NullBodyIsNoChange(Sandbox):
    """A body that counts as false is taken for an empty object."""

    def parse_json(self, call: Call) -> object:
        return super().parse_json(call) or {}


@fault("first-of-an-array", clause="general.body-not-an-object")
class FirstOfAnArray(Sandbox):
    """Of an array that makes a key the first object counts."""

    def parse_json(self, call: Call) -> object:
        body = super().parse_json(call)
        in_array = call.operation is Operation.ADD_KEY and isinstance(body, list) and body
        return body[0] if in_array and isinstance(body, list) else body


@fault("text-for-a-body-fails", clause="general.body-not-an-object")
class TextForABodyFails(Sandbox):
    """A body that is a text is asked for its fields."""

    def parse_json(self, call: Call) -> object:
        body = super().parse_json(call)
        if isinstance(body, str):
            raise TypeError("a text has no fields")
        return body


@fault("wrong-type-is-unprocessable", clause="general.content-type", level=Level.SHOULD)
class WrongTypeIsUnprocessable(Sandbox):
    """Another content type gets a 422."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        row = super().refusal(operation, reason)
        return replace(row, status=422) if reason is Reason.CONTENT_TYPE_INVALID else row


@fault("absent-type-is-a-conflict", clause="general.content-type", level=Level.SHOULD)
class AbsentTypeIsAConflict(Sandbox):
    """A key that is sent without a content type is a conflict."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        row = super().refusal(operation, reason)
        conflict = reason is Reason.CONTENT_TYPE_INVALID and operation is Operation.ADD_KEY
        return replace(super().refusal(operation, Reason.PURPOSE_PRESENT)) if conflict else row


@fault("wrong-type-ends-the-challenge", clause="general.content-type", level=Level.SHOULD)
class WrongTypeEndsTheChallenge(Sandbox):
    """A verification with another content type is refused, and ends the SMS challenge."""

    def is_json_type(self, call: Call) -> bool:
        good = super().is_json_type(call)
        challenge = self.world.sms_challenges.get(call.ids[0]) if call.ids else None
        if challenge is not None and not good:
            challenge.progress = Progress.DEAD
        return good
