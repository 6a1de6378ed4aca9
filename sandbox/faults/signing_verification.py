# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the verification of signing challenges: what completes one, when, and how often."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.settings import Settings
from sandbox.world import Challenge, Device, Key, Progress, SigningChallenge


def is_verification(call: Call) -> bool:
    return call.operation is Operation.VERIFY_SIGNING_CHALLENGE


# The right signature.


@fault("device-data-has-to-stay", clause="signing-challenge.verified")
class DeviceDataHasToStay(Sandbox):
    """A verification with device_data is refused."""

    def check_device_data(self, call: Call, body: Json) -> None:
        is_there = is_verification(call) and body.get("device_data") is not None
        self.require(call, not is_there, Reason.FIELD_VALUE, "device_data")
        super().check_device_data(call, body)


# A wrong signature.


class FurtherKeys(Sandbox):
    """The sandbox in which further keys may sign a signing challenge."""

    def further_keys(self, call: Call, device: Device, key: Key) -> list[Key]:
        """The keys that do as well as the key that was asked for."""
        return []

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        keys = [key]
        if is_verification(call):
            challenge = self.signing_challenge_of_path(call)
            keys += self.further_keys(call, self.live_device(call, challenge.device_id, Reason.CHALLENGE_DEAD), key)
        return any(super(FurtherKeys, self).verifies(call, one, signature, message) for one in keys)


@fault("sibling-signs", clause="signing-challenge.wrong-signature")
class SiblingSigns(FurtherKeys):
    """A challenge can be signed by any device of the person."""

    def further_keys(self, call: Call, device: Device, key: Key) -> list[Key]:
        siblings = [one for one in self.live_devices(call, device.person_id) if one is not device]
        return [one.keys[0] for one in siblings]


class FurtherTexts(Sandbox):
    """The sandbox in which further texts may be signed for a signing challenge."""

    def further_texts(self, call: Call, challenge: SigningChallenge) -> list[str]:
        """The texts that do as well as the one that was to be signed."""
        return []

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        texts = [message]
        if is_verification(call):
            texts += self.further_texts(call, self.signing_challenge_of_path(call))
        return any(super(FurtherTexts, self).verifies(call, key, signature, one) for one in texts)


@fault("any-open-text-does", clause="signing-challenge.wrong-signature")
class AnyOpenTextDoes(FurtherTexts):
    """A challenge is completed by the text of another open challenge of the device."""

    def further_texts(self, call: Call, challenge: SigningChallenge) -> list[str]:
        mine = (one for one in self.world.signing_challenges if one.device_id == challenge.device_id)
        return [one.string_to_sign for one in mine if one.progress is Progress.OPEN]


@fault("case-of-the-text-does-not-matter", clause="signing-challenge.wrong-signature")
class CaseOfTheTextDoesNotMatter(FurtherTexts):
    """The text may be signed in capitals."""

    def further_texts(self, call: Call, challenge: SigningChallenge) -> list[str]:
        return [challenge.string_to_sign.upper()]


@fault("wrong-signature-is-not-found", clause="signing-challenge.wrong-signature")
class WrongSignatureIsNotFound(Sandbox):
    """A wrong signature gets 404."""

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        return super().wrong_try(call, challenge, Reason.CHALLENGE_UNKNOWN if is_verification(call) else reason)


@fault("later-key-takes-over", clause="signing-challenge.other-key")
class LaterKeyTakesOver(FurtherKeys):
    """A key that was added while the challenge was open can sign it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._known: dict[str, int] = {}

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        challenge = super().signing_challenge(call, device, key)
        self._known[challenge.id] = len(device.keys)
        return challenge

    def further_keys(self, call: Call, device: Device, key: Key) -> list[Key]:
        return device.keys[self._known[call.ids[0]] :]


class AfterAWrongTry(Sandbox):
    """The sandbox with signing challenges that take one wrong signature."""

    def tries_allowed(self, call: Call) -> int:
        return 1 if is_verification(call) else super().tries_allowed(call)


@fault("right-after-wrong-is-a-server-error", clause="signing-challenge.right-after-wrong", level=Level.SHOULD)
class RightAfterWrongIsAServerError(AfterAWrongTry):
    """After a wrong signature the challenge is thrown away, and the right one does not expect that."""

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        if is_verification(call) and super().is_dead(call, challenge):
            raise LookupError(Reason.CHALLENGE_DEAD)
        return super().is_dead(call, challenge)
