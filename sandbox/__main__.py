"""The command line: ``python -m sandbox``."""

from __future__ import annotations

import argparse
import json
import math
import os
import stat
import sys
from collections.abc import Sequence

from sandbox.faults import FAULTS
from sandbox.server import HOST, listen, serve
from sandbox.settings import CHALLENGE_SECONDS, Settings, partners_from
from sandbox.variants import VARIANTS, combined

_HIGHEST_PORT = 65_535
# Some thirty years: what is added to any clock still has a date.
_MOST_SECONDS = 1e9
_HIGHEST_RATE = 1e6


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> None:  # type: ignore[override]
        self.exit(2, f"sandbox: {message}\n")


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 5 and int(text) <= _HIGHEST_PORT):
        raise argparse.ArgumentTypeError(f"a port is a whole number from 0 to {_HIGHEST_PORT}")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"a number of seconds from 0 to {_MOST_SECONDS:.0f} is expected")
    return seconds


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0 < rate <= _HIGHEST_RATE:
        raise argparse.ArgumentTypeError(f"a rate above 0 and up to {_HIGHEST_RATE:.0f} requests a second is expected")
    return rate


def _lifetime(text: str) -> float:
    seconds = _seconds(text)
    if seconds <= 0:
        raise argparse.ArgumentTypeError("a lifetime is longer than 0 seconds")
    return seconds


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = _Parser(prog="python -m sandbox", description="The embedded target of the conformance suite.")
    parser.add_argument("--port", type=_port, default=0, help="port on 127.0.0.1; 0, the default, is a free one")
    parser.add_argument(
        "--challenge-ttl",
        type=_lifetime,
        default=CHALLENGE_SECONDS,
        metavar="SECONDS",
        help="lifetime of challenges and change requests (default 300)",
    )
    parser.add_argument("--no-hooks", action="store_true", help="without clock, outbox and fault hooks")
    parser.add_argument("--log", action="store_true", help="one line per request on standard error")
    parser.add_argument(
        "--latency", type=_seconds, default=0.0, metavar="SECONDS", help="delay of every answer (default 0)"
    )
    parser.add_argument(
        "--max-rate", type=_rate, metavar="RATE", help="requests a second, one after the other (default: no limit)"
    )
    parser.add_argument("--until-eof", action="store_true", help="stop when the standard input ends")
    parser.add_argument(
        "--fault", choices=sorted(FAULTS), metavar="ID", help=f"plant one of {len(FAULTS)} bugs, by its id"
    )
    parser.add_argument(
        "--variant",
        choices=sorted(VARIANTS),
        action="append",
        default=[],
        metavar="ID",
        help=f"take one of {len(VARIANTS)} other freedoms of the contract, by its id; may be given several times",
    )
    parser.add_argument("--catalogue", action="store_true", help="print all faults and variants as JSON, and end")
    chosen = parser.parse_args(arguments)
    if chosen.until_eof and not _has_an_end(sys.stdin.fileno()):
        parser.error("--until-eof needs a pipe or a terminal as standard input")
    return chosen


def _has_an_end(descriptor: int) -> bool:
    """Whether an end of this input can be waited for."""
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or os.isatty(descriptor)


def _catalogue() -> dict[str, list[dict[str, object]]]:
    return {
        "faults": [
            {"id": fault.id, "clause": fault.clause, "level": fault.level, "what": fault.what}
            for fault in FAULTS.values()
        ],
        "variants": [
            {"id": variant.id, "freedom": variant.freedom, "what": variant.what, "warns": variant.warns}
            for variant in VARIANTS.values()
        ],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the sandbox until a signal ends it; the exit code is 0, 1 for a port in use, 2 for wrong usage."""
    chosen = _arguments(arguments)
    if chosen.catalogue:
        print(json.dumps(_catalogue(), indent=2))
        return 0
    try:
        listener = listen(chosen.port)
    except OSError as error:
        print(f"sandbox: cannot listen on port {chosen.port}: {error.strerror}", file=sys.stderr)
        return 1
    settings = Settings(
        partners=partners_from(),
        challenge_seconds=chosen.challenge_ttl,
        hooks=not chosen.no_hooks,
        latency=chosen.latency,
        max_rate=chosen.max_rate,
        log=chosen.log,
    )
    port = listener.getsockname()[1]
    faults = [FAULTS[chosen.fault].sandbox] if chosen.fault else []
    kind = combined([*faults, *(VARIANTS[name].sandbox for name in chosen.variant)])
    serve(kind(settings), listener, lambda: print(f"http://{HOST}:{port}", flush=True), until_eof=chosen.until_eof)
    return 0


if __name__ == "__main__":
    sys.exit(main())
