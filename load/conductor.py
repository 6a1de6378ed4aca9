"""The master's half of a load run: it waits for its workers, lets them begin together, and puts together what they say.

A run on one process plays both halves; the messages then stay in it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import gevent
from gevent.event import Event

from load.loops import LOOPS
from load.measure import Measurements
from load.outcome import Verdict, Worker
from load.plan import Plan

LEAD = 1.0
"""Seconds between the word to begin and the beginning, where it has to reach several workers before."""

READY = 900.0
"""Seconds in which workers have to make their customers: two thousand, on a slow target."""

LAST_WORD = 600.0
"""Seconds that workers have to end what they began, to clean up, and to say the last of what they measured."""

SILENCE = 10.0
"""Seconds without a word from a worker after which it counts as lost; each says something every second."""

BAD_SECONDS = 10
"""So many seconds in a row with too many failures end the run."""

Send = Callable[[str, Mapping[str, Any], str | None], None]
"""Sends a message of a type, with its data, to one worker (None: to all)."""


@dataclass(slots=True)
class _Known:
    """A worker, as far as the master knows it."""

    index: int
    heard: float
    measured: Measurements = field(default_factory=Measurements)
    health: dict[str, Any] = field(default_factory=dict)
    reconciliation: list[dict[str, Any]] = field(default_factory=list)
    ready: bool = False
    done: bool = False
    lost: bool = False


class Conductor:
    """send: to workers. expected: how many there are. errors: the share of failed loops that ends the run."""

    def __init__(self, send: Send, plan: Plan, expected: int, errors: float) -> None:
        self._send = send
        self._plan = plan
        self._expected = expected
        self._errors = errors
        self._workers: dict[str, _Known] = {}
        self._over = Event()
        self.begun = 0.0
        self.ended: Verdict | None = None
        self.ended_why = ""

    # -- what workers say

    def hears_asks(self, worker: str, _: Mapping[str, Any]) -> None:
        """A worker asks whether it may still take part, and compares its clock with the master's."""
        self._send("load-answer", {"time": time.time(), "begun": bool(self.begun)}, worker)

    def hears_ready(self, worker: str, _: Mapping[str, Any]) -> None:
        """A worker has all that it needs; when the last one has, all are told when to begin. Others are not needed."""
        if self.begun:
            return
        known = self._workers.setdefault(worker, _Known(len(self._workers), time.monotonic()))
        known.ready = True
        if sum(one.ready for one in self._workers.values()) < self._expected:
            return
        self.begun = time.time() + (LEAD if self._expected > 1 else 0.0)
        for name, one in self._workers.items():
            one.heard = time.monotonic()
            self._send("load-begin", {"at": self.begun, "index": one.index, "workers": self._expected}, name)
        gevent.spawn(self._watch)

    def hears_measured(self, worker: str, data: Mapping[str, Any]) -> None:
        """A worker says what it measured since it last did."""
        known = self._workers.setdefault(worker, _Known(len(self._workers), time.monotonic()))
        known.heard = time.monotonic()
        if known.done:
            return
        known.measured.add(Measurements.from_message(data["measured"]))
        known.health = dict(data["health"])
        known.done = data["done"]
        known.reconciliation = data["reconciliation"]
        if self._have_all_ended:
            self._over.set()

    def hears_failed(self, worker: str, data: Mapping[str, Any]) -> None:
        """A worker cannot go on; one that takes no part does no harm."""
        if self.begun and worker not in self._workers:
            return
        self.end(Verdict.FAILED, data["why"])

    # -- what becomes of the run

    def end(self, verdict: Verdict, why: str) -> None:
        """The run ends before its time."""
        if self.ended is None:
            self.ended, self.ended_why = verdict, why
        self._over.set()

    @property
    def is_over(self) -> bool:
        return bool(self._over.is_set())

    def wait(self) -> None:
        """Until the run is over, one way or another."""
        if not self._over.wait(READY) and not self.begun:
            missing = self._expected - sum(known.ready for known in self._workers.values())
            self.end(Verdict.FAILED, f"{missing} of {self._expected} workers were not ready within {READY:.0f} s")
        self._over.wait()

    def finish(self) -> None:
        """Ask all workers for their last word, and wait for it."""
        if self.begun:
            self._send("load-stop", {}, None)
            deadline = time.monotonic() + LAST_WORD
            while time.monotonic() < deadline and not self._have_all_ended:
                gevent.sleep(0.02)
                self._miss_the_silent()
        for known in self._workers.values():
            known.lost = not known.done

    @property
    def measured(self) -> Measurements:
        """All that all workers measured."""
        whole = Measurements()
        for known in self._workers.values():
            whole.add(known.measured)
        return whole

    @property
    def workers(self) -> list[Worker]:
        known = sorted(self._workers.values(), key=lambda one: one.index)
        return [Worker(one.index, one.health, one.measured.lateness, one.lost or not one.health) for one in known]

    @property
    def reconciliation(self) -> list[list[dict[str, Any]]]:
        """What each worker found in the target's state."""
        return [known.reconciliation for known in self._workers.values()]

    @property
    def _have_all_ended(self) -> bool:
        return all(known.done or known.lost for known in self._workers.values())

    def _miss_the_silent(self) -> None:
        for known in self._workers.values():
            known.lost = not known.done and time.monotonic() > known.heard + SILENCE + LEAD

    def _watch(self) -> None:
        """Notice workers that fell silent, and a target that only fails."""
        while not self._over.is_set():
            gevent.sleep(1.0)
            self._miss_the_silent()
            if self._have_all_ended:
                self._over.set()
            if self._fails_for_long():
                self.end(Verdict.STOPPED, f"more than {self._errors:.0%} of the loops failed for {BAD_SECONDS} s")

    def _fails_for_long(self) -> bool:
        """Whether in the last full seconds too many loops failed, in each of them."""
        good: dict[int, int] = {}
        bad: dict[int, int] = {}
        for known in self._workers.values():
            for (name, _, second), cell in known.measured.of():
                if name in LOOPS:
                    good[second] = good.get(second, 0) + sum(cell.response.values())
                    bad[second] = bad.get(second, 0) + cell.failed
        judged = [bad[second] > self._errors * (good[second] + bad[second]) for second in sorted(good)]
        return len(judged) >= BAD_SECONDS and any(
            all(judged[first : first + BAD_SECONDS]) for first in range(len(judged) - BAD_SECONDS + 1)
        )
