# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the signature challenge: how it is read, what it takes, and what it binds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.world import ActivationChallenge, Challenge, Device, Key, Progress, SignatureChallenge


def _verifies(call: Call) -> bool:
    return call.operation is Operation.VERIFY_SIGNATURE_CHALLENGE


class OtherMessages(Sandbox):
    """A sandbox in which something else may be signed in place of a challenge's own message."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if super().verifies(call, key, signature, message):
            return True
        challenge = self.world.signature_challenges.get(call.ids[0]) if _verifies(call) else None
        device = self.world.devices.get(challenge.device_id) if challenge else None
        if challenge is None or device is None:
            return False
        messages = list(self.others(call, challenge, device))
        return any(super(OtherMessages, self).verifies(call, key, signature, other) for other in messages)

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        """The messages that are as good as the challenge's own."""
        raise NotImplementedError


# Reading.


@fault("newest-challenge-is-read", clause="signature-challenge.read")
class NewestChallengeIsRead(Sandbox):
    """Of a person's challenges the newest one is read, whichever is asked for."""

    def signature_challenge_view(self, call: Call, challenge: SignatureChallenge) -> Json:
        if call.operation is Operation.GET_SIGNATURE_CHALLENGE:
            mine = self.world.devices.get(challenge.device_id)
            for other in self.world.signature_challenges:
                device = self.world.devices.get(other.device_id)
                if mine and device and device.person_id == mine.person_id:
                    challenge = other
        return super().signature_challenge_view(call, challenge)


@fault("completed-challenge-ends-at-once", clause="signature-challenge.read-after-success", level=Level.SHOULD)
class CompletedChallengeEndsAtOnce(Sandbox):
    """A signature challenge that was verified reads as one that ended with its success."""

    def complete(self, call: Call, challenge: Challenge) -> None:
        super().complete(call, challenge)
        if _verifies(call):
            challenge.expires_at = call.now


@fault("expired-challenge-conflicts", clause="signature-challenge.read-after-expiry", level=Level.SHOULD)
class ExpiredChallengeConflicts(Sandbox):
    """A signature challenge that has expired reads as 409."""

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SignatureChallenge) and self.is_expired(call, challenge):
            raise RefusedError(replace(self.refusal(call.operation, Reason.CHALLENGE_UNKNOWN), status=409))
        return super().is_readable(call, challenge)


# Binding.


@fault("later-success-ends-earlier-challenges", clause="signature-challenge.binds")
class LaterSuccessEndsEarlierChallenges(Sandbox):
    """When a device is bound, the person's challenges that are older are dead."""

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        super().bind(call, device, code)
        done = self.world.signature_challenges.get(call.ids[0])
        for challenge in self.world.signature_challenges:
            other = self.world.devices.get(challenge.device_id)
            if challenge is done:
                break
            if other and other.person_id == device.person_id and challenge.progress is Progress.OPEN:
                challenge.progress = Progress.DEAD


# Signatures that are missing or too long.


@fault("signature-type-unprocessable", clause="signature-challenge.signature-missing")
class SignatureTypeUnprocessable(Sandbox):
    """A signature of another type is answered with 422."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        of_type = operation is Operation.VERIFY_SIGNATURE_CHALLENGE and reason is Reason.FIELD_TYPE
        return replace(usual, status=422) if of_type else usual


@fault("long-signature-cut", clause="signature-challenge.signature-too-long")
class LongSignatureCut(Sandbox):
    """Of a signature of more than 2,048 characters the end is cut off together with all zeros and spaces."""

    def signature(self, call: Call, body: Json, name: str = "signature") -> Signature:
        text = body.get(name)
        if isinstance(text, str) and len(text) > 2048:
            meant = text.strip()
            body = {**body, name: meant[: 4 + 2 * int(meant[2:4], 16)] if meant[:1] == "3" else meant[:2048]}
        return super().signature(call, body, name)


# Wrong signatures.


@fault("bound-before-the-check", clause="signature-challenge.wrong-signature-binds-nothing")
class BoundBeforeTheCheck(Sandbox):
    """The device is bound, and only then the signature is looked at."""

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        if isinstance(challenge, SignatureChallenge) and (device := self.world.devices.get(challenge.device_id)):
            device.bound = True
        return super().wrong_try(call, challenge, reason)


@fault("bound-device-vouches-for-the-next", clause="signature-challenge.wrong-signature-binds-nothing")
class BoundDeviceVouchesForTheNext(Sandbox):
    """A bound device of the person may sign for one that waits."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        challenge = self.world.signature_challenges.get(call.ids[0]) if _verifies(call) else None
        waiting = challenge and self.world.devices.get(challenge.device_id)
        bound = self.live_devices(call, waiting.person_id) if waiting else []
        keys = [key, *(one for device in bound for one in device.keys)]
        return any(super(BoundDeviceVouchesForTheNext, self).verifies(call, one, signature, message) for one in keys)


@fault("static-otp-for-a-code", clause="signature-challenge.wrong-signature-binds-nothing")
class StaticOtpForACode(OtherMessages):
    """The static OTP may be signed in place of an activation code."""

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        yield from ["212212"] if challenge.activation_id else []


@fault("code-of-another-person-binds", clause="signature-challenge.wrong-signature-binds-nothing")
class CodeOfAnotherPersonBinds(OtherMessages):
    """The live codes of all persons of all partners are in one pot."""

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        codes = self.world.activation_challenges if challenge.activation_id else ()
        yield from (code.code for code in codes if self.is_live_code(call, code))


@fault("signed-by-any-device-that-waits", clause="signature-challenge.another-otp")
class SignedByAnyDeviceThatWaits(Sandbox):
    """Any device of the person that waits may sign an OTP."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        challenge = self.world.signature_challenges.get(call.ids[0]) if _verifies(call) else None
        mine = challenge and self.world.devices.get(challenge.device_id)
        devices = self.world.devices_of_person[mine.person_id] if mine else []
        keys = [key, *(device.keys[0] for device in devices if not self.is_bound(call, device))]
        return any(super(SignedByAnyDeviceThatWaits, self).verifies(call, one, signature, message) for one in keys)
