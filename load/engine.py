"""The worker's half of a load run: it makes its share of the arrivals at their time, and measures."""

from __future__ import annotations

import os
import platform
import random
import time
from bisect import bisect_right
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import Any

import gevent
import psutil
from gevent.event import Event
from gevent.pool import Group

from load.alarm import Alarm
from load.caller import Caller, LoopBroken, Visit, now
from load.identities import Identities, Identity, make
from load.loops import LOOPS
from load.measure import NOT_SENT, UNFINISHED, Measurements
from load.plan import Arrival, Plan
from target.connection import Target

GRACE = 10.0
"""Seconds that visits may take beyond the end of the plan until they count as unfinished."""

MEMORY_LOOKS = 100

_TICK = 1.0


@dataclass(slots=True)
class Health:
    """How a worker itself was. cpu: the share of one core in the busiest stage, and on average (0 to 1).

    stolen: the share of the machine's time that its host took for others (0 to 1), where the system tells.
    skew: seconds by which its clock differs from the master's. sharings: visits for which no customer was free.
    memory: megabytes, by the second of the run in which they were looked at.
    """

    host: str = field(default_factory=platform.node)
    pid: int = field(default_factory=os.getpid)
    scheduled: int = 0
    started: int = 0
    cpu_busiest: float = 0.0
    cpu_mean: float = 0.0
    stolen: float = 0.0
    skew: float = 0.0
    identities: int = 0
    sharings: int = 0
    reconnects: int = 0
    memory: list[tuple[int, float]] = field(default_factory=list)

    def as_message(self) -> dict[str, Any]:
        return asdict(self)


class Engine:
    """Makes the visits of one process."""

    def __init__(self, target: Target, caller: Caller, plan: Plan) -> None:
        self.health = Health()
        self.identities = Identities()
        self._target = target
        self._caller = caller
        self._plan = plan
        self._visits = Group()
        self._begin = now()
        self._begins = plan.begins
        self._stopping = Event()
        self._under_way = 0
        self._cpu = _Cpu(1)
        self._draw = random.Random(plan.seed)  # noqa: S311 - a draw that can be repeated

    @property
    def measurements(self) -> Measurements:
        return self._caller.measurements

    def prepare(self, count: int, *, bound: bool) -> None:
        """Make customers. Raises what making one raises."""
        for identity in make(self._target, count, bound=bound):
            self.identities.add(identity)
        self.health.identities = len(self.identities)

    def begin(self, at: float) -> None:
        """The run begins at this moment of this process's clock."""
        self._begin = at
        self._cpu = _Cpu(1)

    # -- the open model

    def follow(self, index: int, workers: int) -> None:
        """Begin each visit of this worker's share when it is due, and wait for their ends."""
        cpu = _Cpu(len(self._plan.stages))
        with closing(Alarm()) as alarm:
            for arrival in self._plan.share(index, workers):
                self.health.scheduled += 1
                due = self._begin + arrival.at
                alarm.until(due)
                if self._stopping.is_set():
                    break
                cpu.within(arrival.stage)
                identity = self.identities.take()
                if identity is None:
                    self.measurements.failure((arrival.loop, arrival.stage, int(arrival.at)), NOT_SENT)
                    continue
                self._visits.add(gevent.spawn(self._arrive, arrival, due, identity))
        self._stopping.wait(max(0.0, self._begin + self._plan.seconds - now()))
        cpu.end()
        self.health.cpu_busiest, self.health.cpu_mean = cpu.busiest, cpu.mean
        self._visits.join(GRACE)
        self._visits.kill()

    def look_at_memory(self) -> None:
        """Write down how much memory this process has, about a hundred times in a run."""
        second, memory = int(now() - self._begin), self.health.memory
        if not memory or second >= memory[-1][0] + max(1.0, self._plan.seconds / MEMORY_LOOKS):
            memory.append((second, round(psutil.Process().memory_info().rss / 1e6, 1)))

    def stop(self) -> None:
        """End the run before its time; what has begun may still end."""
        self._stopping.set()

    def _arrive(self, arrival: Arrival, due: float, identity: Identity) -> None:
        visit = Visit(
            self._caller,
            arrival.loop,
            arrival.stage,
            int(arrival.at),
            due,
            negative=arrival.negative,
            secrets=identity.secrets,
        )
        started = now()
        self.health.started += 1
        self.measurements.lateness.record(round((started - due) * 1e6))
        try:
            self._run(visit, identity, started)
        finally:
            self.identities.give_back(identity)

    def _run(self, visit: Visit, identity: Identity, started: float) -> None:
        """Make a visit, and count its end."""
        measurements = self.measurements
        measurements.started[int(started - self._begin)] += 1
        try:
            LOOPS[visit.loop].story(visit, identity)
        except LoopBroken as broken:
            measurements.failure(visit.key, str(broken))
            identity.unsure += 1
        except gevent.GreenletExit:
            measurements.failure(visit.key, UNFINISHED)
            identity.unsure += 1
            raise
        except Exception as error:  # noqa: BLE001 - what a hook does not say must not end the run
            measurements.failure(visit.key, f"{type(error).__name__} in the loop")
            identity.unsure += 1
        else:
            measurements.success(visit.key, visit.answered - visit.due, visit.answered - visit.begun)
        finally:
            measurements.ended[int(now() - self._begin)] += 1

    # -- the closed model

    def customer(self, loop: str) -> Identity:
        """A customer of one's own, for a user who comes again and again. Raises what making one raises."""
        (identity,) = make(self._target, 1, bound=LOOPS[loop].bound)
        identity.lent = 1
        self.identities.keep(identity)
        self.health.identities += 1
        return identity

    def repeat(self, loop: str, identity: Identity) -> None:
        """One visit of a user, which is due when the user comes."""
        if self._stopping.is_set():
            return
        due = now()
        second = int(due - self._begin)
        negative = self._draw.random() < self._plan.negatives
        stage = bisect_right(self._begins, second) - 1
        visit = Visit(self._caller, loop, stage, second, due, negative=negative, secrets=identity.secrets)
        self.health.started += 1
        self._under_way += 1
        try:
            self._run(visit, identity, due)
        finally:
            self._under_way -= 1

    def close(self) -> None:
        """No further visits of users; those under way may end."""
        self.stop()
        self._cpu.end()
        self.health.cpu_busiest, self.health.cpu_mean = self._cpu.busiest, self._cpu.mean
        deadline = now() + GRACE
        while self._under_way and now() < deadline:
            gevent.sleep(0.02)


class _Cpu:
    """How much of a core this process takes, stage by stage."""

    def __init__(self, stages: int) -> None:
        self._spent = [0.0] * stages
        self._passed = [0.0] * stages
        self._stage = 0
        self._cpu, self._clock = time.process_time(), now()

    def within(self, stage: int) -> None:
        """The run has come to a stage."""
        if stage != self._stage:
            self.end()
            self._stage = stage

    def end(self) -> None:
        """The present stage is over."""
        cpu, clock = time.process_time(), now()
        self._spent[self._stage] += cpu - self._cpu
        self._passed[self._stage] += clock - self._clock
        self._cpu, self._clock = cpu, clock

    @property
    def busiest(self) -> float:
        """The share of a core in the busiest stage of at least a second."""
        long_enough = zip(self._spent, self._passed, strict=True)
        return max((spent / passed for spent, passed in long_enough if passed >= _TICK), default=self.mean)

    @property
    def mean(self) -> float:
        passed = sum(self._passed)
        return sum(self._spent) / passed if passed else 0.0
