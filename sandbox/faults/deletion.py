# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the deletion of a device: whom it takes, how it is dated and listed, and what comes after it."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.refusals import Reason
from sandbox.settings import Settings
from sandbox.world import Challenge, Device

HOUR = 3_600.0
# The deletion itself.


@fault("deletion-is-only-accepted", clause="deletion.deletes")
class DeletionIsOnlyAccepted(Sandbox):
    """A deletion gets 202."""

    async def delete_device(self, call: Call) -> Answer:
        return replace(await super().delete_device(call), status=202, body={})


# How it is listed and dated.


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


@fault("deletion-without-a-time", clause="deletion.deleted-at")
class DeletionWithoutATime(Sandbox):
    """Deleted devices are listed without deleted_at."""

    def deletion_view(self, call: Call, device: Device) -> Json:
        return {}


# The place among the five.


# Once more, or too early.


@fault("refused-deletion-is-dated", clause="deletion.repeated", level=Level.SHOULD)
class RefusedDeletionIsDated(Sandbox):
    """The second deletion of a device is refused, but only after deleted_at has been set anew."""

    def deletable_device(self, call: Call) -> Device:
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        is_gone = self.is_deleted(call, device)
        self.delete(call, device)
        self.require(call, not is_gone, Reason.DEVICE_UNKNOWN)
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
