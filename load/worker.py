"""A process that makes load: connected with the target, it prepares, waits for the word to begin, and reports."""

from __future__ import annotations

import gc
import math
import secrets
import time
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import gevent
import psutil
from gevent.event import AsyncResult

from load.caller import Caller, Transport, now
from load.engine import Engine
from load.fast import Fast
from load.identities import needed, with_otps
from load.loops import LOOPS
from load.measure import Measurements
from load.options import is_open, plan_of
from load.reconcile import reconcile
from load.safety import checked
from load.wire import Wire
from target.connection import Target
from target.ledger import Ledger, entries
from target.profile import load_profile
from target.sweep import sweep

_TICK = 1.0
_CLOCK_LOOKS = 9
_PATIENCE = 10.0

Tell = Callable[[str, Mapping[str, Any]], None]
"""Sends a message of a type, with its data, to the master."""


class Worker:
    """One process's part of a run, from `test_start` until its last word.

    tell: to the master. fire: Locust's `events.request.fire`. options: with what the master found out (`load_*`).
    """

    def __init__(self, options: Namespace, tell: Tell, fire: Callable[..., None]) -> None:
        self._options = options
        self._tell = tell
        self._begun: AsyncResult[Mapping[str, Any]] = AsyncResult()
        self._answered: AsyncResult[Mapping[str, Any]] = AsyncResult()
        self._is_open = is_open(options)
        self.plan = plan_of(options)
        profile = with_otps(checked(load_profile(options.target), options.target_url), options.otp)
        directory = Path(options.load_directory)
        directory.mkdir(parents=True, exist_ok=True)
        self._ledger = directory / f"ledger-{secrets.token_hex(4)}.jsonl"
        self._target = Target(profile, Ledger(self._ledger), processes=options.load_processes)
        self._wire: Transport = Fast(profile.api_url) if options.client == "fast" else Wire(profile.api_url)
        self._measured = Measurements()
        caller = Caller(self._target, self._wire, self._measured, fire, options.full_every)
        self.engine = Engine(self._target, caller, self.plan)
        self._skew = 0.0
        self._machine = psutil.cpu_times()
        self.is_over = False
        gevent.spawn(self._prepare)

    def _prepare(self) -> None:
        """Make customers, compare clocks, and say so. A worker that comes when the run has begun takes no part."""
        try:
            if self._ask()["begun"]:
                self.is_over = True
                return
            self._target.tokens.of(self._target.partner.role)
            if self._is_open:
                count = math.ceil((self._options.customers or needed(self.plan)) / self._options.load_processes)
                self.engine.prepare(count, bound=any(LOOPS[loop].bound for loop in self.plan.mix))
            self._skew = self._compare_clocks()
        except (Exception, gevent.Timeout) as error:  # noqa: BLE001 - whatever it is, the run cannot begin
            self._tell("load-failed", {"why": f"the run could not be prepared: {error}"})
            return
        # What stays until the end need not be looked through while answers wait.
        gc.collect()
        gc.freeze()
        self._tell("load-ready", {})

    def _compare_clocks(self) -> float:
        """Seconds by which the master's clock is ahead, by the quickest of some exchanges (as NTP does)."""
        looks: list[tuple[float, float]] = []
        for _ in range(_CLOCK_LOOKS):
            sent = time.time()
            master = self._ask()["time"]
            back = time.time()
            looks.append((back - sent, master - (sent + back) / 2))
        return min(looks)[1]

    def _ask(self) -> Mapping[str, Any]:
        """What the master says of now: its time, and whether the run has begun."""
        self._answered = AsyncResult()
        self._tell("load-asks", {})
        answer = self._answered.get(timeout=_PATIENCE)
        assert answer is not None
        return answer

    # -- what the master says

    def hears_answer(self, data: Mapping[str, Any]) -> None:
        self._answered.set(data)

    def hears_begin(self, data: Mapping[str, Any]) -> None:
        self.engine.health.skew = self._skew
        self._machine = psutil.cpu_times()
        self.engine.begin(now() + (data["at"] - self._skew - time.time()))
        self._begun.set(data)
        gevent.spawn(self._report)
        if self._is_open:
            # Locust's users come and go, as when another worker comes; the plan stays.
            gevent.spawn(self._follow, data["index"], data["workers"])

    def hears_stop(self) -> None:
        """The open model ends by itself, when its loop sees this."""
        self.engine.stop()
        if not self._is_open:
            gevent.spawn(self._close)

    def _follow(self, index: int, workers: int) -> None:
        """Make this worker's share of the plan's arrivals."""
        try:
            self.engine.follow(index, workers)
            self._end()
        except Exception as error:  # noqa: BLE001 - whatever it is, the share is not done
            self.is_over = True
            self._tell("load-failed", {"why": f"a worker could not go on ({type(error).__name__})"})

    # -- what Locust's users do

    def begun(self) -> Engine:
        """The engine, when the run has begun."""
        self._begun.get()
        return self.engine

    # -- the end

    def _close(self) -> None:
        self.engine.close()
        self._end()

    def _end(self) -> None:
        """Compare with the target's state, remove what was made, and say the last word."""
        gc.unfreeze()
        found = [*reconcile(self._target, self.engine.identities), *self._clean_up()]
        self.engine.health.stolen = _stolen(self._machine, psutil.cpu_times())
        self.engine.health.sharings = self.engine.identities.sharings
        self.engine.health.reconnects = self._wire.reconnects
        self._say(done=True, reconciliation=found)
        self._wire.close()
        self._target.close()

    def _clean_up(self) -> list[dict[str, Any]]:
        """Remove what was made from a target that stays; a row with what is left."""
        if self._options.load_started or not self._ledger.exists():
            return []
        row = {"what": f"left behind ({self._ledger.name})", "expected": [0, 0]}
        try:
            return [{**row, "found": len(sweep(self._target, entries(self._ledger)).left)}]
        except Exception as error:  # noqa: BLE001 - what is left is told, whatever the reason
            return [{**row, "found": sum(entry.id is not None for entry in entries(self._ledger)), "why": str(error)}]

    def _report(self) -> None:
        while not self.is_over:
            gevent.sleep(_TICK)
            self.engine.look_at_memory()
            self._say(done=False, reconciliation=[])

    def _say(self, *, done: bool, reconciliation: list[dict[str, Any]]) -> None:
        """What was measured since the last time."""
        if self.is_over:
            return
        self.is_over = done
        measured, health = self._measured.take(), self.engine.health.as_message()
        self._tell(
            "load-measured",
            {"measured": measured, "health": health, "done": done, "reconciliation": reconciliation},
        )


def _stolen(before: Any, after: Any) -> float:
    """The share of the machine's time between two looks at its clocks that its host took for others."""
    passed = sum(after) - sum(before)
    return round((getattr(after, "steal", 0.0) - getattr(before, "steal", 0.0)) / passed, 4) if passed else 0.0
