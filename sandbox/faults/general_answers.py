"""Faults of answers: JSON, time stamps, ids, errors, methods (contract 1.1, 1.3, 1.7, 1.10)."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.chapters.keys import KeyWish
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json, Request
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.world import ActivationChallenge, Device, Key, OwnedT, Store

# JSON, and no content.


@fault("charset-refused", clause="general.json")
class CharsetRefused(Sandbox):
    """A content type with a charset is not taken for JSON."""

    def is_json_type(self, call: Call) -> bool:
        return call.request.header(b"content-type") == "application/json"


@fault("null-for-no-content", clause="general.no-content")
class NullForNoContent(Sandbox):
    """The 204 of a verified SMS challenge has the body null."""

    def encoded(self, request: Request, answer: Answer) -> bytes:
        verified = answer.status == 204 and b"/sms/" in request.raw_path
        return b"null" if verified else super().encoded(request, answer)


# Time stamps.


@fault("blank-in-a-time", clause="general.timestamps")
class BlankInATime(Sandbox):
    """The time stamps of a signature challenge have a blank for the T when they are read."""

    def timestamp(self, call: Call, instant: float) -> str:
        text = super().timestamp(call, instant)
        return text.replace("T", " ") if call.operation is Operation.GET_SIGNATURE_CHALLENGE else text


@fault("code-created-yesterday", clause="general.created-now")
class CodeCreatedYesterday(Sandbox):
    """The clock that dates activation codes is a day late."""

    def activation_view(self, call: Call, challenge: ActivationChallenge) -> Json:
        yesterday = self.timestamp(call, challenge.created_at - 86_400)
        return super().activation_view(call, challenge) | {"created_at": yesterday}


# Identifiers and order.


@fault("added-key-has-the-id-of-the-first", clause="general.identifiers")
class AddedKeyHasTheIdOfTheFirst(Sandbox):
    """A key that is added has the id of the key that vouched for it."""

    def check_key_addition(self, call: Call, device: Device, wish: KeyWish) -> None:
        super().check_key_addition(call, device, wish)
        self.voucher = self.vouching_key(call, device, wish)

    def added_key(self, call: Call, wish: KeyWish) -> Key:
        return replace(super().added_key(call, wish), id=self.voucher.id)


@fault("keys-in-turns", clause="general.stable-order", level=Level.SHOULD)
class KeysInTurns(Sandbox):
    """The keys of a device are listed from either end in turns."""

    turned = False

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        self.turned = not self.turned
        [row] = super().keys_view(call, device)
        return [row | {"keys": row["keys"] if self.turned else row["keys"][::-1]}]


# Unknown and impossible ids.


@fault("any-key-reads-as-the-first", clause="general.unknown-id")
class AnyKeyReadsAsTheFirst(Sandbox):
    """An unknown key is the first one of its device."""

    def key_of_id(self, call: Call, device: Device, key_id: str) -> Key | None:
        return super().key_of_id(call, device, key_id) or device.keys[0]


@fault("long-id-fails", clause="general.impossible-id")
class LongIdFails(Sandbox):
    """A change request with an id of more than 255 characters fails in the database."""

    def found(
        self, call: Call, store: Store[OwnedT], thing_id: str, reason: Reason, field: str | None = None
    ) -> OwnedT:
        if store is self.world.change_requests and len(thing_id) > 255:
            raise ValueError("value too long")
        return super().found(call, store, thing_id, reason, field)


# Methods.


@fault("unsupported-method-is-a-bad-request", clause="general.unsupported-method")
class UnsupportedMethodIsABadRequest(Sandbox):
    """A method that a path does not have is a bad request."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return super().refusal(operation, Reason.FIELD_VALUE if reason is Reason.METHOD_NOT_ALLOWED else reason)


@fault("allow-says-all", clause="general.allow", level=Level.SHOULD)
class AllowSaysAll(Sandbox):
    """A 405 allows every method."""

    def error_headers(self, operation: Operation, refusal: Refusal, allow: str | None) -> dict[str, str]:
        return super().error_headers(operation, refusal, allow and "DELETE, GET, HEAD, PATCH, POST, PUT")
