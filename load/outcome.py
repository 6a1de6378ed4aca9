"""What a load run leaves behind: `load.json` with everything a report needs, and `load.hlog` for other tools."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any

from hdrh.histogram import HdrHistogram
from hdrh.log import HistogramLogWriter

from load.compare import compare
from load.histogram import LONGEST, Histogram, bounds
from load.loops import LOOPS
from load.measure import NOT_SENT, Cell, Measurements, Total
from load.objectives import Judged, Objectives
from load.plan import Plan

FORMAT = 1
JSON, HLOG = "load.json", "load.hlog"

MOST_LATE = 5_000
"""Microseconds: p99 of the lateness of the generator itself; above, it measured itself."""

BUSIEST = 0.85
"""Of one core, in the busiest stage."""

FEWEST_SENT = 0.99
"""Of the schedule."""

BLOCKS = 20

SHOWN = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999}


class Verdict(Enum):
    """What a run says about its target, with the exit code that says so."""

    MET = ("objectives met", 0)
    MISSED = ("objectives missed", 1)
    STOPPED = ("stopped by its own limit", 1)
    INTERRUPTED = ("interrupted", 2)
    FAILED = ("could not run", 3)
    INVALID = ("invalid", 6)

    @property
    def word(self) -> str:
        return self.value[0]

    @property
    def exit_code(self) -> int:
        return self.value[1]


class Cause(StrEnum):
    """Why measurements cannot be trusted.

    A late generator may be in time the next time, a busy one will not. HELD: all customers were in loops that had not
    ended; there were too few of them, or the target was asked for too much.
    """

    LOST = "worker lost"
    LATE = "generator late"
    BUSY = "generator busy"
    EMPTY = "nothing to judge"
    UNSENT = "plan not sent"
    HELD = "customers held"


@dataclass(slots=True)
class Worker:
    """A worker as it reported itself. lost: it ended, or was heard of no more, before its share was done."""

    index: int
    health: Mapping[str, Any]
    lateness: Histogram
    lost: bool = False

    def as_json(self) -> dict[str, Any]:
        return {**self.health, "index": self.index, "lost": self.lost, "lateness": _latencies(self.lateness)}


@dataclass(slots=True)
class Outcome:
    """A run that is over.

    ended: why the run ended before its time, None where it did not. facts: of the target, for the report.
    """

    plan: Plan
    open: bool
    measured: Measurements
    workers: Sequence[Worker]
    begun: float
    seconds: float
    facts: Mapping[str, Any]
    command: str
    suite_version: str
    objectives: Sequence[Judged] = ()
    reconciliation: Sequence[Mapping[str, Any]] = ()
    comparison: Sequence[Mapping[str, Any]] = ()
    ended: Verdict | None = None
    ended_why: str = ""
    stages: Sequence[int] = field(init=False)
    arrivals: Counter[int] = field(init=False)

    def __post_init__(self) -> None:
        self.stages = [number for number, stage in enumerate(self.plan.stages) if stage.judged]
        self.arrivals = Counter(int(arrival.at) for arrival in self.plan.arrivals()) if self.open else Counter()

    @property
    def asked(self) -> int | None:
        """How many loops were asked for, in all; None in the closed model."""
        return self.arrivals.total() if self.open else None

    @property
    def rate_reached(self) -> float | None:
        """How many loops ended for each that was asked for, in the second half of what is judged.

        However long a loop takes, this is 1 where the target keeps up; else it is the share that the target bears.
        """
        if not self.open or not self.stages:
            return None
        begin = self.plan.begins[self.stages[0]]
        end = self.plan.begins[self.stages[-1]] + self.plan.stages[self.stages[-1]].seconds
        late = range(math.ceil((begin + end) / 2), math.floor(end))
        asked = sum(self.arrivals[second] for second in late)
        return sum(self.measured.ended[second] for second in late) / asked if asked else None

    def judge(self, objectives: Objectives) -> None:
        """Hold the objectives against what was measured."""
        self.objectives = tuple(objectives.judge(self.measured, self.stages, self.rate_reached))

    def compare(self, earlier: Mapping[str, Any]) -> None:
        """Lay the run beside an earlier one."""
        rows = [self._operation(name, self.stages) for name in self.measured.names]
        self.comparison = compare(earlier, rows)

    @property
    def doubts(self) -> list[str]:
        """Why the measurements cannot be trusted: each one sentence; none where they can."""
        return [sentence for _, sentence in self._doubts()]

    @property
    def causes(self) -> list[Cause]:
        """The same for programs."""
        return sorted({cause for cause, _ in self._doubts()})

    def _doubts(self) -> Iterator[tuple[Cause, str]]:
        for worker in self.workers:
            who = f"worker {worker.index}"
            if worker.lost:
                yield Cause.LOST, f"{who} was lost before its share was done"
                continue
            late = worker.lateness.quantile(0.99)
            if self.open and late > MOST_LATE:
                # What a guest cannot see by itself, and explains most of such runs.
                stolen = worker.health.get("stolen", 0.0)
                taken = f" (its host took {stolen:.0%} of the machine)" if stolen else ""
                allowed = f"allowed are {MOST_LATE / 1000:g} ms"
                yield Cause.LATE, f"{who} was late, p99 {late / 1000:.1f} ms; {allowed}{taken}"
            if worker.health["cpu_busiest"] > BUSIEST:
                took = f"{who} took {worker.health['cpu_busiest']:.0%} of a core"
                yield Cause.BUSY, f"{took}; allowed are {BUSIEST:.0%}"
        if not any(self.measured.of(None, self.stages)):
            yield Cause.EMPTY, "no loop was begun after the warm-up"
        if self.asked and self.ended is None:
            sent = sum(self.measured.started.values())
            if sent < FEWEST_SENT * self.asked:
                few = f"{sent} of {self.asked} loops were begun; at least {FEWEST_SENT:.0%} are needed"
                if sent + self.not_sent >= FEWEST_SENT * self.asked:
                    yield Cause.HELD, f"{few}, and no customer was free for the others (--customers makes more of them)"
                else:
                    yield Cause.UNSENT, few

    @property
    def not_sent(self) -> int:
        """Loops for which no customer was free."""
        return self.measured.sum().failures.get(NOT_SENT, 0)

    @property
    def verdict(self) -> Verdict:
        if self.ended in (Verdict.FAILED, Verdict.INTERRUPTED):
            return self.ended
        if self.wrong_successes:
            # However badly it was measured: this must never be.
            return Verdict.MISSED
        if self.ended is Verdict.STOPPED:
            return self.ended
        if self.doubts:
            return Verdict.INVALID
        return Verdict.MET if all(one.met for one in self.objectives) else Verdict.MISSED

    @property
    def wrong_successes(self) -> int:
        """Calls that were accepted and had to be refused."""
        return sum(self.measured.sum(name).wrong_successes for name in self.measured.names if name not in LOOPS)

    @property
    def sentence(self) -> str:
        """The verdict in one sentence."""
        if self.wrong_successes and self.verdict is Verdict.MISSED:
            many = "time" if self.wrong_successes == 1 else "times"
            return f"The target accepted what it had to refuse, {self.wrong_successes} {many}."
        if self.verdict is Verdict.INVALID:
            return f"The measurements cannot be trusted: {'; '.join(self.doubts)}."
        if self.ended is Verdict.FAILED:
            return f"The run could not be made: {self.ended_why}."
        if self.ended is not None:
            return f"The run was {self.ended.word}: {self.ended_why}."
        missed = [one for one in self.objectives if not one.met]
        if not missed:
            return f"All {len(self.objectives)} objectives are met."
        first = f"{missed[0].subject} {missed[0].measure}"
        return f"{len(missed)} of {len(self.objectives)} objectives are missed, first {first}."

    def as_json(self) -> dict[str, Any]:
        """Everything, with plain JSON types; times in milliseconds where the name does not say otherwise."""
        names = self.measured.names
        return {
            "format": FORMAT,
            "at": datetime.fromtimestamp(self.begun, UTC).isoformat(timespec="seconds"),
            "suite_version": self.suite_version,
            "command": self.command,
            "target": dict(self.facts),
            "model": "open" if self.open else "closed",
            "plan": self.plan.as_json(),
            "seconds": round(self.seconds, 3),
            "verdict": {
                "word": self.verdict.word,
                "exit_code": self.verdict.exit_code,
                "sentence": self.sentence,
                "doubts": self.doubts,
                "causes": self.causes,
            },
            "asked": self.asked,
            "rate_reached": self.rate_reached,
            "started": sum(self.measured.started.values()),
            "not_sent": self.not_sent,
            "objectives": [one.as_json() for one in self.objectives],
            "operations": [self._operation(name, self.stages) for name in names],
            "phases": [
                {"stage": number, "operations": [self._operation(name, [number], full=False) for name in names]}
                for number in range(len(self.plan.stages))
            ],
            "timeline": list(self._timeline()),
            "heat": self._heat(),
            "failures": list(self._failures()),
            "workers": [worker.as_json() for worker in self.workers],
            "reconciliation": list(self.reconciliation),
            "comparison": list(self.comparison),
        }

    def _operation(self, name: str, stages: Sequence[int], *, full: bool = True) -> dict[str, Any]:
        total = self.measured.sum(name, stages)
        row: dict[str, Any] = {
            "name": name,
            "is_loop": name in LOOPS,
            "succeeded": total.succeeded,
            "failed": total.failed,
            "wrong_successes": total.wrong_successes,
            "failures": dict(total.failures),
            "response": _latencies(total.response),
            "service": _latencies(total.service),
        }
        if full:
            row["percentiles"] = {
                "response": [[share, value / 1000] for share, value in total.response.percentiles()],
                "service": [[share, value / 1000] for share, value in total.service.percentiles()],
            }
            row["blocks"] = self._blocks(name)
        return row

    def _blocks(self, name: str) -> list[list[tuple[int, int]]]:
        """The response times of the judged stages in blocks of seconds, for comparisons with other runs."""
        seconds: dict[int, Histogram] = {}
        for (_, _, second), cell in self.measured.of(name, self.stages):
            seconds.setdefault(second, Histogram()).add(Histogram(cell.response))
        length = max(1, math.ceil(len(seconds) / BLOCKS))
        ordered = [seconds[second] for second in sorted(seconds)]
        blocks = (Histogram.sum(ordered[begin : begin + length]) for begin in range(0, len(ordered), length))
        return [sorted(block.counts.items()) for block in blocks]

    def _timeline(self) -> Iterator[dict[str, Any]]:
        """Second by second: loops asked for, begun, ended; latencies of all loops."""
        by_second: dict[int, Total] = self._loops_by_second()
        last = max((*self.arrivals, *self.measured.started, *self.measured.ended, *by_second), default=-1)
        for second in range(last + 1):
            total = by_second.get(second)
            yield {
                "second": second,
                "stage": self.plan.stage_at(second),
                "asked": self.arrivals[second] if self.open else None,
                "started": self.measured.started.get(second, 0),
                "ended": self.measured.ended.get(second, 0),
                "failed": total.failed if total else 0,
                "response": _latencies(total.response, brief=True) if total else None,
                "service": _latencies(total.service, brief=True) if total else None,
            }

    def _loops_by_second(self) -> dict[int, Total]:
        cells: dict[int, Cell] = {}
        for (name, _, second), cell in self.measured.of():
            if name in LOOPS:
                cells.setdefault(second, Cell()).add(cell)
        return {second: Total(cell) for second, cell in cells.items()}

    def _heat(self) -> dict[str, Any]:
        """How many loops had which response time, second by second; four rows to each power of ten."""
        rows: dict[int, dict[int, int]] = {}
        for (name, _, second), cell in self.measured.of():
            if name not in LOOPS:
                continue
            for index, count in cell.response.items():
                row = math.floor(4 * math.log10(max(1, bounds(index)[0])))
                column = rows.setdefault(row, {})
                column[second] = column.get(second, 0) + count
        return {
            "rows": [
                {
                    "from_ms": 10 ** (row / 4) / 1000,
                    "to_ms": 10 ** ((row + 1) / 4) / 1000,
                    "counts": sorted(seconds.items()),
                }
                for row, seconds in sorted(rows.items())
            ]
        }

    def _failures(self) -> Iterator[dict[str, Any]]:
        """Each kind of failure of each operation, the most frequent first, with an example where there is one."""
        for name in self.measured.names:
            for kind, count in sorted(self.measured.sum(name).failures.items(), key=lambda row: -row[1]):
                yield {
                    "operation": name,
                    "is_loop": name in LOOPS,
                    "kind": kind,
                    "count": count,
                    "example": self.measured.examples.get((name, kind)),
                }

    def write(self, directory: Path) -> None:
        """Write both files."""
        directory.mkdir(parents=True, exist_ok=True)
        (directory / JSON).write_text(json.dumps(self.as_json()) + "\n", encoding="ascii")
        self._write_hlog(directory / HLOG)

    def _write_hlog(self, path: Path) -> None:
        """One interval histogram for each operation, stage and second, which its tag names, with the kind of time."""
        with path.open("w", encoding="ascii", newline="\n") as file:
            log = HistogramLogWriter(file)
            log.output_comment("response: from the intended send; service: from the real one; microseconds")
            log.output_log_format_version()
            log.output_base_time(round(self.begun * 1000))
            log.output_legend()
            for (name, stage, second), cell in sorted(self.measured.of(), key=lambda row: (row[0][2], row[0])):
                for kind, counts in (("response", cell.response), ("service", cell.service)):
                    if counts:
                        whole = as_hdr(Histogram(counts))
                        phase = re.sub(r"[^\w-]", "-", self.plan.stages[stage].name)
                        whole.set_tag(f"{name}.{phase}.{kind}")
                        log.output_interval_histogram(
                            whole,
                            start_time_stamp_sec=second,
                            end_time_stamp_sec=second + 1,
                            max_value_unit_ratio=1000.0,
                        )


def as_hdr(histogram: Histogram) -> HdrHistogram:
    """The same counts in the library's own type."""
    whole = HdrHistogram(1, LONGEST, 3)
    for index, count in histogram.counts.items():
        whole.record_value(bounds(index)[0], count)
    return whole


def _latencies(histogram: Histogram, *, brief: bool = False) -> dict[str, float] | None:
    """Quantiles in milliseconds; None where nothing was counted."""
    if not histogram.counts:
        return None
    shown = {name: share for name, share in SHOWN.items() if not brief or name in ("p50", "p95", "p99")}
    found = {name: histogram.quantile(share) / 1000 for name, share in shown.items()}
    if not brief:
        found |= {"mean": round(histogram.mean / 1000, 3), "max": histogram.longest / 1000}
    return found
