# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the end of an activation code: its deletion, and its use."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.chapters.binding import BindingSecret, BindingWish
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.world import ActivationChallenge, Challenge, DeliveryEvent, Device, Person, SignatureChallenge

DELETE = Operation.DELETE_ACTIVATION_CHALLENGE


# Deletion.


@fault("deletion-only-hides", clause="activation.deleted")
class DeletionOnlyHides(Sandbox):
    """A deleted code is left out of the list, and goes on binding devices."""

    def is_expired_code(self, call: Call, challenge: ActivationChallenge) -> bool:
        if call.operation in (Operation.CREATE_DEVICE, Operation.VERIFY_SIGNATURE_CHALLENGE):
            return self.is_over(call, challenge.expires_at)
        return super().is_expired_code(call, challenge)


@fault("deleted-code-binds-what-had-begun", clause="activation.deleted")
class DeletedCodeBindsWhatHadBegun(Sandbox):
    """A binding that has begun with a code can be completed after the code was deleted."""

    def is_expired_code(self, call: Call, challenge: ActivationChallenge) -> bool:
        is_later = call.operation is Operation.VERIFY_SIGNATURE_CHALLENGE
        return self.is_over(call, challenge.expires_at) if is_later else super().is_expired_code(call, challenge)


@fault("deleted-code-is-listed", clause="activation.deleted")
class DeletedCodeIsListed(Sandbox):
    """The list leaves out codes whose time is over, and holds deleted ones."""

    def is_expired_code(self, call: Call, challenge: ActivationChallenge) -> bool:
        is_list = call.operation is Operation.LIST_ACTIVATION_CHALLENGES
        return self.is_over(call, challenge.expires_at) if is_list else super().is_expired_code(call, challenge)


@fault("deletion-takes-a-strangers-code-along", clause="activation.deleted")
class DeletionTakesAStrangersCodeAlong(Sandbox):
    """With a code the latest one that anybody else got is deleted."""

    def invalidate(self, call: Call, challenge: ActivationChallenge) -> None:
        super().invalidate(call, challenge)
        codes = self.world.activations_of_partner[call.partner]
        others = [code for code in codes if code.person_id != challenge.person_id]
        if call.operation is DELETE and others:
            super().invalidate(call, others[-1])


@fault("deletion-needs-an-unused-code", clause="activation.deleted")
class DeletionNeedsAnUnusedCode(Sandbox):
    """A code for which a device waits is not deleted, though the answer says so."""

    def invalidate(self, call: Call, challenge: ActivationChallenge) -> None:
        begun = {one.activation_id for one in self.world.signature_challenges}
        if call.operation is not DELETE or challenge.id not in begun:
            super().invalidate(call, challenge)


@fault("second-deletion-is-forbidden", clause="activation.deleted-again", level=Level.SHOULD)
class SecondDeletionIsForbidden(Sandbox):
    """A code that is dead already may not be deleted."""

    def activation_of_path(self, call: Call) -> ActivationChallenge:
        code = super().activation_of_path(call)
        is_dead = call.operation is DELETE and code.invalidated_at is not None
        self.require(call, not is_dead, Reason.NOT_ENTITLED)
        return code


@fault("second-deletion-revives", clause="activation.deleted-again", level=Level.SHOULD)
class SecondDeletionRevives(Sandbox):
    """A second deletion takes back the first one."""

    def invalidate(self, call: Call, challenge: ActivationChallenge) -> None:
        is_second = call.operation is DELETE and challenge.invalidated_at is not None
        super().invalidate(call, challenge)
        if is_second:
            challenge.invalidated_at = None


@fault("second-deletion-kills-the-successor", clause="activation.deleted-again", level=Level.SHOULD)
class SecondDeletionKillsTheSuccessor(Sandbox):
    """The deletion of a code deletes the live one of its person, whichever that is."""

    def invalidate(self, call: Call, challenge: ActivationChallenge) -> None:
        live = self.live_code(call, challenge.person_id) if call.operation is DELETE else None
        super().invalidate(call, live or challenge)


# Use.


@fault("use-counted-when-begun", clause="activation.used")
class UseCountedWhenBegun(Sandbox):
    """A code is used when a binding begins with it, and not when the device is bound."""

    def signature_challenge(self, call: Call, device: Device, secret: BindingSecret) -> SignatureChallenge:
        if secret.activation is not None:
            secret.activation.usage_count += 1
        return super().signature_challenge(call, device, secret)

    def is_used_up(self, call: Call, challenge: ActivationChallenge) -> bool:
        is_verified = call.operation is Operation.VERIFY_SIGNATURE_CHALLENGE
        return not is_verified and super().is_used_up(call, challenge)

    def use_code(self, call: Call, challenge: ActivationChallenge) -> None:
        """Nothing: it was counted before."""


@fault("wrong-signature-uses-the-code", clause="activation.used")
class WrongSignatureUsesTheCode(Sandbox):
    """A wrong signature uses the code, too."""

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        if isinstance(challenge, SignatureChallenge) and challenge.activation_id is not None:
            code = self.world.activation_challenges.get(challenge.activation_id)
            if code is not None:
                self.use_code(call, code)
        return super().wrong_try(call, challenge, reason)


@fault("refused-key-is-a-use", clause="activation.used")
class RefusedKeyIsAUse(Sandbox):
    """A binding that is refused for its key uses the person's code."""

    def refused(self, call: Call, reason: Reason, field: str | None = None) -> RefusedError:
        if call.operation is Operation.CREATE_DEVICE and reason is Reason.PUBLIC_KEY_INVALID:
            code = self.live_code(call, self.json_body(call)["person_id"])
            if code is not None:
                self.use_code(call, code)
        return super().refused(call, reason, field)


@fault("binding-by-sms-is-a-use", clause="activation.used")
class BindingBySmsIsAUse(Sandbox):
    """A device that is bound by SMS uses the person's live code."""

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        super().bind(call, device, code or self.live_code(call, device.person_id))


@fault("delivery-is-a-use", clause="activation.used")
class DeliveryIsAUse(Sandbox):
    """A code that was delivered has been used once."""

    def delivery_event(self, call: Call, body: dict[str, object]) -> DeliveryEvent:
        event = super().delivery_event(call, body)
        if event.type == "DELIVERED":
            self.use_code(call, self.activation_of_path(call))
        return event


@fault("uses-are-not-counted", clause="activation.used")
class UsesAreNotCounted(Sandbox):
    """A code that was used is deleted, instead of being counted."""

    def use_code(self, call: Call, challenge: ActivationChallenge) -> None:
        self.invalidate(call, challenge)


@fault("repeated-verification-is-a-use", clause="activation.used")
class RepeatedVerificationIsAUse(Sandbox):
    """A repeated verification is refused, and counted as a use."""

    def require_open(self, call: Call, challenge: Challenge, repeated: Reason) -> None:
        if isinstance(challenge, SignatureChallenge) and self.is_done(call, challenge) and challenge.activation_id:
            code = self.world.activation_challenges.get(challenge.activation_id)
            if code is not None:
                self.use_code(call, code)
        super().require_open(call, challenge, repeated)


@fault("one-use-too-many", clause="activation.used-up")
class OneUseTooMany(Sandbox):
    """A code is used up only when it was used more often than it may be."""

    def is_used_up(self, call: Call, challenge: ActivationChallenge) -> bool:
        return challenge.usage_count > challenge.max_usage_count


@fault("used-up-code-begins-a-binding", clause="activation.used-up")
class UsedUpCodeBeginsABinding(Sandbox):
    """With a used-up code a binding begins, as if the person had a live one, and its signature counts."""

    def binding_secret(self, call: Call, person: Person, wish: BindingWish) -> BindingSecret:
        codes = self.codes_of(call, person.id)
        if wish.challenge_type == "activation_code" and codes and self.is_used_up(call, codes[-1]):
            return BindingSecret(codes[-1].code)
        return super().binding_secret(call, person, wish)
