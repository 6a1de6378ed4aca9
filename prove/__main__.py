"""The command line: `python -m prove`."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from contract.clauses import clauses
from contract.errors import ContractError
from prove.attempt import Plan
from prove.candidates import Candidate, CatalogueError, candidates, named, quick, singles
from prove.forks import Forks, Slot
from prove.targets import NurseryError, nursery
from reports.errors import EvidenceError
from reports.proof import Fate, Proof, Scope, Stage, Trial
from reports.proof_page import PAGE, headline, numbers, read_history, write_proof
from target.profile import ProfileError, load_profile

SUITES = Path(__file__).parent.parent / "suites"
SEED = 1
PROVED, NOT_PROVED, INTERRUPTED, COULD_NOT_RUN, USAGE = 0, 1, 2, 3, 4

_QUIET = ("--collect-only", "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:randomly", "-s", "-n", "0")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(USAGE, f"prove: {message}\n")


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError("a whole number above 0 is expected")
    return int(text)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(prog="python -m prove", description="Try the suite on targets that are wrong, and on odd ones.")
    parser.add_argument("--quick", action="store_true", help="a few of each kind")
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="this one, or a pattern; repeatable")
    parser.add_argument("--whole", action="store_true", help="run the whole suite on each fault, caught or not")
    parser.add_argument(
        "--as-far-as",
        choices=[stage.value for stage in Stage],
        default=Stage.ALL.value,
        help="how much is run on a fault that survives: the tests of its clause, of its chapter, or all (the default)",
    )
    parser.add_argument(
        "--unaware", action="store_true", help="run all tests in their order on each fault, until the first alarm"
    )
    parser.add_argument("--list", action="store_true", help="print all ids with what they are, and end")
    parser.add_argument("--seed", type=int, default=SEED, help="of the combinations (default: %(default)s)")
    parser.add_argument("--jobs", type=_positive, default=2 * len(os.sched_getaffinity(0)), help="attempts at a time")
    parser.add_argument("--artifacts", metavar="DIR", help="what the proof leaves behind (default: artifacts/proof)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """0: proved as far as it went; 1: not; 2: interrupted; 3: could not run; 4: wrong usage."""
    chosen = _arguments(arguments)
    try:
        everyone = candidates(chosen.seed)
        picked = everyone
        if chosen.only:
            picked = named((*everyone, *singles()), chosen.only)
        elif chosen.quick:
            picked = quick(everyone)
        profile, law = load_profile("embedded"), clauses()
    except CatalogueError as error:
        return _failed(USAGE, error)
    except (ProfileError, ContractError, OSError) as error:
        return _failed(COULD_NOT_RUN, error)
    if chosen.list:
        for one in picked:
            print(f"{one.kind:12}{one.id}  {one.what}")
        return PROVED
    directory = Path(chosen.artifacts or "artifacts/proof").resolve()
    if directory.exists() and not directory.is_dir():
        return _failed(USAGE, f"--artifacts is {str(directory)!r}, a file; allowed is a folder")
    try:
        history = read_history(directory)
    except EvidenceError as error:
        return _failed(USAGE, error)
    begun = time.monotonic()
    plan = Plan(chosen.whole, Stage(chosen.as_far_as), chosen.unaware)
    try:
        with ExitStack() as stack:
            cpus = sorted(os.sched_getaffinity(0))
            places = [cpus[number % len(cpus)] for number in range(chosen.jobs)]
            slots = [Slot(cpu, stack.enter_context(nursery(cpu))) for cpu in places]
            forks = Forks(profile, slots, picked, directory, plan=plan, told=_tell(picked))
            collected = pytest.main([*_QUIET, str(SUITES)], plugins=[forks])
    except NurseryError as error:
        return _failed(COULD_NOT_RUN, error)
    if collected == pytest.ExitCode.INTERRUPTED:
        return INTERRUPTED
    if len(forks.trials) < len(picked):
        return _failed(COULD_NOT_RUN, "the tests cannot be collected; pytest suites --collect-only says why")
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    scope = Scope(
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        suite_version=version("device-management-conformance"),
        seed=chosen.seed,
        jobs=chosen.jobs,
        complete=picked == everyone,
        whole=chosen.whole,
        seconds=round(time.monotonic() - begun, 1),
        cpu_seconds=round(spent.ru_utime + spent.ru_stime, 1),
    )
    proof = Proof(scope, sorted(forks.trials, key=_place(picked)), law, history)
    write_proof(directory, proof)
    _say(f"\n{headline(proof)}\n\n{numbers(proof)}\n{directory / PAGE}")
    return PROVED if proof.holds else NOT_PROVED


def _tell(picked: Sequence[Candidate]) -> Callable[[Trial], None]:
    done = 0

    def tell(trial: Trial) -> None:
        nonlocal done
        done += 1
        _say(f"[{done}/{len(picked)}] {trial.fate:22}{trial.id}  {trial.seconds:.1f} s")
        if trial.fate in (Fate.CAUGHT, Fate.LEFT_ALONE):
            return
        for alarm in trial.alarms:
            _say(f"      {alarm.verdict} {alarm.clause} ({alarm.checks}): {alarm.observed[:150]}  {alarm.test}")
        for error in trial.errors[:5]:
            _say(f"      error: {error}")

    return tell


def _say(text: str) -> None:
    """Print; where nobody listens any more (`| head`), the proof goes on in silence."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _place(picked: Sequence[Candidate]) -> Callable[[Trial], int]:
    """The place of a trial in the order of the candidates: they end in another one."""
    places = {candidate.id: place for place, candidate in enumerate(picked)}
    return lambda trial: places[trial.id]


def _failed(code: int, error: object) -> int:
    print(f"prove: {error}", file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
