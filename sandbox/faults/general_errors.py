# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of errors: their shape, their status, their id, and inputs that get a 5xx (contract 1.3, 1.8)."""

from __future__ import annotations

import codecs
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import orjson

from sandbox import clock
from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.errors import Shape
from sandbox.rules.pages import Page
from sandbox.world import Device

T = TypeVar("T")


@fault("flat-401", clause="general.error-shape")
class Flat401(Sandbox):
    """The 401 of one operation has the flat shape."""

    def error_shape(self, operation: Operation, status: int) -> Shape:
        if (operation, status) == (Operation.ADD_KEY, 401):
            return Shape.FLAT
        return super().error_shape(operation, status)


@fault("flat-conflict", clause="general.error-shape")
class FlatConflict(Sandbox):
    """A conflict has the flat shape."""

    def error_shape(self, operation: Operation, status: int) -> Shape:
        return Shape.FLAT if status == 409 else super().error_shape(operation, status)


@fault("refusal-without-a-detail", clause="general.error-shape")
class RefusalWithoutADetail(Sandbox):
    """The detail of a wrong signature is empty."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        row = super().refusal(operation, reason)
        return replace(row, detail="") if reason is Reason.SIGNATURE_WRONG else row


@fault("no-errors-in-an-error", clause="general.error-shape")
class NoErrorsInAnError(Sandbox):
    """A key whose purpose is present gets an error without any entry."""

    def error_body(self, operation: Operation, refusal: Refusal, field: str | None) -> Json:
        empty = operation is Operation.ADD_KEY and refusal.status == 409
        return {"errors": []} if empty else super().error_body(operation, refusal, field)


@fault("code-is-a-number", clause="general.error-shape")
class CodeIsANumber(Sandbox):
    """The code of an unknown person is a number."""

    def error_members(self, operation: Operation, refusal: Refusal) -> Json:
        members = super().error_members(operation, refusal)
        return members | {"code": 1003} if refusal.status == 404 and operation.value.endswith("person") else members


@fault("401-says-403", clause="general.error-status")
class UnauthenticatedSaysForbidden(Sandbox):
    """The body of a refused deletion says 403, whatever it was refused for."""

    def error_status(self, operation: Operation, status: int) -> object:
        return 403 if operation is Operation.DELETE_DEVICE else super().error_status(operation, status)


@fault("404-says-400", clause="general.error-status")
class NotFoundSaysBadRequest(Sandbox):
    """The body of a 404 says 400."""

    def error_status(self, operation: Operation, status: int) -> object:
        return super().error_status(operation, 400 if status == 404 else status)


@fault("status-is-a-class", clause="general.error-status")
class StatusIsAClass(Sandbox):
    """The status of an error that has a field is rounded to the hundred."""

    def error_status(self, operation: Operation, status: int) -> object:
        return super().error_status(operation, status // 100 * 100)


@fault("error-id-of-its-kind", clause="general.error-id")
class ErrorIdOfItsKind(Sandbox):
    """All errors of an operation have one id."""

    def error_id(self, operation: Operation) -> str:
        return f"err-{operation.value}"


@fault("error-id-of-the-second", clause="general.error-id")
class ErrorIdOfTheSecond(Sandbox):
    """The id of an error is the second in which it happened."""

    def error_id(self, operation: Operation) -> str:
        return f"{int(clock.current()):x}"


@fault("one-id-for-bad-tokens", clause="general.error-id")
class OneIdForBadTokens(Sandbox):
    """Every 401 has the same id."""

    def error_members(self, operation: Operation, refusal: Refusal) -> Json:
        members = super().error_members(operation, refusal)
        return members | {"id": "00000000-0000-4000-8000-000000000401"} if refusal.status == 401 else members


# Inputs that get a 5xx.

SERVER_ERROR = "general.no-server-error"


@fault("nul-in-a-name-fails", clause=SERVER_ERROR)
class NulInANameFails(Sandbox):
    """A NUL in the name of a device fails."""

    def optional_text(self, call: Call, body: Json, name: str) -> str | None:
        text = super().optional_text(call, body, name)
        if name == "name" and "\0" in (text or ""):
            raise ValueError("invalid byte sequence")
        return text


@fault("emoji-fails-when-it-is-read", clause=SERVER_ERROR)
class EmojiFailsWhenItIsRead(Sandbox):
    """A name with an emoji is taken, and fails in the list of devices."""

    def device_view(self, call: Call, device: Device) -> Json:
        if call.operation is Operation.LIST_DEVICES:
            longest = max(map(ord, device.name or " "))
            if longest > 0xFFFF:
                raise ValueError("incorrect string value")
        return super().device_view(call, device)


@fault("long-provider-fails", clause=SERVER_ERROR)
class LongProviderFails(Sandbox):
    """A provider of more than 65,535 characters fails."""

    def optional_text(self, call: Call, body: Json, name: str) -> str | None:
        text = super().optional_text(call, body, name)
        if name == "provider" and len(text or "") > 65_535:
            raise ValueError("data too long")
        return text


@fault("deep-json-fails", clause=SERVER_ERROR)
class DeepJsonFails(Sandbox):
    """JSON that is nested too deeply fails in the parser."""

    def parse_json(self, call: Call) -> object:
        try:
            return super().parse_json(call)
        except orjson.JSONDecodeError:
            try:
                json.loads(call.body)
            except ValueError:
                raise orjson.JSONDecodeError("no JSON", "", 0) from None
            raise


@fault("utf-8-fails", clause=SERVER_ERROR)
class Utf8Fails(Sandbox):
    """A body that is no UTF-8 fails before it is parsed."""

    def parse_json(self, call: Call) -> object:
        call.body.decode()
        return super().parse_json(call)


@fault("page-number-overflows", clause=SERVER_ERROR)
class PageNumberOverflows(Sandbox):
    """A page that begins beyond 64 bits fails."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        if (page.number - 1) * page.size >= 1 << 63:
            raise OverflowError("out of range")
        return super().page_of(call, things, page)


@fault("digits-that-are-none", clause=SERVER_ERROR)
class DigitsThatAreNone(Sandbox):
    """A superscript passes for a digit in a page number, and is none."""

    def is_count(self, call: Call, name: str, text: str) -> bool:
        return text.isdigit() and text.strip("0") != ""


@fault("truncated-signature-fails", clause=SERVER_ERROR)
class TruncatedSignatureFails(Sandbox):
    """A signature that is shorter than it says fails."""

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        if len(data) > 1 and data[1] < 0x80:
            data[1 + data[1]]
        return super().parse_signature(call, data)


@fault("point-at-infinity-fails", clause=SERVER_ERROR)
class PointAtInfinityFails(Sandbox):
    """The point at infinity has no coordinate that could be looked at."""

    def is_accepted_form(self, call: Call, point: bytes) -> bool:
        return point[1] >= 0 and super().is_accepted_form(call, point)


@fault("filter-fails", clause=SERVER_ERROR)
class FilterFails(Sandbox):
    """A quotation mark in filter[person_id] ends the query to the database."""

    def filter_text(self, call: Call, name: str) -> str | None:
        text = super().filter_text(call, name)
        if "'" in (text or ""):
            raise ValueError("syntax error")
        return text


@fault("unknown-charset-fails", clause=SERVER_ERROR)
class UnknownCharsetFails(Sandbox):
    """A charset that nobody knows fails."""

    def is_json_type(self, call: Call) -> bool:
        _, _, charset = (call.request.header(b"content-type") or "").partition("charset=")
        codecs.lookup(charset.strip() or "utf-8")
        return super().is_json_type(call)
