# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Activation codes as every chapter sees them (contract 3, 6)."""

from __future__ import annotations

from sandbox.core import Call
from sandbox.rules.ownership import OwnershipRules
from sandbox.rules.times import TimeRules
from sandbox.world import ActivationChallenge


class ActivationRules(OwnershipRules, TimeRules):
    """Which codes are live, and what using one does."""

    def is_expired_code(self, call: Call, challenge: ActivationChallenge) -> bool:
        """Whether the code is over, by time or because it was deleted or replaced."""
        return challenge.invalidated_at is not None or self.is_over(call, challenge.expires_at)

    def is_used_up(self, call: Call, challenge: ActivationChallenge) -> bool:
        return challenge.usage_count >= challenge.max_usage_count

    def is_live_code(self, call: Call, challenge: ActivationChallenge) -> bool:
        return not self.is_expired_code(call, challenge) and not self.is_used_up(call, challenge)

    def codes_of(self, call: Call, person_id: str) -> list[ActivationChallenge]:
        """All codes that a person ever had, oldest first."""
        return self.world.activations_of_person.get(person_id, [])

    def live_code(self, call: Call, person_id: str) -> ActivationChallenge | None:
        """The live code of a person; there is at most one."""
        codes = reversed(self.codes_of(call, person_id))
        return next((code for code in codes if self.is_live_code(call, code)), None)

    def use_code(self, call: Call, challenge: ActivationChallenge) -> None:
        challenge.usage_count += 1

    def invalidate(self, call: Call, challenge: ActivationChallenge) -> None:
        """The code is dead from now on, whatever the clock of later requests says."""
        challenge.invalidated_at = call.now
