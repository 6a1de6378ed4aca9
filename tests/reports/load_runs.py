"""Load runs that nobody made, written down by the load generator's own code."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

from load.histogram import Histogram
from load.measure import WRONG_SUCCESS, Measurements
from load.objectives import Objectives
from load.outcome import Outcome, Verdict, Worker
from load.plan import Plan, Stage

RATE = 20
STALL = range(6, 8)
"""The seconds in which the target of `stalled` answers nothing."""

LIMITS = Objectives(
    run={"rate": 0.99, "wrong_successes": 0},
    default={"p50": 100, "p99": 1000, "errors": 0.001},
    loop={"p99": 1500, "errors": 0.001},
    named={},
)


def plan(seconds: float = 8.0) -> Plan:
    return Plan(
        (
            Stage("warm-up", 2.0, RATE, RATE, judged=False),
            Stage("steady", seconds, RATE, RATE),
            Stage("spike", 2.0, RATE, RATE),
        ),
        {"signing": 1.0},
        spread="even",
    )


def measured(seconds: int = 12, stall: range = range(0)) -> Measurements:
    """RATE loops a second of some 4 ms each; in a stall those that are due wait for its end."""
    found, draw = Measurements(), Random(1)  # noqa: S311 - has to be repeatable
    for second in range(seconds):
        stage = 0 if second < 2 else 1 if second < seconds - 2 else 2
        for number in range(RATE):
            due = second + number / RATE
            wait = stall.stop - due if second in stall else 0.0
            took = draw.lognormvariate(0, 0.4) / 250
            found.success(("signing", stage, second), wait + took, took)
            found.success(("verify-signing-challenge", stage, second), wait + took / 2, took / 2)
            found.started[second] += 1
            found.ended[int(due + wait + took) if wait else second] += 1
    found.lateness.record(800)
    return found


def fail(found: Measurements, kind: str, times: int = 1, example: dict[str, Any] | None = None) -> None:
    """Some loops of second 4 come to nothing, with the calls that failed."""
    for _ in range(times):
        found.failure(("signing", 1, 4), kind)
        found.failure(("verify-signing-challenge", 1, 4), kind)
    if example is not None:
        found.examples["verify-signing-challenge", kind] = example


def outcome(
    found: Measurements | None = None, *, is_open: bool = True, seconds: float = 8.0, **changes: Any
) -> Outcome:
    """A run of two workers."""
    found = measured() if found is None else found
    health = {
        "host": "generator",
        "pid": 1,
        "scheduled": 120,
        "started": 120,
        "cpu_busiest": 0.25,
        "cpu_mean": 0.2,
        "skew": 0.0001,
        "identities": 40,
        "sharings": 0,
        "reconnects": 1,
        "stolen": 0.031,
        "memory": [(1, 80.2), (11, 83.4)],
    }
    lateness = Histogram({800: 100})
    known: dict[str, Any] = {
        "plan": plan(seconds),
        "open": is_open,
        "measured": found,
        "workers": [Worker(index, health, lateness) for index in range(2)],
        "begun": 1_767_323_045.0,
        "seconds": 12.1,
        "facts": {"name": "made-up", "url": "https://target.example", "requests_per_second": None},
        "command": "python -m load --rate 20/s",
        "suite_version": "0.1.0",
        "reconciliation": [{"what": "bound devices", "expected": [40, 41], "found": 39, "agrees": False}],
    }
    made_up = Outcome(**known | changes)
    made_up.judge(LIMITS)
    return made_up


def stalled() -> Outcome:
    return outcome(measured(stall=STALL))


def leaky() -> Outcome:
    """A target that takes a used signature."""
    found = measured()
    request = "curl -X PUT https://target.example/v1/mfa/challenges/devices/1 -d '{}'"
    fail(found, WRONG_SUCCESS, 3, {"request": request, "status": 200, "headers": {"server": "x"}, "body": "signed"})
    return outcome(found)


def unable() -> Outcome:
    """A run that could not be prepared."""
    return outcome(Measurements(), workers=[], ended=Verdict.FAILED, ended_why="nobody answers", reconciliation=[])


def written(directory: Path, made_up: Outcome) -> Path:
    """The folder that the run leaves behind."""
    made_up.write(directory)
    return directory
