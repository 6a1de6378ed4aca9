"""The benchmark: `python -m load.bench`: signing loops per CPU second of the process that makes them.

One Locust process with its runner, its events and its statistics; users without a pause; only their class differs. The
target runs on another core. It answers at once and verifies nothing, so that it is the generator that is measured.
Each kind of user has its turn in each round; the medians count. k6 takes part where there is one (`--k6 PATH`, or on
the path). Exit code 0: at least 3 times FastHttpUser, and 4 times k6; 1: less; 3: a turn could not be made;
4: wrong usage.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from load.bench import k6
from load.calibrate.profile import written
from load.calibrate.target import Manner
from signer.bench import openssl_cost, sign_cost
from target.process import Started, StartError
from target.profile import load_profile

KINDS: Final = {"load": "ours", "FastHttpUser": "fast", "HttpUser": "plain"}
K6: Final = "k6"
DEMANDED: Final = {"FastHttpUser": 3.0, K6: 4.0}
"""How many times as many loops for the same CPU time."""

FAILED: Final = 3
USAGE: Final = 4
USERS: Final = 20
PATIENCE: Final = 30.0
AT_ONCE: Final = Manner(median=0.0, stall=0.0, errors=0.0)


def loops_per_cpu_second(kind: str, place: Path, url: str, profile: Path, seconds: float, core: int | None) -> float:
    """One turn of a kind of Locust's users. Raises RuntimeError where nothing came of it, or a call failed."""
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


def _turns(kinds: Sequence[str], options: argparse.Namespace) -> dict[str, list[float]]:
    """Loops per CPU second of each kind, round by round. Raises what a turn raises."""
    usable = sorted(os.sched_getaffinity(0))
    theirs, ours = (usable[0], usable[1]) if len(usable) > 1 else (None, None)
    found: dict[str, list[float]] = {name: [] for name in kinds}
    with tempfile.TemporaryDirectory(prefix="bench-") as temporary:
        place = Path(temporary)
        profile = written(place / "target.toml", AT_ONCE, None, theirs)
        with Started(load_profile(str(profile))) as started:
            url = started.profile.api_url
            for number in range(1, options.rounds + 1):
                for name in kinds:
                    if name == K6:
                        rate = k6.loops_per_cpu_second(options.k6, url, USERS, options.seconds, ours)
                    else:
                        rate = loops_per_cpu_second(KINDS[name], place, url, profile, options.seconds, ours)
                    found[name].append(rate)
                    print(f"round {number}  {name:<14}{rate:9.0f} loops per CPU second", flush=True)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m load.bench", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=4.0, help="of each turn (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="(default: %(default)s)")
    parser.add_argument("--only", choices=(*KINDS, K6), action="append", help="some kinds of users, repeatable")
    parser.add_argument("--k6", default=shutil.which("k6"), metavar="PATH", help="its binary (default: on the path)")
    options = parser.parse_args(arguments)
    if options.rounds < 1 or options.seconds <= 0:
        print("bench: allowed are --rounds of 1 and more, and --seconds above 0", file=sys.stderr)
        return USAGE
    there = [*KINDS, K6] if options.k6 else [*KINDS]
    kinds = [name for name in there if name in (options.only or there)]
    try:
        if not kinds:
            raise RuntimeError("k6 is not here; --k6 PATH says where it is")
        found = _turns(kinds, options)
    except (RuntimeError, StartError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return FAILED
    medians = {name: statistics.median(rates) for name, rates in found.items()}
    ratios = {name: medians["load"] / rate for name, rate in medians.items()} if "load" in medians else {}
    print("\nSigning loops per CPU second, median")
    for name, rate in medians.items():
        print(f"{name:<14}{rate:9.0f}{1e6 / rate:9.1f} us a loop{ratios.get(name, 0):9.2f} times as many by load")
    if not options.k6:
        print("k6 is not here; --k6 PATH says where it is")
    ours_us, openssl_us = sign_cost(1.0), openssl_cost(1)
    ratio = f", openssl speed {openssl_us:.1f} us, ratio {ours_us / openssl_us:.2f}" if openssl_us else ""
    print(f"\nA signature costs {ours_us:.1f} us{ratio}")
    return 0 if all(ratios.get(name, demanded) >= demanded for name, demanded in DEMANDED.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
