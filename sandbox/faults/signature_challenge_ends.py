# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of how a signature challenge ends: by time, by success, by its code, or by what happened meanwhile."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.chapters.binding import BindingSecret
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.world import ActivationChallenge, Challenge, Device, SignatureChallenge


def _verifies(call: Call) -> bool:
    return call.operation is Operation.VERIFY_SIGNATURE_CHALLENGE


# After a wrong try.


@fault("right-after-wrong-binds-nothing", clause="signature-challenge.right-after-wrong", level=Level.SHOULD)
class RightAfterWrongBindsNothing(Sandbox):
    """After a wrong signature the right one is answered with 204, but binds nothing."""

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        challenge = self.world.signature_challenges.get(call.ids[0])
        if challenge is None or not challenge.wrong_tries:
            super().bind(call, device, code)


@fault("locked-after-wrong", clause="signature-challenge.right-after-wrong", level=Level.SHOULD)
class LockedAfterWrong(Sandbox):
    """After a wrong signature the challenge is locked with 423."""

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        if _verifies(call) and challenge.wrong_tries:
            raise RefusedError(replace(self.refusal(call.operation, Reason.CHALLENGE_DEAD), status=423))
        return super().is_dead(call, challenge)


# The end of its time.


@fault("binding-ends-early", clause="signature-challenge.alive-before-expiry")
class BindingEndsEarly(Sandbox):
    """A signature challenge is refused in the last minute of its life."""

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        return self.is_over(call, challenge.expires_at - 60 * _verifies(call))


@fault("binding-by-code-ends-early", clause="signature-challenge.alive-before-expiry")
class BindingByCodeEndsEarly(Sandbox):
    """A challenge by activation code is refused after half of its life."""

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        by_code = isinstance(challenge, SignatureChallenge) and challenge.activation_id is not None
        half = (challenge.created_at + challenge.expires_at) / 2
        return super().is_expired(call, challenge) or (by_code and self.is_over(call, half))


@fault("expiry-in-other-units", clause="signature-challenge.expired")
class ExpiryInOtherUnits(Sandbox):
    """The expiry of a signature challenge is compared in tens of seconds."""

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        late = call.now - challenge.created_at
        return super().is_expired(call, challenge) and late > 10 * (challenge.expires_at - challenge.created_at)


@fault("binding-half-a-minute-late", clause="signature-challenge.expired")
class BindingHalfAMinuteLate(Sandbox):
    """A signature challenge is taken up to half a minute after its end."""

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        return self.is_over(call, challenge.expires_at + 30 * _verifies(call))


@fault("binding-by-code-never-expires", clause="signature-challenge.expired")
class BindingByCodeNeverExpires(Sandbox):
    """A challenge by activation code lives as long as the code, whatever it says itself."""

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        by_code = isinstance(challenge, SignatureChallenge) and challenge.activation_id is not None
        return not by_code and super().is_expired(call, challenge)


@fault("reading-lengthens-a-binding", clause="signature-challenge.expired")
class ReadingLengthensABinding(Sandbox):
    """Whoever reads a signature challenge lengthens its life."""

    def signature_challenge_view(self, call: Call, challenge: SignatureChallenge) -> Json:
        view = super().signature_challenge_view(call, challenge)
        challenge.expires_at = max(challenge.expires_at, call.now + self.challenge_lifetime(call))
        return view


@fault("next-binding-lengthens-the-last", clause="signature-challenge.expired")
class NextBindingLengthensTheLast(Sandbox):
    """A new binding lengthens the person's challenges that are still open."""

    def signature_challenge(self, call: Call, device: Device, secret: BindingSecret) -> SignatureChallenge:
        new = super().signature_challenge(call, device, secret)
        for challenge in self.world.signature_challenges:
            other = self.world.devices.get(challenge.device_id)
            if other and other.person_id == device.person_id and not self.is_expired(call, challenge):
                challenge.expires_at = max(challenge.expires_at, new.expires_at)
        return new


@fault("bound-though-expired", clause="signature-challenge.expired")
class BoundThoughExpired(Sandbox):
    """An expired challenge is refused, but its device is bound."""

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        expired = super().is_expired(call, challenge)
        device = self.world.devices.get(challenge.device_id) if isinstance(challenge, SignatureChallenge) else None
        if expired and device and _verifies(call):
            device.bound = True
        return expired


# The end by success.


@fault("repeated-binding-is-gone", clause="signature-challenge.repeated")
class RepeatedBindingIsGone(Sandbox):
    """A challenge that was verified is answered with 410."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        return replace(usual, status=410) if reason is Reason.BINDING_REPEATED else usual


@fault("repetition-is-not-verified", clause="signature-challenge.repeated")
class RepetitionIsNotVerified(Sandbox):
    """A challenge that was verified takes any signature with 204, and changes nothing."""

    async def verify_signature_challenge(self, call: Call) -> Answer:
        try:
            return await super().verify_signature_challenge(call)
        except RefusedError as error:
            if error.refusal.detail != self.refusal(call.operation, Reason.BINDING_REPEATED).detail:
                raise
            return Answer(204)


@fault("repetition-makes-the-device-younger", clause="signature-challenge.repeated")
class RepetitionMakesTheDeviceYounger(Sandbox):
    """A repeated verification is refused, but moves the device's created_at by a minute."""

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        done = super().is_done(call, challenge)
        device = self.world.devices.get(challenge.device_id) if isinstance(challenge, SignatureChallenge) else None
        if done and device and _verifies(call):
            device.created_at += 60
        return done


@fault("repetition-marks-the-key-as-used", clause="signature-challenge.repeated")
class RepetitionMarksTheKeyAsUsed(Sandbox):
    """A repeated verification of a challenge by activation code is refused, but sets used_at."""

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        done = super().is_done(call, challenge)
        if done and _verifies(call) and isinstance(challenge, SignatureChallenge) and challenge.activation_id:
            device = self.world.devices.get(challenge.device_id)
            if device:
                device.keys[0].used_at = call.now
        return done


@fault("deleted-device-comes-back", clause="signature-challenge.deleted-stays-deleted")
class DeletedDeviceComesBack(Sandbox):
    """A repeated verification is taken as the first one, also after the deletion."""

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        return not _verifies(call) and super().is_done(call, challenge)

    def device_to_bind(self, call: Call, challenge: SignatureChallenge) -> Device:
        device = self.found(call, self.world.devices, challenge.device_id, Reason.CHALLENGE_DEAD)
        if device.bound:
            device.deleted_at, device.bound = None, False
        return device


@fault("refused-repetition-undeletes", clause="signature-challenge.deleted-stays-deleted")
class RefusedRepetitionUndeletes(Sandbox):
    """A repeated verification is refused, but takes the deletion of its device back."""

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        done = super().is_done(call, challenge)
        device = self.world.devices.get(challenge.device_id) if isinstance(challenge, SignatureChallenge) else None
        if done and device and _verifies(call):
            device.deleted_at = None
        return done


# What happened meanwhile.


@fault("key-not-asked-for-at-the-end", clause="signature-challenge.key-registered-meanwhile", level=Level.SHOULD)
class KeyNotAskedForAtTheEnd(Sandbox):
    """When a binding ends, it is not asked again whether its key is registered."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        return not _verifies(call) and super().is_registered(call, person_id, point)


@fault("added-keys-forgotten-at-the-end", clause="signature-challenge.key-registered-meanwhile", level=Level.SHOULD)
class AddedKeysForgottenAtTheEnd(Sandbox):
    """When a binding ends, only the first keys of the person's devices are looked at."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        if not _verifies(call):
            return super().is_registered(call, person_id, point)
        return any(device.keys[0].public.point == point for device in self.live_devices(call, person_id))


@fault("bound-though-the-key-is-registered", clause="signature-challenge.key-registered-meanwhile", level=Level.SHOULD)
class BoundThoughTheKeyIsRegistered(Sandbox):
    """A binding whose key was registered meanwhile is refused, but its device is bound."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        registered = super().is_registered(call, person_id, point)
        if registered and _verifies(call):
            challenge = self.world.signature_challenges.get(call.ids[0])
            device = challenge and self.world.devices.get(challenge.device_id)
            if device:
                device.bound = True
        return registered


@fault("deleted-code-binds", clause="signature-challenge.dead-activation-code")
class DeletedCodeBinds(Sandbox):
    """A code that was deleted or replaced after the binding began still ends it."""

    def is_expired_code(self, call: Call, challenge: ActivationChallenge) -> bool:
        return not _verifies(call) and super().is_expired_code(call, challenge)


@fault("expired-code-binds", clause="signature-challenge.dead-activation-code")
class ExpiredCodeBinds(Sandbox):
    """A code that expired after the binding began still ends it; a deleted one does not."""

    def is_expired_code(self, call: Call, challenge: ActivationChallenge) -> bool:
        if _verifies(call):
            return challenge.invalidated_at is not None
        return super().is_expired_code(call, challenge)


@fault("replaced-code-binds", clause="signature-challenge.dead-activation-code")
class ReplacedCodeBinds(Sandbox):
    """A binding that a code began is ended by it although a new one has taken its place."""

    def code_of(self, call: Call, challenge: SignatureChallenge) -> ActivationChallenge | None:
        old = self.world.activation_challenges.get(challenge.activation_id or "")
        if old is None:
            return None
        live = self.live_code(call, old.person_id)
        return live if live else super().code_of(call, challenge)


@fault("code-used-again", clause="signature-challenge.used-activation-code")
class CodeUsedAgain(Sandbox):
    """How often an activation code was used is not looked at."""

    def is_used_up(self, call: Call, challenge: ActivationChallenge) -> bool:
        return False


@fault("use-of-a-code-asked-for-at-the-beginning-only", clause="signature-challenge.used-activation-code")
class UseOfACodeAskedForAtTheBeginningOnly(Sandbox):
    """A code that was used up after the binding began still ends it."""

    def is_used_up(self, call: Call, challenge: ActivationChallenge) -> bool:
        return not _verifies(call) and super().is_used_up(call, challenge)


@fault("deletion-gives-the-code-back", clause="signature-challenge.used-activation-code")
class DeletionGivesTheCodeBack(Sandbox):
    """Uses of a code are counted by its live devices, so that a deletion gives one back."""

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        for code in self.codes_of(call, device.person_id):
            code.usage_count = max(0, code.usage_count - 1)
