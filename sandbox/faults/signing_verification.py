# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the verification of signing challenges: what completes one, when, and how often."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.settings import Settings
from sandbox.world import Challenge, Device, Key, Progress, SigningChallenge


def is_verification(call: Call) -> bool:
    return call.operation is Operation.VERIFY_SIGNING_CHALLENGE


# The right signature.


@fault("verification-is-created", clause="signing-challenge.verified")
class VerificationIsCreated(Sandbox):
    """The right signature gets 201."""

    async def verify_signing_challenge(self, call: Call) -> Answer:
        return replace(await super().verify_signing_challenge(call), status=201, body={})


@fault("newest-challenge-alone-is-open", clause="signing-challenge.verified")
class NewestChallengeAloneIsOpen(Sandbox):
    """A further signing challenge of a device puts an end to the ones before."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        for one in self.world.signing_challenges:
            if one.device_id == device.id and one.progress is Progress.OPEN:
                one.progress = Progress.DEAD
        return super().signing_challenge(call, device, key)


@fault("success-ends-the-persons-challenges", clause="signing-challenge.verified")
class SuccessEndsThePersonsChallenges(Sandbox):
    """A verified challenge puts an end to all open ones of the person's devices."""

    def complete(self, call: Call, challenge: Challenge) -> None:
        super().complete(call, challenge)
        if isinstance(challenge, SigningChallenge) and (device := self.world.devices.get(challenge.device_id)):
            devices = {one.id for one in self.world.devices_of_person[device.person_id]}
            for one in self.world.signing_challenges:
                if one.device_id in devices and one.progress is Progress.OPEN:
                    one.progress = Progress.DEAD


@fault("challenges-are-verified-in-order", clause="signing-challenge.verified")
class ChallengesAreVerifiedInOrder(Sandbox):
    """A challenge cannot be verified while an older one of its device is open."""

    def challenged_key(self, call: Call, challenge: SigningChallenge) -> Key:
        mine = (one for one in self.world.signing_challenges if one.device_id == challenge.device_id)
        oldest = next(one for one in mine if one.progress is Progress.OPEN)
        self.require(call, oldest.id == challenge.id, Reason.BINDING_REPEATED)
        return super().challenged_key(call, challenge)


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


@fault("deleted-sibling-signs", clause="signing-challenge.wrong-signature")
class DeletedSiblingSigns(FurtherKeys):
    """A challenge can be signed by a deleted device of the person."""

    def further_keys(self, call: Call, device: Device, key: Key) -> list[Key]:
        devices = self.world.devices_of_person[device.person_id]
        return [one.keys[0] for one in devices if self.is_deleted(call, one)]


@fault("pending-sibling-signs", clause="signing-challenge.wrong-signature")
class PendingSiblingSigns(FurtherKeys):
    """A challenge can be signed by a device of the person that is not bound yet."""

    def further_keys(self, call: Call, device: Device, key: Key) -> list[Key]:
        devices = self.world.devices_of_person[device.person_id]
        return [one.keys[0] for one in devices if not self.is_bound(call, one)]


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


@fault("signature-is-good-twice", clause="signing-challenge.wrong-signature")
class SignatureIsGoodTwice(FurtherTexts):
    """The signature of a verified challenge completes the next ones of the device, too."""

    def further_texts(self, call: Call, challenge: SigningChallenge) -> list[str]:
        mine = (one for one in self.world.signing_challenges if one.device_id == challenge.device_id)
        return [one.string_to_sign for one in mine if one.progress is Progress.DONE]


@fault("id-is-as-good-as-the-text", clause="signing-challenge.wrong-signature")
class IdIsAsGoodAsTheText(FurtherTexts):
    """The id of the challenge may be signed in place of its text."""

    def further_texts(self, call: Call, challenge: SigningChallenge) -> list[str]:
        return [challenge.id]


@fault("case-of-the-text-does-not-matter", clause="signing-challenge.wrong-signature")
class CaseOfTheTextDoesNotMatter(FurtherTexts):
    """The text may be signed in capitals."""

    def further_texts(self, call: Call, challenge: SigningChallenge) -> list[str]:
        return [challenge.string_to_sign.upper()]


@fault("binding-signs-for-ever", clause="signing-challenge.wrong-signature")
class BindingSignsForEver(FurtherTexts):
    """The signature that bound the device completes its challenges, too."""

    def further_texts(self, call: Call, challenge: SigningChallenge) -> list[str]:
        return [one.message for one in self.world.signature_challenges if one.device_id == challenge.device_id]


@fault("sixth-try-passes", clause="signing-challenge.wrong-signature")
class SixthTryPasses(Sandbox):
    """After five wrong signatures any further one completes the challenge."""

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        return not is_verification(call) and super().is_dead(call, challenge)

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        tried = is_verification(call) and self.signing_challenge_of_path(call).wrong_tries >= self.tries_allowed(call)
        return tried or super().verifies(call, key, signature, message)


@fault("wrong-signature-is-not-found", clause="signing-challenge.wrong-signature")
class WrongSignatureIsNotFound(Sandbox):
    """A wrong signature gets 404."""

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        return super().wrong_try(call, challenge, Reason.CHALLENGE_UNKNOWN if is_verification(call) else reason)


@fault("any-key-of-the-device-signs", clause="signing-challenge.other-key")
class AnyKeyOfTheDeviceSigns(FurtherKeys):
    """A challenge can be signed by any key of its device."""

    def further_keys(self, call: Call, device: Device, key: Key) -> list[Key]:
        return device.keys


@fault("unrestricted-key-signs-everything", clause="signing-challenge.other-key")
class UnrestrictedKeySignsEverything(FurtherKeys):
    """The unrestricted key can sign where the restricted one is asked for."""

    def further_keys(self, call: Call, device: Device, key: Key) -> list[Key]:
        return [self.default_key(call, device)]


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


@fault("wrong-signature-locks-the-device", clause="signing-challenge.right-after-wrong", level=Level.SHOULD)
class WrongSignatureLocksTheDevice(Sandbox):
    """A wrong signature puts an end to all signing by its device."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._locked: set[str] = set()

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        if isinstance(challenge, SigningChallenge):
            self._locked.add(challenge.device_id)
        return super().wrong_try(call, challenge, reason)

    def challenged_key(self, call: Call, challenge: SigningChallenge) -> Key:
        self.require(call, challenge.device_id not in self._locked, Reason.CHALLENGE_DEAD)
        return super().challenged_key(call, challenge)


class AfterAWrongTry(Sandbox):
    """The sandbox with signing challenges that take one wrong signature."""

    def tries_allowed(self, call: Call) -> int:
        return 1 if is_verification(call) else super().tries_allowed(call)


@fault("right-after-wrong-is-too-many", clause="signing-challenge.right-after-wrong", level=Level.SHOULD)
class RightAfterWrongIsTooMany(AfterAWrongTry):
    """After a wrong signature the right one gets 429."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        is_it = (operation, reason) == (Operation.VERIFY_SIGNING_CHALLENGE, Reason.CHALLENGE_DEAD)
        return replace(refusal, status=429) if is_it else refusal


@fault("right-after-wrong-is-a-server-error", clause="signing-challenge.right-after-wrong", level=Level.SHOULD)
class RightAfterWrongIsAServerError(AfterAWrongTry):
    """After a wrong signature the challenge is thrown away, and the right one does not expect that."""

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        if is_verification(call) and super().is_dead(call, challenge):
            raise LookupError(Reason.CHALLENGE_DEAD)
        return super().is_dead(call, challenge)
