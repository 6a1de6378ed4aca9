"""The highest rate that a target bears within the objectives: steps up, bisection, and a proof at 95 % and 105 %.

Every try is a load run of its own. Arrivals are even, so that the target's limit is found, and not the luck of a draw.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from load.outcome import JSON, Cause, Verdict
from load.plan import PlanError, parse_rate

FIRST_RATE = 20.0
STEP = 2.0
CLOSE = 0.02
"""Share of the rate: the bisection ends where its interval is no wider."""

BELOW, ABOVE = 0.95, 1.05
HIGHEST = 100_000.0
SECONDS, WARM_UP = "10s", "2s"
"""Of a try, where the command line says nothing else."""

TRIES = 8
"""At one rate, until the generator was in time: a machine that others use as well is busy now and then."""

RESULT = "capacity.json"
TRY = "LOAD_TRY"
"""In the environment of a try, which searches for nothing itself, whatever configuration files say."""

USAGE = 4


@dataclass(frozen=True, slots=True)
class Try:
    """A run at one rate. verdict: its word; causes: why it is invalid."""

    rate: float
    verdict: str
    sentence: str
    causes: Sequence[str] = ()

    @property
    def is_met(self) -> bool:
        return self.verdict == Verdict.MET.word

    @property
    def decides(self) -> bool:
        """Whether it says something about the target: one that holds all customers cannot bear the rate."""
        judged = (Verdict.MET.word, Verdict.MISSED.word, Verdict.STOPPED.word)
        return self.verdict in judged or list(self.causes) == [Cause.HELD]

    @property
    def may_decide(self) -> bool:
        """Whether the same once more may say more."""
        return not self.decides and Cause.LATE in self.causes and Cause.BUSY not in self.causes


class Undecided(Exception):
    """A try that says nothing about the target; one sentence, and the exit code that goes with it."""

    def __init__(self, why: str, code: int = Verdict.FAILED.exit_code) -> None:
        super().__init__(why)
        self.code = code


def search(attempt: Callable[[float], Try], first: float = FIRST_RATE) -> tuple[float, list[Try]]:
    """The highest rate at which a try meets the objectives, and all tries. Raises Undecided.

    The result is 0 where even the lowest rate that was tried does not.
    """
    tries = [attempt(first)]
    while tries[-1].is_met and tries[-1].rate < HIGHEST:
        tries.append(attempt(tries[-1].rate * STEP))
    while not any(one.is_met for one in tries) and tries[-1].rate > 1:
        tries.append(attempt(tries[-1].rate / STEP))
    good = max((one.rate for one in tries if one.is_met), default=0.0)
    bad = min((one.rate for one in tries if not one.is_met), default=HIGHEST)
    while good and bad - good > CLOSE * good:
        tries.append(attempt((good + bad) / 2))
        if tries[-1].is_met:
            good = tries[-1].rate
        else:
            bad = tries[-1].rate
    return good, tries


def proof(attempt: Callable[[float], Try], capacity: float) -> dict[str, Try]:
    """Below the capacity the objectives are met, above it they are not: each is tried once more."""
    return {"below": attempt(capacity * BELOW), "above": attempt(capacity * ABOVE)}


def find_capacity(options: Namespace, given: Sequence[str]) -> int:
    """Search, tell, write `capacity.json`; the exit code.

    0: found and proved; 1: not proved; 2: interrupted; 3: a try said nothing; 4: wrong usage.
    """
    directory = Path(options.artifacts or "artifacts/capacity").resolve()
    rest = _without(given, {"--rate": 1, "--artifacts": 1, "--find-capacity": 0})
    tries: list[Try] = []

    def once(rate: float) -> Try:
        place = directory / f"try-{len(tries) + 1:02}"
        usual = ["--length", SECONDS, "--warm-up", WARM_UP, "--spread", "even", "--loglevel", "ERROR"]
        command = ["-m", "load", *usual, *rest, "--rate", f"{rate:.6g}/s", "--artifacts", str(place)]
        # An earlier search may have left one here.
        (place / JSON).unlink(missing_ok=True)
        code = _ended(command)
        try:
            verdict = json.loads((place / JSON).read_text(encoding="ascii"))["verdict"]
        except (OSError, ValueError, KeyError):
            raise Undecided(f"the try at {rate:.1f} loops/s ended with exit code {code}", code) from None
        tries.append(Try(rate, verdict["word"], verdict["sentence"], verdict["causes"]))
        print(f"{rate:10.1f} loops/s  {', '.join((verdict['word'], *verdict['causes']))}", flush=True)
        return tries[-1]

    def attempt(rate: float) -> Try:
        for _ in range(TRIES):
            tried = once(rate)
            if not tried.may_decide:
                break
        if not tried.decides:
            why = f"the try at {rate:.1f} loops/s says nothing about the target: {tried.sentence}"
            interrupted = tried.verdict == Verdict.INTERRUPTED.word
            raise Undecided(why, (Verdict.INTERRUPTED if interrupted else Verdict.FAILED).exit_code)
        return tried

    proved: dict[str, Try] = {}
    why, code = "", 0
    try:
        first = parse_rate(options.rate, "--rate") if options.rate else FIRST_RATE
        capacity, _ = search(attempt, first)
        proved = proof(attempt, capacity) if capacity else {}
    except PlanError as error:
        print(f"load: {error}", file=sys.stderr)
        return USAGE
    except Undecided as error:
        if error.code == USAGE:
            # The try itself has said what is wrong.
            return USAGE
        why, code = str(error), error.code
        capacity = max((one.rate for one in tries if one.is_met), default=0.0)
    holds = bool(proved) and proved["below"].is_met and not proved["above"].is_met
    document = {
        "loops_per_second": round(capacity, 1),
        "proved": holds,
        "why_not": why,
        "tries": [asdict(one) for one in tries],
        "proof": {name: {"rate": one.rate, "verdict": one.verdict} for name, one in proved.items()},
    }
    directory.mkdir(parents=True, exist_ok=True)
    (directory / RESULT).write_text(json.dumps(document, indent=1) + "\n", encoding="ascii")
    if why:
        print(f"load: no capacity is found: {why}", file=sys.stderr)
        print(f"Met were {capacity:.1f} loops/s\n{directory / RESULT}")
        return code
    word = "proved" if holds else "not proved"
    print(f"\nCapacity: {capacity:.1f} loops/s, {word} at {BELOW:.0%} and {ABOVE:.0%}\n{directory / RESULT}")
    return 0 if holds else 1


def _ended(command: Sequence[str]) -> int:
    """The exit code of a try. It is in a session of its own, so that Ctrl-C reaches it once, and it ends as runs do."""
    environment = {**os.environ, TRY: "1"}
    words = [sys.executable, *command]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, env=environment, start_new_session=True) as process:  # noqa: S603
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.send_signal(signal.SIGINT)
            return process.wait()


def _without(given: Sequence[str], options: dict[str, int]) -> list[str]:
    """The command line without some options and their values."""
    kept: list[str] = []
    skip = 0
    for word in given:
        name = word.partition("=")[0]
        if skip:
            skip -= 1
        elif name in options:
            skip = options[name] if "=" not in word else 0
        else:
            kept.append(word)
    return kept
