"""Faults of the order in which a change request is confirmed: by the method that was authorized, once, and in time."""

from __future__ import annotations

from typing import Any

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.world import ChangeRequest, OwnedT, Person, Store

CONFIRM = Operation.CONFIRM_CHANGE_REQUEST


@fault("other-method-is-a-conflict", clause="confirm.other-method")
class OtherMethodIsAConflict(Sandbox):
    """A confirmation by a method that was not authorized is refused as one that comes too early."""

    def check_tan(self, call: Call, body: Json, request: ChangeRequest) -> None:
        self.require(call, "signature" not in body, Reason.NOT_AUTHORIZED_YET)
        super().check_tan(call, body, request)


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


@fault("later-change-opens-the-former", clause="confirm.twice")
class LaterChangeOpensTheFormer(Sandbox):
    """Only the person's last completed request is remembered to be completed."""

    def finish(self, call: Call, request: ChangeRequest) -> None:
        for former in self.world.change_requests:
            if former.person_id == request.person_id and self.is_finished(call, former):
                former.status = "CONFIRMATION_REQUIRED"
        super().finish(call, request)


@fault("later-change-lengthens-the-time", clause="confirm.expired")
class LaterChangeLengthensTheTime(Sandbox):
    """A person's new change begins the time of the open ones anew."""

    def change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> ChangeRequest:
        request = super().change_request(call, person, changes)
        for former in self.world.change_requests:
            if former.person_id == person.id:
                former.expires_at = request.expires_at
        return request


@fault("missing-field-is-a-conflict", clause="confirm.missing-fields")
class MissingFieldIsAConflict(Sandbox):
    """A confirmation that lacks a field is refused as a conflict."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (CONFIRM, Reason.FIELD_MISSING)
        return super().refusal(operation, Reason.NOT_AUTHORIZED_YET if is_it else reason)


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
