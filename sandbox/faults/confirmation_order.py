# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the order in which a change request is confirmed: by the method that was authorized, once, and in time."""

from __future__ import annotations

from typing import Any

from sandbox.app import Sandbox
from sandbox.chapters.change_requests import DEVICE_SIGNING, STATIC
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.messages import STATIC_OTP
from sandbox.world import ChangeRequest, OwnedT, Person, Store

CONFIRM = Operation.CONFIRM_CHANGE_REQUEST


@fault("static-tan-instead-of-a-signature", clause="confirm.other-method")
class StaticTanInsteadOfASignature(Sandbox):
    """The static TAN confirms what a device has to sign."""

    def check_signature(self, call: Call, body: Json, request: ChangeRequest) -> None:
        if body.get("tan") != STATIC_OTP:
            super().check_signature(call, body, request)


@fault("no-tan-instead-of-a-signature", clause="confirm.other-method")
class NoTanInsteadOfASignature(Sandbox):
    """The body decides what is checked, and where no TAN was sent an empty one is right."""

    def check_signature(self, call: Call, body: Json, request: ChangeRequest) -> None:
        if "tan" not in body or body["tan"] != (request.tan or ""):
            super().check_signature(call, body, request)


@fault("signature-instead-of-a-tan", clause="confirm.other-method")
class SignatureInsteadOfATan(Sandbox):
    """The body decides what is checked, and a device may sign the TAN or its absence."""

    def check_tan(self, call: Call, body: Json, request: ChangeRequest) -> None:
        if "signature" not in body:
            super().check_tan(call, body, request)
            return
        signature = self.signature(call, body)
        device = self.entitled_device(call, request, self.text(call, body, "device_id"))
        texts = (request.tan or "", "")
        keys = device.keys
        if not any(self.verifies(call, key, signature, text) for key in keys for text in texts):
            raise self.failed_confirmation(call, request, Reason.SIGNATURE_WRONG)


@fault("other-method-is-a-conflict", clause="confirm.other-method")
class OtherMethodIsAConflict(Sandbox):
    """A confirmation by a method that was not authorized is refused as one that comes too early."""

    def check_tan(self, call: Call, body: Json, request: ChangeRequest) -> None:
        self.require(call, "signature" not in body, Reason.NOT_AUTHORIZED_YET)
        super().check_tan(call, body, request)


@fault("static-tan-needs-no-authorization", clause="confirm.before-authorize")
class StaticTanNeedsNoAuthorization(Sandbox):
    """The static TAN confirms a change that nobody has authorized."""

    def is_authorized(self, call: Call, request: ChangeRequest) -> bool:
        return super().is_authorized(call, request) or self.json_body(call).get("tan") == STATIC_OTP

    def change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> ChangeRequest:
        request = super().change_request(call, person, changes)
        request.tan = STATIC_OTP
        return request


@fault("signature-needs-no-authorization", clause="confirm.before-authorize")
class SignatureNeedsNoAuthorization(Sandbox):
    """A device of the person confirms a change that nobody has authorized, by a signature over its id."""

    def is_authorized(self, call: Call, request: ChangeRequest) -> bool:
        return super().is_authorized(call, request) or "signature" in self.json_body(call)

    def check_tan(self, call: Call, body: Json, request: ChangeRequest) -> None:
        if super().is_authorized(call, request):
            super().check_tan(call, body, request)
            return
        device = self.entitled_device(call, request, self.text(call, body, "device_id"))
        is_right = self.verifies(call, device.keys[0], self.signature(call, body), request.id)
        self.require(call, is_right, Reason.SIGNATURE_WRONG)


@fault("signed-change-is-completed-again", clause="confirm.twice")
class SignedChangeIsCompletedAgain(Sandbox):
    """A change that a device has signed can be completed again."""

    def is_finished(self, call: Call, request: ChangeRequest) -> bool:
        return request.delivery_method != DEVICE_SIGNING and super().is_finished(call, request)

    def is_authorized(self, call: Call, request: ChangeRequest) -> bool:
        return request.delivery_method is not None


@fault("second-confirmation-is-welcome", clause="confirm.twice")
class SecondConfirmationIsWelcome(Sandbox):
    """A request that is completed says so once more, and makes its change once more."""

    def is_finished(self, call: Call, request: ChangeRequest) -> bool:
        return call.operation is not CONFIRM and super().is_finished(call, request)

    def is_authorized(self, call: Call, request: ChangeRequest) -> bool:
        return request.delivery_method is not None


@fault("later-change-opens-the-former", clause="confirm.twice")
class LaterChangeOpensTheFormer(Sandbox):
    """Only the person's last completed request is remembered to be completed."""

    def finish(self, call: Call, request: ChangeRequest) -> None:
        for former in self.world.change_requests:
            if former.person_id == request.person_id and self.is_finished(call, former):
                former.status = "CONFIRMATION_REQUIRED"
        super().finish(call, request)


@fault("confirmation-at-any-time", clause="confirm.expired")
class ConfirmationAtAnyTime(Sandbox):
    """A request that was authorized by its owner can be confirmed at any time."""

    def is_over(self, call: Call, expires_at: float) -> bool:
        return call.operation is not CONFIRM and super().is_over(call, expires_at)


@fault("signed-text-lives-an-hour", clause="confirm.expired")
class SignedTextLivesAnHour(Sandbox):
    """A request that a device has to sign can be confirmed for an hour."""

    def open_confirmation(self, call: Call, request: ChangeRequest, method: str) -> None:
        super().open_confirmation(call, request, method)
        if method == DEVICE_SIGNING:
            request.expires_at += 3_600


@fault("static-tan-lives-a-minute-longer", clause="confirm.expired")
class StaticTanLivesAMinuteLonger(Sandbox):
    """A request with the static TAN can be confirmed for six minutes."""

    def open_confirmation(self, call: Call, request: ChangeRequest, method: str) -> None:
        super().open_confirmation(call, request, method)
        request.expires_at += 60 * (method == STATIC)


@fault("bad-confirmation-lengthens-the-time", clause="confirm.expired")
class BadConfirmationLengthensTheTime(Sandbox):
    """A confirmation that lacks a field begins the time anew."""

    def check_tan(self, call: Call, body: Json, request: ChangeRequest) -> None:
        if "tan" not in body:
            request.expires_at = call.now + self.change_request_lifetime(call)
        super().check_tan(call, body, request)


@fault("later-change-lengthens-the-time", clause="confirm.expired")
class LaterChangeLengthensTheTime(Sandbox):
    """A person's new change begins the time of the open ones anew."""

    def change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> ChangeRequest:
        request = super().change_request(call, person, changes)
        for former in self.world.change_requests:
            if former.person_id == person.id:
                former.expires_at = request.expires_at
        return request


@fault("who-confirms-is-the-owner", clause="confirm.missing-fields")
class WhoConfirmsIsTheOwner(Sandbox):
    """A confirmation that names no person is by the owner."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        value = super().value_of(call, body, name)
        if call.operation is CONFIRM and name == "person_id" and value is None:
            request = self.world.change_requests.get(call.ids[0])
            return request.person_id if request else None
        return value


@fault("what-confirms-is-the-device", clause="confirm.missing-fields")
class WhatConfirmsIsTheDevice(Sandbox):
    """A confirmation that names no device is by the one that was asked."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        value = super().value_of(call, body, name)
        if call.operation is CONFIRM and name == "device_id" and value is None:
            request = self.world.change_requests.get(call.ids[0])
            return request.device_id if request else None
        return value


@fault("tan-in-a-list", clause="confirm.missing-fields")
class TanInAList(Sandbox):
    """Of a list of TANs the first one counts."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        value = super().value_of(call, body, name)
        return value[0] if name == "tan" and isinstance(value, list) and value else value


@fault("missing-field-is-a-conflict", clause="confirm.missing-fields")
class MissingFieldIsAConflict(Sandbox):
    """A confirmation that lacks a field is refused as a conflict."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (CONFIRM, Reason.FIELD_MISSING)
        return super().refusal(operation, Reason.NOT_AUTHORIZED_YET if is_it else reason)


@fault("unknown-request-is-a-bad-one", clause="confirm.unknown-request")
class UnknownRequestIsABadOne(Sandbox):
    """The confirmation of an unknown change request is a bad request."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (CONFIRM, Reason.CHANGE_REQUEST_UNKNOWN)
        return super().refusal(operation, Reason.FIELD_VALUE if is_it else reason)


@fault("unknown-request-is-the-persons", clause="confirm.unknown-request")
class UnknownRequestIsThePersons(Sandbox):
    """Where the change request is unknown, the latest one of the person who confirms is taken."""

    def found(
        self, call: Call, store: Store[OwnedT], thing_id: str, reason: Reason, field: str | None = None
    ) -> OwnedT:
        if call.operation is CONFIRM and reason is Reason.CHANGE_REQUEST_UNKNOWN and store.get(thing_id) is None:
            person_id = self.json_body(call).get("person_id")
            mine = [one.id for one in self.world.change_requests if one.person_id == person_id]
            return super().found(call, store, mine[-1] if mine else thing_id, reason, field)
        return super().found(call, store, thing_id, reason, field)
