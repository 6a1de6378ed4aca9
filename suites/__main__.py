"""List all clauses with the tests that check them.

    python -m suites

Exit codes: 0 every clause is checked or excluded, 3 the tests cannot be collected, 5 a clause has no test.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path

import pytest

from contract.clauses import clauses
from contract.errors import ContractError
from suites.law import clause_of


class Index:
    """pytest plugin: which tests check which clause."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = defaultdict(list)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            function = item.nodeid.partition("[")[0]
            if function not in self.tests[clause_of(item).id]:
                self.tests[clause_of(item).id].append(function)


def main() -> int:
    """Print the list; returns the exit code."""
    index = Index()
    folder = str(Path(__file__).parent)
    try:
        law = clauses()
        collected = pytest.main(["--collect-only", "-p", "no:terminal", folder], plugins=[index])
    except ContractError as error:
        print(f"clauses: {error}", file=sys.stderr)
        return 3
    if collected != pytest.ExitCode.OK:
        print("clauses: the tests cannot be collected; pytest suites --collect-only says why", file=sys.stderr)
        return 3
    untested = 0
    for clause in law.values():
        print(f"{clause.id}  [{clause.level.value}, {clause.truth.value}, contract {clause.section}]  {clause.text}")
        tests = index.tests[clause.id]
        if clause.excluded:
            print(f"    excluded: {clause.excluded}")
        elif not tests:
            untested += 1
            print("    NO TEST")
        for test in tests:
            print(f"    {test}")
    excluded = len(law) - len(law.testable)
    tested = len(law.testable) - untested
    print(f"\n{len(law)} clauses: {tested} tested, {untested} without a test, {excluded} excluded")
    return 5 if untested else 0


if __name__ == "__main__":
    sys.exit(main())
