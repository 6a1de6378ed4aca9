"""Faults of deleted devices: what can be read of them, and what they can still do."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Answer
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.world import Device, Key, SigningChallenge

# What can be read of a deleted device.


@fault("deleted-device-is-a-conflict", clause="deletion.read")
class DeletedDeviceIsAConflict(Sandbox):
    """Reading a deleted device gets 409."""

    def readable_device(self, call: Call) -> Device:
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        self.require(call, not self.is_deleted(call, device), Reason.BINDING_REPEATED)
        return super().readable_device(call)


@fault("deleted-devices-keys-are-forbidden", clause="deletion.keys-unreadable")
class DeletedDevicesKeysAreForbidden(Sandbox):
    """Listing the keys of a deleted device gets 403."""

    async def list_keys(self, call: Call) -> Answer:
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        self.require(call, not self.is_deleted(call, device), Reason.NOT_ENTITLED)
        return await super().list_keys(call)


@fault("deleted-devices-added-key-reads", clause="deletion.key-unreadable")
class DeletedDevicesAddedKeyReads(Sandbox):
    """A key that was added to a device can be read after the device's deletion."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        is_added = call.operation is Operation.GET_KEY and call.ids[1] != device.keys[0].id
        return not is_added and super().is_deleted(call, device)


# What a deleted device can still do.


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


@fault("deleted-device-may-not-sign", clause="deletion.signing-challenge")
class DeletedDeviceMayNotSign(Sandbox):
    """A signing challenge for a deleted device is refused with 403."""

    def live_device(self, call: Call, device_id: str, reason: Reason, field: str | None = None) -> Device:
        device = self.world.devices.get(device_id)
        is_gone = device is not None and self.is_visible(call, device) and self.is_deleted(call, device)
        is_it = call.operation is Operation.CREATE_SIGNING_CHALLENGE
        self.require(call, not (is_it and is_gone), Reason.NOT_ENTITLED)
        return super().live_device(call, device_id, reason, field)


@fault("deleted-device-answers-with-500", clause="deletion.open-signing-challenge")
class DeletedDeviceAnswersWith500(Sandbox):
    """The verification of an open signing challenge does not expect that its device is gone."""

    def challenged_key(self, call: Call, challenge: SigningChallenge) -> Key:
        live = {device.id: device for device in self.world.devices if self.is_live(call, device)}
        return self.key_of_id(call, live[challenge.device_id], challenge.key_id) or live[challenge.device_id].keys[0]
