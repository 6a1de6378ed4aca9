"""Faults of how the keys of a device are shown, and of when they were used."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.world import ActivationChallenge, Device, Key, SigningChallenge

# The list.


@fault("keys-listed-with-the-first-device", clause="keys.listed")
class KeysListedWithTheFirstDevice(Sandbox):
    """The list of keys shows the created_at and name of the person's first device."""

    def key_owner_view(self, call: Call, device: Device) -> Json:
        first = self.live_devices(call, device.person_id)[0]
        return super().key_owner_view(call, first) | {"device_id": device.id}


@fault("element-of-the-newest-key", clause="keys.one-element", level=Level.SHOULD)
class ElementOfTheNewestKey(Sandbox):
    """The one element nests only the newest key."""

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        return super().keys_view(call, replace(device, keys=device.keys[-1:]))


# The ids.


@fault("key-id-drawn-when-bound", clause="keys.first-key")
class KeyIdDrawnWhenBound(Sandbox):
    """The first key gets its id when its device is bound, and the one of the POST answer leads nowhere."""

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        super().bind(call, device, code)
        device.keys[0].id = self.new_id()


@fault("added-key-cannot-be-read", clause="keys.read")
class AddedKeyCannotBeRead(Sandbox):
    """A key that was added is listed, but not found by its id."""

    def key_of_path(self, call: Call, device: Device) -> Key:
        return super().key_of_path(call, replace(device, keys=device.keys[:1]))


@fault("unknown-key-is-a-bad-request", clause="keys.unknown-key")
class UnknownKeyIsABadRequest(Sandbox):
    """A key that is unknown is answered with 400."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        return replace(usual, status=400) if reason is Reason.KEY_UNKNOWN else usual


# When a key was used.


@fault("used-at-in-local-time", clause="keys.used-at")
class UsedAtInLocalTime(Sandbox):
    """used_at is written in local time, an hour ahead, as if it were UTC."""

    def key_view(self, call: Call, key: Key) -> Json:
        view = super().key_view(call, key)
        return view if key.used_at is None else view | {"used_at": self.timestamp(call, key.used_at + 3600)}


@fault("unused-keys-were-used-in-1970", clause="keys.unused", level=Level.SHOULD)
class UnusedKeysWereUsedIn1970(Sandbox):
    """used_at of a key that was never used is the beginning of 1970."""

    def key_view(self, call: Call, key: Key) -> Json:
        return super().key_view(call, key if key.used_at else replace(key, used_at=0.0))


@fault("asking-forgets-the-last-use", clause="keys.not-used-by-asking", level=Level.SHOULD)
class AskingForgetsTheLastUse(Sandbox):
    """A signing challenge that is asked for clears used_at until it is verified."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        key.used_at = None
        return super().signing_challenge(call, device, key)
