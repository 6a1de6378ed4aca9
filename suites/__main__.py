"""List all clauses with the tests that check them, and the cells of the matrix that no test stands in.

    python -m suites

Exit codes: 0 every clause and every cell has a test or a reason, 3 the tests cannot be collected, 5 one has neither.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.cells import cells
from contract.clauses import Column, clauses
from contract.errors import ContractError
from suites.law import clause_of, operation_of


class Index:
    """pytest plugin: which tests check which clause, and which of them stand in which cell."""

    def __init__(self) -> None:
        self.tests: dict[str, list[str]] = defaultdict(list)
        self.cells: dict[tuple[str, Column], list[str]] = defaultdict(list)

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            function, law = item.nodeid.partition("[")[0], clause_of(item)
            if function not in self.tests[law.id]:
                self.tests[law.id].append(function)
            if operation := law.operation or operation_of(item):
                self.cells[operation.id, law.column].append(function)

    def contradictions(self) -> Iterator[str]:
        """The cells whose tests and whose row in the table of cells do not fit, one sentence each."""
        for (operation, column), place in cells().places.items():
            tests = self.cells.get((operation, column), [])
            if place.reason is None and not tests:
                yield f"{operation}, {column.value}: NO TEST; add one, or a reason to contract/cells.yaml"
            if place.reason is not None and tests:
                yield f"{operation}, {column.value}: {tests[0]} stands in it, but it does not apply: {place.reason}"


def main() -> int:
    """Print the list; returns the exit code."""
    index = Index()
    folder = str(Path(__file__).parent)
    try:
        law = clauses()
        places = cells().places
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
    contradictions = list(index.contradictions())
    print(*contradictions, sep="\n", end="\n" if contradictions else "")
    absent = sum(place.reason is not None for place in places.values())
    print(f"{len(places)} cells: {absent} do not apply, {len(contradictions)} in contradiction with the tests")
    return 5 if untested or contradictions else 0


if __name__ == "__main__":
    sys.exit(main())
