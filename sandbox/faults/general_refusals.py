"""Faults of refusals: what a request does although it is refused (contract 1.9, 1.11)."""

from __future__ import annotations

from typing import Any

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Answer, Json, Request
from sandbox.operations import Match, Operation, Route
from sandbox.refusals import Refusal, RefusedError
from sandbox.world import DeliveryEvent

REFUSAL = "general.refusal-changes-nothing"


@fault("event-kept-though-refused", clause=REFUSAL)
class EventKeptThoughRefused(Sandbox):
    """A delivery event stays, although its provider was of the wrong type."""

    def delivery_event(self, call: Call, body: Json) -> DeliveryEvent:
        try:
            return super().delivery_event(call, body)
        except RefusedError as error:
            challenge = self.world.activation_challenges.get(call.ids[0])
            if error.field == "provider" and challenge is not None and self.is_visible(call, challenge):
                challenge.events.append(super().delivery_event(call, body | {"provider": None}))
            raise


@fault("otp-before-the-app-signature", clause=REFUSAL)
class OtpBeforeTheAppSignature(Sandbox):
    """The OTP of an SMS challenge is sent, although its app signature was of the wrong type."""

    def optional_text(self, call: Call, body: Json, name: str) -> str | None:
        try:
            return super().optional_text(call, body, name)
        except RefusedError:
            if call.operation is Operation.CREATE_SMS_CHALLENGE and name == "app_signature":
                number = self.reachable_number(call, self.person_of_body(call, self.text(call, body, "person_id")))
                self.send_sms(call, number, self.draw_otp(call, number))
            raise


@fault("half-a-change", clause=REFUSAL)
class HalfAChange(Sandbox):
    """The fields of a person are changed one after the other, until one of them is refused."""

    def person_fields(self, call: Call, body: Json) -> dict[str, Any]:
        try:
            return super().person_fields(call, body)
        except RefusedError:
            person = self.world.persons.get(call.ids[0]) if call.ids else None
            if person is not None and self.is_visible(call, person):
                good = {name: value for name, value in body.items() if isinstance(value, str)}
                self.apply_changes(call, person, super().person_fields(call, good))
            raise


@fault("incomplete-confirmation-ends-the-request", clause=REFUSAL)
class IncompleteConfirmationEndsTheRequest(Sandbox):
    """A confirmation without a TAN is refused, and ends the change request."""

    def text(self, call: Call, body: Json, name: str) -> str:
        try:
            return super().text(call, body, name)
        except RefusedError:
            request = self.world.change_requests.get(call.ids[0]) if call.ids else None
            if request is not None and call.operation is Operation.CONFIRM_CHANGE_REQUEST:
                request.dead = True
            raise


@fault("bound-though-refused", clause=REFUSAL)
class BoundThoughRefused(Sandbox):
    """A device is bound before the type of device_data is looked at."""

    def check_device_data(self, call: Call, body: Json) -> None:
        try:
            super().check_device_data(call, body)
        except RefusedError:
            challenge = self.world.signature_challenges.get(call.ids[0]) if call.ids else None
            if challenge is not None and call.operation is Operation.VERIFY_SIGNATURE_CHALLENGE:
                self.bind(call, self.device_to_bind(call, challenge), self.code_of(call, challenge))
            raise


@fault("number-kept-though-refused", clause=REFUSAL)
class NumberKeptThoughRefused(Sandbox):
    """The OTP of a number dies when somebody without a token asks for another one."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        person = self.world.persons.get(match.ids[0]) if operation is Operation.CONFIRM_MOBILE_NUMBER else None
        if person is not None and person.mobile_number is not None and not request.header(b"authorization"):
            person.mobile_number.otp = None
        return await super().handled(operation, route, match, request)


# A 500, which is a refusal too.


@fault("internal-error-in-a-word", clause="general.server-error")
class InternalErrorInAWord(Sandbox):
    """The internal error of a change request is a message and nothing else."""

    def error_body(self, operation: Operation, refusal: Refusal, field: str | None) -> Json:
        if refusal.status == 500 and operation is Operation.AUTHORIZE_CHANGE_REQUEST:
            return {"message": refusal.detail}
        return super().error_body(operation, refusal, field)
