"""Faults of the list of devices, and of reading one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.settings import Settings
from sandbox.world import Device

HOUR = 3_600.0


# Who is listed, and as what.


@fault("list-is-kept-until-a-deletion", clause="devices.listed")
class ListIsKeptUntilADeletion(Sandbox):
    """The list of a person's devices is cached when it is first read, and not read anew when a device is bound."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._kept: dict[str, list[Device]] = {}

    def devices_in_reach(self, call: Call) -> Iterable[Device]:
        person_id = self.filter_text(call, "person_id")
        if person_id is None:
            return super().devices_in_reach(call)
        live = [device for device in super().devices_in_reach(call) if self.is_bound(call, device)]
        return self._kept.setdefault(person_id, live)

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        self._kept.pop(device.person_id, None)


@fault("pending-devices-are-listed-once-deleted", clause="devices.unbound-not-listed")
class PendingDevicesAreListedOnceDeleted(Sandbox):
    """A device that was deleted before it was bound is listed among the deleted ones."""

    def is_bound(self, call: Call, device: Device) -> bool:
        return super().is_bound(call, device) or (
            call.operation is Operation.LIST_DEVICES and self.is_deleted(call, device)
        )


# The filters.


@fault("nobodys-devices-are-everybodys", clause="devices.filter-person")
class NobodysDevicesAreEverybodys(Sandbox):
    """The filter is dropped where it finds no device."""

    def listed_devices(self, call: Call) -> list[Device]:
        devices = self.world.devices_of_partner.get(call.partner, ())
        return super().listed_devices(call) or [device for device in devices if self.is_live(call, device)]


@fault("unknown-person-in-the-filter-is-a-bad-request", clause="devices.filter-unknown-person")
class UnknownPersonInTheFilterIsABadRequest(Sandbox):
    """An unknown person in the filter is refused with 400."""

    def devices_in_reach(self, call: Call) -> Iterable[Device]:
        person_id = self.filter_text(call, "person_id")
        is_known = person_id is None or self.world.persons.get(person_id) is not None
        self.require(call, is_known, Reason.QUERY_VALUE, "filter[person_id]")
        return super().devices_in_reach(call)


@fault("no-filter-shows-the-deleted", clause="devices.unfiltered")
class NoFilterShowsTheDeleted(Sandbox):
    """Whether a device is deleted is asked only when the list is filtered."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        is_whole = call.operation is Operation.LIST_DEVICES and self.filter_text(call, "person_id") is None
        return not is_whole and super().is_deleted(call, device)


@fault("deletion-forgets-the-name", clause="devices.include-deleted")
class DeletionForgetsTheName(Sandbox):
    """A deleted device is listed without its name."""

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        device.name = None


# One device.


@fault("read-is-the-creation", clause="devices.read")
class ReadIsTheCreation(Sandbox):
    """A single device shows the time of the reading as its creation."""

    def device_view(self, call: Call, device: Device) -> Json:
        is_read = call.operation is Operation.GET_DEVICE
        return super().device_view(call, replace(device, created_at=call.now) if is_read else device)


@fault("unbound-device-reads-as-its-sibling", clause="devices.read-unbound")
class UnboundDeviceReadsAsItsSibling(Sandbox):
    """Reading a device that is not bound shows the newest bound one of its person."""

    def readable_device(self, call: Call) -> Device:
        device = self.world.devices.get(call.ids[0])
        if device is not None and not self.is_bound(call, device) and self.is_visible(call, device):
            return next(reversed(self.live_devices(call, device.person_id)), device)
        return super().readable_device(call)
