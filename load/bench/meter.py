"""Measures what loops cost in a running Locust process, by Locust's own statistics and the process's own CPU time."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import gevent
from locust import events
from locust.env import Environment
from locust.runners import Runner

LAST_CALL = ("verify-signing-challenge", "PUT")
"""Of each loop."""

WARM_UP = 1.0
_LOOK = 0.05


def install() -> None:
    """Measure for BENCH_SECONDS once loops come to their end, write BENCH_RESULT, and end the run."""
    events.init.add_listener(lambda environment, runner, **_: gevent.spawn(_measure, environment, runner))  # type: ignore[no-untyped-call]


def _measure(environment: Environment, runner: Runner) -> None:
    seconds, result = float(os.environ["BENCH_SECONDS"]), Path(os.environ["BENCH_RESULT"])
    while not _loops(environment):
        gevent.sleep(_LOOK)
    gevent.sleep(WARM_UP)
    loops, cpu, clock = _loops(environment), time.process_time(), time.monotonic()
    gevent.sleep(seconds)
    spent, passed = time.process_time() - cpu, time.monotonic() - clock
    found: dict[str, Any] = {
        "loops": _loops(environment) - loops,
        "cpu": spent,
        "seconds": passed,
        "failures": environment.stats.total.num_failures,
    }
    result.write_text(json.dumps(found), encoding="ascii")
    runner.quit()


def _loops(environment: Environment) -> int:
    return int(environment.stats.get(*LAST_CALL).num_requests)
