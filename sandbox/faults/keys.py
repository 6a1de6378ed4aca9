"""Faults of adding keys to a bound device: who may add one, which one, and what it then is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.chapters.keys import KeyWish
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Answer
from sandbox.refusals import Reason, RefusedError
from sandbox.settings import Settings
from sandbox.world import Device, Key


class OtherMessages(Sandbox):
    """A sandbox in which a device_signature may be over something else than the new key."""

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        device = self.world.devices.get(call.ids[0])
        others = self.others(device) if device else ()
        return super().vouches(call, signer, wish) or any(
            self.verifies(call, signer, wish.signature, message) for message in others
        )

    def others(self, device: Device) -> Iterable[str]:
        """The messages that are as good as the new key."""
        raise NotImplementedError


class OtherSigners(Sandbox):
    """A sandbox in which other keys than the device's may sign a new one."""

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        device = self.world.devices.get(call.ids[0])
        others = self.others(call, device) if device else ()
        return super().vouches(call, signer, wish) or any(
            super(OtherSigners, self).vouches(call, other, wish) for other in others
        )

    def others(self, call: Call, device: Device) -> Iterable[Key]:
        """The keys that may sign, too."""
        raise NotImplementedError


# What is added.


@fault("added-id-is-the-devices", clause="keys.added")
class AddedIdIsTheDevices(Sandbox):
    """The answer to the addition of a key names the device, not the key."""

    async def add_key(self, call: Call) -> Answer:
        answer = await super().add_key(call)
        return replace(answer, body={"id": call.ids[0]})


@fault("null-purpose-is-a-purpose", clause="keys.purpose-default")
class NullPurposeIsAPurpose(Sandbox):
    """An added key with a key_purpose of null is refused."""

    def key_wish(self, call: Call) -> KeyWish:
        self.require(call, self.json_body(call).get("key_purpose", "") is not None, Reason.FIELD_TYPE, "key_purpose")
        return super().key_wish(call)


# Purposes.


@fault("refused-purpose-drops-the-key", clause="keys.purpose-present")
class RefusedPurposeDropsTheKey(Sandbox):
    """A second key of the same purpose is refused, but its point takes the place of the first one's."""

    def check_key_addition(self, call: Call, device: Device, wish: KeyWish) -> None:
        signer = self.vouching_key(call, device, wish)
        present = self.key_of_purpose(call, device, wish.key_purpose)
        if (
            present
            and self.vouches(call, signer, wish)
            and not self.is_registered(call, device.person_id, wish.key.point)
        ):
            present.public = wish.key
            raise self.refused(call, Reason.PURPOSE_PRESENT, "key_purpose")
        super().check_key_addition(call, device, wish)


@fault("repeated-addition-is-gone", clause="keys.repeated")
class RepeatedAdditionIsGone(Sandbox):
    """The very same addition once more is answered with 410."""

    def check_key_addition(self, call: Call, device: Device, wish: KeyWish) -> None:
        if any(key.public.point == wish.key.point for key in device.keys[1:]):
            raise RefusedError(replace(self.refusal(call.operation, Reason.PURPOSE_PRESENT), status=410))
        super().check_key_addition(call, device, wish)


# Who may sign, and what.


@fault("new-key-vouches-for-itself", clause="keys.wrong-device-signature")
class NewKeyVouchesForItself(Sandbox):
    """The new key may sign its own addition."""

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        itself = Key(id="", purpose=wish.key_purpose, type=wish.key_type, public=wish.key)
        return super().vouches(call, signer, wish) or super().vouches(call, itself, wish)


@fault("sibling-vouches", clause="keys.wrong-device-signature")
class SiblingVouches(OtherSigners):
    """Any device of the person may sign a new key."""

    def others(self, call: Call, device: Device) -> Iterable[Key]:
        yield from (key for sibling in self.live_devices(call, device.person_id) for key in sibling.keys)


@fault("device-id-vouches", clause="keys.wrong-device-signature")
class DeviceIdVouches(OtherMessages):
    """The device's id may be signed in place of the new key."""

    def others(self, device: Device) -> Iterable[str]:
        yield device.id


@fault("otp-of-the-binding-vouches", clause="keys.wrong-device-signature")
class OtpOfTheBindingVouches(OtherMessages):
    """The signature that bound the device adds keys to it, too."""

    def others(self, device: Device) -> Iterable[str]:
        challenges = self.world.signature_challenges
        yield from (challenge.message for challenge in challenges if challenge.device_id == device.id)


@fault("signature-once-verified-vouches", clause="keys.wrong-device-signature")
class SignatureOnceVerifiedVouches(Sandbox):
    """A device_signature that was right once is right for every device."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._verified: set[bytes] = set()

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        right = wish.signature.der in self._verified or super().vouches(call, signer, wish)
        if right:
            self._verified.add(wish.signature.der)
        return right
