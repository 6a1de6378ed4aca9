"""Faults of deleted devices: what can be read of them, and what they can still do."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.settings import Settings
from sandbox.world import Device, Key, Progress, SigningChallenge

# What can be read of a deleted device.


@fault("deleted-device-reads", clause="deletion.read")
class DeletedDeviceReads(Sandbox):
    """A deleted device reads as a live one."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        return call.operation is not Operation.GET_DEVICE and super().is_deleted(call, device)

    def deletion_view(self, call: Call, device: Device) -> Json:
        return {} if call.operation is Operation.GET_DEVICE else super().deletion_view(call, device)


@fault("device-reads-from-a-cache", clause="deletion.read")
class DeviceReadsFromACache(Sandbox):
    """A device that was read once reads the same ever after."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._read: dict[str, Answer] = {}

    async def get_device(self, call: Call) -> Answer:
        device = self.world.devices.get(call.ids[0])
        if device is None or not self.is_visible(call, device) or device.id not in self._read:
            self._read[call.ids[0]] = await super().get_device(call)
        return self._read[call.ids[0]]


@fault("deleted-device-is-a-conflict", clause="deletion.read")
class DeletedDeviceIsAConflict(Sandbox):
    """Reading a deleted device gets 409."""

    def readable_device(self, call: Call) -> Device:
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        self.require(call, not self.is_deleted(call, device), Reason.BINDING_REPEATED)
        return super().readable_device(call)


@fault("deleted-devices-keys-are-listed", clause="deletion.keys-unreadable")
class DeletedDevicesKeysAreListed(Sandbox):
    """The keys of a deleted device are listed as those of a live one."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        return call.operation is not Operation.LIST_KEYS and super().is_deleted(call, device)

    def key_owner_view(self, call: Call, device: Device) -> Json:
        return super().key_owner_view(call, replace(device, deleted_at=None))


@fault("deleted-device-has-an-empty-list-of-keys", clause="deletion.keys-unreadable")
class DeletedDeviceHasAnEmptyListOfKeys(Sandbox):
    """A deleted device has an empty list of keys, which does not say why."""

    async def list_keys(self, call: Call) -> Answer:
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        return Answer(200, []) if self.is_deleted(call, device) else await super().list_keys(call)


@fault("deleted-devices-keys-are-forbidden", clause="deletion.keys-unreadable")
class DeletedDevicesKeysAreForbidden(Sandbox):
    """Listing the keys of a deleted device gets 403."""

    async def list_keys(self, call: Call) -> Answer:
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        self.require(call, not self.is_deleted(call, device), Reason.NOT_ENTITLED)
        return await super().list_keys(call)


@fault("deleted-devices-key-reads", clause="deletion.key-unreadable")
class DeletedDevicesKeyReads(Sandbox):
    """A single key of a deleted device can be read."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        return call.operation is not Operation.GET_KEY and super().is_deleted(call, device)


@fault("deleted-devices-added-key-reads", clause="deletion.key-unreadable")
class DeletedDevicesAddedKeyReads(Sandbox):
    """A key that was added to a device can be read after the device's deletion."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        is_added = call.operation is Operation.GET_KEY and call.ids[1] != device.keys[0].id
        return not is_added and super().is_deleted(call, device)


# What a deleted device can still do.


@fault("deleted-device-takes-a-key", clause="deletion.no-key-added")
class DeletedDeviceTakesAKey(Sandbox):
    """A key can be added to a deleted device."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        return call.operation is not Operation.ADD_KEY and super().is_deleted(call, device)


@fault("refused-key-revives-the-device", clause="deletion.no-key-added")
class RefusedKeyRevivesTheDevice(Sandbox):
    """A deleted device refuses a key, and lives again."""

    def device_of_path(self, call: Call) -> Device:
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        try:
            return super().device_of_path(call)
        finally:
            if call.operation is Operation.ADD_KEY:
                device.deleted_at = None


@fault("deleted-device-gets-a-challenge", clause="deletion.signing-challenge")
class DeletedDeviceGetsAChallenge(Sandbox):
    """A deleted device gets a signing challenge."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        return call.operation is not Operation.CREATE_SIGNING_CHALLENGE and super().is_deleted(call, device)


@fault("deleted-device-gets-a-challenge-for-a-purpose", clause="deletion.signing-challenge")
class DeletedDeviceGetsAChallengeForAPurpose(Sandbox):
    """A deleted device gets a signing challenge where a purpose is named."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        names_one = call.operation is Operation.CREATE_SIGNING_CHALLENGE and b'"key_purpose"' in call.body
        return not names_one and super().is_deleted(call, device)


@fault("deleted-device-may-not-sign", clause="deletion.signing-challenge")
class DeletedDeviceMayNotSign(Sandbox):
    """A signing challenge for a deleted device is refused with 403."""

    def live_device(self, call: Call, device_id: str, reason: Reason, field: str | None = None) -> Device:
        device = self.world.devices.get(device_id)
        is_gone = device is not None and self.is_visible(call, device) and self.is_deleted(call, device)
        is_it = call.operation is Operation.CREATE_SIGNING_CHALLENGE
        self.require(call, not (is_it and is_gone), Reason.NOT_ENTITLED)
        return super().live_device(call, device_id, reason, field)


class SigningIgnoresDeletion(Sandbox):
    """The sandbox with open signing challenges that outlive their device, as far as the deletion does not kill them."""

    def challenged_key(self, call: Call, challenge: SigningChallenge) -> Key:
        device = self.found(call, self.world.devices, challenge.device_id, Reason.CHALLENGE_DEAD)
        return self.key_of_id(call, device, challenge.key_id) or device.keys[0]

    def open_challenges(self, device: Device) -> list[SigningChallenge]:
        """The open signing challenges of a device, oldest first."""
        challenges = self.world.signing_challenges
        return [one for one in challenges if one.device_id == device.id and one.progress is Progress.OPEN]


@fault("deleted-device-signs", clause="deletion.open-signing-challenge")
class DeletedDeviceSigns(SigningIgnoresDeletion):
    """A signing challenge that was open when its device was deleted can still be verified."""


@fault("deletion-kills-one-challenge", clause="deletion.open-signing-challenge")
class DeletionKillsOneChallenge(SigningIgnoresDeletion):
    """A deletion kills the newest open signing challenge of its device, and no other."""

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        for challenge in self.open_challenges(device)[-1:]:
            challenge.progress = Progress.DEAD


@fault("deletion-spares-the-added-keys-challenges", clause="deletion.open-signing-challenge")
class DeletionSparesTheAddedKeysChallenges(SigningIgnoresDeletion):
    """A deletion kills the open signing challenges of the device's first key only."""

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        for challenge in self.open_challenges(device):
            if challenge.key_id == device.keys[0].id:
                challenge.progress = Progress.DEAD


@fault("deleted-device-answers-with-500", clause="deletion.open-signing-challenge")
class DeletedDeviceAnswersWith500(Sandbox):
    """The verification of an open signing challenge does not expect that its device is gone."""

    def challenged_key(self, call: Call, challenge: SigningChallenge) -> Key:
        live = {device.id: device for device in self.world.devices if self.is_live(call, device)}
        return self.key_of_id(call, live[challenge.device_id], challenge.key_id) or live[challenge.device_id].keys[0]
