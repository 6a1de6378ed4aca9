# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Devices and their keys as every chapter sees them (contract 3)."""

from __future__ import annotations

from sandbox.core import Call
from sandbox.refusals import Reason
from sandbox.rules.ownership import OwnershipRules
from sandbox.world import Device, Key

DEVICES_PER_PERSON = 5
UNRESTRICTED = "unrestricted"
KEY_PURPOSES = (UNRESTRICTED, "restricted")
KEY_TYPES = ("ecdsa-p256",)


class DeviceRules(OwnershipRules):
    """Which devices count, and which of their keys signs."""

    def is_bound(self, call: Call, device: Device) -> bool:
        return device.bound

    def is_deleted(self, call: Call, device: Device) -> bool:
        return device.deleted_at is not None

    def is_live(self, call: Call, device: Device) -> bool:
        return self.is_bound(call, device) and not self.is_deleted(call, device)

    def live_device(self, call: Call, device_id: str, reason: Reason, field: str | None = None) -> Device:
        """The bound device with this id.

        Raises:
            RefusedError: There is none, it is another partner's, not bound, or deleted.
        """
        device = self.found(call, self.world.devices, device_id, reason, field)
        self.require(call, self.is_live(call, device), reason, field)
        return device

    def device_of_path(self, call: Call) -> Device:
        return self.live_device(call, call.ids[0], Reason.DEVICE_UNKNOWN)

    # The devices of a person.

    def live_devices(self, call: Call, person_id: str) -> list[Device]:
        devices = self.world.devices_of_person.get(person_id, ())
        return [device for device in devices if self.is_live(call, device)]

    def device_limit(self, call: Call) -> int:
        return DEVICES_PER_PERSON

    def has_free_place(self, call: Call, person_id: str) -> bool:
        """Whether the person may bind one more device."""
        return len(self.live_devices(call, person_id)) < self.device_limit(call)

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        """Whether the person has this public key, in whatever form it was sent, on a bound device."""
        return any(key.public.point == point for device in self.live_devices(call, person_id) for key in device.keys)

    # The keys of a device.

    def key_of_purpose(self, call: Call, device: Device, purpose: str) -> Key | None:
        return next((key for key in device.keys if key.purpose == purpose), None)

    def default_key(self, call: Call, device: Device) -> Key:
        """The key that signs where no purpose is named: the unrestricted one, or the only one."""
        return self.key_of_purpose(call, device, UNRESTRICTED) or device.keys[0]

    def key_of_id(self, call: Call, device: Device, key_id: str) -> Key | None:
        return next((key for key in device.keys if key.id == key_id), None)
