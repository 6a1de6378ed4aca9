"""Bound devices: list, read, delete (contract 3)."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.core import Call
from sandbox.http import Answer, Json
from sandbox.refusals import Reason
from sandbox.rules import Rules
from sandbox.world import Device


class Devices(Rules):
    """The operations on devices that exist."""

    async def list_devices(self, call: Call) -> Answer:
        return self.page_answer(call, self.listed_devices(call), self.device_view)

    async def get_device(self, call: Call) -> Answer:
        return Answer(200, self.device_view(call, self.readable_device(call)))

    async def delete_device(self, call: Call) -> Answer:
        async with self.exclusively(call):
            device = self.deletable_device(call)
            await self.between_check_and_act(call)
            self.delete(call, device)
        return Answer(204)

    # What is listed.

    def listed_devices(self, call: Call) -> list[Device]:
        """The devices that the query asks for, oldest first."""
        include_deleted = self.query_flag(call, "filter[include_deleted]")
        return [
            device for device in self.devices_in_reach(call) if self.is_listed_device(call, device, include_deleted)
        ]

    def devices_in_reach(self, call: Call) -> Iterable[Device]:
        """The devices among which the list is made: the person's, else the partner's."""
        person_id = self.filter_text(call, "person_id")
        if person_id is None:
            return self.world.devices_of_partner.get(call.partner, ())
        return self.world.devices_of_person.get(person_id, ())

    def is_listed_device(self, call: Call, device: Device, include_deleted: bool) -> bool:
        return (
            self.passes(call, "person_id", device.person_id)
            and self.is_bound(call, device)
            and (include_deleted or not self.is_deleted(call, device))
            and self.is_visible(call, device)
        )

    # What is read and deleted.

    def readable_device(self, call: Call) -> Device:
        return self.device_of_path(call)

    def deletable_device(self, call: Call) -> Device:
        """The device of the path, bound or not; a deleted one is unknown."""
        device = self.found(call, self.world.devices, call.ids[0], Reason.DEVICE_UNKNOWN)
        self.require(call, not self.is_deleted(call, device), Reason.DEVICE_UNKNOWN)
        return device

    def delete(self, call: Call, device: Device) -> None:
        """The deletion is an instant; everything that asks whether a device is live sees it."""
        device.deleted_at = call.now

    # What is shown.

    def device_view(self, call: Call, device: Device) -> Json:
        return {
            "id": device.id,
            "name": device.name,
            "person_id": device.person_id,
            "created_at": self.timestamp(call, device.created_at),
        } | self.deletion_view(call, device)

    def deletion_view(self, call: Call, device: Device) -> Json:
        """``deleted_at``, for deleted devices only."""
        if device.deleted_at is None:
            return {}
        return {"deleted_at": self.timestamp(call, device.deleted_at)}
