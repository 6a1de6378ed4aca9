# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of device signing challenges: how long they live, what is to be signed, and how they read."""

from __future__ import annotations

import time
from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.settings import Settings
from sandbox.world import Challenge, ChangeRequest, Device, Key, Progress, SigningChallenge

MINUTE = 60.0


# What a challenge is, and how long it lives.


@fault("signing-challenge-says-signature", clause="signing-challenge.created")
class SigningChallengeSaysSignature(Sandbox):
    """The type of a signing challenge is the one of a signature challenge."""

    def signing_challenge_view(self, call: Call, challenge: SigningChallenge) -> Json:
        return super().signing_challenge_view(call, challenge) | {"type": "signature"}


@fault("no-text-for-a-named-purpose", clause="signing-challenge.created")
class NoTextForANamedPurpose(Sandbox):
    """Where a purpose is named string_to_sign is empty."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        challenge = super().signing_challenge(call, device, key)
        return replace(challenge, string_to_sign="") if b'"key_purpose"' in call.body else challenge


@fault("one-open-signing-challenge-for-a-device", clause="signing-challenge.created")
class OneOpenSigningChallengeForADevice(Sandbox):
    """A device with an open signing challenge gets no second one."""

    def signing_key(self, call: Call, device: Device, purpose: str | None) -> Key:
        mine = (one for one in self.world.signing_challenges if one.device_id == device.id)
        is_busy = any(one.progress is Progress.OPEN for one in mine)
        self.require(call, not is_busy, Reason.BINDING_REPEATED)
        return super().signing_key(call, device, purpose)


@fault("signing-challenge-has-its-devices-id", clause="signing-challenge.created")
class SigningChallengeHasItsDevicesId(Sandbox):
    """A signing challenge has the id of its device, so that a second one takes the place of the first."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        return replace(super().signing_challenge(call, device, key), id=device.id)


@fault("signing-challenge-lives-too-long", clause="signing-challenge.lifetime")
class SigningChallengeLivesTooLong(Sandbox):
    """The lifetime of a signing challenge is read in minutes."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        lifetime = MINUTE * self.challenge_lifetime(call)
        return replace(super().signing_challenge(call, device, key), expires_at=call.now + lifetime)


@fault("signing-challenge-lives-for-four-minutes", clause="signing-challenge.lifetime")
class SigningChallengeLivesForFourMinutes(Sandbox):
    """A signing challenge lives for four minutes, and says so."""

    def challenge_lifetime(self, call: Call) -> float:
        shorter = call.operation is Operation.CREATE_SIGNING_CHALLENGE
        return super().challenge_lifetime(call) - (MINUTE if shorter else 0)


@fault("signing-challenge-expires-by-another-clock", clause="signing-challenge.lifetime")
class SigningChallengeExpiresByAnotherClock(Sandbox):
    """The creation of a signing challenge is taken from one clock, its expiry from another."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        challenge = super().signing_challenge(call, device, key)
        return replace(challenge, expires_at=time.time() + self.challenge_lifetime(call))


@fault("shown-expiry-is-later", clause="signing-challenge.lifetime")
class ShownExpiryIsLater(Sandbox):
    """The expiry that a signing challenge shows is rounded up to a whole ten minutes."""

    def signing_challenge_view(self, call: Call, challenge: SigningChallenge) -> Json:
        shown = challenge.expires_at + (-challenge.expires_at % (10 * MINUTE))
        return super().signing_challenge_view(call, replace(challenge, expires_at=shown))


# The text that is to be signed.


@fault("device-has-one-text", clause="signing-challenge.never-repeats")
class DeviceHasOneText(Sandbox):
    """Every challenge of a device has the same text."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        return replace(super().signing_challenge(call, device, key), string_to_sign=f"sign-in {device.id}")


@fault("texts-are-counted-per-device", clause="signing-challenge.never-repeats")
class TextsAreCountedPerDevice(Sandbox):
    """The texts of each device are counted from 1."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        count = sum(one.device_id == device.id for one in self.world.signing_challenges)
        return replace(super().signing_challenge(call, device, key), string_to_sign=f"sign-in {count + 1}")


@fault("text-is-the-second", clause="signing-challenge.never-repeats")
class TextIsTheSecond(Sandbox):
    """The text is the time in seconds, with the id of the device."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        text = f"{device.id} {call.now:.0f}"
        return replace(super().signing_challenge(call, device, key), string_to_sign=text)


@fault("keys-of-a-device-share-texts", clause="signing-challenge.never-repeats")
class KeysOfADeviceShareTexts(Sandbox):
    """The texts of each key are counted from 1, with the id of the device."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        text = f"{device.id} {sum(one.key_id == key.id for one in self.world.signing_challenges) + 1}"
        return replace(super().signing_challenge(call, device, key), string_to_sign=text)


class TextsComeAgain(Sandbox):
    """The sandbox with some texts that a device's next challenge gets once more."""

    def comes_again(self, call: Call, challenge: SigningChallenge) -> bool:
        """Whether the text of a former challenge of the device is given out again."""
        return False

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        mine = (one for one in self.world.signing_challenges if one.device_id == device.id)
        again = next((one.string_to_sign for one in mine if self.comes_again(call, one)), None)
        challenge = super().signing_challenge(call, device, key)
        return challenge if again is None else replace(challenge, string_to_sign=again)


@fault("open-text-comes-again", clause="signing-challenge.never-repeats")
class OpenTextComesAgain(TextsComeAgain):
    """A further challenge has the text of the one that is still open."""

    def comes_again(self, call: Call, challenge: SigningChallenge) -> bool:
        return challenge.progress is Progress.OPEN and not self.is_expired(call, challenge)


@fault("expired-text-comes-again", clause="signing-challenge.never-repeats")
class ExpiredTextComesAgain(TextsComeAgain):
    """The text of a challenge that expired without a signature is used up later."""

    def comes_again(self, call: Call, challenge: SigningChallenge) -> bool:
        return challenge.progress is Progress.OPEN and self.is_expired(call, challenge)


@fault("refused-text-comes-again", clause="signing-challenge.never-repeats")
class RefusedTextComesAgain(TextsComeAgain):
    """After a wrong signature the next challenge has the same text."""

    def comes_again(self, call: Call, challenge: SigningChallenge) -> bool:
        return challenge.wrong_tries > 0


@fault("signed-text-comes-again", clause="signing-challenge.never-repeats")
class SignedTextComesAgain(TextsComeAgain):
    """The text of a verified challenge is given back, and out again."""

    def comes_again(self, call: Call, challenge: SigningChallenge) -> bool:
        return challenge.progress is Progress.DONE


@fault("change-request-takes-a-challenges-text", clause="signing-challenge.never-repeats")
class ChangeRequestTakesAChallengesText(Sandbox):
    """A change request is to be signed with the text of the device's last signing challenge."""

    def open_confirmation(self, call: Call, request: ChangeRequest, method: str) -> None:
        super().open_confirmation(call, request, method)
        mine = [one for one in self.world.signing_challenges if one.device_id == request.device_id]
        if mine:
            request.string_to_sign = mine[-1].string_to_sign


# How a challenge reads.


class ChallengeReads(Sandbox):
    """The sandbox with what a signing challenge reads as made a decision of its own."""

    def read_challenge(self, call: Call, challenge: SigningChallenge) -> SigningChallenge:
        return challenge

    def signing_challenge_view(self, call: Call, challenge: SigningChallenge) -> Json:
        is_read = call.operation is Operation.GET_SIGNING_CHALLENGE
        return super().signing_challenge_view(call, self.read_challenge(call, challenge) if is_read else challenge)


@fault("read-shows-the-newest-challenge", clause="signing-challenge.read")
class ReadShowsTheNewestChallenge(ChallengeReads):
    """A signing challenge reads with the text of its device's newest one."""

    def read_challenge(self, call: Call, challenge: SigningChallenge) -> SigningChallenge:
        mine = [one for one in self.world.signing_challenges if one.device_id == challenge.device_id]
        return replace(challenge, string_to_sign=mine[-1].string_to_sign)


@fault("reading-draws-a-new-text", clause="signing-challenge.read")
class ReadingDrawsANewText(ChallengeReads):
    """Each reading of a signing challenge gives it a new text."""

    def read_challenge(self, call: Call, challenge: SigningChallenge) -> SigningChallenge:
        challenge.string_to_sign = self.string_to_sign(call)
        return challenge


@fault("reading-dates-the-challenge", clause="signing-challenge.read")
class ReadingDatesTheChallenge(ChallengeReads):
    """A signing challenge shows the time of the reading as its creation."""

    def read_challenge(self, call: Call, challenge: SigningChallenge) -> SigningChallenge:
        return replace(challenge, created_at=call.now)


@fault("challenge-reads-once", clause="signing-challenge.read")
class ChallengeReadsOnce(Sandbox):
    """A signing challenge can be read once."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._read: set[str] = set()

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        is_first = challenge.id not in self._read
        self._read.add(challenge.id)
        return is_first or call.operation is not Operation.GET_SIGNING_CHALLENGE


class GoneWith(Sandbox):
    """The sandbox with signing challenges that are gone for good, with another status than 404."""

    status = 410

    def is_gone(self, call: Call, challenge: Challenge) -> bool:
        return False

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        is_gone = call.operation is Operation.GET_SIGNING_CHALLENGE and self.is_gone(call, challenge)
        self.require(call, not is_gone, Reason.CHALLENGE_DEAD)
        return super().is_readable(call, challenge)

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        is_it = (operation, reason) == (Operation.GET_SIGNING_CHALLENGE, Reason.CHALLENGE_DEAD)
        return replace(refusal, status=self.status) if is_it else refusal


@fault("verified-signing-challenge-is-gone", clause="signing-challenge.read-after-success", level=Level.SHOULD)
class VerifiedSigningChallengeIsGone(GoneWith):
    """Reading a verified signing challenge gets 410."""

    def is_gone(self, call: Call, challenge: Challenge) -> bool:
        return self.is_done(call, challenge)


@fault("verification-ends-the-lifetime", clause="signing-challenge.read-after-success", level=Level.SHOULD)
class VerificationEndsTheLifetime(Sandbox):
    """A verified signing challenge reads as if it had expired at once."""

    def complete(self, call: Call, challenge: Challenge) -> None:
        super().complete(call, challenge)
        if isinstance(challenge, SigningChallenge):
            challenge.expires_at = call.now


@fault("expired-signing-challenge-is-gone", clause="signing-challenge.read-after-expiry", level=Level.SHOULD)
class ExpiredSigningChallengeIsGone(GoneWith):
    """Reading an expired signing challenge gets 410."""

    def is_gone(self, call: Call, challenge: Challenge) -> bool:
        return self.is_expired(call, challenge)


@fault("tried-too-late-is-forbidden-to-read", clause="signing-challenge.read-after-expiry", level=Level.SHOULD)
class TriedTooLateIsForbiddenToRead(GoneWith):
    """A signing challenge that was tried after its expiry can be read no more, and gets 403."""

    status = 403

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._late: set[str] = set()

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        is_late = super().is_expired(call, challenge)
        if is_late and call.operation is Operation.VERIFY_SIGNING_CHALLENGE:
            self._late.add(challenge.id)
        return is_late

    def is_gone(self, call: Call, challenge: Challenge) -> bool:
        return challenge.id in self._late
