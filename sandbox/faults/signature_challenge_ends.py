"""Faults of how a signature challenge ends: by time, by success, by its code, or by what happened meanwhile."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.world import ActivationChallenge, Challenge, Device, SignatureChallenge


def _verifies(call: Call) -> bool:
    return call.operation is Operation.VERIFY_SIGNATURE_CHALLENGE


# After a wrong try.


@fault("locked-after-wrong", clause="signature-challenge.right-after-wrong", level=Level.SHOULD)
class LockedAfterWrong(Sandbox):
    """After a wrong signature the challenge is locked with 423."""

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        if _verifies(call) and challenge.wrong_tries:
            raise RefusedError(replace(self.refusal(call.operation, Reason.CHALLENGE_DEAD), status=423))
        return super().is_dead(call, challenge)


# The end of its time.


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


@fault("replaced-code-binds", clause="signature-challenge.dead-activation-code")
class ReplacedCodeBinds(Sandbox):
    """A binding that a code began is ended by it although a new one has taken its place."""

    def code_of(self, call: Call, challenge: SignatureChallenge) -> ActivationChallenge | None:
        old = self.world.activation_challenges.get(challenge.activation_id or "")
        if old is None:
            return None
        live = self.live_code(call, old.person_id)
        return live if live else super().code_of(call, challenge)


@fault("deletion-gives-the-code-back", clause="signature-challenge.used-activation-code")
class DeletionGivesTheCodeBack(Sandbox):
    """Uses of a code are counted by its live devices, so that a deletion gives one back."""

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        for code in self.codes_of(call, device.person_id):
            code.usage_count = max(0, code.usage_count - 1)
