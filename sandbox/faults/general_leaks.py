"""Faults of secrecy: where an OTP, a TAN, a token or an activation code stands in an answer (contract 1.3)."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Answer, Json, Request
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.world import (
    Challenge,
    ChangeRequest,
    Device,
    MobileNumber,
    SignatureChallenge,
)

LEAK = "general.no-leak"


@fault("otp-in-the-refusal", clause=LEAK)
class OtpInTheRefusal(Sandbox):
    """The refusal of a wrong signature says what should have been signed."""

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        error = super().wrong_try(call, challenge, reason)
        if isinstance(challenge, SignatureChallenge):
            detail = f"The signature is not one of {challenge.message}."
            return RefusedError(replace(error.refusal, detail=detail), error.field)
        return error


@fault("otp-when-it-is-repeated", clause=LEAK)
class OtpWhenItIsRepeated(Sandbox):
    """The refusal of a second verification says which OTP was used."""

    def require_open(self, call: Call, challenge: Challenge, repeated: Reason) -> None:
        if isinstance(challenge, SignatureChallenge) and self.is_done(call, challenge):
            row = self.refusal(call.operation, repeated)
            raise RefusedError(replace(row, detail=f"{challenge.message} was used already."))
        super().require_open(call, challenge, repeated)


@fault("otp-in-a-header", clause=LEAK)
class OtpInAHeader(Sandbox):
    """The reading of a signature challenge has the OTP in a header, in hex."""

    async def get_signature_challenge(self, call: Call) -> Answer:
        answer = await super().get_signature_challenge(call)
        challenge = self.world.signature_challenges.get(call.ids[0])
        if challenge is not None:
            answer.headers["etag"] = f'"{challenge.message.encode().hex()}"'
        return answer


@fault("otp-when-it-is-read", clause=LEAK)
class OtpWhenItIsRead(Sandbox):
    """The OTP of an SMS challenge stands in it when it is read."""

    async def get_sms_challenge(self, call: Call) -> Answer:
        answer = await super().get_sms_challenge(call)
        return replace(
            answer,
            body=self.sms_challenge_view(call, self.sms_challenge_of_path(call))
            | {"otp": self.sms_challenge_of_path(call).otp},
        )


@fault("otp-of-the-number", clause=LEAK)
class OtpOfTheNumber(Sandbox):
    """The answer to the authorization of a number holds its OTP."""

    def number_view(self, call: Call, number: MobileNumber) -> Json:
        return super().number_view(call, number) | ({"token": number.otp} if number.otp else {})


@fault("tan-where-it-is-authorized", clause=LEAK)
class TanWhereItIsAuthorized(Sandbox):
    """The authorization of a change request answers with the TAN."""

    def authorized_view(self, call: Call, request: ChangeRequest) -> Json:
        return super().authorized_view(call, request) | {"tan": request.tan}


@fault("tan-in-the-refusal", clause=LEAK)
class TanInTheRefusal(Sandbox):
    """The refusal of a wrong TAN says the right one."""

    def failed_confirmation(self, call: Call, request: ChangeRequest, reason: Reason) -> RefusedError:
        error = super().failed_confirmation(call, request, reason)
        return RefusedError(replace(error.refusal, detail=f"Expected {request.tan}."), error.field)


@fault("token-echoed", clause=LEAK)
class TokenEchoed(Sandbox):
    """An answer repeats the Authorization header."""

    def finished(self, operation: Operation, request: Request, answer: Answer) -> Answer:
        header = request.header(b"authorization") or ""
        if operation is Operation.GET_DEVICE:
            answer.headers["x-debug-authorization"] = header
        return super().finished(operation, request, answer)


@fault("token-in-the-links", clause=LEAK)
class TokenInTheLinks(Sandbox):
    """The links to other pages hold the token."""

    def page_url(self, call: Call, number: int, size: int) -> str:
        token = self.presented_token(call.operation, call.request)
        return f"{super().page_url(call, number, size)}&access_token={token}"


@fault("code-in-the-binding", clause=LEAK)
class CodeInTheBinding(Sandbox):
    """A binding by activation code repeats the code."""

    def pending_device_view(self, call: Call, device: Device, challenge: SignatureChallenge) -> Json:
        view = super().pending_device_view(call, device, challenge)
        return view | {"activation_code": challenge.message} if challenge.activation_id else view


@fault("code-in-the-device", clause=LEAK)
class CodeInTheDevice(Sandbox):
    """A device that was bound by an activation code is shown with the code."""

    def device_view(self, call: Call, device: Device) -> Json:
        codes = [code.code for code in self.codes_of(call, device.person_id) if code.usage_count]
        return super().device_view(call, device) | {"bound_with": codes}


@fault("otp-in-the-key-list", clause=LEAK)
class OtpInTheKeyList(Sandbox):
    """The key list of a device has the OTP that bound it, as a number."""

    def key_owner_view(self, call: Call, device: Device) -> Json:
        challenges = (one for one in self.world.signature_challenges if one.device_id == device.id)
        view = super().key_owner_view(call, device)
        return view | {"otps": [int(one.message) for one in challenges if one.message.isdigit()]}
