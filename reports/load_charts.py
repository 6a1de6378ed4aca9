"""The charts of a load run: rates and latencies over time, percentiles, and a heat map."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from reports.charts import Axis, Band, Chart, Heat, Line, Point, exact, linear, logarithmic
from reports.conclusion import counted
from reports.quantities import ms, time
from reports.visible import visible

MOST_SLOTS = 240
"""Of a chart over time. A longer run has several seconds in each."""

QUANTILES = ("p50", "p95", "p99")
KINDS = ("response", "service")

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """One second of a run, or a few of a long one. Counts are sums; latencies those of the worst second (ms).

    asked: None in the closed model. response, service: quantiles by name, empty where nothing was measured.
    """

    begin: int
    seconds: int
    stage: int
    asked: int | None
    started: int
    ended: int
    failed: int
    response: Mapping[str, float]
    service: Mapping[str, float]

    @property
    def end(self) -> int:
        return self.begin + self.seconds

    @property
    def middle(self) -> float:
        return self.begin + self.seconds / 2

    @property
    def label(self) -> str:
        """`7`, or `10 to 19`."""
        return str(self.begin) if self.seconds == 1 else f"{self.begin} to {self.end - 1}"


def slots(run: Json) -> list[Slot]:
    """The seconds of a run, in at most MOST_SLOTS of equal length but the last one."""
    timeline: Sequence[Json] = run["timeline"]
    length = slot_length(run)
    return [_slot(timeline[begin : begin + length]) for begin in range(0, len(timeline), length)]


def slot_length(run: Json) -> int:
    """How many seconds are in a slot."""
    return max(1, math.ceil(len(run["timeline"]) / MOST_SLOTS))


def _slot(rows: Sequence[Json]) -> Slot:
    return Slot(
        begin=rows[0]["second"],
        seconds=len(rows),
        stage=rows[0]["stage"],
        asked=None if rows[0]["asked"] is None else sum(row["asked"] for row in rows),
        started=sum(row["started"] for row in rows),
        ended=sum(row["ended"] for row in rows),
        failed=sum(row["failed"] for row in rows),
        response=_worst([row["response"] for row in rows if row["response"]]),
        service=_worst([row["service"] for row in rows if row["service"]]),
    )


def _worst(found: Sequence[Mapping[str, float]]) -> Mapping[str, float]:
    return {name: max(one[name] for one in found) for name in QUANTILES} if found else {}


def latency_chart(run: Json, *, brief: bool = False) -> Chart:
    """Latencies of all loops over time; brief: for a first look."""
    spread = slots(run)
    lines = [
        Line(f"{name} {kind}", _points(spread, kind, name), f"c{place + 1}{' dashed' if kind == 'service' else ''}")
        for kind in (KINDS[:1] if brief else KINDS)
        for place, name in enumerate(QUANTILES)
        if not brief or name != "p95"
    ]
    limits = _limits(run) if brief else ()
    return Chart(
        title="Response time of all loops over time" if brief else "Latencies of all loops over time",
        desc=worst_second(run, spread),
        x=_time_axis(spread),
        y=_latency_axis([*_heights(lines), *(value for value, _ in limits)]),
        lines=lines,
        bands=bands(run, spread[-1].end),
        alarms=_failing(spread),
        alarm="loops failed: they took for ever",
        limits=limits,
    )


def _heights(lines: Sequence[Line]) -> list[float]:
    return [y for line in lines for _, y in line.points if y is not None]


def _points(spread: Sequence[Slot], kind: str, name: str) -> list[Point]:
    return [(slot.middle, getattr(slot, kind).get(name)) for slot in spread]


def worst_second(run: Json, spread: Sequence[Slot]) -> str:
    """In words: how slow the slowest second was, beside a usual one. A stall is in the numbers, too."""
    judged = [number for number, stage in enumerate(run["plan"]["stages"]) if stage["judged"]]
    seen = [slot for slot in spread if slot.response and slot.stage in judged]
    if not seen:
        return "No loop succeeded in a phase that is judged."
    worst = max(seen, key=lambda slot: slot.response["p99"])
    usual = median(slot.response["p99"] for slot in seen)
    where = f"second {worst.label}" if worst.seconds == 1 else f"seconds {worst.label}"
    text = f"p99 was {ms(usual)} ms in a usual second, and {ms(worst.response['p99'])} ms in the worst ({where})."
    if worst.seconds > 1:
        text += " Each point is the worst second of its time."
    return text


def _limits(run: Json) -> Sequence[tuple[float, str]]:
    """The p99 that all loops have to keep, where there is one."""
    loops = {row["name"] for row in run["operations"] if row["is_loop"]}
    found = {one["limit"] for one in run["objectives"] if one["subject"] in loops and one["measure"] == "p99"}
    return [(value, f"objective: p99 ≤ {time(value)}") for value in found] if len(found) == 1 else []


def rate_chart(run: Json) -> Chart:
    """Loops asked for, begun and ended, each second."""
    spread = slots(run)
    lines = [
        Line("begun", [(slot.middle, slot.started / slot.seconds) for slot in spread], "c1"),
        Line("ended", [(slot.middle, slot.ended / slot.seconds) for slot in spread], "c2"),
    ]
    if any(slot.asked is not None for slot in spread):
        asked: list[Point] = [(slot.middle, (slot.asked or 0) / slot.seconds) for slot in spread]
        lines.insert(0, Line("asked for", asked, "area"))
    if any(slot.failed for slot in spread):
        lines.append(Line("failed", [(slot.middle, slot.failed / slot.seconds) for slot in spread], "c3"))
    return Chart(
        title="Loops per second",
        desc=_silent_seconds(run),
        x=_time_axis(spread),
        y=linear(0, max(_heights(lines)), lambda value: f"{value:,g}", 4),
        lines=lines,
        bands=bands(run, spread[-1].end),
        alarms=_failing(spread),
        alarm="loops failed",
    )


def _silent_seconds(run: Json) -> str:
    """How long nothing ended although something was under way: what a stall looks like from outside."""
    under_way, silent = 0, []
    for row in run["timeline"]:
        under_way += row["started"]
        if under_way and not row["ended"]:
            silent.append(row["second"])
        under_way -= row["ended"]
    if not silent:
        return "In each second in which loops were under way, some of them ended."
    many = counted(len(silent), "second")
    return f"In {many} loops were under way, and none ended (first in second {silent[0]})."


def percentile_chart(run: Json) -> Chart | None:
    """Of each loop, how long what share of its successes took at most; None where no loop succeeded."""
    loops = [row for row in run["operations"] if row["is_loop"] and row["succeeded"]]
    lines = [
        Line(
            f"{visible(row['name'])} {kind}",
            [(_nines(share, row["succeeded"]), value) for share, value in row["percentiles"][kind]],
            f"c{place % 6 + 1}{' dashed' if kind == 'service' else ''}",
        )
        for place, row in enumerate(loops)
        for kind in KINDS
    ]
    if not lines:
        return None
    last = max(x for line in lines for x, _ in line.points)
    shares = [(0.0, "0%"), (math.log10(2), "50%"), *((float(n), _percent(n)) for n in range(1, math.ceil(last) + 1))]
    return Chart(
        title="Percentiles of each loop",
        desc="Of the successes in the phases that are judged: this share of them took at most so long. "
        "Each step to the right is ten times rarer. Dashed: the time from the real send.",
        x=Axis(0.0, max(1.0, last), tuple(tick for tick in shares if tick[0] <= max(1.0, last))),
        y=_latency_axis(_heights(lines)),
        lines=lines,
    )


def _nines(share: float, total: int) -> float:
    """log10 of how rare the rest is; the longest of all is as rare as the sample can tell."""
    return -math.log10(max(1 - share, 1 / (total + 1)))


def _percent(nines: int) -> str:
    return f"{100 - 10.0 ** (2 - nines):.{max(0, nines - 2)}f}%"


def heat_chart(run: Json) -> Chart | None:
    """How many loops had which response time, over time; None where no loop succeeded."""
    rows: Sequence[Json] = run["heat"]["rows"]
    if not rows:
        return None
    spread = slots(run)
    cells = list(_cells(rows, slot_length(run), spread[-1].end))
    return Chart(
        title="How many loops took how long",
        desc="Each column is a time at which loops were due, each row a response time; strong colours are many loops.",
        x=_time_axis(spread),
        y=_latency_axis([rows[0]["from_ms"] * 1.0001, rows[-1]["to_ms"] * 0.9999]),
        heat=cells,
        bands=bands(run, spread[-1].end),
        alarms=_failing(spread),
        alarm="loops failed: they took for ever",
    )


def _cells(rows: Sequence[Json], length: int, end: int) -> Iterator[Heat]:
    for row in rows:
        columns: dict[int, int] = {}
        for second, held in row["counts"]:
            columns[second // length] = columns.get(second // length, 0) + held
        for column, held in sorted(columns.items()):
            yield Heat(column * length, min(end, (column + 1) * length), row["from_ms"], row["to_ms"], held)


def bands(run: Json, end: float) -> list[Band]:
    """The phases of the plan, as far as the run came; what came later belongs to the last one."""
    found: list[Band] = []
    begin = 0.0
    stages = run["plan"]["stages"]
    for place, stage in enumerate(stages, start=1):
        until = end if place == len(stages) else min(end, begin + stage["seconds"])
        if begin < end:
            found.append(Band(visible(stage["name"]), begin, until, not stage["judged"]))
        begin += stage["seconds"]
    return found


def _failing(spread: Sequence[Slot]) -> list[tuple[float, float]]:
    return [(slot.begin, slot.end) for slot in spread if slot.failed]


def _time_axis(spread: Sequence[Slot]) -> Axis:
    return exact(0, spread[-1].end, lambda value: f"{value:g} s")


def _latency_axis(values: Sequence[float]) -> Axis:
    return logarithmic(values, time)
