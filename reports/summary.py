"""The last words of a run on the console: what was found, and what that means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from contract.evidence import Verdict
from reports import allure, archive
from reports.conclusion import conclude, counted
from reports.run import ExitCode, Finding, Run, operation_tried
from reports.standing import Standing
from reports.visible import cut, visible

if TYPE_CHECKING:
    from _pytest._io import TerminalWriter

ARTIFACTS = (archive.MATRIX, archive.EVIDENCE, archive.RUN, allure.RESULTS, "junit.xml")

NARROWEST, WIDEST = 120, 200
"""Columns. A console that is no terminal says 80, which would cut off what was observed."""

WIDEST_ID = 40
"""Columns that an id may take up, so that one long id does not push every observation off the line."""

MOST_NAMED = 20
"""How many untested clauses or cells are named; a run of one test leaves hundreds."""

_COLOURS: dict[Standing, dict[str, bool]] = {
    Standing.EXCLUDED: {"light": True},
    Standing.PASS: {"green": True},
    Standing.NOTE: {"cyan": True},
    Standing.NOT_TESTABLE: {"yellow": True},
    Standing.WARN: {"yellow": True, "bold": True},
    Standing.UNTESTED: {"red": True},
    Standing.FAIL: {"red": True, "bold": True},
    Standing.SUITE_ERROR: {"purple": True, "bold": True},
}


def write_summary(terminal: TerminalWriter, run: Run, directory: Path) -> None:
    """Write the summary. The failures stand above the rest, and the verdict is the last line."""
    summary = _Summary(terminal, run)
    terminal.sep("=", "conformance")
    summary.counts()
    summary.violations(Verdict.FAIL)
    summary.violations(Verdict.WARN)
    summary.suite_errors()
    summary.untested()
    summary.not_testable()
    summary.notes()
    summary.artifacts(directory)
    summary.verdict()


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the texts give way when it is too long, the counts never do."""

    id: str
    texts: Sequence[str]
    counts: str = ""


class _Summary:
    def __init__(self, terminal: TerminalWriter, run: Run) -> None:
        self._terminal = terminal
        self._run = run
        self._width = min(max(terminal.fullwidth, NARROWEST), WIDEST)

    def counts(self) -> None:
        for name, counts in (("clauses", self._run.counts), ("checks", self._run.check_counts)):
            self._terminal.write(f"{name:<9}")
            shown = [(standing, count) for standing, count in counts.items() if count]
            for at, (standing, count) in enumerate(shown):
                self._terminal.write(", " if at else "")
                self._terminal.write(f"{count} {standing.value}", **_COLOURS[standing])
            self._terminal.line("" if shown else "none")
        if self._run.cells.places:
            shown_cells = (f"{count} {word}" for word, count in self._run.cell_counts.items() if count)
            self._terminal.line(f"{'cells':<9}{', '.join(shown_cells)}")

    def violations(self, verdict: Verdict) -> None:
        findings = self._run.with_verdict(verdict)
        self._table(Standing(verdict.value), [self._violation(finding, verdict) for finding in findings])

    def _violation(self, finding: Finding, verdict: Verdict) -> Row:
        checks = finding.having(verdict)
        first = checks[0]
        counts = [counted(len(checks), "check")] * (len(checks) > 1)
        if waiting := self._run.waiting.get(finding.clause.id):
            counts.append(counted(waiting, "waits", "wait") + " behind it")
        if followers := self._run.followers.get(finding.clause.id):
            counts.append(counted(len(followers), "violation follows", "violations follow") + " from it")
        return Row(
            finding.clause.id,
            (
                str(operation_tried(finding.clause, first) or "every operation"),
                f"{first.observed}, expected {first.expected}",
            ),
            f" ({', '.join(counts)})" if counts else "",
        )

    def suite_errors(self) -> None:
        findings = self._run.with_verdict(Verdict.SUITE_ERROR)
        checks = [check for finding in findings for check in finding.having(Verdict.SUITE_ERROR)]
        rows = [Row("", (error,)) for error in self._run.errors]
        self._table(Standing.SUITE_ERROR, rows)
        self._table(Standing.SUITE_ERROR, [Row(check.clause, (check.observed, check.test)) for check in checks])

    def untested(self) -> None:
        """The clauses; cells only where no clause says why they have no check."""
        named = [clause.id for clause in self._run.untested]
        named = named or [f"{operation} {column.value}" for operation, column in self._run.untested_cells]
        if len(named) > MOST_NAMED:
            named[MOST_NAMED:] = [f"and {len(named) - MOST_NAMED} more, named in {archive.MATRIX}"]
        self._words(Standing.UNTESTED, named)

    def not_testable(self) -> None:
        """The roots first: one broken prerequisite explains many checks."""
        reasons = sorted(self._run.not_testable.items(), key=lambda row: not row[0].startswith("prerequisite"))
        rows = [Row("", (reason,), f" ({counted(count, 'check')})") for reason, count in reasons]
        self._table(Standing.NOT_TESTABLE, rows)

    def notes(self) -> None:
        findings = self._run.with_verdict(Verdict.NOTE)
        self._words(Standing.NOTE, [f"{f.clause.id} ({len(f.having(Verdict.NOTE))})" for f in findings])

    def artifacts(self, directory: Path) -> None:
        self._terminal.line()
        for name in ARTIFACTS:
            if (directory / name).exists():
                self._terminal.line(f"{name:<15} {directory / name}")
        self._terminal.line()

    def verdict(self) -> None:
        good = self._run.exit_code is ExitCode.NO_VIOLATION
        self._terminal.line(str(conclude(self._run)), bold=True, **{"green" if good else "red": True})

    def _table(self, standing: Standing, rows: Sequence[Row]) -> None:
        if not rows:
            return
        self._terminal.line()
        label = f"{standing.value.upper():<5} "
        column = min(max(len(row.id) for row in rows), WIDEST_ID)
        for row in rows:
            self._terminal.write(label, **_COLOURS[standing])
            text = "  ".join(part for part in (f"{row.id:<{column}}", *row.texts) if part.strip())
            room = self._width - len(label) - len(row.counts)
            self._terminal.line(f" {cut(visible(text), room - 1)}{row.counts}")

    def _words(self, standing: Standing, words: Iterable[str]) -> None:
        """Words that fill as many lines as they need; the label stands before the first line only."""
        label = f"{standing.value.upper():<5}  "
        for number, line in enumerate(_lines(map(visible, words), self._width - len(label))):
            if number == 0:
                self._terminal.line()
            self._terminal.write(" " * len(label) if number else label, **_COLOURS[standing])
            self._terminal.line(line)


def _lines(words: Iterable[str], width: int) -> Iterator[str]:
    line = ""
    for word in words:
        longer = f"{line}, {word}" if line else word
        if line and len(longer) > width:
            yield line + ","
            longer = word
        line = longer
    if line:
        yield line
