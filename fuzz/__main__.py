"""The command line: `python -m fuzz`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from contract.errors import ContractError
from contract.judge import NotTestable, Violation
from contract.operations import operations
from fuzz.explained import load
from fuzz.report import told
from fuzz.run import PHASES, FuzzError, Settings, fuzz
from target.client import TargetUnreachable
from target.connection import Target
from target.ledger import Ledger
from target.process import Started, StartError
from target.profile import Profile, ProfileError, is_loopback, load_profile
from target.redaction import Redaction

_DEFAULT = Settings()

FOUND, COULD_NOT_RUN, USAGE, INTERRUPTED = 1, 3, 4, 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(USAGE, f"fuzz: {message}\n")


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(prog="python -m fuzz", description="Fuzz a target on this machine, by the OpenAPI document.")
    parser.add_argument("--target", default="embedded", metavar="NAME_OR_PATH", help="target profile")
    parser.add_argument("--target-url", metavar="URL", help="where the target is, in place of the profile's URLs")
    parser.add_argument("--seed", type=int, default=_DEFAULT.seed, metavar="NUMBER", help="default: %(default)s")
    parser.add_argument(
        "--examples", type=int, default=_DEFAULT.examples, metavar="NUMBER", help="per operation (default: %(default)s)"
    )
    parser.add_argument("--phase", action="append", choices=PHASES, help="only this phase; may be repeated")
    parser.add_argument(
        "--operation", action="append", choices=list(operations()), metavar="ID", help="only this one; may be repeated"
    )
    parser.add_argument("--seconds", type=_seconds, metavar="NUMBER", help="try nothing more after so many seconds")
    parser.add_argument("--first", action="store_true", help="stop at the first finding that nothing explains")
    return parser.parse_args(arguments)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError("a number of seconds above 0 is expected")
    return seconds


def main(arguments: Sequence[str] | None = None) -> int:
    """0: no finding without an explanation; 1: some; 2: interrupted; 3: could not run; 4: wrong usage."""
    chosen = _arguments(arguments)
    settings = Settings(
        chosen.seed,
        chosen.examples,
        tuple(chosen.phase or PHASES),
        tuple(chosen.operation or ()),
        chosen.seconds,
        chosen.first,
    )
    try:
        explanations, profile = load(), _profile(chosen.target, chosen.target_url)
        with _connected(profile) as target:
            outcome = fuzz(target, settings, explanations)
            known = [credentials.client_secret for credentials in target.profile.credentials.values()]
            redaction = Redaction([*known, *target.tokens.issued])
    except (ProfileError, ContractError) as error:
        return _failed(USAGE, error)
    except (OSError, StartError, TargetUnreachable, NotTestable, Violation, FuzzError) as error:
        return _failed(COULD_NOT_RUN, error)
    except KeyboardInterrupt:
        return INTERRUPTED
    # Another seed, or a part of the operations, finds other things than the rows explain.
    idle = [row for row in explanations if row not in outcome.explained] if settings == _DEFAULT else []
    return FOUND if told(outcome, redaction, idle) else 0


def _failed(code: int, error: Exception) -> int:
    print(f"fuzz: {error}", file=sys.stderr)
    return code


def _profile(name: str, url: str | None) -> Profile:
    profile = load_profile(name)
    if url:
        profile = profile.at(url)
    if not (is_loopback(profile.api_url) and is_loopback(profile.auth_url)):
        raise ProfileError(f"the target {profile.name!r} is not on this machine; only such targets are fuzzed")
    return profile


@contextmanager
def _connected(profile: Profile) -> Iterator[Target]:
    """A target on this machine keeps nothing that matters, so the ledger is thrown away."""
    with TemporaryDirectory() as directory:
        started = Started(profile) if profile.start else None
        target = Target(started.profile if started else profile, Ledger(Path(directory, "ledger.jsonl")))
        try:
            yield target
        finally:
            target.close()
            if started:
                started.stop()


if __name__ == "__main__":
    sys.exit(main())
