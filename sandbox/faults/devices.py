# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of lists and deletions, and of the lock."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TypeVar

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.refusals import Reason
from sandbox.rules.pages import Page
from sandbox.world import Device, Key, SigningChallenge

T = TypeVar("T")


@fault("pages-overlap", clause="devices.pages")
class PagesOverlap(Sandbox):
    """Each page after the first begins with the last row of the one before."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        start = max(0, (page.number - 1) * page.size - (page.number > 1))
        return things[start : start + page.size]


@fault("filter-forgotten-with-deleted", clause="devices.filter-person")
class FilterForgottenWithDeleted(Sandbox):
    """filter[person_id] is not looked at together with filter[include_deleted]."""

    def devices_in_reach(self, call: Call) -> Iterable[Device]:
        return self.world.devices_of_partner.get(call.partner, ())

    def is_listed_device(self, call: Call, device: Device, include_deleted: bool) -> bool:
        if include_deleted:
            return self.is_bound(call, device) and self.is_visible(call, device)
        return super().is_listed_device(call, device, include_deleted)


@fault("deleted-device-signs", clause="deletion.open-signing-challenge")
class DeletedDeviceSigns(Sandbox):
    """A signing challenge that was open when its device was deleted can still be verified."""

    def challenged_key(self, call: Call, challenge: SigningChallenge) -> Key:
        device = self.found(call, self.world.devices, challenge.device_id, Reason.CHALLENGE_DEAD)
        return self.key_of_id(call, device, challenge.key_id) or device.keys[0]


@fault("no-lock", clause="races.verify-signing-challenge")
class NoLock(Sandbox):
    """Check and act are not one step."""

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        return nullcontext()

    async def between_check_and_act(self, call: Call) -> None:
        await asyncio.sleep(0.001)
