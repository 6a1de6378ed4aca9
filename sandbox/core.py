# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""What every chapter stands on: the call, the world, identities, refusals, and the lock discipline.

The lock discipline
-------------------
The sandbox is one process with one event loop, and has one lock. A handler that changes state does it in
three steps, all of them inside ``async with self.exclusively(call)``:

1. *check*: look things up and decide; a refusal leaves from here;
2. ``await self.between_check_and_act(call)``: nothing, on purpose;
3. *act*: change the state and write the answer, without any further check.

Reading a body, and everything that needs no state, comes before the lock; latency comes after it. A wrong
try is paid for inside the lock, right before its refusal. A race can be planted by overriding the two
methods and nothing else.
"""

from __future__ import annotations

import asyncio
import os
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from sandbox.http import Request
from sandbox.operations import Operation
from sandbox.refusals import REFUSALS, Reason, Refusal, RefusedError
from sandbox.settings import Partner, Settings
from sandbox.world import World


@dataclass(slots=True)
class Call:
    """One request of a partner that got past the gates: what is asked, by whom, of what, and when.

    ``now`` is the time of this request in seconds since 1970, the clock hook applied.
    """

    operation: Operation
    partner: Partner
    request: Request
    ids: tuple[str, ...]
    now: float
    body: bytes = b""


class Kind(StrEnum):
    """What an id is given to; the value is the suffix that the vendor's ids of this kind have (facts 2.10)."""

    PLAIN = ""
    PERSON = "cper"
    MOBILE_NUMBER = "cmno"
    CHANGE_REQUEST = "csc"
    ERROR = "ex"


class Core:
    """The base of all rules and chapters."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.world = World()
        self._lock = asyncio.Lock()

    # The lock discipline.

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        """The context in which a call checks and acts, alone."""
        return self._lock

    async def between_check_and_act(self, call: Call) -> None:
        """The moment between the check and the act of a call. Nothing happens here."""

    # Identities.

    def new_id(self, kind: Kind = Kind.PLAIN) -> str:
        """A fresh id: a dashed UUID, or 32 hex digits with the suffix of its kind."""
        uuid = UUID(bytes=os.urandom(16), version=4)
        return f"{uuid.hex}{kind}" if kind else str(uuid)

    # Refusals.

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        """The answer that a reason has in an operation: status, code and texts."""
        return REFUSALS[reason]

    def refused(self, call: Call, reason: Reason, field: str | None = None) -> RefusedError:
        """The exception that refuses this call."""
        return RefusedError(self.refusal(call.operation, reason), field)

    def require(self, call: Call, holds: bool, reason: Reason, field: str | None = None) -> None:
        """Goes on where the condition holds.

        Raises:
            RefusedError: It does not.
        """
        if not holds:
            raise self.refused(call, reason, field)
