# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
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
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.rules.devices import UNRESTRICTED
from sandbox.rules.messages import STATIC_OTP
from sandbox.settings import Settings
from sandbox.world import ChangeRequest, Device, Key, Person

CONFIRM = Operation.CONFIRM_CHANGE_REQUEST


def _request(sandbox: Sandbox, call: Call) -> ChangeRequest:
    """The change request that the call confirms."""
    return sandbox.found(call, sandbox.world.change_requests, call.ids[0], Reason.CHANGE_REQUEST_UNKNOWN)


# The right confirmation.


@fault("confirmation-of-the-latest-change", clause="confirm.by-tan")
class ConfirmationOfTheLatestChange(Sandbox):
    """Whichever change is confirmed by TAN, it is made to the person of the latest one."""

    def owner(self, call: Call, request: ChangeRequest) -> Person:
        *_, latest = [one for one in self.world.change_requests if self.is_visible(call, one)]
        return super().owner(call, latest if call.operation is CONFIRM and request.tan else request)


@fault("confirmed-and-forgotten", clause="confirm.by-tan")
class ConfirmedAndForgotten(Sandbox):
    """A change that was confirmed by the TAN of an SMS is completed, and never made."""

    def apply_changes(self, call: Call, person: Person, changes: dict[str, Any]) -> None:
        if call.operation is not CONFIRM or _request(self, call).delivery_method != MOBILE_NUMBER:
            super().apply_changes(call, person, changes)


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


@fault("static-tan-is-drawn", clause="confirm.by-static-tan")
class StaticTanIsDrawn(Sandbox):
    """The TAN of static is drawn, and told to nobody."""

    def static_tan(self, call: Call) -> str:
        return self.draw_otp(call, "")


@fault("static-tan-is-forgotten", clause="confirm.by-static-tan")
class StaticTanIsForgotten(Sandbox):
    """The static TAN is right for persons whose number begins with +1555, as the static OTP is."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if call.operation is CONFIRM and (request := _request(self, call)).delivery_method == STATIC:
            number = self.owner(call, request).mobile_number
            return number is not None and number.number.startswith("+1555") and super().otp_matches(call, otp, text)
        return super().otp_matches(call, otp, text)


@fault("restricted-keys-sign-no-change", clause="confirm.by-signature")
class RestrictedKeysSignNoChange(Sandbox):
    """A device with a restricted key alone cannot confirm a change."""

    def signer(self, call: Call, request: ChangeRequest, device: Device) -> Key:
        key = self.key_of_purpose(call, device, UNRESTRICTED)
        if key is None:
            raise self.refused(call, Reason.NOT_ENTITLED, "device_id")
        return key


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


@fault("response-body-of-the-change", clause="confirm.response-body")
class ResponseBodyOfTheChange(Sandbox):
    """response_body shows the fields that were changed, and no others."""

    def completed_view(self, call: Call, request: ChangeRequest, person: Person) -> Json:
        return super().completed_view(call, request, person) | {"response_body": {"id": person.id, **request.changes}}


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


@fault("tan-contained-in-what-was-sent", clause="confirm.wrong-tan")
class TanContainedInWhatWasSent(Sandbox):
    """A TAN is right that contains the right one."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return (call.operation is CONFIRM and otp in text) or super().otp_matches(call, otp, text)


@fault("static-tan-confirms-all", clause="confirm.wrong-tan")
class StaticTanConfirmsAll(Sandbox):
    """The static TAN confirms what was authorized by SMS, too."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return (call.operation is CONFIRM and text == STATIC_OTP) or super().otp_matches(call, otp, text)


@fault("tan-of-another-change", clause="confirm.wrong-tan")
class TanOfAnotherChange(Sandbox):
    """A TAN of any open change request of the person confirms each of them."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if call.operation is not CONFIRM:
            return super().otp_matches(call, otp, text)
        person_id = _request(self, call).person_id
        mine = [one for one in self.world.change_requests if one.person_id == person_id and one.status != COMPLETED]
        return any(one.tan == text for one in mine)


@fault("used-tan-confirms-again", clause="confirm.wrong-tan")
class UsedTanConfirmsAgain(Sandbox):
    """A TAN that has confirmed one change of the person confirms others."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if super().otp_matches(call, otp, text) or call.operation is not CONFIRM:
            return super().otp_matches(call, otp, text)
        person_id = _request(self, call).person_id
        done = [one for one in self.world.change_requests if one.person_id == person_id and one.status == COMPLETED]
        return any(one.tan == text for one in done if one.delivery_method == MOBILE_NUMBER)


@fault("otp-of-a-challenge-confirms", clause="confirm.wrong-tan")
class OtpOfAChallengeConfirms(Sandbox):
    """The OTP of an SMS challenge of the person confirms a change."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if super().otp_matches(call, otp, text) or call.operation is not CONFIRM:
            return super().otp_matches(call, otp, text)
        person_id = _request(self, call).person_id
        return any(one.otp == text for one in self.world.sms_challenges if one.person_id == person_id)


@fault("changed-before-the-tan-is-checked", clause="confirm.wrong-tan")
class ChangedBeforeTheTanIsChecked(Sandbox):
    """The change is made, and only then the TAN is looked at."""

    def failed_confirmation(self, call: Call, request: ChangeRequest, reason: Reason) -> RefusedError:
        if reason is Reason.CODE_WRONG:
            self.apply_changes(call, self.owner(call, request), request.changes)
        return super().failed_confirmation(call, request, reason)


@fault("wrong-tan-is-a-404", clause="confirm.wrong-tan")
class WrongTanIsA404(Sandbox):
    """A wrong TAN is answered as an unknown change request."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (CONFIRM, Reason.CODE_WRONG)
        return super().refusal(operation, Reason.CHANGE_REQUEST_UNKNOWN if is_it else reason)


# Wrong signatures.


@fault("any-key-of-the-person-confirms", clause="confirm.wrong-signature")
class AnyKeyOfThePersonConfirms(Sandbox):
    """The key of any bound device of the person may sign."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        is_valid = super().verifies
        if call.operation is not CONFIRM:
            return is_valid(call, key, signature, message)
        devices = self.live_devices(call, _request(self, call).person_id)
        return any(is_valid(call, one, signature, message) for device in devices for one in device.keys)


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


@fault("signature-over-the-id", clause="confirm.wrong-signature")
class SignatureOverTheId(Sandbox):
    """A signature over the id of the change request is as good as one over its text."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        is_over_id = call.operation is CONFIRM and super().verifies(call, key, signature, call.ids[0])
        return is_over_id or super().verifies(call, key, signature, message)


@fault("text-of-a-challenge-is-signed", clause="confirm.wrong-signature")
class TextOfAChallengeIsSigned(Sandbox):
    """A signature over the text of an open signing challenge of the device is taken."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        is_valid = super().verifies
        texts = [one.string_to_sign for one in self.world.signing_challenges if one.key_id == key.id]
        is_other = call.operation is CONFIRM and any(is_valid(call, key, signature, text) for text in texts)
        return is_other or is_valid(call, key, signature, message)


@fault("nonsense-confirms", clause="confirm.malformed-signature")
class NonsenseConfirms(Sandbox):
    """A signature that cannot be parsed is not held against the change."""

    def check_signature(self, call: Call, body: Json, request: ChangeRequest) -> None:
        try:
            super().check_signature(call, body, request)
        except RefusedError as error:
            if error.refusal != self.refusal(call.operation, Reason.SIGNATURE_MALFORMED):
                raise


@fault("nonsense-is-a-conflict", clause="confirm.malformed-signature")
class NonsenseIsAConflict(Sandbox):
    """A signature that is not DER is refused as a conflict."""

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        try:
            return super().parse_signature(call, data)
        except NotDerError:
            raise (self.refused(call, Reason.KEY_REGISTERED) if call.operation is CONFIRM else NotDerError) from None


# Another than was asked.


@fault("whoever-has-the-tan-confirms", clause="confirm.another-person")
class WhoeverHasTheTanConfirms(Sandbox):
    """Who sends the right TAN is not asked."""

    def is_owner(self, call: Call, request: ChangeRequest, person_id: str) -> bool:
        return call.operation is CONFIRM or super().is_owner(call, request, person_id)


@fault("anybody-confirms-by-the-static-tan", clause="confirm.another-person")
class AnybodyConfirmsByTheStaticTan(Sandbox):
    """Who sends the static TAN is not asked, if it is a person of the partner."""

    def is_owner(self, call: Call, request: ChangeRequest, person_id: str) -> bool:
        person = self.world.persons.get(person_id)
        is_somebody = person is not None and self.is_visible(call, person)
        is_static = call.operation is CONFIRM and request.delivery_method == STATIC
        return (is_static and is_somebody) or super().is_owner(call, request, person_id)


@fault("sibling-confirms", clause="confirm.another-device")
class SiblingConfirms(Sandbox):
    """Each device of the person confirms what one of them was asked, with a key of its own."""

    def is_authorized_device(self, call: Call, request: ChangeRequest, device_id: str) -> bool:
        return True

    def signer(self, call: Call, request: ChangeRequest, device: Device) -> Key:
        return self.default_key(call, device)


@fault("device-id-is-not-read", clause="confirm.another-device")
class DeviceIdIsNotRead(Sandbox):
    """Which device the confirmation names does not matter, if the right key signed."""

    def is_authorized_device(self, call: Call, request: ChangeRequest, device_id: str) -> bool:
        return True

    def entitled_device(self, call: Call, request: ChangeRequest, device_id: str) -> Device:
        asked = request.device_id if call.operation is CONFIRM else None
        return super().entitled_device(call, request, asked or device_id)


@fault("deleted-device-confirms", clause="confirm.another-device")
class DeletedDeviceConfirms(Sandbox):
    """A device that was deleted after the authorization still confirms."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        return call.operation is not CONFIRM and super().is_deleted(call, device)
