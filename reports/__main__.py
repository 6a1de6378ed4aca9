"""`python -m reports DIR` makes the page of a run again from the evidence in its folder."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from contract.errors import ContractError
from reports import archive
from reports.errors import EvidenceError
from reports.matrix import write_matrix
from reports.run import ExitCode, Run


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(ExitCode.USAGE, f"{self.format_usage()}{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Write `matrix.html`. Returns 0, or 4 after one sentence on stderr when the evidence cannot be read."""
    parser = _Parser(prog="python -m reports", description="Make the page of a run again from its evidence.")
    parser.add_argument("directory", type=Path, metavar="DIR", help="what a run left behind: artifacts/<run>")
    directory: Path = parser.parse_args(arguments).directory
    try:
        write_matrix(directory, Run.load(directory))
    except (EvidenceError, ContractError) as error:
        print(error, file=sys.stderr)
        return ExitCode.USAGE
    print(directory / archive.MATRIX)
    return 0


if __name__ == "__main__":
    sys.exit(main())
