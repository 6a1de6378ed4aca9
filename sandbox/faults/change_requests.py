# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of change requests until they are authorized: which change needs one, and who may authorize it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.app import Sandbox
from sandbox.chapters.change_requests import COMPLETED, DEVICE_SIGNING, STATIC
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.settings import Settings
from sandbox.world import ChangeRequest, Device, Person

AUTHORIZE = Operation.AUTHORIZE_CHANGE_REQUEST


# The change of a person.


@fault("one-open-change-for-each-person", clause="change.begins")
class OneOpenChangeForEachPerson(Sandbox):
    """A second change of a person has the id of the first one."""

    def change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> ChangeRequest:
        request = super().change_request(call, person, changes)
        mine = (one.id for one in self.world.change_requests if one.person_id == person.id and one.status != COMPLETED)
        return replace(request, id=next(mine, request.id))


@fault("unset-field-takes-the-place-of-all", clause="change.field-not-set")
class UnsetFieldTakesThePlaceOfAll(Sandbox):
    """A change that needs no authorization empties the fields that it does not name."""

    def apply_changes(self, call: Call, person: Person, changes: dict[str, Any]) -> None:
        if call.operation is Operation.CHANGE_PERSON:
            person.fields = {}
        super().apply_changes(call, person, changes)


@fault("who-has-no-number-is-a-bad-request", clause="change.person-without-number")
class WhoHasNoNumberIsABadRequest(Sandbox):
    """The change of a person whom no TAN can reach is a bad request."""

    def needs_change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> bool:
        self.require(call, person.mobile_number is not None, Reason.NUMBER_NOT_VERIFIED)
        return super().needs_change_request(call, person, changes)


# Authorization.


@fault("authorized-request-says-completed", clause="authorize.works")
class AuthorizedRequestSaysCompleted(Sandbox):
    """A request that was authorized by a device says that it is completed."""

    def authorized_view(self, call: Call, request: ChangeRequest) -> Json:
        is_device = request.delivery_method == DEVICE_SIGNING
        return super().authorized_view(call, request) | ({"status": COMPLETED} if is_device else {})


@fault("text-to-sign-beside-a-tan", clause="authorize.string-to-sign")
class TextToSignBesideATan(Sandbox):
    """There is a text to sign whichever method is asked for."""

    def authorized_view(self, call: Call, request: ChangeRequest) -> Json:
        text = request.string_to_sign or self.text_to_sign(call)
        return self.change_request_view(call, request) | {"string_to_sign": text}


@fault("texts-are-counted-twice", clause="authorize.never-repeats")
class TextsAreCountedTwice(Sandbox):
    """Change requests and signing challenges count their texts each from one."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._texts = {"change": 0, "challenge": 0}

    def text_to_sign(self, call: Call) -> str:
        return self._next("change")

    def string_to_sign(self, call: Call) -> str:
        return self._next("challenge")

    def _next(self, kind: str) -> str:
        self._texts[kind] += 1
        return f"text number {self._texts[kind]}"


@fault("tan-of-the-time", clause="authorize.random-tan")
class TanOfTheTime(Sandbox):
    """A TAN is the end of the seconds since 1970."""

    def draw_otp(self, call: Call, number: str) -> str:
        return f"{int(call.now) % 1_000_000:06d}" if call.operation is AUTHORIZE else super().draw_otp(call, number)


@fault("no-person-is-the-owner", clause="authorize.unknown-method")
class NoPersonIsTheOwner(Sandbox):
    """Where no person is named, the owner is meant."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        value = super().value_of(call, body, name)
        if call.operation is AUTHORIZE and name == "person_id" and value is None:
            request = self.world.change_requests.get(call.ids[0])
            return request.person_id if request else None
        return value


@fault("unknown-request-conflicts", clause="authorize.unknown-request")
class UnknownRequestConflicts(Sandbox):
    """The authorization of an unknown change request is a conflict."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (AUTHORIZE, Reason.CHANGE_REQUEST_UNKNOWN)
        return super().refusal(operation, Reason.NOT_AUTHORIZED_YET if is_it else reason)


@fault("unbound-device-authorizes", clause="authorize.not-the-owner")
class UnboundDeviceAuthorizes(Sandbox):
    """A device that is not bound yet authorizes a change."""

    def is_bound(self, call: Call, device: Device) -> bool:
        return call.operation is AUTHORIZE or super().is_bound(call, device)


@fault("without-a-number-the-tan-is-static", clause="authorize.number-not-verified")
class WithoutANumberTheTanIsStatic(Sandbox):
    """Where there is no number to send a TAN to, the static one is right."""

    async def authorize_by_tan(self, call: Call, request: ChangeRequest, person_id: str, method: str) -> None:
        number = self.owner(call, request).mobile_number
        await super().authorize_by_tan(call, request, person_id, method if number else STATIC)


@fault("expired-request-is-authorized", clause="authorize.finished")
class ExpiredRequestIsAuthorized(Sandbox):
    """A request that was authorized and has expired can be authorized again."""

    def is_over(self, call: Call, expires_at: float) -> bool:
        return call.operation is not AUTHORIZE and super().is_over(call, expires_at)
