"""The calibration: `python -m load.calibrate [--length 60s] [--rate 100/s]`.

Our load, and then Locust's own users, meet a target whose latencies, stalls and errors are known, and what they report
is held against the target's own log. Ours has to agree: quantiles within 1 %, the rate within 0.1 %, as many requests
and errors, nothing dropped. A run that says itself that it cannot be trusted, as on a busy machine, is made again, at
most twice. Exit code 0: it agrees; 1: it does not; 3: a run could not be made; 4: wrong usage; 6: it does not, and
says so itself.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn

from load.calibrate.agreement import HEADING, of_report, rows
from load.calibrate.profile import written
from load.calibrate.stock import USERS
from load.calibrate.target import Manner
from load.outcome import JSON
from load.plan import PlanError, parse_rate, parse_seconds
from target.process import Started, StartError
from target.profile import load_profile

FAILED, USAGE, INVALID = 3, 4, 6
STOCK = Path(__file__).with_name("stock.py")
TRIES = 3
CUSTOMERS_FOR = 4.0
"""Seconds of arrivals, twice as many as the longest stall: nobody waits for a customer."""


class CalibrationError(Exception):
    """A run that could not be made; one sentence."""


def _run(command: Sequence[str], core: int | None, environment: Mapping[str, str]) -> int:
    """A program on a core of its own; its exit code."""
    process = subprocess.Popen(  # noqa: S603 - the project's own commands
        [sys.executable, *command], env={**os.environ, **environment}, stdout=subprocess.DEVNULL
    )
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


def _ours(place: Path, manner: Manner, cores: tuple[int | None, int | None], rate: float, seconds: float) -> None:
    profile = written(place / "ours.toml", manner, place / "ours.csv", cores[0])
    with Started(load_profile(str(profile))) as started:
        words = ["--target", str(profile), "--target-url", started.profile.api_url, "--artifacts", str(place / "ours")]
        # Arrivals in equal distances have a rate that can be read off their first and their last one.
        words += ["--rate", f"{rate:g}/s", "--length", f"{seconds:g}s", "--warm-up", "0s", "--spread", "even"]
        words += ["--mix", "sms", "--customers", str(int(rate * CUSTOMERS_FOR)), "--stop-at-errors", "100%"]
        code = _run(["-m", "load", *words], cores[1], {})
    if code not in (0, 1, 6):
        raise CalibrationError(f"our load ended with exit code {code}")


def _stock(place: Path, manner: Manner, cores: tuple[int | None, int | None], rate: float, seconds: float) -> None:
    profile = written(place / "stock.toml", manner, place / "stock.csv", cores[0])
    with Started(load_profile(str(profile))) as started:
        words = ["--locustfile", str(STOCK), "--headless", "--users", str(USERS), "--spawn-rate", str(USERS)]
        words += ["--run-time", f"{seconds:g}s", "--host", started.profile.api_url, "--csv", str(place / "stock")]
        code = _run(["-m", "locust", *words, "--only-summary", "--loglevel", "ERROR"], cores[1], {"RATE": f"{rate:g}"})
    if code not in (0, 1):
        raise CalibrationError(f"Locust ended with exit code {code}")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        self.exit(USAGE, f"calibrate: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    usual = Manner()
    parser = _Parser(prog="python -m load.calibrate", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rate", default="100/s", help="loops of two requests each (default: %(default)s)")
    parser.add_argument("--length", default="60s", metavar="TIME", help="of each run (default: %(default)s)")
    parser.add_argument("--stall", type=float, default=usual.stall, help="seconds (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=usual.seed, help="of the target's draws (default: %(default)s)")
    parser.add_argument("--artifacts", type=Path, help="what the runs leave behind (default: nothing)")
    options = parser.parse_args(arguments)
    try:
        rate, seconds = parse_rate(options.rate, "--rate"), parse_seconds(options.length, "--length")
        if not seconds:
            raise PlanError(f"--length is {options.length!r}; allowed is a time above 0")
    except PlanError as error:
        parser.error(str(error))
    manner = Manner(stall=options.stall, seed=options.seed)
    with tempfile.TemporaryDirectory(prefix="calibrate-") as temporary:
        place = (options.artifacts or Path(temporary)).resolve()
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            parser.error(f"--artifacts {place}: cannot be written ({error.strerror}); allowed is a folder")
        try:
            return _calibrate(place, manner, rate, seconds)
        except (StartError, CalibrationError) as error:
            print(f"calibrate: {error}", file=sys.stderr)
            return FAILED


def _calibrate(place: Path, manner: Manner, rate: float, seconds: float) -> int:
    usable = sorted(os.sched_getaffinity(0))
    cores = (usable[0], usable[1]) if len(usable) > 1 else (None, None)
    print(
        f"{rate:g} loops/s for {seconds:g} s; the target: lognormal, p50 {manner.median * 1000:g} ms, "
        f"p99 {manner.p99 * 1000:g} ms, held for {manner.stall:g} s every {manner.stall_every:g} s, "
        f"{manner.errors:.1%} errors\n",
        flush=True,
    )
    for left in reversed(range(TRIES)):
        _ours(place, manner, cores, rate, seconds)
        ours = of_report(place / "ours" / JSON)
        if ours.is_valid or not left:
            break
        print(f"Made again: {ours.verdict}", flush=True)
    _stock(place, manner, cores, rate, seconds)
    table = list(rows(place / "ours.csv", ours, place / "stock_stats.csv"))
    print(HEADING, *table, f"{'dropped':<28}{'':12}{ours.dropped:12}", sep="\n")
    print(f"\nThe run itself: {ours.verdict}")
    good = all(row.agrees for row in table) and not ours.dropped
    print("Our report agrees with the target's log." if good else "Our report does not agree with the target's log.")
    if not good and not ours.is_valid:
        print("That says nothing: this machine was too busy to make the load in time, which our report says itself.")
        return INVALID
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
