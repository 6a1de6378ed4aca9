# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the verification of signing challenges: no signature, too long a one, too late, and once more."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Answer
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.world import Challenge, SigningChallenge

MINUTE = 60.0


# No signature, or far too much of one.


@fault("null-signs", clause="signing-challenge.signature-missing")
class NullSigns(Sandbox):
    """A signature of null completes the challenge, as there is nothing to be looked at."""

    async def verify_signing_challenge(self, call: Call) -> Answer:
        if self.json_body(call).get("signature", "") is not None:
            return await super().verify_signing_challenge(call)
        async with self.exclusively(call):
            challenge = self.signing_challenge_of_path(call)
            self.require_open(call, challenge, Reason.CHALLENGE_REPEATED)
            self.complete(call, challenge)
        return Answer(204)


@fault("long-signature-is-too-large", clause="signing-challenge.signature-too-long")
class LongSignatureIsTooLarge(Sandbox):
    """A signature of more than 2,048 characters gets 413."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (Operation.VERIFY_SIGNING_CHALLENGE, Reason.FIELD_LENGTH)
        return super().refusal(operation, Reason.BODY_TOO_LARGE if is_it else reason)


# Too late, or too early.


class SigningLifetimes(Sandbox):
    """The sandbox with the end of a signing challenge made a decision of its own."""

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        """When the challenge expires, whatever it shows."""
        return challenge.expires_at

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SigningChallenge):
            return call.now >= self.end_of(call, challenge)
        return super().is_expired(call, challenge)


@fault("next-challenge-shortens-the-last", clause="signing-challenge.alive-before-expiry")
class NextChallengeShortensTheLast(SigningLifetimes):
    """A signing challenge expires when its device gets one that lives longer by more than a minute."""

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        mine = [one for one in self.world.signing_challenges if one.device_id == challenge.device_id]
        is_left_behind = mine[-1].created_at - challenge.created_at > MINUTE
        return mine[-1].created_at if is_left_behind else challenge.expires_at


@fault("expired-challenge-uses-the-key", clause="signing-challenge.expired")
class ExpiredChallengeUsesTheKey(Sandbox):
    """An expired signing challenge is refused, but only after used_at of the key has been set."""

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SigningChallenge) and super().is_expired(call, challenge):
            self.mark_used(call, self.challenged_key(call, challenge))
        return super().is_expired(call, challenge)


# Once more.


@fault("repeated-verification-is-unprocessable", clause="signing-challenge.repeated")
class RepeatedVerificationIsUnprocessable(Sandbox):
    """A second verification gets 422."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        is_it = (operation, reason) == (Operation.VERIFY_SIGNING_CHALLENGE, Reason.CHALLENGE_REPEATED)
        return replace(refusal, status=422) if is_it else refusal
