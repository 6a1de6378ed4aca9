# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults that only simultaneous requests show: challenges and change requests that are completed more than once."""

from __future__ import annotations

import asyncio
from collections.abc import Hashable
from contextlib import AbstractAsyncContextManager, nullcontext

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.faults.race_conditions import GAP, Impatient, Unguarded, WronglyLocked
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.settings import Settings
from sandbox.world import ActivationChallenge, Challenge, Device, SignatureChallenge


@fault("no-lock", clause="races.verify-signing-challenge")
class NoLock(Unguarded):
    """Check and act are not one step."""

    def is_unguarded(self, call: Call) -> bool:
        return True


# The binding.


@fault("race-enters-the-device-twice", clause="races.verify-signature-challenge")
class RaceEntersTheDeviceTwice(Unguarded):
    """Each of simultaneous verifications enters the device into the list."""

    operation = Operation.VERIFY_SIGNATURE_CHALLENGE

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        if device.bound:
            self.world.devices_of_person[device.person_id].append(device)
        super().bind(call, device, code)


@fault("loser-unbinds-the-device", clause="races.verify-signature-challenge")
class LoserUnbindsTheDevice(Unguarded):
    """A verification that finds the device bound by another one rolls the binding back."""

    operation = Operation.VERIFY_SIGNATURE_CHALLENGE

    def complete(self, call: Call, challenge: Challenge) -> None:
        if isinstance(challenge, SignatureChallenge) and self.is_done(call, challenge):
            self.world.devices.get(challenge.device_id).bound = False  # type: ignore[union-attr]
            raise self.refused(call, Reason.BINDING_REPEATED)
        super().complete(call, challenge)


@fault("simultaneous-bindings-time-out", clause="races.verify-signature-challenge")
class SimultaneousBindingsTimeOut(Impatient):
    """A verification of a signature challenge that would have to wait for another one is a server error."""

    operation = Operation.VERIFY_SIGNATURE_CHALLENGE


@fault("race-uses-a-code-twice", clause="races.used-activation-code")
class RaceUsesACodeTwice(Unguarded):
    """Whether an activation code is used up, and its use, are not one step."""

    def is_unguarded(self, call: Call) -> bool:
        if call.operation is not Operation.VERIFY_SIGNATURE_CHALLENGE:
            return False
        challenge = self.world.signature_challenges.get(call.ids[0])
        return challenge is not None and challenge.activation_id is not None


@fault("lock-of-the-challenge", clause="races.used-activation-code")
class LockOfTheChallenge(WronglyLocked):
    """A binding locks its challenge, and not the person whose devices and codes it counts."""

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


@fault("race-verifies-a-signing-challenge-twice", clause="races.verify-signing-challenge")
class RaceVerifiesASigningChallengeTwice(Unguarded):
    """Whether a signing challenge is open, and its completion, are not one step."""

    operation = Operation.VERIFY_SIGNING_CHALLENGE


@fault("lock-of-the-signature", clause="races.verify-signing-challenge")
class LockOfTheSignature(WronglyLocked):
    """The verification of a signing challenge locks the signature, and not the challenge."""

    operation = Operation.VERIFY_SIGNING_CHALLENGE

    def locked(self, call: Call) -> Hashable:
        return call.body


@fault("loser-opens-the-challenge-again", clause="races.verify-signing-challenge")
class LoserOpensTheChallengeAgain(Unguarded):
    """A verification that comes second to another one is refused, and takes the completion back."""

    operation = Operation.VERIFY_SIGNING_CHALLENGE

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._raced: set[str] = set()

    def complete(self, call: Call, challenge: Challenge) -> None:
        if self.is_unguarded(call) and self.is_done(call, challenge):
            self._raced.add(challenge.id)
            raise self.refused(call, Reason.CHALLENGE_REPEATED)
        super().complete(call, challenge)

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        is_raced = challenge.id in self._raced
        self._raced.discard(challenge.id)
        return not is_raced and super().is_done(call, challenge)


@fault("simultaneous-signatures-time-out", clause="races.verify-signing-challenge")
class SimultaneousSignaturesTimeOut(Impatient):
    """A verification of a signing challenge that would have to wait for another one is a server error."""

    operation = Operation.VERIFY_SIGNING_CHALLENGE


@fault("race-verifies-an-sms-challenge-twice", clause="races.verify-sms-challenge")
class RaceVerifiesAnSmsChallengeTwice(Unguarded):
    """Whether an SMS challenge is open, and its completion, are not one step."""

    operation = Operation.VERIFY_SMS_CHALLENGE


@fault("simultaneous-codes-time-out", clause="races.verify-sms-challenge")
class SimultaneousCodesTimeOut(Impatient):
    """A verification of an SMS challenge that would have to wait for another one is a server error."""

    operation = Operation.VERIFY_SMS_CHALLENGE


# Change requests.


@fault("race-confirms-twice", clause="races.confirm")
class RaceConfirmsTwice(Unguarded):
    """Whether a change request is open, and its confirmation, are not one step."""

    operation = Operation.CONFIRM_CHANGE_REQUEST


@fault("race-confirms-twice-by-a-signature", clause="races.confirm")
class RaceConfirmsTwiceByASignature(Unguarded):
    """Whether a change request is open, and its confirmation by a device, are not one step."""

    def is_unguarded(self, call: Call) -> bool:
        return call.operation is Operation.CONFIRM_CHANGE_REQUEST and b'"signature"' in call.body


@fault("lock-of-the-signer", clause="races.confirm")
class LockOfTheSigner(WronglyLocked):
    """A confirmation locks the device that signs; where a TAN confirms, nothing is locked."""

    operation = Operation.CONFIRM_CHANGE_REQUEST

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        signs = b'"signature"' in call.body
        return nullcontext() if self.is_unguarded(call) and not signs else super().exclusively(call)


@fault("simultaneous-confirmations-time-out", clause="races.confirm")
class SimultaneousConfirmationsTimeOut(Impatient):
    """A confirmation that would have to wait for another one is a server error."""

    operation = Operation.CONFIRM_CHANGE_REQUEST
