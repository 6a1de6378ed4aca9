# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""What the faults of races are made of: sandboxes that do not guard their state, or guard it in a wrong way."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Hashable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.settings import Settings

GAP = 0.02
"""Seconds between check and act, in which all requests of a race come."""


class Unguarded(Sandbox):
    """The sandbox without the lock for some calls, which take their time between check and act."""

    operation = Operation.NONE

    def is_unguarded(self, call: Call) -> bool:
        return call.operation is self.operation

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self.is_unguarded(call) else super().exclusively(call)

    async def between_check_and_act(self, call: Call) -> None:
        if self.is_unguarded(call):
            await asyncio.sleep(GAP)


class WronglyLocked(Unguarded):
    """The sandbox with a lock for each of some things in place of the one lock."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._locks: defaultdict[Hashable, asyncio.Lock] = defaultdict(asyncio.Lock)

    def locked(self, call: Call) -> Hashable:
        """What is locked while the call checks and acts."""
        return call.ids

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        return self._locks[self.locked(call)] if self.is_unguarded(call) else super().exclusively(call)


class Impatient(WronglyLocked):
    """The sandbox in which some calls do not wait for their turn."""

    def too_busy(self, call: Call) -> Exception:
        """What a call gets that would have to wait."""
        return TimeoutError("lock not available")

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        return self.turn(call) if self.is_unguarded(call) else super().exclusively(call)

    @asynccontextmanager
    async def turn(self, call: Call) -> AsyncIterator[None]:
        lock = self._locks[self.locked(call)]
        if lock.locked():
            raise self.too_busy(call)
        async with lock:
            yield


class NoChance(Impatient):
    """The sandbox in which some calls that would have to wait are refused with 409."""

    def too_busy(self, call: Call) -> Exception:
        return self.refused(call, Reason.BINDING_REPEATED)
