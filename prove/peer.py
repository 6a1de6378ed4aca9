"""Beside a peer: Schemathesis, with the project's OpenAPI document, on the same faults and on the same right targets.

    python -m prove.peer

The sample is fixed: every so-many-th fault of the catalogue. Schemathesis knows what `fuzz/explained.toml` knows of the
embedded target. Both tools know nothing of the fault, start anew on each target, and end at the first alarm.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from prove.candidates import Candidate, CatalogueError, candidates, spread
from prove.targets import NurseryError, embedded, nursery
from reports.proof import Kind

SAMPLE = 48
SECONDS = 60
PATIENCE = 180.0
"""Seconds that either tool may take with all that comes before and after its trying."""

OWN, PEER = "this suite", "Schemathesis"
_FUZZ_FOUND = 1


@dataclass(frozen=True, slots=True)
class Attempt:
    """One tool on one target. alarm: whether it found something wrong; None where it could not be run."""

    tool: str
    kind: Kind
    target: str
    alarm: bool | None
    seconds: float


def _fuzz(candidate: Candidate) -> bool | None:
    with nursery(min(os.sched_getaffinity(0))) as place, embedded(place, candidate.arguments) as url:
        command = ["-m", "fuzz", "--target-url", url, "--first", "--seconds", str(SECONDS)]
        code = _run(command)
    return None if code not in (0, _FUZZ_FOUND) else code == _FUZZ_FOUND


def _prove(candidate: Candidate) -> bool | None:
    with TemporaryDirectory(prefix="prove-") as directory:
        _run(["-m", "prove", "--unaware", "--only", candidate.id, "--jobs", "1", "--artifacts", directory])
        try:
            trial = json.loads(Path(directory, "proof.json").read_text(encoding="utf-8"))["trials"][0]
        except FileNotFoundError:
            return None
    return None if trial["errors"] else trial["fate"] not in ("survived", "left alone")


TOOLS: dict[str, Callable[[Candidate], bool | None]] = {OWN: _prove, PEER: _fuzz}


def _run(command: Sequence[str]) -> int | None:
    try:
        return subprocess.run([sys.executable, *command], capture_output=True, timeout=PATIENCE, check=False).returncode
    except subprocess.TimeoutExpired:
        return None


def _attempt(tool: str, candidate: Candidate) -> Attempt:
    begun = time.monotonic()
    alarm = TOOLS[tool](candidate)
    seconds = round(time.monotonic() - begun, 1)
    print(
        f"{tool:14}{candidate.kind:10}{candidate.id:50}{'alarm' if alarm else 'nothing':9}{seconds:6.1f} s", flush=True
    )
    return Attempt(tool, candidate.kind, candidate.id, alarm, seconds)


def table(attempts: Sequence[Attempt]) -> str:
    """The comparison in Markdown."""
    lines = [
        "| tool | faults caught | median seconds to a catch | false alarms | could not be run |",
        "|---|---|---|---|---|",
    ]
    for tool in TOOLS:
        own = [one for one in attempts if one.tool == tool]
        faults = [one for one in own if one.kind is Kind.FAULT]
        right = [one for one in own if one.kind is not Kind.FAULT]
        caught = [one.seconds for one in faults if one.alarm]
        typical = f"{median(caught):.0f}" if caught else "none"
        blamed = f"{sum(bool(one.alarm) for one in right)} on {len(right)} right targets"
        failed = sum(one.alarm is None for one in own)
        lines.append(f"| {tool} | {len(caught)} of {len(faults)} | {typical} | {blamed} | {failed} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """0: compared; 3: could not be run."""
    parser = argparse.ArgumentParser(prog="python -m prove.peer", description="This suite beside Schemathesis.")
    parser.add_argument("--artifacts", default="artifacts/proof", metavar="DIR", help="default: %(default)s")
    chosen = parser.parse_args(arguments)
    try:
        everyone = candidates(seed=1)
    except CatalogueError as error:
        print(f"prove.peer: {error}", file=sys.stderr)
        return 3
    sample = [
        *spread([one for one in everyone if one.kind is Kind.FAULT], SAMPLE),
        *(one for one in everyone if one.kind in (Kind.BASE, Kind.COMBINATION)),
    ]
    jobs = [partial(_attempt, tool, candidate) for candidate in sample for tool in TOOLS]
    try:
        with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as pool:
            attempts = list(pool.map(lambda job: job(), jobs))
    except (NurseryError, OSError) as error:
        print(f"prove.peer: {error}", file=sys.stderr)
        return 3
    directory = Path(chosen.artifacts)
    directory.mkdir(parents=True, exist_ok=True)
    document = {"seconds": SECONDS, "attempts": [asdict(one) for one in attempts]}
    (directory / "peer.json").write_text(json.dumps(document, indent=1) + "\n", encoding="ascii")
    print(f"\n{table(attempts)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
