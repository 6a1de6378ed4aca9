"""What may become of devices otherwise (contract 3)."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.http import Answer
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.variants.catalogue import variant
from sandbox.world import Device

_READINGS = frozenset({Operation.GET_DEVICE, Operation.LIST_KEYS, Operation.GET_KEY})


@variant("deleted-devices-can-be-read")
class DeletedDevicesCanBeRead(Sandbox):
    """A deleted device and its keys can be read, with deleted_at."""

    def device_of_path(self, call: Call) -> Device:
        if call.operation not in _READINGS:
            return super().device_of_path(call)
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        self.require(call, self.is_bound(call, device), Reason.DEVICE_UNKNOWN)
        return device

    async def get_key(self, call: Call) -> Answer:
        device = self.device_of_path(call)
        return Answer(200, self.key_view(call, self.key_of_path(call, device)) | self.deletion_view(call, device))


@variant("unbound-devices-can-be-read")
class UnboundDevicesCanBeRead(Sandbox):
    """A device can be read before it is bound."""

    def readable_device(self, call: Call) -> Device:
        device = self.world.devices.get(call.ids[0])
        is_pending = device is not None and not device.bound and device.deleted_at is None
        if device is not None and is_pending and self.is_visible(call, device):
            return device
        return super().readable_device(call)


@variant("unbound-devices-stay")
class UnboundDevicesStay(Sandbox):
    """A device that is not bound cannot be deleted."""

    def deletable_device(self, call: Call) -> Device:
        device = super().deletable_device(call)
        self.require(call, self.is_bound(call, device), Reason.DEVICE_UNKNOWN)
        return device


class _DeletedBefore(Sandbox):
    """A sandbox that knows a device that was deleted before."""

    def is_deleted_before(self, call: Call) -> bool:
        device = self.world.devices.get(call.ids[0])
        return device is not None and self.is_visible(call, device) and device.bound and device.deleted_at is not None

    def refuse_deleted_before(self, call: Call, status: int) -> None:
        """Goes on with a device that can still be deleted."""
        if self.is_deleted_before(call):
            raise RefusedError(replace(self.refusal(call.operation, Reason.DEVICE_UNKNOWN), status=status))


@variant("second-deletion-is-204", freedom="second deletion of a device")
class SecondDeletionIs204(_DeletedBefore):
    """A second deletion of a device gets 204 and does nothing."""

    def delete(self, call: Call, device: Device) -> None:
        if not self.is_deleted_before(call):
            super().delete(call, device)

    def deletable_device(self, call: Call) -> Device:
        if self.is_deleted_before(call):
            return self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        return super().deletable_device(call)


@variant("second-deletion-is-409", freedom="second deletion of a device")
class SecondDeletionIs409(_DeletedBefore):
    """A second deletion of a device gets 409."""

    def deletable_device(self, call: Call) -> Device:
        self.refuse_deleted_before(call, 409)
        return super().deletable_device(call)


@variant("second-deletion-is-403", freedom="second deletion of a device")
class SecondDeletionIs403(_DeletedBefore):
    """A second deletion of a device gets 403."""

    def deletable_device(self, call: Call) -> Device:
        self.refuse_deleted_before(call, 403)
        return super().deletable_device(call)
