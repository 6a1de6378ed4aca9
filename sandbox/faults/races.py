"""Faults that only simultaneous requests show: challenges and change requests that are completed more than once."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.faults.race_conditions import GAP, Impatient, WronglyLocked
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.world import ActivationChallenge, Challenge, SignatureChallenge

# The binding.


@fault("simultaneous-bindings-time-out", clause="races.verify-signature-challenge")
class SimultaneousBindingsTimeOut(Impatient):
    """A verification of a signature challenge that would have to wait for another one is a server error."""

    operation = Operation.VERIFY_SIGNATURE_CHALLENGE


@fault("use-is-counted-later", clause="races.used-activation-code")
class UseIsCountedLater(Sandbox):
    """The use of an activation code is counted shortly after the binding."""

    def use_code(self, call: Call, challenge: ActivationChallenge) -> None:
        asyncio.get_running_loop().call_later(5 * GAP, super().use_code, call, challenge)


class LockedDevices(WronglyLocked):
    """The sandbox in which simultaneous bindings by SMS do not wait for each other where they should."""

    def is_unguarded(self, call: Call) -> bool:
        if call.operation is not Operation.VERIFY_SIGNATURE_CHALLENGE:
            return False
        challenge = self.world.signature_challenges.get(call.ids[0])
        return challenge is not None and challenge.activation_id is None


@fault("lock-of-the-key", clause="races.five-devices", level=Level.SHOULD)
class LockOfTheKey(LockedDevices):
    """A binding locks its public key, and not the person whose devices it counts."""

    def locked(self, call: Call) -> Hashable:
        challenge = self.world.signature_challenges.get(call.ids[0])
        device = challenge and self.world.devices.get(challenge.device_id)
        return device.keys[0].public.point if device else None


@fault("race-binds-a-key-twice", clause="races.same-key", level=Level.SHOULD)
class RaceBindsAKeyTwice(LockedDevices):
    """Whether a key is registered, and its registration, are not one step; the places are counted once more."""

    def complete(self, call: Call, challenge: Challenge) -> None:
        if isinstance(challenge, SignatureChallenge) and (device := self.world.devices.get(challenge.device_id)):
            self.require(call, self.has_free_place(call, device.person_id), Reason.DEVICE_LIMIT)
        super().complete(call, challenge)


# Signing and SMS challenges.


@fault("simultaneous-signatures-time-out", clause="races.verify-signing-challenge")
class SimultaneousSignaturesTimeOut(Impatient):
    """A verification of a signing challenge that would have to wait for another one is a server error."""

    operation = Operation.VERIFY_SIGNING_CHALLENGE


@fault("simultaneous-codes-time-out", clause="races.verify-sms-challenge")
class SimultaneousCodesTimeOut(Impatient):
    """A verification of an SMS challenge that would have to wait for another one is a server error."""

    operation = Operation.VERIFY_SMS_CHALLENGE


# Change requests.


@fault("simultaneous-confirmations-time-out", clause="races.confirm")
class SimultaneousConfirmationsTimeOut(Impatient):
    """A confirmation that would have to wait for another one is a server error."""

    operation = Operation.CONFIRM_CHANGE_REQUEST
