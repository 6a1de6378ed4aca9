"""The benchmark: `python -m load.bench`: signing loops per CPU second of the process that makes them.

One Locust process with its runner, its events and its statistics; users without a pause; only their class differs. The
target runs on another core. It answers at once and verifies nothing, so that it is the generator that is measured.
Each kind of user has its turn in each round; the medians count. Exit code 0: at least 3 times FastHttpUser; 1: less.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from load.calibrate.profile import written
from load.calibrate.target import Manner
from signer.bench import openssl_cost, sign_cost
from target.process import Started
from target.profile import load_profile

KINDS: Final = {"load": "ours", "FastHttpUser": "fast", "HttpUser": "plain"}
DEMANDED: Final = 3.0
USERS: Final = 20
PATIENCE: Final = 30.0
AT_ONCE: Final = Manner(median=0.0, stall=0.0, errors=0.0)


def loops_per_cpu_second(kind: str, place: Path, url: str, profile: Path, seconds: float, core: int | None) -> float:
    """One turn. Raises CalledProcessError, and RuntimeError where a call failed."""
    result = place / f"{kind}.json"
    words = ["-m", "locust", "--locustfile", str(Path(__file__).with_name(f"{kind}.py")), "--headless"]
    words += ["--users", str(USERS), "--spawn-rate", str(USERS), "--host", url, "--only-summary", "--loglevel", "ERROR"]
    if kind == KINDS["load"]:
        words += ["--target", str(profile), "--target-url", url, "--pacing", "0s", "--own-summary"]
        words += ["--artifacts", str(place / "run")]
    environment = {**os.environ, "BENCH_SECONDS": f"{seconds:g}", "BENCH_RESULT": str(result)}
    result.unlink(missing_ok=True)
    process = subprocess.Popen(  # noqa: S603 - the project's own commands
        [sys.executable, *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    if core is not None:
        os.sched_setaffinity(process.pid, {core})
    try:
        _, errors = process.communicate(timeout=seconds + PATIENCE)
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{kind} came to no end within {seconds + PATIENCE:g} s") from None
    finally:
        process.kill()
    if not result.exists():
        raise RuntimeError(f"{kind} measured nothing:\n{errors}")
    found = json.loads(result.read_text(encoding="ascii"))
    if found["failures"]:
        raise RuntimeError(f"{kind}: {found['failures']} calls failed")
    return float(found["loops"] / found["cpu"])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m load.bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="of each turn (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="(default: %(default)s)")
    parser.add_argument("--only", choices=KINDS, action="append", help="some kinds of users, repeatable")
    options = parser.parse_args(arguments)
    usable = sorted(os.sched_getaffinity(0))
    theirs, ours = (usable[0], usable[1]) if len(usable) > 1 else (None, None)
    kinds = {name: KINDS[name] for name in options.only or KINDS}
    found: dict[str, list[float]] = {name: [] for name in kinds}
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        place = Path(temporary)
        profile = written(place / "target.toml", AT_ONCE, None, theirs)
        with Started(load_profile(str(profile))) as started:
            for number in range(1, options.rounds + 1):
                for name, kind in kinds.items():
                    rate = loops_per_cpu_second(kind, place, started.profile.api_url, profile, options.seconds, ours)
                    found[name].append(rate)
                    print(f"round {number}  {name:<14}{rate:9.0f} loops per CPU second", flush=True)
    medians = {name: statistics.median(rates) for name, rates in found.items()}
    ratios = {name: medians["load"] / rate for name, rate in medians.items()} if "load" in medians else {}
    print("\nSigning loops per CPU second, median")
    for name, rate in medians.items():
        print(f"{name:<14}{rate:9.0f}{1e6 / rate:9.1f} us a loop{ratios.get(name, 0):9.2f} times as many by load")
    ours_us, openssl_us = sign_cost(1.0), openssl_cost(1)
    ratio = f", openssl speed {openssl_us:.1f} us, ratio {ours_us / openssl_us:.2f}" if openssl_us else ""
    print(f"\nA signature costs {ours_us:.1f} us{ratio}")
    return 0 if ratios.get("FastHttpUser", DEMANDED) >= DEMANDED else 1


if __name__ == "__main__":
    sys.exit(main())
