# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the signature challenge: how it is read, what it takes, and what it binds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import Level, fault
from sandbox.faults.lax_der import encoded
from sandbox.http import Answer, Json
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


@fault("challenge-reads-with-a-new-end", clause="signature-challenge.read")
class ChallengeReadsWithANewEnd(Sandbox):
    """The end of a signature challenge is counted from its reading."""

    def signature_challenge_view(self, call: Call, challenge: SignatureChallenge) -> Json:
        if call.operation is Operation.GET_SIGNATURE_CHALLENGE:
            challenge = replace(challenge, expires_at=call.now + self.challenge_lifetime(call))
        return super().signature_challenge_view(call, challenge)


@fault("challenge-by-code-reads-as-its-code", clause="signature-challenge.read")
class ChallengeByCodeReadsAsItsCode(Sandbox):
    """A challenge by activation code reads with the end of the code."""

    def signature_challenge_view(self, call: Call, challenge: SignatureChallenge) -> Json:
        code = self.world.activation_challenges.get(challenge.activation_id or "")
        if call.operation is Operation.GET_SIGNATURE_CHALLENGE and code:
            challenge = replace(challenge, expires_at=code.expires_at)
        return super().signature_challenge_view(call, challenge)


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


@fault("completed-challenge-is-gone-with-410", clause="signature-challenge.read-after-success", level=Level.SHOULD)
class CompletedChallengeIsGoneWith410(Sandbox):
    """A signature challenge that was verified reads as 410."""

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SignatureChallenge) and challenge.progress is Progress.DONE:
            raise RefusedError(replace(self.refusal(call.operation, Reason.CHALLENGE_UNKNOWN), status=410))
        return super().is_readable(call, challenge)


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


@fault("device-data-does-not-bind", clause="signature-challenge.binds")
class DeviceDataDoesNotBind(Sandbox):
    """With device_data the right signature is answered with 204, but binds nothing."""

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        if "device_data" not in self.json_body(call):
            super().bind(call, device, code)


@fault("oldest-device-is-bound", clause="signature-challenge.binds")
class OldestDeviceIsBound(Sandbox):
    """The oldest device of the person that waits is bound, whichever signed."""

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        waiting = [one for one in self.world.devices_of_person[device.person_id] if not self.is_bound(call, one)]
        super().bind(call, waiting[0], code)


@fault("all-devices-are-bound", clause="signature-challenge.binds")
class AllDevicesAreBound(Sandbox):
    """One right signature binds every device of the person that waits."""

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        super().bind(call, device, code)
        for other in self.world.devices_of_person[device.person_id]:
            other.bound = True


@fault("bound-with-202", clause="signature-challenge.binds")
class BoundWith202(Sandbox):
    """The right signature is answered with 202."""

    async def verify_signature_challenge(self, call: Call) -> Answer:
        await super().verify_signature_challenge(call)
        return Answer(202, {})


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


class SignatureNotNeeded(Sandbox):
    """A sandbox in which some bodies without a signature bind a device."""

    def signature(self, call: Call, body: Json, name: str = "signature") -> Signature:
        return encoded(0, 0) if _verifies(call) and self.spares(body) else super().signature(call, body, name)

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return (_verifies(call) and self.spares(self.json_body(call))) or super().verifies(
            call, key, signature, message
        )

    def spares(self, body: Json) -> bool:
        """Whether this body needs no signature."""
        raise NotImplementedError


@fault("no-signature-binds", clause="signature-challenge.signature-missing")
class NoSignatureBinds(SignatureNotNeeded):
    """Without a signature there is nothing to verify, and the device is bound."""

    def spares(self, body: Json) -> bool:
        return "signature" not in body


@fault("null-signature-binds", clause="signature-challenge.signature-missing")
class NullSignatureBinds(SignatureNotNeeded):
    """A signature of null binds the device, though an absent one does not."""

    def spares(self, body: Json) -> bool:
        return body.get("signature", "") is None


@fault("empty-signature-binds", clause="signature-challenge.signature-missing")
class EmptySignatureBinds(SignatureNotNeeded):
    """An empty signature binds the device."""

    def spares(self, body: Json) -> bool:
        return body.get("signature") == ""


@fault("true-for-a-signature", clause="signature-challenge.signature-missing")
class TrueForASignature(SignatureNotNeeded):
    """A signature of true says that it was verified."""

    def spares(self, body: Json) -> bool:
        return body.get("signature") is True


@fault("signature-type-unprocessable", clause="signature-challenge.signature-missing")
class SignatureTypeUnprocessable(Sandbox):
    """A signature of another type is answered with 422."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        of_type = operation is Operation.VERIFY_SIGNATURE_CHALLENGE and reason is Reason.FIELD_TYPE
        return replace(usual, status=422) if of_type else usual


@fault("long-signature-too-large", clause="signature-challenge.signature-too-long")
class LongSignatureTooLarge(Sandbox):
    """A signature of more than 2,048 characters is answered with 413."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        too_long = operation is Operation.VERIFY_SIGNATURE_CHALLENGE and reason is Reason.FIELD_LENGTH
        return replace(usual, status=413) if too_long else usual


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


@fault("ids-for-an-otp", clause="signature-challenge.wrong-signature-binds-nothing")
class IdsForAnOtp(OtherMessages):
    """The id of the challenge may be signed in place of the OTP."""

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        yield challenge.id


@fault("key-id-for-an-otp", clause="signature-challenge.wrong-signature-binds-nothing")
class KeyIdForAnOtp(OtherMessages):
    """The id of the key may be signed in place of the OTP."""

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        yield device.keys[0].id


@fault("code-for-an-otp", clause="signature-challenge.wrong-signature-binds-nothing")
class CodeForAnOtp(OtherMessages):
    """A live activation code of the person may be signed in place of the OTP."""

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        code = self.live_code(call, device.person_id)
        yield from [code.code] if code else []


@fault("static-otp-for-a-code", clause="signature-challenge.wrong-signature-binds-nothing")
class StaticOtpForACode(OtherMessages):
    """The static OTP may be signed in place of an activation code."""

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        yield from ["212212"] if challenge.activation_id else []


@fault("code-id-for-a-code", clause="signature-challenge.wrong-signature-binds-nothing")
class CodeIdForACode(OtherMessages):
    """The id of an activation code may be signed in place of the code."""

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        yield challenge.activation_id or challenge.message


@fault("code-of-another-person-binds", clause="signature-challenge.wrong-signature-binds-nothing")
class CodeOfAnotherPersonBinds(OtherMessages):
    """The live codes of all persons of all partners are in one pot."""

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        codes = self.world.activation_challenges if challenge.activation_id else ()
        yield from (code.code for code in codes if self.is_live_code(call, code))


@fault("otp-of-another-device", clause="signature-challenge.another-otp")
class OtpOfAnotherDevice(OtherMessages):
    """Any OTP that was sent to the person binds any device of theirs."""

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        person = self.world.persons.get(device.person_id)
        number = person.mobile_number.number if person and person.mobile_number else ""
        yield from (message.otp for message in self.messages_to(call, number))


@fault("verified-otp-again", clause="signature-challenge.another-otp")
class VerifiedOtpAgain(OtherMessages):
    """An OTP that has bound a device may bind a further one of the person."""

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        for other in self.world.signature_challenges:
            bound = self.world.devices.get(other.device_id)
            if other.progress is Progress.DONE and bound and bound.person_id == device.person_id:
                yield other.message


@fault("static-otp-for-all", clause="signature-challenge.another-otp")
class StaticOtpForAll(OtherMessages):
    """The static OTP binds the devices of all numbers."""

    def others(self, call: Call, challenge: SignatureChallenge, device: Device) -> Iterable[str]:
        yield from [] if challenge.activation_id else ["212212"]


@fault("signed-by-any-device-that-waits", clause="signature-challenge.another-otp")
class SignedByAnyDeviceThatWaits(Sandbox):
    """Any device of the person that waits may sign an OTP."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        challenge = self.world.signature_challenges.get(call.ids[0]) if _verifies(call) else None
        mine = challenge and self.world.devices.get(challenge.device_id)
        devices = self.world.devices_of_person[mine.person_id] if mine else []
        keys = [key, *(device.keys[0] for device in devices if not self.is_bound(call, device))]
        return any(super(SignedByAnyDeviceThatWaits, self).verifies(call, one, signature, message) for one in keys)
