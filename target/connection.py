"""A target with which a run is connected: its profile, its partners, and what it is able to do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from contract.judge import NotTestable
from target.client import Client
from target.ledger import Ledger
from target.pace import Pace
from target.partner import Partner
from target.profile import Profile, Role
from target.tokens import Tokens

MOST_AT_ONCE = 8
"""Calls that one process makes side by side at most; more would only queue in its interpreter."""

T = TypeVar("T")


class Target:
    """The target of one process of a run.

    processes: how many processes share the profile's limits. borrowed: tokens that were fetched already.
    """

    def __init__(
        self,
        profile: Profile,
        ledger: Ledger,
        *,
        processes: int = 1,
        borrowed: Mapping[str, tuple[str, float]] | None = None,
    ) -> None:
        self.profile = profile
        per_second = profile.requests_per_second
        self.ledger = ledger
        share = max(1, profile.concurrency // processes)
        self._at_once = min(MOST_AT_ONCE, share)
        self._inside = threading.local()
        self._threads: list[ThreadPoolExecutor] = []
        self._growing = threading.Lock()
        self._pace = Pace(per_second / processes if per_second else None, burst=share)
        self.client = Client(self._pace)
        self.tokens = Tokens(self.client, profile, borrowed)
        self._partners = {
            role: Partner(role, profile.api_url, self.client, self.tokens, ledger) for role in profile.credentials
        }

    def _pool(self, depth: int) -> ThreadPoolExecutor:
        """The threads for calls that are made inside so many others: nobody waits for a thread that waits itself."""
        with self._growing:
            while len(self._threads) <= depth:
                inside = partial(setattr, self._inside, "depth", len(self._threads) + 1)
                self._threads.append(ThreadPoolExecutor(self._at_once, initializer=inside))
            return self._threads[depth]

    def together(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        """Make independent calls side by side, as far as the profile's concurrency allows; results in their order.

        This saves waiting on a slow target and is no race: see target.volley for those. What the calls say is recorded
        where they are made.
        Raises what the first failing call raised, after all have ended.
        """
        if self.client.is_near:
            return _one_by_one(calls)
        return _results(self._pool(getattr(self._inside, "depth", 0)), calls)

    @property
    def partner(self) -> Partner:
        return self._partners[Role.PARTNER]

    @property
    def other_partner(self) -> Partner:
        """A second tenant. Raises NotTestable where the profile has none."""
        return self._optional(Role.OTHER)

    @property
    def restricted_partner(self) -> Partner:
        """A partner without permission for device management. Raises NotTestable where the profile has none."""
        return self._optional(Role.RESTRICTED)

    def by_role(self, role: Role) -> Partner:
        """Raises NotTestable where the profile has no such partner."""
        return self._optional(role)

    def _optional(self, role: Role) -> Partner:
        if role not in self._partners:
            raise NotTestable(f"needs credentials.{role.value}")
        return self._partners[role]

    def close(self) -> None:
        for threads in self._threads:
            threads.shutdown()
        self.client.close()


def _one_by_one(calls: Sequence[Callable[[], T]]) -> list[T]:
    """The same, where to change threads would take longer than an answer."""
    results: list[T] = []
    failures: list[Exception] = []
    for call in calls:
        try:
            results.append(call())
        except Exception as error:  # noqa: BLE001 - raised when all have ended
            failures.append(error)
    if failures:
        raise failures[0]
    return results


def _results(pool: ThreadPoolExecutor, calls: Sequence[Callable[[], T]]) -> list[T]:
    """The results of calls in their order; what the first failing one raised, after all have ended."""
    futures = [pool.submit(copy_context().run, call) for call in calls]
    wait(futures)
    return [future.result() for future in futures]
