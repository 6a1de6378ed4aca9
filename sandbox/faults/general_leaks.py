"""Faults of secrecy: where an OTP, a TAN, a token or an activation code stands in an answer (contract 1.3)."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Answer, Json
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


@fault("otp-in-a-header", clause=LEAK)
class OtpInAHeader(Sandbox):
    """The reading of a signature challenge has the OTP in a header, in hex."""

    async def get_signature_challenge(self, call: Call) -> Answer:
        answer = await super().get_signature_challenge(call)
        challenge = self.world.signature_challenges.get(call.ids[0])
        if challenge is not None:
            answer.headers["etag"] = f'"{challenge.message.encode().hex()}"'
        return answer


@fault("otp-of-the-number", clause=LEAK)
class OtpOfTheNumber(Sandbox):
    """The answer to the authorization of a number holds its OTP."""

    def number_view(self, call: Call, number: MobileNumber) -> Json:
        return super().number_view(call, number) | ({"token": number.otp} if number.otp else {})


@fault("tan-in-the-refusal", clause=LEAK)
class TanInTheRefusal(Sandbox):
    """The refusal of a wrong TAN says the right one."""

    def failed_confirmation(self, call: Call, request: ChangeRequest, reason: Reason) -> RefusedError:
        error = super().failed_confirmation(call, request, reason)
        return RefusedError(replace(error.refusal, detail=f"Expected {request.tan}."), error.field)


@fault("code-in-the-binding", clause=LEAK)
class CodeInTheBinding(Sandbox):
    """A binding by activation code repeats the code."""

    def pending_device_view(self, call: Call, device: Device, challenge: SignatureChallenge) -> Json:
        view = super().pending_device_view(call, device, challenge)
        return view | {"activation_code": challenge.message} if challenge.activation_id else view


@fault("otp-in-the-key-list", clause=LEAK)
class OtpInTheKeyList(Sandbox):
    """The key list of a device has the OTP that bound it, as a number."""

    def key_owner_view(self, call: Call, device: Device) -> Json:
        challenges = (one for one in self.world.signature_challenges if one.device_id == device.id)
        view = super().key_owner_view(call, device)
        return view | {"otps": [int(one.message) for one in challenges if one.message.isdigit()]}
