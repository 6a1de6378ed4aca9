"""Faults of the list of devices, and of reading one of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.settings import Settings
from sandbox.world import Device

HOUR = 3_600.0


# Who is listed, and as what.


@fault("devices-of-one-name-are-listed-once", clause="devices.listed")
class DevicesOfOneNameAreListedOnce(Sandbox):
    """Of a person's devices that have the same name only the last one is listed."""

    def listed_devices(self, call: Call) -> list[Device]:
        return list({(device.person_id, device.name): device for device in super().listed_devices(call)}.values())


@fault("list-shows-the-first-devices-name", clause="devices.listed")
class ListShowsTheFirstDevicesName(Sandbox):
    """Every device is listed under the name of its person's first one."""

    def device_view(self, call: Call, device: Device) -> Json:
        view = super().device_view(call, device)
        if call.operation is Operation.LIST_DEVICES:
            view["name"] = self.world.devices_of_person[device.person_id][0].name
        return view


@fault("live-devices-have-an-empty-deleted-at", clause="devices.listed")
class LiveDevicesHaveAnEmptyDeletedAt(Sandbox):
    """A live device is listed with a deleted_at that is an empty text."""

    def deletion_view(self, call: Call, device: Device) -> Json:
        return super().deletion_view(call, device) or {"deleted_at": ""}


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


@fault("pending-devices-are-listed", clause="devices.unbound-not-listed")
class PendingDevicesAreListed(Sandbox):
    """The list does not ask whether a device is bound."""

    def is_bound(self, call: Call, device: Device) -> bool:
        return call.operation is Operation.LIST_DEVICES or super().is_bound(call, device)


@fault("pending-devices-are-listed-with-the-deleted", clause="devices.unbound-not-listed")
class PendingDevicesAreListedWithTheDeleted(Sandbox):
    """filter[include_deleted]=true shows all devices of the table, unbound ones too."""

    def is_listed_device(self, call: Call, device: Device, include_deleted: bool) -> bool:
        is_anything = self.passes(call, "person_id", device.person_id) and self.is_visible(call, device)
        return (include_deleted and is_anything) or super().is_listed_device(call, device, include_deleted)


@fault("pending-devices-are-listed-once-deleted", clause="devices.unbound-not-listed")
class PendingDevicesAreListedOnceDeleted(Sandbox):
    """A device that was deleted before it was bound is listed among the deleted ones."""

    def is_bound(self, call: Call, device: Device) -> bool:
        return super().is_bound(call, device) or (
            call.operation is Operation.LIST_DEVICES and self.is_deleted(call, device)
        )


# The filters.


@fault("filter-forgotten-with-deleted", clause="devices.filter-person")
class FilterForgottenWithDeleted(Sandbox):
    """filter[person_id] is not looked at together with filter[include_deleted]."""

    def devices_in_reach(self, call: Call) -> Iterable[Device]:
        return self.world.devices_of_partner.get(call.partner, ())

    def is_listed_device(self, call: Call, device: Device, include_deleted: bool) -> bool:
        if include_deleted:
            return self.is_bound(call, device) and self.is_visible(call, device)
        return super().is_listed_device(call, device, include_deleted)


@fault("filter-forgotten-on-later-pages", clause="devices.filter-person")
class FilterForgottenOnLaterPages(Sandbox):
    """filter[person_id] is looked at on the first page only."""

    def filter_text(self, call: Call, name: str) -> str | None:
        is_later = call.request.query.get("page[number]", "1") != "1"
        return None if is_later and call.operation is Operation.LIST_DEVICES else super().filter_text(call, name)


@fault("nobodys-devices-are-everybodys", clause="devices.filter-person")
class NobodysDevicesAreEverybodys(Sandbox):
    """The filter is dropped where it finds no device."""

    def listed_devices(self, call: Call) -> list[Device]:
        devices = self.world.devices_of_partner.get(call.partner, ())
        return super().listed_devices(call) or [device for device in devices if self.is_live(call, device)]


@fault("filter-finds-the-person-by-a-prefix", clause="devices.filter-unknown-person")
class FilterFindsThePersonByAPrefix(Sandbox):
    """The beginning of a person's id finds the person."""

    def devices_in_reach(self, call: Call) -> Iterable[Device]:
        return self.world.devices_of_partner.get(call.partner, ())

    def passes(self, call: Call, name: str, value: str) -> bool:
        if call.operation is not Operation.LIST_DEVICES:
            return super().passes(call, name, value)
        return value.startswith(self.filter_text(call, name) or "")


@fault("filter-is-a-pattern", clause="devices.filter-unknown-person")
class FilterIsAPattern(Sandbox):
    """The filter is compared as a pattern, in which a percent sign stands for anything."""

    def devices_in_reach(self, call: Call) -> Iterable[Device]:
        return self.world.devices_of_partner.get(call.partner, ())

    def passes(self, call: Call, name: str, value: str) -> bool:
        return self.filter_text(call, name) == "%" or super().passes(call, name, value)


@fault("filter-cuts-ids", clause="devices.filter-unknown-person")
class FilterCutsIds(Sandbox):
    """What stands behind an id of 36 characters in the filter is cut off."""

    def filter_text(self, call: Call, name: str) -> str | None:
        text = super().filter_text(call, name)
        return text and text[:36]


@fault("unknown-person-in-the-filter-is-a-bad-request", clause="devices.filter-unknown-person")
class UnknownPersonInTheFilterIsABadRequest(Sandbox):
    """An unknown person in the filter is refused with 400."""

    def devices_in_reach(self, call: Call) -> Iterable[Device]:
        person_id = self.filter_text(call, "person_id")
        is_known = person_id is None or self.world.persons.get(person_id) is not None
        self.require(call, is_known, Reason.QUERY_VALUE, "filter[person_id]")
        return super().devices_in_reach(call)


@fault("no-filter-means-the-newest-person", clause="devices.unfiltered")
class NoFilterMeansTheNewestPerson(Sandbox):
    """Without a filter only the devices of one person are listed."""

    def devices_in_reach(self, call: Call) -> Iterable[Device]:
        devices = list(super().devices_in_reach(call))
        return [device for device in devices if device.person_id == devices[-1].person_id]


@fault("last-filter-stays", clause="devices.unfiltered")
class LastFilterStays(Sandbox):
    """Without a filter the last one of the partner is still in force."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._last: dict[str, str] = {}

    def filter_text(self, call: Call, name: str) -> str | None:
        text = super().filter_text(call, name)
        if call.operation is not Operation.LIST_DEVICES:
            return text
        if text is not None:
            self._last[call.partner.client_id] = text
        return self._last.get(call.partner.client_id)


@fault("no-filter-shows-the-deleted", clause="devices.unfiltered")
class NoFilterShowsTheDeleted(Sandbox):
    """Whether a device is deleted is asked only when the list is filtered."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        is_whole = call.operation is Operation.LIST_DEVICES and self.filter_text(call, "person_id") is None
        return not is_whole and super().is_deleted(call, device)


@fault("include-deleted-shows-nothing-else", clause="devices.include-deleted")
class IncludeDeletedShowsNothingElse(Sandbox):
    """filter[include_deleted]=true shows the deleted devices alone."""

    def is_listed_device(self, call: Call, device: Device, include_deleted: bool) -> bool:
        is_asked_for = not include_deleted or self.is_deleted(call, device)
        return is_asked_for and super().is_listed_device(call, device, include_deleted)


@fault("any-include-deleted-is-true", clause="devices.include-deleted")
class AnyIncludeDeletedIsTrue(Sandbox):
    """filter[include_deleted] is true whatever its value is, as long as it is there."""

    def query_flag(self, call: Call, name: str) -> bool:
        return super().query_flag(call, name) or name in call.request.query


@fault("include-deleted-takes-a-number", clause="devices.include-deleted")
class IncludeDeletedTakesANumber(Sandbox):
    """filter[include_deleted] is compared with 1."""

    def query_flag(self, call: Call, name: str) -> bool:
        return call.request.query.get(name) == "1"


@fault("deletion-marks-the-whole-list", clause="devices.include-deleted")
class DeletionMarksTheWholeList(Sandbox):
    """With filter[include_deleted]=true live devices have the deleted_at of the last deletion of their person."""

    def deletion_view(self, call: Call, device: Device) -> Json:
        devices = self.world.devices_of_person[device.person_id]
        deletions = [one.deleted_at for one in devices if one.deleted_at is not None]
        if "filter[include_deleted]" in call.request.query and deletions:
            return {"deleted_at": self.timestamp(call, max(deletions))}
        return super().deletion_view(call, device)


@fault("deletion-forgets-the-name", clause="devices.include-deleted")
class DeletionForgetsTheName(Sandbox):
    """A deleted device is listed without its name."""

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        device.name = None


# One device.


@fault("read-shows-the-first-device", clause="devices.read")
class ReadShowsTheFirstDevice(Sandbox):
    """Whichever device of a person is read, the first one that lives is shown."""

    def readable_device(self, call: Call) -> Device:
        return self.live_devices(call, super().readable_device(call).person_id)[0]


@fault("read-without-a-name", clause="devices.read")
class ReadWithoutAName(Sandbox):
    """A single device is shown without its name."""

    def device_view(self, call: Call, device: Device) -> Json:
        view = super().device_view(call, device)
        return view | {"name": None} if call.operation is Operation.GET_DEVICE else view


@fault("read-in-local-time", clause="devices.read")
class ReadInLocalTime(Sandbox):
    """A single device shows its creation in a local time that is marked as UTC."""

    def timestamp(self, call: Call, instant: float) -> str:
        return super().timestamp(call, instant + HOUR if call.operation is Operation.GET_DEVICE else instant)


@fault("read-is-the-creation", clause="devices.read")
class ReadIsTheCreation(Sandbox):
    """A single device shows the time of the reading as its creation."""

    def device_view(self, call: Call, device: Device) -> Json:
        is_read = call.operation is Operation.GET_DEVICE
        return super().device_view(call, replace(device, created_at=call.now) if is_read else device)


@fault("unbound-device-is-forbidden", clause="devices.read-unbound")
class UnboundDeviceIsForbidden(Sandbox):
    """Reading a device that is not bound yet gets 403."""

    def readable_device(self, call: Call) -> Device:
        device = self.world.devices.get(call.ids[0])
        is_pending = device is not None and self.is_visible(call, device) and not self.is_bound(call, device)
        self.require(call, not is_pending, Reason.NOT_ENTITLED)
        return super().readable_device(call)


@fault("unbound-device-is-a-conflict", clause="devices.read-unbound")
class UnboundDeviceIsAConflict(Sandbox):
    """What is read and not found gets 409, as the state of a device forbids it."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        is_read = (operation, reason) == (Operation.GET_DEVICE, Reason.DEVICE_UNKNOWN)
        return replace(refusal, status=409) if is_read else refusal


@fault("device-stays-not-found", clause="devices.read-unbound")
class DeviceStaysNotFound(Sandbox):
    """That a device was not found is remembered, and held against it when it is bound."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._not_found: set[str] = set()

    def readable_device(self, call: Call) -> Device:
        self.require(call, call.ids[0] not in self._not_found, Reason.DEVICE_UNKNOWN)
        self._not_found.add(call.ids[0])
        device = super().readable_device(call)
        self._not_found.remove(call.ids[0])
        return device


@fault("unbound-device-reads-as-its-sibling", clause="devices.read-unbound")
class UnboundDeviceReadsAsItsSibling(Sandbox):
    """Reading a device that is not bound shows the newest bound one of its person."""

    def readable_device(self, call: Call) -> Device:
        device = self.world.devices.get(call.ids[0])
        if device is not None and not self.is_bound(call, device) and self.is_visible(call, device):
            return next(reversed(self.live_devices(call, device.person_id)), device)
        return super().readable_device(call)
