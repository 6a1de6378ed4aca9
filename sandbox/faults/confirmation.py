"""Faults of the confirmation of change requests: by what, by whom, how often, and until when."""

from __future__ import annotations

from typing import Any

from sandbox.app import Sandbox
from sandbox.chapters.change_requests import COMPLETED, MOBILE_NUMBER, STATIC
from sandbox.core import Call
from sandbox.der import NotDerError, Signature
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.settings import Settings
from sandbox.world import ChangeRequest, Device, Key, Person

CONFIRM = Operation.CONFIRM_CHANGE_REQUEST


def _request(sandbox: Sandbox, call: Call) -> ChangeRequest:
    """The change request that the call confirms."""
    return sandbox.found(call, sandbox.world.change_requests, call.ids[0], Reason.CHANGE_REQUEST_UNKNOWN)


# The right confirmation.


@fault("answer-before-the-change", clause="confirm.by-tan")
class AnswerBeforeTheChange(Sandbox):
    """The answer to a confirmation shows the person as it was before."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._before: dict[str, Json] = {}

    def apply_changes(self, call: Call, person: Person, changes: dict[str, Any]) -> None:
        self._before[person.id] = self.person_view(call, person)
        super().apply_changes(call, person, changes)

    def completed_view(self, call: Call, request: ChangeRequest, person: Person) -> Json:
        return super().completed_view(call, request, person) | {"response_body": self._before[person.id]}


@fault("static-tan-is-forgotten", clause="confirm.by-static-tan")
class StaticTanIsForgotten(Sandbox):
    """The static TAN is right for persons whose number begins with +1555, as the static OTP is."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if call.operation is CONFIRM and (request := _request(self, call)).delivery_method == STATIC:
            number = self.owner(call, request).mobile_number
            return number is not None and number.number.startswith("+1555") and super().otp_matches(call, otp, text)
        return super().otp_matches(call, otp, text)


@fault("text-of-the-latest-authorization", clause="confirm.by-signature")
class TextOfTheLatestAuthorization(Sandbox):
    """Whatever a person's device signs is held against the text that was last given to that person."""

    def check_signature(self, call: Call, body: Json, request: ChangeRequest) -> None:
        own = request.string_to_sign
        waiting = [one for one in self.world.change_requests if one.person_id == request.person_id]
        latest = max(waiting, key=lambda one: one.string_to_sign is not None and self._order.index(one.id))
        request.string_to_sign = latest.string_to_sign
        try:
            super().check_signature(call, body, request)
        finally:
            request.string_to_sign = own

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._order: list[str] = []

    def open_confirmation(self, call: Call, request: ChangeRequest, method: str) -> None:
        super().open_confirmation(call, request, method)
        self._order.append(request.id)


@fault("response-body-without-an-address", clause="confirm.response-body")
class ResponseBodyWithoutAnAddress(Sandbox):
    """response_body leaves out what is no text."""

    def completed_view(self, call: Call, request: ChangeRequest, person: Person) -> Json:
        texts = {name: value for name, value in self.person_view(call, person).items() if isinstance(value, str)}
        return super().completed_view(call, request, person) | {"response_body": texts}


# Wrong TANs.


@fault("beginning-of-a-tan-will-do", clause="confirm.wrong-tan")
class BeginningOfATanWillDo(Sandbox):
    """A TAN is compared with as many digits as were sent, if they are five or more."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        is_it = call.operation is CONFIRM and len(text) >= 5
        return super().otp_matches(call, otp[: len(text)] if is_it else otp, text)


@fault("used-tan-confirms-again", clause="confirm.wrong-tan")
class UsedTanConfirmsAgain(Sandbox):
    """A TAN that has confirmed one change of the person confirms others."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if super().otp_matches(call, otp, text) or call.operation is not CONFIRM:
            return super().otp_matches(call, otp, text)
        person_id = _request(self, call).person_id
        done = [one for one in self.world.change_requests if one.person_id == person_id and one.status == COMPLETED]
        return any(one.tan == text for one in done if one.delivery_method == MOBILE_NUMBER)


@fault("wrong-tan-is-a-404", clause="confirm.wrong-tan")
class WrongTanIsA404(Sandbox):
    """A wrong TAN is answered as an unknown change request."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (CONFIRM, Reason.CODE_WRONG)
        return super().refusal(operation, Reason.CHANGE_REQUEST_UNKNOWN if is_it else reason)


# Wrong signatures.


@fault("text-of-another-change-is-signed", clause="confirm.wrong-signature")
class TextOfAnotherChangeIsSigned(Sandbox):
    """A signature over the text of any change request of the person is taken."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if super().verifies(call, key, signature, message) or call.operation is not CONFIRM:
            return super().verifies(call, key, signature, message)
        person_id = _request(self, call).person_id
        texts = [one.string_to_sign for one in self.world.change_requests if one.person_id == person_id]
        return any(
            super(TextOfAnotherChangeIsSigned, self).verifies(call, key, signature, text or "") for text in texts
        )


@fault("nonsense-is-a-conflict", clause="confirm.malformed-signature")
class NonsenseIsAConflict(Sandbox):
    """A signature that is not DER is refused as a conflict."""

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        try:
            return super().parse_signature(call, data)
        except NotDerError:
            raise (self.refused(call, Reason.KEY_REGISTERED) if call.operation is CONFIRM else NotDerError) from None


# Another than was asked.


@fault("anybody-confirms-by-the-static-tan", clause="confirm.another-person")
class AnybodyConfirmsByTheStaticTan(Sandbox):
    """Who sends the static TAN is not asked, if it is a person of the partner."""

    def is_owner(self, call: Call, request: ChangeRequest, person_id: str) -> bool:
        person = self.world.persons.get(person_id)
        is_somebody = person is not None and self.is_visible(call, person)
        is_static = call.operation is CONFIRM and request.delivery_method == STATIC
        return (is_static and is_somebody) or super().is_owner(call, request, person_id)


@fault("deleted-device-confirms", clause="confirm.another-device")
class DeletedDeviceConfirms(Sandbox):
    """A device that was deleted after the authorization still confirms."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        return call.operation is not CONFIRM and super().is_deleted(call, device)
