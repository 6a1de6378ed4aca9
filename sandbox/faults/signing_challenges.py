# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of device signing challenges: how long they live, what is to be signed, and how they read."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.settings import Settings
from sandbox.world import Challenge, ChangeRequest, Device, Key, SigningChallenge

MINUTE = 60.0


# What a challenge is, and how long it lives.


@fault("signing-challenge-has-its-devices-id", clause="signing-challenge.created")
class SigningChallengeHasItsDevicesId(Sandbox):
    """A signing challenge has the id of its device, so that a second one takes the place of the first."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        return replace(super().signing_challenge(call, device, key), id=device.id)


@fault("shown-expiry-is-later", clause="signing-challenge.lifetime")
class ShownExpiryIsLater(Sandbox):
    """The expiry that a signing challenge shows is rounded up to a whole ten minutes."""

    def signing_challenge_view(self, call: Call, challenge: SigningChallenge) -> Json:
        shown = challenge.expires_at + (-challenge.expires_at % (10 * MINUTE))
        return super().signing_challenge_view(call, replace(challenge, expires_at=shown))


# The text that is to be signed.


@fault("change-request-takes-a-challenges-text", clause="signing-challenge.never-repeats")
class ChangeRequestTakesAChallengesText(Sandbox):
    """A change request is to be signed with the text of the device's last signing challenge."""

    def open_confirmation(self, call: Call, request: ChangeRequest, method: str) -> None:
        super().open_confirmation(call, request, method)
        mine = [one for one in self.world.signing_challenges if one.device_id == request.device_id]
        if mine:
            request.string_to_sign = mine[-1].string_to_sign


# How a challenge reads.


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


@fault("verification-ends-the-lifetime", clause="signing-challenge.read-after-success", level=Level.SHOULD)
class VerificationEndsTheLifetime(Sandbox):
    """A verified signing challenge reads as if it had expired at once."""

    def complete(self, call: Call, challenge: Challenge) -> None:
        super().complete(call, challenge)
        if isinstance(challenge, SigningChallenge):
            challenge.expires_at = call.now


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
