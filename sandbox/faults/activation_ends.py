"""Faults of the end of an activation code: its deletion, and its use."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.chapters.binding import BindingSecret, BindingWish
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.world import ActivationChallenge, Challenge, Person, SignatureChallenge

DELETE = Operation.DELETE_ACTIVATION_CHALLENGE


# Deletion.


@fault("deletion-needs-an-unused-code", clause="activation.deleted")
class DeletionNeedsAnUnusedCode(Sandbox):
    """A code for which a device waits is not deleted, though the answer says so."""

    def invalidate(self, call: Call, challenge: ActivationChallenge) -> None:
        begun = {one.activation_id for one in self.world.signature_challenges}
        if call.operation is not DELETE or challenge.id not in begun:
            super().invalidate(call, challenge)


@fault("second-deletion-kills-the-successor", clause="activation.deleted-again", level=Level.SHOULD)
class SecondDeletionKillsTheSuccessor(Sandbox):
    """The deletion of a code deletes the live one of its person, whichever that is."""

    def invalidate(self, call: Call, challenge: ActivationChallenge) -> None:
        live = self.live_code(call, challenge.person_id) if call.operation is DELETE else None
        super().invalidate(call, live or challenge)


# Use.


@fault("repeated-verification-is-a-use", clause="activation.used")
class RepeatedVerificationIsAUse(Sandbox):
    """A repeated verification is refused, and counted as a use."""

    def require_open(self, call: Call, challenge: Challenge, repeated: Reason) -> None:
        if isinstance(challenge, SignatureChallenge) and self.is_done(call, challenge) and challenge.activation_id:
            code = self.world.activation_challenges.get(challenge.activation_id)
            if code is not None:
                self.use_code(call, code)
        super().require_open(call, challenge, repeated)


@fault("used-up-code-begins-a-binding", clause="activation.used-up")
class UsedUpCodeBeginsABinding(Sandbox):
    """With a used-up code a binding begins, as if the person had a live one, and its signature counts."""

    def binding_secret(self, call: Call, person: Person, wish: BindingWish) -> BindingSecret:
        codes = self.codes_of(call, person.id)
        if wish.challenge_type == "activation_code" and codes and self.is_used_up(call, codes[-1]):
            return BindingSecret(codes[-1].code)
        return super().binding_secret(call, person, wish)
