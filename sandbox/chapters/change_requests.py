# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Change requests: authorize and confirm (contract 7)."""

from __future__ import annotations

from sandbox.chapters.persons import Persons
from sandbox.core import Call
from sandbox.http import Answer, Json
from sandbox.refusals import Reason, RefusedError
from sandbox.rules.messages import STATIC_OTP
from sandbox.world import ChangeRequest, Device, Key, Person

MOBILE_NUMBER = "mobile_number"
STATIC = "static"
DEVICE_SIGNING = "device_signing"
DELIVERY_METHODS = (MOBILE_NUMBER, STATIC, DEVICE_SIGNING)

AUTHORIZER_FIELDS = ("person_id", "device_id")
CONFIRMATION_FIELDS = (*AUTHORIZER_FIELDS, "tan", "signature")

CONFIRMATION_REQUIRED = "CONFIRMATION_REQUIRED"
COMPLETED = "COMPLETED"
RESPONSE_CODE = 200


class ChangeRequests(Persons):
    """The operations on change requests."""

    async def authorize_change_request(self, call: Call) -> Answer:
        body = self.json_body(call)
        method = self.choice(call, body, "delivery_method", DELIVERY_METHODS)
        self.check_types(call, body, AUTHORIZER_FIELDS)
        authorizer_id = self.text(call, body, self.authorizer_field(call, method))
        self.check_device_data(call, body)
        async with self.exclusively(call):
            request = self.open_change_request(call)
            if method == DEVICE_SIGNING:
                await self.authorize_by_device(call, request, authorizer_id)
            else:
                await self.authorize_by_tan(call, request, authorizer_id, method)
        return Answer(201, self.authorized_view(call, request))

    async def confirm_change_request(self, call: Call) -> Answer:
        body = self.json_body(call)
        self.check_types(call, body, CONFIRMATION_FIELDS)
        self.check_device_data(call, body)
        async with self.exclusively(call):
            request = self.open_change_request(call)
            self.require(call, self.is_authorized(call, request), Reason.NOT_AUTHORIZED_YET)
            if request.delivery_method == DEVICE_SIGNING:
                self.check_signature(call, body, request)
            else:
                self.check_tan(call, body, request)
            person = self.owner(call, request)
            await self.between_check_and_act(call)
            self.apply_changes(call, person, request.changes)
            self.finish(call, request)
            answer = self.completed_view(call, request, person)
        return Answer(202, answer)

    # Which request.

    def open_change_request(self, call: Call) -> ChangeRequest:
        """The change request of the path, where it can still be authorized or confirmed."""
        request = self.found(call, self.world.change_requests, call.ids[0], Reason.CHANGE_REQUEST_UNKNOWN)
        self.require(call, not self.is_finished(call, request), Reason.CHANGE_REQUEST_OVER)
        self.require(call, not self.is_killed(call, request), Reason.CHANGE_REQUEST_OVER)
        self.require(call, not self.is_over(call, request.expires_at), Reason.CHANGE_REQUEST_OVER)
        return request

    def is_finished(self, call: Call, request: ChangeRequest) -> bool:
        return request.status == COMPLETED

    def is_killed(self, call: Call, request: ChangeRequest) -> bool:
        return request.dead

    def is_authorized(self, call: Call, request: ChangeRequest) -> bool:
        return request.status == CONFIRMATION_REQUIRED

    def owner(self, call: Call, request: ChangeRequest) -> Person:
        return self.found(call, self.world.persons, request.person_id, Reason.CHANGE_REQUEST_UNKNOWN)

    # Authorization.

    def authorizer_field(self, call: Call, method: str) -> str:
        """The field that says who authorizes."""
        return "device_id" if method == DEVICE_SIGNING else "person_id"

    async def authorize_by_tan(self, call: Call, request: ChangeRequest, person_id: str, method: str) -> None:
        """A TAN goes to the owner, except the static one, which everybody knows.

        Raises:
            RefusedError: The person is not the owner, or has no verified number.
        """
        self.require(call, self.is_owner(call, request, person_id), Reason.NOT_ENTITLED, "person_id")
        number = None
        if method == MOBILE_NUMBER:
            number = self.reachable_number(call, self.owner(call, request))
        await self.between_check_and_act(call)
        request.tan = self.static_tan(call) if number is None else self.draw_otp(call, number)
        request.device_id = request.signer_id = request.string_to_sign = None
        self.open_confirmation(call, request, method)
        if number is not None:
            self.send_sms(call, number, request.tan, challenge_id=request.id)

    async def authorize_by_device(self, call: Call, request: ChangeRequest, device_id: str) -> None:
        """A text waits to be signed by a device of the owner.

        Raises:
            RefusedError: The device is not bound, deleted since, or somebody else's.
        """
        device = self.entitled_device(call, request, device_id)
        key = self.default_key(call, device)
        await self.between_check_and_act(call)
        request.tan = None
        request.device_id = device.id
        request.signer_id = key.id
        request.string_to_sign = self.text_to_sign(call)
        self.open_confirmation(call, request, DEVICE_SIGNING)

    def is_owner(self, call: Call, request: ChangeRequest, person_id: str) -> bool:
        return person_id == request.person_id

    def entitled_device(self, call: Call, request: ChangeRequest, device_id: str) -> Device:
        """The live device of the owner with this id, or a refusal."""
        device = self.live_device(call, device_id, Reason.NOT_ENTITLED, "device_id")
        self.require(call, self.is_owner(call, request, device.person_id), Reason.NOT_ENTITLED, "device_id")
        return device

    def static_tan(self, call: Call) -> str:
        return STATIC_OTP

    def text_to_sign(self, call: Call) -> str:
        """An opaque text that never repeats."""
        return self.new_id()

    def open_confirmation(self, call: Call, request: ChangeRequest, method: str) -> None:
        """The request waits for its confirmation, for a whole lifetime from now on."""
        request.delivery_method = method
        request.status = CONFIRMATION_REQUIRED
        request.updated_at = call.now
        request.expires_at = call.now + self.change_request_lifetime(call)

    # Confirmation.

    def check_tan(self, call: Call, body: Json, request: ChangeRequest) -> None:
        """Goes on with the TAN of the owner.

        Raises:
            RefusedError: 400 where a field is missing, 403 for another person or a wrong TAN.
        """
        person_id = self.text(call, body, "person_id")
        tan = self.text(call, body, "tan")
        self.require(call, self.is_owner(call, request, person_id), Reason.NOT_ENTITLED, "person_id")
        if request.tan is None or not self.otp_matches(call, request.tan, tan):
            raise self.failed_confirmation(call, request, Reason.CODE_WRONG)

    def check_signature(self, call: Call, body: Json, request: ChangeRequest) -> None:
        """Goes on with the signature of the device that was authorized.

        Raises:
            RefusedError: 400 where a field is missing or malformed, 403 for another device or a wrong signature.
        """
        device_id = self.text(call, body, "device_id")
        signature = self.signature(call, body)
        is_it = self.is_authorized_device(call, request, device_id)
        self.require(call, is_it, Reason.NOT_ENTITLED, "device_id")
        signer = self.signer(call, request, self.entitled_device(call, request, device_id))
        if not self.verifies(call, signer, signature, request.string_to_sign or ""):
            raise self.failed_confirmation(call, request, Reason.SIGNATURE_WRONG)

    def is_authorized_device(self, call: Call, request: ChangeRequest, device_id: str) -> bool:
        return device_id == request.device_id

    def signer(self, call: Call, request: ChangeRequest, device: Device) -> Key:
        """The key that has to sign: the one that was chosen when the request was authorized."""
        key = self.key_of_id(call, device, request.signer_id or "")
        if key is None:
            raise self.refused(call, Reason.NOT_ENTITLED, "device_id")
        return key

    def failed_confirmation(self, call: Call, request: ChangeRequest, reason: Reason) -> RefusedError:
        """The refusal of a wrong TAN or signature, which is paid for here."""
        request.dead = self.kills(call, request)
        return self.refused(call, reason)

    def kills(self, call: Call, request: ChangeRequest) -> bool:
        """Whether a wrong TAN or signature is the end of the request (facts 8.3)."""
        return True

    def finish(self, call: Call, request: ChangeRequest) -> None:
        request.status = COMPLETED
        request.updated_at = call.now

    # What is shown.

    def authorized_view(self, call: Call, request: ChangeRequest) -> Json:
        """``string_to_sign`` is for device signing only."""
        view = self.change_request_view(call, request)
        if request.string_to_sign is None:
            return view
        return view | {"string_to_sign": request.string_to_sign}

    def completed_view(self, call: Call, request: ChangeRequest, person: Person) -> Json:
        return self.change_request_view(call, request) | {
            "response_body": self.person_view(call, person),
            "response_code": RESPONSE_CODE,
        }
