"""Where attempts come from: pytest collects the suite once, and each attempt is a process that is forked from there.

To start pytest and collect 1,400 tests takes longer than most faults live.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from prove.attempt import Plan, attempt
from prove.candidates import Candidate
from reports.proof import Stage, Trial
from target.profile import Profile

PATIENCE = 300.0
"""Seconds that an attempt may take. A whole run takes a tenth of that on a quiet machine."""

_GC_THRESHOLDS = (50_000, 50, 1_000)

_FORK = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Slot:
    """Where one attempt is made at a time. cpu: of the attempt and its target, which only talk with each other.

    nursery: the socket where its targets come from.
    """

    cpu: int
    nursery: Path


@dataclass(frozen=True, slots=True)
class _Running:
    slot: Slot
    candidate: Candidate
    process: BaseProcess
    result: Connection
    until: float


class Forks:
    """pytest plugin, for a session that only collects.

    slots: for attempts at a time. directory: where each attempt leaves its log.
    plan: how much of the suite is run on a fault. told: is given each trial when it is over.
    """

    def __init__(
        self,
        profile: Profile,
        slots: Sequence[Slot],
        candidates: Sequence[Candidate],
        directory: Path,
        *,
        plan: Plan,
        told: Callable[[Trial], None],
    ) -> None:
        self._profile = profile
        self._free = list(slots)
        self._waiting = deque(candidates)
        self._running: list[_Running] = []
        self._directory = directory
        self._plan = plan
        self._told = told
        self.trials: list[Trial] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        # What is there now is shared by all attempts, as long as nobody touches it.
        gc.collect()
        gc.freeze()
        try:
            while self._waiting or self._running:
                while self._waiting and self._free:
                    self._running.append(self._fork(session, self._free.pop(), self._waiting.popleft()))
                self._collect()
        finally:
            for running in self._running:
                running.process.terminate()

    def _fork(self, session: pytest.Session, slot: Slot, candidate: Candidate) -> _Running:
        result, mouth = _FORK.Pipe(duplex=False)
        directory = self._directory / candidate.id
        arguments = (session, self._profile, slot, candidate, directory, self._plan, mouth)
        process = _FORK.Process(target=_attempt, args=arguments, name=candidate.id)
        process.start()
        mouth.close()
        return _Running(slot, candidate, process, result, time.monotonic() + PATIENCE)

    def _collect(self) -> None:
        """Wait until an attempt is over, or has been for too long."""
        first = min(running.until for running in self._running)
        ready = wait([running.result for running in self._running], max(0.0, first - time.monotonic()))
        for running in list(self._running):
            if running.result in ready:
                self._end(running, _received(running))
            elif time.monotonic() > running.until:
                running.process.kill()
                self._end(running, _failed(running.candidate, f"not over after {PATIENCE:.0f} s"))

    def _end(self, running: _Running, trial: Trial) -> None:
        running.process.join()
        running.result.close()
        self._running.remove(running)
        self._free.append(running.slot)
        self.trials.append(trial)
        self._told(trial)


def _attempt(
    session: pytest.Session,
    profile: Profile,
    slot: Slot,
    candidate: Candidate,
    directory: Path,
    plan: Plan,
    mouth: Connection,
) -> None:
    """The life of a forked process."""
    # A short life that keeps nearly all it makes: to look for garbage all the time is a waste.
    gc.set_threshold(*_GC_THRESHOLDS)
    # To wake a process on another CPU costs more than most answers.
    os.sched_setaffinity(0, {slot.cpu})
    directory.mkdir(parents=True, exist_ok=True)
    log = os.open(directory / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, sys.stdout.fileno())
    os.dup2(log, sys.stderr.fileno())
    mouth.send(attempt(session, profile, slot.nursery, candidate, directory, plan))


def _received(running: _Running) -> Trial:
    try:
        trial: Trial = running.result.recv()
    except EOFError:
        return _failed(running.candidate, "the attempt died; its log says why")
    return trial


def _failed(candidate: Candidate, why: str) -> Trial:
    return Trial(
        kind=candidate.kind,
        id=candidate.id,
        what=candidate.what,
        clause=candidate.clause,
        warns=candidate.warns,
        stage=Stage.ALL,
        seconds=PATIENCE,
        checks=0,
        alarms=(),
        not_testable={},
        errors=(why,),
    )
