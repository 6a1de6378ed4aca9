# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
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
from sandbox.rules.devices import UNRESTRICTED
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


@fault("restricted-key-adds-none", clause="keys.added")
class RestrictedKeyAddsNone(Sandbox):
    """A device whose first key is restricted cannot add an unrestricted one."""

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        return signer.purpose == UNRESTRICTED and super().vouches(call, signer, wish)


@fault("added-key-replaces-the-first", clause="keys.added")
class AddedKeyReplacesTheFirst(Sandbox):
    """An added key takes the place of the one that is there."""

    async def add_key(self, call: Call) -> Answer:
        answer = await super().add_key(call)
        device = self.device_of_path(call)
        del device.keys[:-1]
        return answer


@fault("key-is-added-to-all-devices", clause="keys.added")
class KeyIsAddedToAllDevices(Sandbox):
    """A key is added to all devices of the person."""

    def added_key(self, call: Call, wish: KeyWish) -> Key:
        key = super().added_key(call, wish)
        mine = self.device_of_path(call)
        for device in self.live_devices(call, mine.person_id):
            if device is not mine:
                device.keys.append(key)
        return key


@fault("added-key-signs-as-the-first", clause="keys.added")
class AddedKeySignsAsTheFirst(Sandbox):
    """An added key is stored with the point of the key that signed it."""

    def added_key(self, call: Call, wish: KeyWish) -> Key:
        signer = self.vouching_key(call, self.device_of_path(call), wish)
        return super().added_key(call, replace(wish, key=signer.public))


@fault("added-key-answers-204", clause="keys.added")
class AddedKeyAnswers204(Sandbox):
    """The addition of a key is answered with 204, without its id."""

    async def add_key(self, call: Call) -> Answer:
        await super().add_key(call)
        return Answer(204)


@fault("added-id-is-the-devices", clause="keys.added")
class AddedIdIsTheDevices(Sandbox):
    """The answer to the addition of a key names the device, not the key."""

    async def add_key(self, call: Call) -> Answer:
        answer = await super().add_key(call)
        return replace(answer, body={"id": call.ids[0]})


@fault("added-key-restricted-by-default", clause="keys.purpose-default")
class AddedKeyRestrictedByDefault(Sandbox):
    """An added key without key_purpose is restricted."""

    def key_wish(self, call: Call) -> KeyWish:
        named = self.json_body(call).get("key_purpose") is not None
        wish = super().key_wish(call)
        return wish if named else replace(wish, key_purpose="restricted")


@fault("added-key-takes-its-signers-purpose", clause="keys.purpose-default")
class AddedKeyTakesItsSignersPurpose(Sandbox):
    """An added key without key_purpose has the purpose of the key that signs it."""

    def key_wish(self, call: Call) -> KeyWish:
        wish = super().key_wish(call)
        named = self.json_body(call).get("key_purpose") is not None
        return wish if named else replace(wish, key_purpose=wish.signer_purpose)


@fault("null-purpose-is-a-purpose", clause="keys.purpose-default")
class NullPurposeIsAPurpose(Sandbox):
    """An added key with a key_purpose of null is refused."""

    def key_wish(self, call: Call) -> KeyWish:
        self.require(call, self.json_body(call).get("key_purpose", "") is not None, Reason.FIELD_TYPE, "key_purpose")
        return super().key_wish(call)


# Purposes.


@fault("any-number-of-keys", clause="keys.purpose-present")
class AnyNumberOfKeys(Sandbox):
    """A second key of the same purpose is added."""

    def purpose_is_free(self, call: Call, device: Device, purpose: str) -> bool:
        return True


@fault("same-purpose-replaces-the-key", clause="keys.purpose-present")
class SamePurposeReplacesTheKey(Sandbox):
    """A second key of the same purpose takes the place of the first one."""

    def purpose_is_free(self, call: Call, device: Device, purpose: str) -> bool:
        device.keys[:] = [key for key in device.keys if key.purpose != purpose]
        return True


@fault("purpose-asked-for-only-by-name", clause="keys.purpose-present")
class PurposeAskedForOnlyByName(Sandbox):
    """Without key_purpose a second unrestricted key is added."""

    def purpose_is_free(self, call: Call, device: Device, purpose: str) -> bool:
        named = self.json_body(call).get("key_purpose") is not None
        return not named or super().purpose_is_free(call, device, purpose)


@fault("third-key-of-the-added-purpose", clause="keys.purpose-present")
class ThirdKeyOfTheAddedPurpose(Sandbox):
    """Only the purpose of a device's first key is held against a new one's."""

    def purpose_is_free(self, call: Call, device: Device, purpose: str) -> bool:
        return device.keys[0].purpose != purpose


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


@fault("repeated-addition-succeeds", clause="keys.repeated")
class RepeatedAdditionSucceeds(Sandbox):
    """The very same addition once more is answered with 201 and the key's id."""

    async def add_key(self, call: Call) -> Answer:
        wish, device = self.key_wish(call), self.device_of_path(call)
        same = [key for key in device.keys[1:] if key.public.point == wish.key.point]
        return Answer(201, {"id": same[0].id}) if same else await super().add_key(call)


@fault("repeated-addition-takes-the-key-back", clause="keys.repeated")
class RepeatedAdditionTakesTheKeyBack(Sandbox):
    """The very same addition once more is refused, but its key is gone."""

    def purpose_is_free(self, call: Call, device: Device, purpose: str) -> bool:
        free = super().purpose_is_free(call, device, purpose)
        wanted = self.bytes_of_hex(call, str(self.json_body(call)["key"]))
        device.keys[1:] = [key for key in device.keys[1:] if key.public.point != wanted]
        return free


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


@fault("device-signature-not-verified", clause="keys.wrong-device-signature")
class DeviceSignatureNotVerified(Sandbox):
    """A device_signature has to be there, but is not verified."""

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        return True


@fault("sibling-vouches", clause="keys.wrong-device-signature")
class SiblingVouches(OtherSigners):
    """Any device of the person may sign a new key."""

    def others(self, call: Call, device: Device) -> Iterable[Key]:
        yield from (key for sibling in self.live_devices(call, device.person_id) for key in sibling.keys)


@fault("any-device-of-the-partner-vouches", clause="keys.wrong-device-signature")
class AnyDeviceOfThePartnerVouches(OtherSigners):
    """Devices of other persons of the partner may sign a new key."""

    def others(self, call: Call, device: Device) -> Iterable[Key]:
        for other in self.world.devices_of_partner[call.partner]:
            if other.person_id != device.person_id:
                yield from other.keys


@fault("device-id-vouches", clause="keys.wrong-device-signature")
class DeviceIdVouches(OtherMessages):
    """The device's id may be signed in place of the new key."""

    def others(self, device: Device) -> Iterable[str]:
        yield device.id


@fault("person-id-vouches", clause="keys.wrong-device-signature")
class PersonIdVouches(OtherMessages):
    """The person's id may be signed in place of the new key."""

    def others(self, device: Device) -> Iterable[str]:
        yield device.person_id


@fault("old-key-is-signed", clause="keys.wrong-device-signature")
class OldKeyIsSigned(OtherMessages):
    """The key that signs may be signed in place of the new one."""

    def others(self, device: Device) -> Iterable[str]:
        yield from (key.public.point.hex() for key in device.keys)


@fault("otp-of-the-binding-vouches", clause="keys.wrong-device-signature")
class OtpOfTheBindingVouches(OtherMessages):
    """The signature that bound the device adds keys to it, too."""

    def others(self, device: Device) -> Iterable[str]:
        challenges = self.world.signature_challenges
        yield from (challenge.message for challenge in challenges if challenge.device_id == device.id)


@fault("nothing-vouches", clause="keys.wrong-device-signature")
class NothingVouches(OtherMessages):
    """The empty text may be signed in place of the new key."""

    def others(self, device: Device) -> Iterable[str]:
        yield ""


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
