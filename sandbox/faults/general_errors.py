"""Faults of errors: their shape, their status, their id, and inputs that get a 5xx (contract 1.3, 1.8)."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from typing import TypeVar

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Refusal
from sandbox.rules.pages import Page

T = TypeVar("T")


@fault("code-is-a-number", clause="general.error-shape")
class CodeIsANumber(Sandbox):
    """The code of an unknown person is a number."""

    def error_members(self, operation: Operation, refusal: Refusal) -> Json:
        members = super().error_members(operation, refusal)
        return members | {"code": 1003} if refusal.status == 404 and operation.value.endswith("person") else members


@fault("status-is-a-class", clause="general.error-status")
class StatusIsAClass(Sandbox):
    """The status of an error that has a field is rounded to the hundred."""

    def error_status(self, operation: Operation, status: int) -> object:
        return super().error_status(operation, status // 100 * 100)


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


@fault("long-provider-fails", clause=SERVER_ERROR)
class LongProviderFails(Sandbox):
    """A provider of more than 65,535 characters fails."""

    def optional_text(self, call: Call, body: Json, name: str) -> str | None:
        text = super().optional_text(call, body, name)
        if name == "provider" and len(text or "") > 65_535:
            raise ValueError("data too long")
        return text


@fault("page-number-overflows", clause=SERVER_ERROR)
class PageNumberOverflows(Sandbox):
    """A page that begins beyond 64 bits fails."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        if (page.number - 1) * page.size >= 1 << 63:
            raise OverflowError("out of range")
        return super().page_of(call, things, page)


@fault("point-at-infinity-fails", clause=SERVER_ERROR)
class PointAtInfinityFails(Sandbox):
    """The point at infinity has no coordinate that could be looked at."""

    def is_accepted_form(self, call: Call, point: bytes) -> bool:
        return point[1] >= 0 and super().is_accepted_form(call, point)


@fault("unknown-charset-fails", clause=SERVER_ERROR)
class UnknownCharsetFails(Sandbox):
    """A charset that nobody knows fails."""

    def is_json_type(self, call: Call) -> bool:
        _, _, charset = (call.request.header(b"content-type") or "").partition("charset=")
        codecs.lookup(charset.strip() or "utf-8")
        return super().is_json_type(call)
