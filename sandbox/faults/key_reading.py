# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of how the keys of a device are shown, and of when they were used."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.rules.devices import UNRESTRICTED
from sandbox.world import ActivationChallenge, Challenge, Device, Key, SigningChallenge


def _reads_one(call: Call) -> bool:
    return call.operation is Operation.GET_KEY


# The list.


@fault("added-keys-are-not-listed", clause="keys.listed")
class AddedKeysAreNotListed(Sandbox):
    """The list shows the first key only."""

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        return super().keys_view(call, replace(device, keys=device.keys[:1]))


@fault("keys-of-all-devices-are-listed", clause="keys.listed")
class KeysOfAllDevicesAreListed(Sandbox):
    """The list shows the keys of all devices of the person."""

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        keys = [key for one in self.live_devices(call, device.person_id) for key in one.keys]
        return super().keys_view(call, replace(device, keys=keys))


@fault("added-key-is-listed-twice", clause="keys.listed")
class AddedKeyIsListedTwice(Sandbox):
    """A key that was added is listed in an element of its own, and in the first one, too."""

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        view = super().keys_view(call, device)
        return view + [view[0] | {"keys": [key]} for key in view[0]["keys"][1:]]


@fault("keys-listed-with-another-person", clause="keys.listed")
class KeysListedWithAnotherPerson(Sandbox):
    """The list of keys names the device where the person belongs."""

    def key_owner_view(self, call: Call, device: Device) -> Json:
        return super().key_owner_view(call, device) | {"person_id": device.id}


@fault("keys-listed-with-the-first-device", clause="keys.listed")
class KeysListedWithTheFirstDevice(Sandbox):
    """The list of keys shows the created_at and name of the person's first device."""

    def key_owner_view(self, call: Call, device: Device) -> Json:
        first = self.live_devices(call, device.person_id)[0]
        return super().key_owner_view(call, first) | {"device_id": device.id}


@fault("element-for-each-key", clause="keys.one-element", level=Level.SHOULD)
class ElementForEachKey(Sandbox):
    """The list has an element for each key, and each of them nests all keys."""

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        return super().keys_view(call, device) * len(device.keys)


@fault("element-of-the-newest-key", clause="keys.one-element", level=Level.SHOULD)
class ElementOfTheNewestKey(Sandbox):
    """The one element nests only the newest key."""

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        return super().keys_view(call, replace(device, keys=device.keys[-1:]))


# The ids.


@fault("added-key-takes-the-first-id", clause="keys.first-key")
class AddedKeyTakesTheFirstId(Sandbox):
    """An addition changes the purposes of the two keys round."""

    async def add_key(self, call: Call) -> Answer:
        answer = await super().add_key(call)
        first, added = self.device_of_path(call).keys[:2]
        first.purpose, added.purpose = added.purpose, first.purpose
        return answer


@fault("key-id-drawn-when-bound", clause="keys.first-key")
class KeyIdDrawnWhenBound(Sandbox):
    """The first key gets its id when its device is bound, and the one of the POST answer leads nowhere."""

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        super().bind(call, device, code)
        device.keys[0].id = self.new_id()


@fault("key-reads-as-unrestricted", clause="keys.read")
class KeyReadsAsUnrestricted(Sandbox):
    """A single key always reads as unrestricted."""

    def key_view(self, call: Call, key: Key) -> Json:
        view = super().key_view(call, key)
        return view | {"key_purpose": UNRESTRICTED} if _reads_one(call) else view


@fault("newest-key-is-read", clause="keys.read")
class NewestKeyIsRead(Sandbox):
    """Whichever key of a device is asked for, its newest one is read."""

    def key_of_path(self, call: Call, device: Device) -> Key:
        super().key_of_path(call, device)
        return device.keys[-1]


@fault("key-reads-without-its-type", clause="keys.read")
class KeyReadsWithoutItsType(Sandbox):
    """A single key reads without its type."""

    def key_view(self, call: Call, key: Key) -> Json:
        view = super().key_view(call, key)
        if _reads_one(call):
            del view["key_type"]
        return view


@fault("added-key-cannot-be-read", clause="keys.read")
class AddedKeyCannotBeRead(Sandbox):
    """A key that was added is listed, but not found by its id."""

    def key_of_path(self, call: Call, device: Device) -> Key:
        return super().key_of_path(call, replace(device, keys=device.keys[:1]))


@fault("key-of-a-sibling-is-found", clause="keys.unknown-key")
class KeyOfASiblingIsFound(Sandbox):
    """A key is found under every device of its person."""

    def key_of_path(self, call: Call, device: Device) -> Key:
        keys = [key for one in self.live_devices(call, device.person_id) for key in one.keys]
        return super().key_of_path(call, replace(device, keys=keys))


@fault("key-of-another-person-is-found", clause="keys.unknown-key")
class KeyOfAnotherPersonIsFound(Sandbox):
    """A key is found under the devices of other persons, though not under others of its own."""

    def key_of_path(self, call: Call, device: Device) -> Key:
        others = [one for one in self.world.devices_of_partner[call.partner] if one.person_id != device.person_id]
        keys = [*device.keys, *(key for one in others for key in one.keys)]
        return super().key_of_path(call, replace(device, keys=keys))


@fault("unknown-key-is-the-first", clause="keys.unknown-key")
class UnknownKeyIsTheFirst(Sandbox):
    """Where a key is unknown, the device's first one is read."""

    def key_of_path(self, call: Call, device: Device) -> Key:
        return self.key_of_id(call, device, call.ids[1]) or device.keys[0]


@fault("unknown-key-is-a-bad-request", clause="keys.unknown-key")
class UnknownKeyIsABadRequest(Sandbox):
    """A key that is unknown is answered with 400."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        return replace(usual, status=400) if reason is Reason.KEY_UNKNOWN else usual


# When a key was used.


@fault("wrong-key-is-marked-used", clause="keys.used-at")
class WrongKeyIsMarkedUsed(Sandbox):
    """used_at is set on the key that signed only where that is the first one that was ever used."""

    def mark_used(self, call: Call, key: Key) -> None:
        key.used_at = key.used_at or call.now - 86_400


@fault("used-at-forgotten", clause="keys.used-at")
class UsedAtForgotten(Sandbox):
    """used_at is never set."""

    def mark_used(self, call: Call, key: Key) -> None:
        key.used_at = None


@fault("first-use-counts", clause="keys.used-at")
class FirstUseCounts(Sandbox):
    """used_at is the time of the first use, not of the latest."""

    def mark_used(self, call: Call, key: Key) -> None:
        key.used_at = key.used_at or call.now


@fault("used-when-asked", clause="keys.used-at")
class UsedWhenAsked(Sandbox):
    """used_at is the time of the signing challenge, not of its verification."""

    def mark_used(self, call: Call, key: Key) -> None:
        key.used_at = self.signing_challenge_of_path(call).created_at


@fault("used-at-of-all-keys", clause="keys.used-at")
class UsedAtOfAllKeys(Sandbox):
    """A signature marks all keys of its device as used."""

    def mark_used(self, call: Call, key: Key) -> None:
        device = self.world.devices.get(self.signing_challenge_of_path(call).device_id)
        for one in device.keys if device else [key]:
            one.used_at = call.now


@fault("wrong-signature-is-a-use", clause="keys.used-at")
class WrongSignatureIsAUse(Sandbox):
    """A wrong signature marks the key as used."""

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        if isinstance(challenge, SigningChallenge):
            self.mark_used(call, self.challenged_key(call, challenge))
        return super().wrong_try(call, challenge, reason)


@fault("used-at-in-local-time", clause="keys.used-at")
class UsedAtInLocalTime(Sandbox):
    """used_at is written in local time, an hour ahead, as if it were UTC."""

    def key_view(self, call: Call, key: Key) -> Json:
        view = super().key_view(call, key)
        return view if key.used_at is None else view | {"used_at": self.timestamp(call, key.used_at + 3600)}


@fault("binding-is-a-use", clause="keys.unused", level=Level.SHOULD)
class BindingIsAUse(Sandbox):
    """The signature that binds a device marks its key as used."""

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        super().bind(call, device, code)
        device.keys[0].used_at = call.now


@fault("unused-keys-were-used-in-1970", clause="keys.unused", level=Level.SHOULD)
class UnusedKeysWereUsedIn1970(Sandbox):
    """used_at of a key that was never used is the beginning of 1970."""

    def key_view(self, call: Call, key: Key) -> Json:
        return super().key_view(call, key if key.used_at else replace(key, used_at=0.0))


@fault("asking-is-a-use", clause="keys.not-used-by-asking", level=Level.SHOULD)
class AskingIsAUse(Sandbox):
    """A key is marked as used when a signature by it is asked for."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        self.mark_used_by_asking(call, key)
        return super().signing_challenge(call, device, key)

    def mark_used_by_asking(self, call: Call, key: Key) -> None:
        key.used_at = call.now


@fault("asking-forgets-the-last-use", clause="keys.not-used-by-asking", level=Level.SHOULD)
class AskingForgetsTheLastUse(Sandbox):
    """A signing challenge that is asked for clears used_at until it is verified."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        key.used_at = None
        return super().signing_challenge(call, device, key)
