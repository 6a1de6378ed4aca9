# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of answers: JSON, time stamps, ids, errors, methods (contract 1.1, 1.3, 1.7, 1.10)."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.chapters.binding import BindingWish
from sandbox.chapters.keys import KeyWish
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json, Request
from sandbox.operations import Gate, Match, Operation, Route
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.world import ActivationChallenge, Challenge, Device, Key, OwnedT, Person, SignatureChallenge, Store

# JSON, and no content.


@fault("keys-as-text", clause="general.json")
class KeysAsText(Sandbox):
    """The keys of a device are sent as text/plain."""

    def content_type(self, request: Request, answer: Answer) -> str:
        return "text/plain" if request.raw_path.endswith(b"/keys") else super().content_type(request, answer)


@fault("mark-before-json", clause="general.json")
class MarkBeforeJson(Sandbox):
    """A byte order mark stands in front of a list."""

    def encoded(self, request: Request, answer: Answer) -> bytes:
        mark = b"\xef\xbb\xbf" if isinstance(answer.body, list) else b""
        return mark + super().encoded(request, answer)


@fault("list-in-utf-16", clause="general.json")
class ListInUtf16(Sandbox):
    """The list of devices is written in UTF-16."""

    def encoded(self, request: Request, answer: Answer) -> bytes:
        body = super().encoded(request, answer)
        is_list = request.raw_path.endswith(b"/devices") and isinstance(answer.body, list)
        return body.decode().encode("utf-16") if is_list else body


@fault("errors-as-html", clause="general.json")
class ErrorsAsHtml(Sandbox):
    """An error says that it is HTML."""

    def content_type(self, request: Request, answer: Answer) -> str:
        return "text/html" if answer.status >= 400 else super().content_type(request, answer)


@fault("charset-refused", clause="general.json")
class CharsetRefused(Sandbox):
    """A content type with a charset is not taken for JSON."""

    def is_json_type(self, call: Call) -> bool:
        return call.request.header(b"content-type") == "application/json"


@fault("length-of-nothing", clause="general.no-content")
class LengthOfNothing(Sandbox):
    """The 204 of a deletion announces two bytes, and sends them."""

    async def delete_device(self, call: Call) -> Answer:
        await super().delete_device(call)
        return Answer(204, {})


@fault("null-for-no-content", clause="general.no-content")
class NullForNoContent(Sandbox):
    """The 204 of a verified SMS challenge has the body null."""

    def encoded(self, request: Request, answer: Answer) -> bytes:
        verified = answer.status == 204 and b"/sms/" in request.raw_path
        return b"null" if verified else super().encoded(request, answer)


# Time stamps.


@fault("deletion-without-a-zone", clause="general.timestamps")
class DeletionWithoutAZone(Sandbox):
    """deleted_at names no zone."""

    def deletion_view(self, call: Call, device: Device) -> Json:
        return {name: value.rstrip("Z") for name, value in super().deletion_view(call, device).items()}


@fault("use-as-http-date", clause="general.timestamps")
class UseAsHttpDate(Sandbox):
    """used_at is written as HTTP writes a date."""

    def key_view(self, call: Call, key: Key) -> Json:
        view = super().key_view(call, key)
        if key.used_at is not None:
            view["used_at"] = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(key.used_at))
        return view


@fault("blank-in-a-time", clause="general.timestamps")
class BlankInATime(Sandbox):
    """The time stamps of a signature challenge have a blank for the T when they are read."""

    def timestamp(self, call: Call, instant: float) -> str:
        text = super().timestamp(call, instant)
        return text.replace("T", " ") if call.operation is Operation.GET_SIGNATURE_CHALLENGE else text


@fault("created-in-local-time", clause="general.created-now")
class CreatedInLocalTime(Sandbox):
    """The times of a signature challenge are those of another zone, under the name of UTC."""

    def challenge_view(self, call: Call, challenge: Challenge, kind: str) -> Json:
        if not isinstance(challenge, SignatureChallenge):
            return super().challenge_view(call, challenge, kind)
        local = replace(challenge, created_at=challenge.created_at + 7200, expires_at=challenge.expires_at + 7200)
        return super().challenge_view(call, local, kind)


@fault("device-created-when-read", clause="general.created-now")
class DeviceCreatedWhenRead(Sandbox):
    """A device is as old as the answer that shows it."""

    def device_view(self, call: Call, device: Device) -> Json:
        return super().device_view(call, device) | {"created_at": self.timestamp(call, call.now)}


@fault("code-created-yesterday", clause="general.created-now")
class CodeCreatedYesterday(Sandbox):
    """The clock that dates activation codes is a day late."""

    def activation_view(self, call: Call, challenge: ActivationChallenge) -> Json:
        yesterday = self.timestamp(call, challenge.created_at - 86_400)
        return super().activation_view(call, challenge) | {"created_at": yesterday}


# Identifiers and order.


@fault("key-ids-count", clause="general.identifiers")
class KeyIdsCount(Sandbox):
    """The keys of each device are numbered."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        device = super().pending_device(call, person, wish)
        device.keys[0].id = "1"
        return device


@fault("added-key-has-the-id-of-the-first", clause="general.identifiers")
class AddedKeyHasTheIdOfTheFirst(Sandbox):
    """A key that is added has the id of the key that vouched for it."""

    def check_key_addition(self, call: Call, device: Device, wish: KeyWish) -> None:
        super().check_key_addition(call, device, wish)
        self.voucher = self.vouching_key(call, device, wish)

    def added_key(self, call: Call, wish: KeyWish) -> Key:
        return replace(super().added_key(call, wish), id=self.voucher.id)


@fault("list-shuffled", clause="general.stable-order", level=Level.SHOULD)
class ListShuffled(Sandbox):
    """The list of devices has another order each time."""

    def listed_devices(self, call: Call) -> list[Device]:
        devices = super().listed_devices(call)
        secrets.SystemRandom().shuffle(devices)
        return devices


@fault("deleted-here-and-there", clause="general.stable-order", level=Level.SHOULD)
class DeletedHereAndThere(Sandbox):
    """With the deleted devices the list is turned around each time."""

    turned = False

    def listed_devices(self, call: Call) -> list[Device]:
        devices = super().listed_devices(call)
        if self.query_flag(call, "filter[include_deleted]"):
            self.turned = not self.turned
        return devices[::-1] if self.turned else devices


@fault("keys-in-turns", clause="general.stable-order", level=Level.SHOULD)
class KeysInTurns(Sandbox):
    """The keys of a device are listed from either end in turns."""

    turned = False

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        self.turned = not self.turned
        [row] = super().keys_view(call, device)
        return [row | {"keys": row["keys"] if self.turned else row["keys"][::-1]}]


# Unknown and impossible ids.


@fault("unknown-device-is-deleted", clause="general.unknown-id")
class UnknownDeviceIsDeleted(Sandbox):
    """The deletion of a device that is not there is a success."""

    async def delete_device(self, call: Call) -> Answer:
        try:
            return await super().delete_device(call)
        except RefusedError:
            return Answer(204)


@fault("unknown-challenge-is-invalid", clause="general.unknown-id")
class UnknownChallengeIsInvalid(Sandbox):
    """An unknown SMS challenge is a bad request."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        invalid = operation is Operation.GET_SMS_CHALLENGE and reason is Reason.CHALLENGE_UNKNOWN
        return super().refusal(operation, Reason.FIELD_VALUE if invalid else reason)


@fault("no-events-of-nothing", clause="general.unknown-id")
class NoEventsOfNothing(Sandbox):
    """An unknown activation challenge has an empty list of delivery events."""

    async def list_delivery_events(self, call: Call) -> Answer:
        try:
            return await super().list_delivery_events(call)
        except RefusedError:
            return Answer(200, [])


@fault("any-key-reads-as-the-first", clause="general.unknown-id")
class AnyKeyReadsAsTheFirst(Sandbox):
    """An unknown key is the first one of its device."""

    def key_of_id(self, call: Call, device: Device, key_id: str) -> Key | None:
        return super().key_of_id(call, device, key_id) or device.keys[0]


class _FindsAlike(Sandbox):
    """A sandbox that finds a thing by something like its id."""

    def meant(self, call: Call, thing_id: str, known: str) -> bool:
        """Whether an id is taken for a known one."""
        return False

    def found(
        self, call: Call, store: Store[OwnedT], thing_id: str, reason: Reason, field: str | None = None
    ) -> OwnedT:
        thing = store.get(thing_id)
        if thing is None:
            alike = (one for one in store if self.is_visible(call, one) and self.meant(call, thing_id, one.id))
            thing = next(alike, None)
        return super().found(call, store, thing_id if thing is None else thing.id, reason, field)


@fault("beginning-of-an-id", clause="general.impossible-id")
class BeginningOfAnId(_FindsAlike):
    """A device is found by the first eight characters of its id."""

    def meant(self, call: Call, thing_id: str, known: str) -> bool:
        return call.operation is Operation.GET_DEVICE and len(thing_id) == 8 and known.startswith(thing_id)


@fault("id-cut-to-its-column", clause="general.impossible-id")
class IdCutToItsColumn(_FindsAlike):
    """What is longer than an id is cut to its length."""

    def meant(self, call: Call, thing_id: str, known: str) -> bool:
        return len(thing_id) > len(known) and thing_id.startswith(known)


@fault("asterisk-is-any-id", clause="general.impossible-id")
class AsteriskIsAnyId(_FindsAlike):
    """An asterisk stands for any activation challenge."""

    def meant(self, call: Call, thing_id: str, known: str) -> bool:
        return call.operation is Operation.GET_ACTIVATION_CHALLENGE and thing_id == "*"


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


@fault("put-is-post", clause="general.unsupported-method")
class PutIsPost(Sandbox):
    """A PUT on the devices is a POST."""

    def routes(self) -> tuple[Route, ...]:
        put = Route("PUT", "/v1/mfa/devices", Operation.CREATE_DEVICE, Gate.DEVICE_MANAGEMENT)
        return (*super().routes(), put)


@fault("patch-reads", clause="general.unsupported-method")
class PatchReads(Sandbox):
    """A PATCH of an activation challenge reads it."""

    def routes(self) -> tuple[Route, ...]:
        path = "/v1/mfa/challenges/activation/{}"
        return (*super().routes(), Route("PATCH", path, Operation.GET_ACTIVATION_CHALLENGE, Gate.DEVICE_MANAGEMENT))


@fault("challenge-can-be-deleted", clause="general.unsupported-method")
class ChallengeCanBeDeleted(Sandbox):
    """A DELETE of a signing challenge does nothing, and succeeds."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        answers = route is None and request.method == "DELETE" and b"/challenges/devices/" in request.raw_path
        if answers and request.header(b"authorization"):
            return Answer(204)
        return await super().handled(operation, route, match, request)


@fault("unsupported-method-is-a-bad-request", clause="general.unsupported-method")
class UnsupportedMethodIsABadRequest(Sandbox):
    """A method that a path does not have is a bad request."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return super().refusal(operation, Reason.FIELD_VALUE if reason is Reason.METHOD_NOT_ALLOWED else reason)


@fault("405-without-allow", clause="general.allow", level=Level.SHOULD)
class NoAllow(Sandbox):
    """A 405 does not say what is allowed."""

    def error_headers(self, operation: Operation, refusal: Refusal, allow: str | None) -> dict[str, str]:
        return super().error_headers(operation, refusal, None)


@fault("allow-says-all", clause="general.allow", level=Level.SHOULD)
class AllowSaysAll(Sandbox):
    """A 405 allows every method."""

    def error_headers(self, operation: Operation, refusal: Refusal, allow: str | None) -> dict[str, str]:
        return super().error_headers(operation, refusal, allow and "DELETE, GET, HEAD, PATCH, POST, PUT")
