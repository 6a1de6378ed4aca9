"""The verdict on a whole run in words: a headline for three seconds, a sentence for the rest."""

from __future__ import annotations

from dataclasses import dataclass

from contract.evidence import Verdict
from reports.run import ExitCode, Run
from reports.standing import Standing

MEANINGS = {
    ExitCode.NO_VIOLATION: "success",
    ExitCode.VIOLATION: "violation",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.SUITE_ERROR: "suite error",
    ExitCode.USAGE: "usage or profile error",
    ExitCode.INCOMPLETE: "incomplete",
}


@dataclass(frozen=True, slots=True)
class Conclusion:
    """A headline of one to three words, and what it rests on in one sentence."""

    headline: str
    sentence: str
    exit_code: ExitCode

    def __str__(self) -> str:
        code = self.exit_code
        return f"{self.headline}: {self.sentence} Exit code {code.value} ({MEANINGS[code]})."


def conclude(run: Run) -> Conclusion:
    """The conclusion that the run's exit code stands for."""
    headline, sentence = {
        ExitCode.NO_VIOLATION: _no_violation,
        ExitCode.VIOLATION: _violation,
        ExitCode.INTERRUPTED: _interrupted,
        ExitCode.SUITE_ERROR: _suite_error,
        ExitCode.INCOMPLETE: _incomplete,
    }[run.exit_code](run)
    return Conclusion(headline, sentence, run.exit_code)


def counted(count: int, one: str, many: str | None = None) -> str:
    """`1 check`, `2 checks`."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def _no_violation(run: Run) -> tuple[str, str]:
    testable = len(run.clauses.testable)
    open_clauses = run.counts[Standing.NOT_TESTABLE]
    warned = len(run.with_verdict(Verdict.WARN))
    text = f"{counted(testable, 'clause')} checked, none violated"
    if open_clauses:
        text = f"{testable - open_clauses} of {counted(testable, 'clause')} checked, none violated"
        text += f"; {open_clauses} not testable on this target"
    if warned:
        text = text.replace("none violated", "no MUST violated") + f"; {counted(warned, 'warning')}"
    return "No violation", text + "."


def _violation(run: Run) -> tuple[str, str]:
    failed = len(run.with_verdict(Verdict.FAIL))
    warned = len(run.violations) - failed
    parts = []
    if failed:
        parts.append(counted(failed, "MUST clause"))
    if warned > 0:
        parts.append(counted(warned, "SHOULD clause"))
    verb = "is" if len(run.violations) == 1 else "are"
    return "Not conformant", f"{' and '.join(parts)} {verb} violated{_and_the_suite(run)}."


def _and_the_suite(run: Run) -> str:
    return ", and the suite itself had errors" if run.suite_failed else ""


def _interrupted(run: Run) -> tuple[str, str]:
    violated = counted(len(run.violations), "violation")
    return (
        "Interrupted",
        f"{counted(len(run.checks), 'check')} ran, {violated} found so far, and the rest is unknown.",
    )


def _suite_error(run: Run) -> tuple[str, str]:
    count = len(run.errors) + run.check_counts[Standing.SUITE_ERROR]
    return "No verdict", f"{counted(count, 'error')} in the suite itself, so the target cannot be judged."


def _incomplete(run: Run) -> tuple[str, str]:
    if not run.checks:
        return "Incomplete", "nothing ran, so nothing is known about the target."
    parts = []
    if run.untested:
        testable = counted(len(run.clauses.testable), "clause")
        parts.append(f"{len(run.untested)} of {testable} stayed untested")
    elif run.untested_cells:
        parts.append(f"{counted(len(run.untested_cells), 'cell')} of the matrix stayed untested")
    if run.waiting:
        waiting = sum(run.waiting.values())
        parts.append(f"{counted(waiting, 'check waits', 'checks wait')} behind a prerequisite that did not hold")
    return "Incomplete", f"no violation found, but {' and '.join(parts)}."
