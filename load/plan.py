"""What is asked for: which loops, how many of them a second, for how long, and when exactly each is to begin."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

WARM_UP, STEADY = "warm-up", "steady"

SPREADS = ("poisson", "even")
"""How arrivals lie in time: at random, as those of many customers do, or in equal distances."""

_RATE = re.compile(r"(\d+(?:\.\d+)?)(?:/(s|m|h))?")
_TIME = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h)?")
_SECONDS = {None: 1.0, "ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}


class PlanError(Exception):
    """A plan that cannot be carried out; one sentence that says where, what, and what is allowed."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A phase of the run. seconds: its length; begin, end: arrivals per second, changing evenly in between.

    judged: whether the objectives are about it; a warm-up is measured, kept, and not judged.
    """

    name: str
    seconds: float
    begin: float
    end: float
    judged: bool = True

    @property
    def arrivals(self) -> float:
        """How many are expected."""
        return self.seconds * (self.begin + self.end) / 2

    def reached(self, count: float) -> float:
        """The second of the stage at which so many arrivals have come."""
        slope = (self.end - self.begin) / self.seconds
        if abs(slope) < 1e-9:
            return count / self.begin
        # begin * t + slope / 2 * t^2 = count, in the form that stays exact where the slope is small.
        return 2 * count / (self.begin + math.sqrt(max(0.0, self.begin**2 + 2 * slope * count)))


@dataclass(frozen=True, slots=True)
class Arrival:
    """A loop that is to begin. at: seconds from the start of the run. number: of all arrivals, from 0."""

    number: int
    at: float
    loop: str
    stage: int
    negative: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """An open-model run: arrivals come when they come, whether the target keeps up or not.

    mix: the weight of each loop. negatives: the share of loops that try something that must be refused.
    """

    stages: tuple[Stage, ...]
    mix: Mapping[str, float]
    spread: str = "poisson"
    negatives: float = 0.0
    seed: int = 1

    @property
    def seconds(self) -> float:
        return sum(stage.seconds for stage in self.stages)

    @property
    def fastest(self) -> float:
        """Arrivals per second at the highest."""
        return max(max(stage.begin, stage.end) for stage in self.stages)

    def stage_at(self, second: float) -> int:
        """The stage that a second of the run belongs to; the last one for all that comes later."""
        for number, begin in enumerate(self.begins):
            if second < begin + self.stages[number].seconds:
                return number
        return len(self.stages) - 1

    @property
    def begins(self) -> tuple[float, ...]:
        """The second at which each stage begins."""
        return tuple(sum(stage.seconds for stage in self.stages[:number]) for number in range(len(self.stages)))

    def arrivals(self) -> Iterator[Arrival]:
        """All arrivals in the order of their time: the same ones whenever the plan is the same."""
        draw = Random(self.seed)  # noqa: S311 - has to be repeatable
        loops, weights = list(self.mix), list(self.mix.values())
        number = 0
        for place, (stage, begin) in enumerate(zip(self.stages, self.begins, strict=True)):
            for count in self._counts(stage, draw):
                loop = draw.choices(loops, weights)[0] if len(loops) > 1 else loops[0]
                negative = self.negatives > 0 and draw.random() < self.negatives
                yield Arrival(number, begin + stage.reached(count), loop, place, negative)
                number += 1

    def _counts(self, stage: Stage, draw: Random) -> Iterator[float]:
        """At how many expected arrivals each one comes: a Poisson process is even in these, whatever the rate does."""
        count = draw.expovariate(1.0) if self.spread == "poisson" else 0.5
        while count < stage.arrivals:
            yield count
            count += draw.expovariate(1.0) if self.spread == "poisson" else 1.0

    def share(self, index: int, workers: int) -> Iterator[Arrival]:
        """The arrivals of one of several workers: all of them together send exactly the plan."""
        return (arrival for arrival in self.arrivals() if arrival.number % workers == index)

    def as_json(self) -> dict[str, Any]:
        return {
            "stages": [
                {"name": one.name, "seconds": one.seconds, "begin": one.begin, "end": one.end, "judged": one.judged}
                for one in self.stages
            ],
            "mix": dict(self.mix),
            "spread": self.spread,
            "negatives": self.negatives,
            "seed": self.seed,
        }


def steady(rate: float, seconds: float, warm_up: float) -> tuple[Stage, ...]:
    """One rate throughout, of which the first seconds are a warm-up."""
    phases = (Stage(WARM_UP, warm_up, rate, rate, judged=False), Stage(STEADY, seconds, rate, rate))
    return tuple(phase for phase in phases if phase.seconds > 0)


def parse_rate(text: str, where: str) -> float:
    """Per second, from `50/s`, `50` or `3000/m`. Raises PlanError."""
    found = _RATE.fullmatch(text.strip())
    if not found or not 0 < float(found[1]) < math.inf:
        raise PlanError(f"{where} is {text!r}; allowed is a rate above 0 such as 50/s or 600/m")
    return float(found[1]) / _SECONDS[found[2]]


def parse_seconds(text: str, where: str) -> float:
    """From `90`, `90s`, `2m`, `1h` or `500ms`. Raises PlanError."""
    found = _TIME.fullmatch(text.strip())
    if not found or math.isinf(float(found[1])):
        raise PlanError(f"{where} is {text!r}; allowed is a time such as 30s, 2m or 1h")
    return float(found[1]) * _SECONDS[found[2]]


def parse_share(text: str, where: str) -> float:
    """From 0 to 1, from `2%` or `0.02`. Raises PlanError."""
    number = text.strip().removesuffix("%")
    try:
        share = float(number) / (100 if text.strip().endswith("%") else 1)
    except ValueError:
        share = math.nan
    if not 0 <= share <= 1:
        raise PlanError(f"{where} is {text!r}; allowed is a share such as 2% or 0.02")
    return share


def parse_stage(text: str, number: int) -> Stage:
    """`2m:10/s..100/s`, `30s:50/s`, or either with a name in front (`spike=10s:500/s`). Raises PlanError."""
    where = f"--stage {text}"
    name, given, rest = text.partition("=")
    if not given:
        name, rest = f"stage {number}", text
    length, colon, rates = rest.partition(":")
    if not colon or not name:
        raise PlanError(f"{where}: allowed is LENGTH:RATE or LENGTH:RATE..RATE, such as 2m:10/s..100/s")
    begin, ramp, end = rates.partition("..")
    first = parse_rate(begin, f"{where}: the rate")
    last = parse_rate(end, f"{where}: the rate at the end") if ramp else first
    return Stage(name, _length(length, where), first, last, name != WARM_UP)


def _length(text: str, where: str) -> float:
    seconds = parse_seconds(text, f"{where}: the length")
    if not seconds:
        raise PlanError(f"{where}: the length is {text!r}; allowed is a time above 0")
    return seconds


def parse_mix(text: str, loops: Sequence[str]) -> dict[str, float]:
    """`signing=8,bind-verify=1`, or names alone for equal weights. Raises PlanError."""
    mix: dict[str, float] = {}
    for part in text.split(","):
        name, given, weight = part.strip().partition("=")
        if name not in loops:
            raise PlanError(f"--mix {text}: there is no loop {name!r}; allowed are {', '.join(loops)}")
        mix[name] = mix.get(name, 0.0) + (_weight(weight, f"--mix {text}") if given else 1.0)
    return mix


def _weight(text: str, where: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        weight = math.nan
    if not 0 < weight < math.inf:
        raise PlanError(f"{where}: the weight is {text!r}; allowed is a number above 0")
    return weight


_SCENARIO = {"mix": dict, "spread": str, "negatives": (int, float), "seed": int, "stage": list}
_STAGE = {"name": str, "length": str, "rate": str, "to": str, "judged": bool}


def load_scenario(path: Path, loops: Sequence[str], usual: Plan) -> Plan:
    """Read a scenario, such as `load/scenarios/spike.toml`. Raises PlanError.

    usual: what holds where the scenario says nothing; it has no stages to give.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})") from None
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{path}: is not TOML: {error}") from None
    _check(path, "", table, _SCENARIO)
    rows = table.get("stage", [])
    if not rows:
        raise PlanError(f"{path}: there is no [[stage]]; a scenario has at least one, with length and rate")
    stages = []
    for number, row in enumerate(rows, start=1):
        where = f"{path}: stage {number}"
        if not isinstance(row, dict):
            raise PlanError(f"{where} is no table; allowed is [[stage]] with length and rate")
        _check(path, f"stage {number}: ", row, _STAGE)
        if missing := {"length", "rate"} - row.keys():
            raise PlanError(f"{where}: the key {min(missing)!r} is missing; every stage has a length and a rate")
        name = row.get("name", f"stage {number}")
        begin = parse_rate(row["rate"], f"{where}: rate")
        end = parse_rate(row["to"], f"{where}: to") if "to" in row else begin
        stages.append(Stage(name, _length(row["length"], where), begin, end, row.get("judged", name != WARM_UP)))
    if not any(stage.judged for stage in stages):
        raise PlanError(f"{path}: no stage is judged; at least one is neither named {WARM_UP!r} nor judged = false")
    for name, weight in table.get("mix", {}).items():
        if name not in loops:
            raise PlanError(f"{path}: mix.{name} is no loop; allowed are {', '.join(loops)}")
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight < math.inf:
            raise PlanError(f"{path}: mix.{name} is {weight!r}; allowed is a number above 0")
    spread = table.get("spread", usual.spread)
    if spread not in SPREADS:
        raise PlanError(f"{path}: spread is {spread!r}; allowed are {', '.join(SPREADS)}")
    negatives = parse_share(str(table.get("negatives", usual.negatives)), f"{path}: negatives")
    return Plan(tuple(stages), table.get("mix") or usual.mix, spread, negatives, table.get("seed", usual.seed))


def _check(path: Path, where: str, table: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    for key, value in table.items():
        if key not in known:
            raise PlanError(f"{path}: {where}the key {key!r} is unknown; allowed are {', '.join(known)}")
        if not isinstance(value, known[key]) or (isinstance(value, bool) and known[key] is not bool):
            raise PlanError(f"{path}: {where}{key} is {value!r}; see load/scenarios for how it is written")
