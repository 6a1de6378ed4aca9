"""The same loop in k6 (k6.js), measured while it runs: what it did by its own REST API, what it cost by the system."""

from __future__ import annotations

import os
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import Final

import httpx
import psutil

from load.bench.meter import WARM_UP
from target.process import free_port

SCRIPT: Final = Path(__file__).with_name("k6.js")
_ITERATIONS: Final = "/v1/metrics/iterations"
_REQUESTS: Final = "/v1/metrics/http_reqs"
CALLS: Final = 2
"""Of a loop."""

_PATIENCE: Final = 30.0
_LOOK: Final = 0.05


def loops_per_cpu_second(binary: str, url: str, users: int, seconds: float, core: int | None) -> float:
    """One turn. Raises RuntimeError where k6 does not begin, or a call failed."""
    api = f"127.0.0.1:{free_port()}"
    words = ["run", "--quiet", "--no-summary", "--no-usage-report", "--log-output", "stderr", "--address", api]
    words += ["--vus", str(users), "--duration", f"{seconds + _PATIENCE:g}s", "--env", f"TARGET_URL={url}"]
    try:
        process = subprocess.Popen(  # noqa: S603 - the command line's own binary
            [binary, *words, str(SCRIPT)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Threads that have one core between them only stand in each other's way.
            env=os.environ | ({} if core is None else {"GOMAXPROCS": "1"}),
            # Before the first of its threads is there.
            preexec_fn=None if core is None else partial(os.sched_setaffinity, 0, {core}),
        )
    except OSError as error:
        raise RuntimeError(f"k6 is {binary!r}, which cannot be run ({error.strerror})") from None
    try:
        with httpx.Client(base_url=f"http://{api}", trust_env=False) as client:
            return _measured(process, client, seconds)
    finally:
        process.kill()
        process.wait()


def _measured(process: subprocess.Popen[bytes], client: httpx.Client, seconds: float) -> float:
    spent_by = psutil.Process(process.pid)
    deadline = time.monotonic() + _PATIENCE
    while not _loops(client):
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("k6 did not begin")
        time.sleep(_LOOK)
    time.sleep(WARM_UP)
    loops, requests, cpu = _loops(client), _value(client, _REQUESTS, "count"), _cpu(spent_by)
    time.sleep(seconds)
    loops, cpu = _loops(client) - loops, _cpu(spent_by) - cpu
    requests = _value(client, _REQUESTS, "count") - requests
    # A script that throws ends its loop early, and k6 counts it all the same.
    if _value(client, "/v1/metrics/http_req_failed", "rate") or requests < 0.95 * CALLS * loops:
        raise RuntimeError("k6: calls failed")
    return loops / cpu


def _loops(client: httpx.Client) -> float:
    return _value(client, _ITERATIONS, "count")


def _value(client: httpx.Client, metric: str, name: str) -> float:
    """What k6 says of a metric; 0 as long as it says nothing."""
    try:
        answer = client.get(metric)
    except httpx.TransportError:
        return 0.0
    return float(answer.json()["data"]["attributes"]["sample"][name]) if answer.is_success else 0.0


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)
