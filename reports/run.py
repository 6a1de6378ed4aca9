"""What one run found: every clause with its checks, what is behind what, and the exit code that follows."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import Any

from contract.cells import NO_CELLS, Cells
from contract.cells import cells as project_cells
from contract.clauses import Clause, Clauses, Column
from contract.clauses import clauses as project_clauses
from contract.evidence import Check, Verdict
from contract.operations import Operation, operations
from reports import archive
from reports.facts import RunFacts
from reports.standing import VERDICTS, Standing

Pair = tuple[str, Column]
"""A place of the matrix: the id of an operation, and a column."""

JUDGED, NOT_APPLICABLE = "judged", "not applicable"
"""Words for cells, beside those that they share with clauses."""


class ExitCode(IntEnum):
    """How a run ends (design, *the command line*)."""

    NO_VIOLATION = 0
    VIOLATION = 1
    INTERRUPTED = 2
    SUITE_ERROR = 3
    USAGE = 4
    INCOMPLETE = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """A clause, with those of its checks that are looked at."""

    clause: Clause
    checks: tuple[Check, ...]

    @property
    def standing(self) -> Standing:
        worst = Standing.of(self.checks)
        if worst is not None:
            return worst
        return Standing.UNTESTED if self.clause.excluded is None else Standing.EXCLUDED

    def having(self, verdict: Verdict) -> tuple[Check, ...]:
        """The checks with that verdict."""
        return tuple(check for check in self.checks if check.verdict == verdict.value)


class Run:
    """What one run found.

    checks: in the order they were found, which is the order of the lines of `evidence.jsonl`.
    cells: which pairs of operation and column need a check, and why the others need none.
    """

    def __init__(self, checks: Sequence[Check], clauses: Clauses, facts: RunFacts, cells: Cells = NO_CELLS) -> None:
        self.checks = tuple(checks)
        self.clauses = clauses
        self.facts = facts
        self.cells = cells

    @classmethod
    def load(cls, directory: Path, clauses: Clauses | None = None) -> Run:
        """Read back what a run left in a folder. Raises EvidenceError; without `clauses` ContractError too."""
        facts, checks = archive.read_facts(directory), archive.read_checks(directory)
        if clauses is not None:
            return cls(checks, clauses, facts)
        return cls(checks, project_clauses(), facts, project_cells())

    @cached_property
    def findings(self) -> Mapping[str, Finding]:
        """Every clause of the contract by its id, in the contract's order, with its checks."""
        checks: defaultdict[str, list[Check]] = defaultdict(list)
        for check in self.checks:
            checks[check.clause].append(check)
        return {name: Finding(clause, tuple(checks[name])) for name, clause in self.clauses.items()}

    @cached_property
    def counts(self) -> Mapping[Standing, int]:
        """How many clauses have each standing, from harmless to grave."""
        counter = Counter(finding.standing for finding in self.findings.values())
        return {standing: counter[standing] for standing in Standing}

    @cached_property
    def check_counts(self) -> Mapping[Standing, int]:
        """How many checks have each verdict, from harmless to grave."""
        counter = Counter(check.verdict for check in self.checks)
        return {standing: counter[standing.value] for standing in VERDICTS}

    @cached_property
    def cell_standings(self) -> Mapping[Pair, Standing]:
        """Where each cell stands that a check was made for, or that needs one, by operation and column."""
        found = {pair: Standing.UNTESTED for pair, place in self.cells.places.items() if place.reason is None}
        seen: defaultdict[Pair, list[Standing]] = defaultdict(list)
        for finding in self.findings.values():
            if finding.standing is Standing.UNTESTED and finding.clause.operation:
                seen[finding.clause.operation.id, finding.clause.column].append(Standing.UNTESTED)
            for check in finding.checks:
                if operation := operation_tried(finding.clause, check):
                    seen[operation.id, finding.clause.column].append(Standing(check.verdict))
        return found | {pair: max(standings) for pair, standings in seen.items()}

    @cached_property
    def cell_counts(self) -> Mapping[str, int]:
        """How many cells were judged, how many could not be, how many nobody tried, and how many there are not."""
        apart = (Standing.NOT_TESTABLE, Standing.UNTESTED)
        counter = Counter(standing.value if standing in apart else JUDGED for standing in self.cell_standings.values())
        counter[NOT_APPLICABLE] = len(self.cells.places.keys() - self.cell_standings.keys())
        return {word: counter[word] for word in (JUDGED, *(standing.value for standing in apart), NOT_APPLICABLE)}

    @cached_property
    def untested_cells(self) -> tuple[Pair, ...]:
        """The cells without a check though the table says that they need one, in the table's order."""
        return tuple(pair for pair in self.cells.places if self.cell_standings.get(pair) is Standing.UNTESTED)

    @cached_property
    def errors(self) -> tuple[str, ...]:
        """What went wrong in the suite itself outside any check, one sentence each."""
        unknown = Counter(check.clause for check in self.checks if check.clause not in self.findings)
        return (
            *self.facts.errors,
            *(
                f"{_checks(count)} the clause {name!r}, which the contract does not have"
                for name, count in unknown.items()
            ),
        )

    @cached_property
    def untested(self) -> tuple[Clause, ...]:
        """The testable clauses without a check."""
        return tuple(f.clause for f in self.findings.values() if f.standing is Standing.UNTESTED)

    @cached_property
    def waiting(self) -> Mapping[str, int]:
        """The root causes: for each clause that is a failed prerequisite, how many checks wait behind it."""
        return dict(Counter(cause for check in self.checks if (cause := prerequisite(check))).most_common())

    @cached_property
    def followers(self) -> Mapping[str, tuple[str, ...]]:
        """The root causes by what the contract says: for each violated clause, the violated ones that presuppose it."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        violated = {check.clause for check in self.checks if Verdict(check.verdict) in (Verdict.WARN, Verdict.FAIL)}
        for name in self.clauses:
            for root in self.clauses[name].presupposes:
                if {name, root} <= violated:
                    found[root].append(name)
        return {root: tuple(names) for root, names in found.items()}

    @cached_property
    def not_testable(self) -> Mapping[str, int]:
        """Why checks were not testable, the commonest reason first, with the count of checks."""
        reasons = Counter(_reason(c) for c in self.checks if c.verdict == Verdict.NOT_TESTABLE.value)
        return dict(reasons.most_common())

    @cached_property
    def observations(self) -> Mapping[str, Mapping[str, tuple[Any, ...]]]:
        """What was seen where the contract only looks: clause -> name -> the distinct values."""
        seen: defaultdict[str, defaultdict[str, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
        for check in self.checks:
            for name, value in (check.observations or {}).items():
                seen[check.clause][name][json.dumps(value, sort_keys=True)] = value
        return {
            clause: {name: tuple(values.values()) for name, values in names.items()} for clause, names in seen.items()
        }

    def with_verdict(self, verdict: Verdict) -> tuple[Finding, ...]:
        """The clauses of which a check has that verdict; those that others wait behind, or follow from, come first."""
        found = [finding for finding in self.findings.values() if finding.having(verdict)]
        return tuple(sorted(found, key=lambda finding: -self._behind(finding.clause.id)))

    def _behind(self, clause: str) -> int:
        return self.waiting.get(clause, 0) + len(self.followers.get(clause, ()))

    @cached_property
    def violations(self) -> tuple[Finding, ...]:
        """The clauses that fail the run: MUST clauses, and SHOULD clauses where the gate says so."""
        gate = [Verdict.FAIL] + [Verdict.WARN] * (self.facts.fail_on == "should")
        found = {finding.clause.id: finding for verdict in gate for finding in self.with_verdict(verdict)}
        return tuple(found.values())

    @property
    def suite_failed(self) -> bool:
        """Something went wrong in the suite itself, in a check or outside of one."""
        return bool(self.errors) or self.check_counts[Standing.SUITE_ERROR] > 0

    @property
    def incomplete(self) -> bool:
        """Nothing ran, a testable clause or a cell has no check, or a check waits behind a failed prerequisite.

        A missing hook makes no run incomplete: the target cannot help it, and it is counted and named.
        """
        return not self.checks or bool(self.untested) or bool(self.untested_cells) or bool(self.waiting)

    @property
    def exit_code(self) -> ExitCode:
        """What the process ends with; the first that applies."""
        if self.facts.interrupted:
            return ExitCode.INTERRUPTED
        if self.violations:
            return ExitCode.VIOLATION
        if self.suite_failed:
            return ExitCode.SUITE_ERROR
        return ExitCode.INCOMPLETE if self.incomplete else ExitCode.NO_VIOLATION

    def as_json(self) -> dict[str, Any]:
        """The findings in short, for a pipeline that does not read the evidence itself."""
        return {
            "exit_code": int(self.exit_code),
            "clauses": {standing.value: count for standing, count in self.counts.items()},
            "checks": {standing.value: count for standing, count in self.check_counts.items()},
            "cells": dict(self.cell_counts),
            "violations": [finding.clause.id for finding in self.violations],
            "untested": [clause.id for clause in self.untested],
            "untested_cells": [f"{operation} {column.value}" for operation, column in self.untested_cells],
            "not_testable": dict(self.not_testable),
            "waiting": dict(self.waiting),
            "followers": {root: list(names) for root, names in self.followers.items()},
            "errors": list(self.errors),
            "observations": _plain(self.observations.items()),
        }


def operation_tried(clause: Clause, check: Check) -> Operation | None:
    """The operation that a check counts for: its clause's, or else the one that it names itself."""
    return clause.operation or operations().get(check.operation or "")


def prerequisite(check: Check) -> str | None:
    """The id of the clause whose failure kept a check from being made; None where that is not the reason."""
    if check.verdict != Verdict.NOT_TESTABLE.value:
        return None
    found = re.match(r"prerequisite failed: (\S+)", check.observed)
    return found[1].rstrip(".,;:") if found else None


def _reason(check: Check) -> str:
    """A reason without its details, so that equal reasons count together."""
    if cause := prerequisite(check):
        return f"prerequisite failed: {cause}"
    need = re.match(r"needs [^;:(]+", check.observed)
    return need[0].strip(" .") if need else " ".join(check.observed.split())


def _checks(count: int) -> str:
    return "1 check names" if count == 1 else f"{count} checks name"


def _plain(rows: Iterable[tuple[str, Mapping[str, tuple[Any, ...]]]]) -> dict[str, dict[str, list[Any]]]:
    return {clause: {name: list(values) for name, values in names.items()} for clause, names in rows}
