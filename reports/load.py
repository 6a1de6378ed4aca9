"""`python -m reports.load DIR` makes the report of a load run from the `load.json` in its folder."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

from jinja2 import TemplateError

from reports.errors import EvidenceError
from reports.load_page import render
from reports.load_text import markdown, terminal
from reports.run import ExitCode
from reports.visible import cut, visible

FORMAT = 1
JSON, PAGE, SUMMARY = "load.json", "load.html", "load.md"

Damaged = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError, TemplateError)
"""What comes of a file that holds something else than it should."""


def read_load(directory: Path) -> Mapping[str, Any]:
    """The `load.json` in a folder. Raises EvidenceError."""
    path = directory / JSON
    try:
        run = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    except OSError as error:
        raise EvidenceError(f"{path}: cannot be read ({error.strerror}); name the folder of a load run") from None
    except (ValueError, RecursionError):
        raise EvidenceError(f"{path}: is not JSON; make the run again") from None
    if not isinstance(run, dict) or run.get("format") != FORMAT:
        raise EvidenceError(f"{path}: is not of format {FORMAT}; use the suite of the version that made it")
    return run


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def write_load(directory: Path) -> Mapping[str, Any]:
    """Write `load.html` and `load.md` into the folder of a run, and return the run. Raises EvidenceError."""
    run = read_load(directory)
    try:
        pages = {PAGE: render(run), SUMMARY: markdown(run)}
    except Damaged as error:
        what = cut(visible(f"{type(error).__name__}: {error}"), 200)
        raise EvidenceError(f"{directory / JSON}: is damaged ({what}); make the run again") from error
    for name, text in pages.items():
        (directory / name).write_text(text, encoding="utf-8", errors="backslashreplace")
    return run


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(ExitCode.USAGE, f"{self.format_usage()}{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the report, and say what came out. Returns 0, or 4 after one sentence on stderr."""
    parser = _Parser(prog="python -m reports.load", description="Make the report of a load run.")
    parser.add_argument("directory", type=Path, metavar="DIR", help="what a load run left behind")
    directory: Path = parser.parse_args(arguments).directory
    try:
        run = write_load(directory)
    except EvidenceError as error:
        print(error, file=sys.stderr)
        return ExitCode.USAGE
    except OSError as error:
        print(f"{directory}: the report cannot be written ({error.strerror})", file=sys.stderr)
        return ExitCode.USAGE
    print(terminal(run), "", *(directory / name for name in (PAGE, SUMMARY, JSON)), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
