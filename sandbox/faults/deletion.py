# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the deletion of a device: whom it takes, how it is dated and listed, and what comes after it."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.settings import Settings
from sandbox.world import Challenge, Device, SignatureChallenge

DAY = 86_400.0
HOUR = 3_600.0
GRACE = 300.0


# The deletion itself.


@fault("deletion-only-says-so", clause="deletion.deletes")
class DeletionOnlySaysSo(Sandbox):
    """A bound device is not deleted, although the answer says so."""

    def delete(self, call: Call, device: Device) -> None:
        if not self.is_bound(call, device):
            super().delete(call, device)


@fault("deletion-of-the-first-device", clause="deletion.deletes")
class DeletionOfTheFirstDevice(Sandbox):
    """Whichever device of a person is deleted, the first one that lives goes."""

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, next(iter(self.live_devices(call, device.person_id)), device))


@fault("deletion-takes-the-older-devices", clause="deletion.deletes")
class DeletionTakesTheOlderDevices(Sandbox):
    """A deletion takes the devices along that the person bound before."""

    def delete(self, call: Call, device: Device) -> None:
        for one in self.live_devices(call, device.person_id):
            if one.created_at < device.created_at:
                super().delete(call, one)
        super().delete(call, device)


@fault("deletion-takes-the-siblings-keys", clause="deletion.deletes")
class DeletionTakesTheSiblingsKeys(Sandbox):
    """A deletion takes the added keys of all devices of the person along."""

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        for one in self.world.devices_of_person[device.person_id]:
            del one.keys[1:]


@fault("added-key-forbids-the-deletion", clause="deletion.deletes")
class AddedKeyForbidsTheDeletion(Sandbox):
    """A device with two keys cannot be deleted."""

    def deletable_device(self, call: Call) -> Device:
        device = super().deletable_device(call)
        self.require(call, len(device.keys) == 1, Reason.PURPOSE_PRESENT)
        return device


@fault("used-device-cannot-be-deleted", clause="deletion.deletes")
class UsedDeviceCannotBeDeleted(Sandbox):
    """A device that has signed a challenge cannot be deleted."""

    def deletable_device(self, call: Call) -> Device:
        device = super().deletable_device(call)
        self.require(call, all(key.used_at is None for key in device.keys), Reason.BINDING_REPEATED)
        return device


@fault("deletion-is-only-accepted", clause="deletion.deletes")
class DeletionIsOnlyAccepted(Sandbox):
    """A deletion gets 202."""

    async def delete_device(self, call: Call) -> Answer:
        return replace(await super().delete_device(call), status=202, body={})


# How it is listed and dated.


@fault("deleted-device-is-wiped", clause="deletion.unlisted")
class DeletedDeviceIsWiped(Sandbox):
    """Nothing is left of a deleted device, so that no list can include it."""

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        self.world.devices_of_person[device.person_id].remove(device)
        self.world.devices_of_partner[device.partner].remove(device)


@fault("deleted-device-is-listed-for-a-while", clause="deletion.unlisted")
class DeletedDeviceIsListedForAWhile(Sandbox):
    """A deleted device leaves the list five minutes after its deletion."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        in_grace = device.deleted_at is not None and call.now < device.deleted_at + GRACE
        in_list = call.operation is Operation.LIST_DEVICES
        return not (in_list and in_grace) and super().is_deleted(call, device)


@fault("list-is-kept-until-a-binding", clause="deletion.unlisted")
class ListIsKeptUntilABinding(Sandbox):
    """The list of devices is cached until a device is bound; a deletion does not empty the cache."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._kept: dict[tuple[str, str], Answer] = {}

    async def list_devices(self, call: Call) -> Answer:
        asked = (call.partner.client_id, str(call.request.query))
        if asked not in self._kept:
            self._kept[asked] = await super().list_devices(call)
        return self._kept[asked]

    def complete(self, call: Call, challenge: Challenge) -> None:
        super().complete(call, challenge)
        self._kept.clear()


@fault("deletion-is-dated-by-its-day", clause="deletion.deleted-at")
class DeletionIsDatedByItsDay(Sandbox):
    """deleted_at is the midnight before the deletion."""

    def delete(self, call: Call, device: Device) -> None:
        device.deleted_at = call.now - call.now % DAY


@fault("deletion-in-another-zone", clause="deletion.deleted-at")
class DeletionInAnotherZone(Sandbox):
    """deleted_at is written in a local time that is marked as UTC."""

    def deletion_view(self, call: Call, device: Device) -> Json:
        if device.deleted_at is None:
            return {}
        return {"deleted_at": self.timestamp(call, device.deleted_at - HOUR)}


@fault("deletion-in-other-units", clause="deletion.deleted-at")
class DeletionInOtherUnits(Sandbox):
    """The seconds of deleted_at are taken for milliseconds."""

    def delete(self, call: Call, device: Device) -> None:
        device.deleted_at = call.now / 1_000


@fault("deletion-without-a-time", clause="deletion.deleted-at")
class DeletionWithoutATime(Sandbox):
    """Deleted devices are listed without deleted_at."""

    def deletion_view(self, call: Call, device: Device) -> Json:
        return {}


# The place among the five.


@fault("place-is-freed-for-the-beginning", clause="deletion.frees-its-place")
class PlaceIsFreedForTheBeginning(Sandbox):
    """A binding begins in the place of a deleted device, but cannot end there."""

    def has_free_place(self, call: Call, person_id: str) -> bool:
        if call.operation is Operation.CREATE_DEVICE:
            return super().has_free_place(call, person_id)
        devices = self.world.devices_of_person.get(person_id, ())
        return sum(device.bound for device in devices) < self.device_limit(call)


@fault("place-is-freed-after-a-while", clause="deletion.frees-its-place")
class PlaceIsFreedAfterAWhile(Sandbox):
    """The place of a deleted device is free five minutes after the deletion."""

    def has_free_place(self, call: Call, person_id: str) -> bool:
        devices = self.world.devices_of_person.get(person_id, ())
        held = (device for device in devices if device.bound and call.now < (device.deleted_at or call.now) + GRACE)
        return sum(1 for _ in held) < self.device_limit(call)


# Once more, or too early.


@fault("second-deletion-is-a-server-error", clause="deletion.repeated", level=Level.SHOULD)
class SecondDeletionIsAServerError(Sandbox):
    """The second deletion of a device does not expect that the device is gone."""

    def deletable_device(self, call: Call) -> Device:
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        if device.deleted_at is not None:
            raise LookupError(Reason.DEVICE_UNKNOWN)
        return device


@fault("second-deletion-is-unprocessable", clause="deletion.repeated", level=Level.SHOULD)
class SecondDeletionIsUnprocessable(Sandbox):
    """The second deletion of a device gets 422."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        is_it = (operation, reason) == (Operation.DELETE_DEVICE, Reason.BINDING_REPEATED)
        return replace(refusal, status=422) if is_it else refusal

    def deletable_device(self, call: Call) -> Device:
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        self.require(call, not self.is_deleted(call, device), Reason.BINDING_REPEATED)
        return device


@fault("second-deletion-takes-the-sibling", clause="deletion.repeated", level=Level.SHOULD)
class SecondDeletionTakesTheSibling(Sandbox):
    """The second deletion of a device deletes the next one of its person."""

    def deletable_device(self, call: Call) -> Device:
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        return next(iter(self.live_devices(call, device.person_id)), device) if device.deleted_at else device


@fault("second-deletion-undoes-the-first", clause="deletion.repeated", level=Level.SHOULD)
class SecondDeletionUndoesTheFirst(Sandbox):
    """The second deletion of a device brings it back."""

    def deletable_device(self, call: Call) -> Device:
        return self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)

    def delete(self, call: Call, device: Device) -> None:
        device.deleted_at = call.now if device.deleted_at is None else None


@fault("refused-deletion-is-dated", clause="deletion.repeated", level=Level.SHOULD)
class RefusedDeletionIsDated(Sandbox):
    """The second deletion of a device is refused, but only after deleted_at has been set anew."""

    def deletable_device(self, call: Call) -> Device:
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        is_gone = self.is_deleted(call, device)
        self.delete(call, device)
        self.require(call, not is_gone, Reason.DEVICE_UNKNOWN)
        return device


@fault("refused-deletion-kills-the-binding", clause="deletion.unbound")
class RefusedDeletionKillsTheBinding(Sandbox):
    """The deletion of an unbound device is refused, but its challenge is dead."""

    def deletable_device(self, call: Call) -> Device:
        device = super().deletable_device(call)
        if not device.bound:
            self.delete(call, device)
        self.require(call, device.bound, Reason.DEVICE_UNKNOWN)
        return device


@fault("deleted-before-it-is-bound", clause="deletion.unbound")
class DeletedBeforeItIsBound(Sandbox):
    """An unbound device that was deleted can still be bound."""

    def device_to_bind(self, call: Call, challenge: SignatureChallenge) -> Device:
        device = self.found(call, self.world.devices, challenge.device_id, Reason.CHALLENGE_DEAD)
        device.deleted_at = None
        return device


@fault("unbound-device-cannot-be-deleted", clause="deletion.unbound")
class UnboundDeviceCannotBeDeleted(Sandbox):
    """The deletion of an unbound device gets 409."""

    def deletable_device(self, call: Call) -> Device:
        device = super().deletable_device(call)
        self.require(call, device.bound, Reason.BINDING_REPEATED)
        return device


@fault("unbound-device-takes-its-siblings", clause="deletion.unbound")
class UnboundDeviceTakesItsSiblings(Sandbox):
    """The deletion of an unbound device deletes the bound ones of its person."""

    def delete(self, call: Call, device: Device) -> None:
        if not device.bound:
            for one in self.live_devices(call, device.person_id):
                super().delete(call, one)
        super().delete(call, device)


@fault("deleted-devices-hold-their-places", clause="deletion.frees-its-place")
class DeletedDevicesHoldTheirPlaces(Sandbox):
    """Deleted devices count among the five."""

    def has_free_place(self, call: Call, person_id: str) -> bool:
        devices = self.world.devices_of_person.get(person_id, ())
        return sum(self.is_bound(call, device) for device in devices) < self.device_limit(call)
