# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""The life of a challenge: open until it is done, dead or expired (contract 3 to 5)."""

from __future__ import annotations

from sandbox.core import Call
from sandbox.http import Json
from sandbox.refusals import Reason, RefusedError
from sandbox.rules.times import TimeRules
from sandbox.world import Challenge, Progress

WRONG_TRIES = 5


class ChallengeRules(TimeRules):
    """What signature, signing and SMS challenges have in common."""

    def require_open(self, call: Call, challenge: Challenge, repeated: Reason) -> None:
        """Goes on with a challenge that can still be verified.

        Raises:
            RefusedError: It was verified before (``repeated``), has expired, or is dead.
        """
        self.require(call, not self.is_done(call, challenge), repeated)
        self.require(call, not self.is_expired(call, challenge), Reason.CHALLENGE_EXPIRED)
        self.require(call, not self.is_dead(call, challenge), Reason.CHALLENGE_DEAD)

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        return challenge.progress is Progress.DONE

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        return self.is_over(call, challenge.expires_at)

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        return challenge.progress is Progress.DEAD or challenge.wrong_tries >= self.tries_allowed(call)

    def tries_allowed(self, call: Call) -> int:
        return WRONG_TRIES

    def price_of_a_wrong_try(self, call: Call) -> int:
        return 1

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        """The refusal of a wrong try, which is paid for here."""
        challenge.wrong_tries += self.price_of_a_wrong_try(call)
        return self.refused(call, reason)

    def complete(self, call: Call, challenge: Challenge) -> None:
        """From now on the challenge is a repeated one."""
        challenge.progress = Progress.DONE

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        """Whether a challenge can be read; it can, whatever became of it."""
        return True

    def challenge_view(self, call: Call, challenge: Challenge, kind: str) -> Json:
        """What every challenge shows."""
        return {
            "id": challenge.id,
            "type": kind,
            "created_at": self.timestamp(call, challenge.created_at),
            "expires_at": self.timestamp(call, challenge.expires_at),
        }
