"""The pytest plugin that writes down what a run finds, and says at its end what that means."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from contract.cells import NO_CELLS, Cells
from contract.clauses import Clauses
from contract.evidence import Check, Verdict
from reports import allure, archive
from reports.facts import RunFacts
from reports.matrix import write_matrix
from reports.run import Run
from reports.summary import write_summary

_STATUS = {
    "pass": ("passed", ".", "PASS"),
    "note": ("noted", "n", "NOTE"),
    "not testable": ("not testable", "s", "NOT TESTABLE"),
    "warn": ("warned", "w", "WARN"),
    "fail": ("failed", "F", "FAIL"),
    "suite error": ("error", "E", "SUITE ERROR"),
}

_OWN_EXIT_CODES = (
    pytest.ExitCode.OK,
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.INTERRUPTED,
    pytest.ExitCode.NO_TESTS_COLLECTED,
)
"""How pytest ends when nothing went wrong with pytest itself."""


class Recorder:
    """Writes each check to `evidence.jsonl` as it comes, and everything else at the end of the session.

    To be registered where the reports of all workers arrive: not on a worker of xdist. A report may carry
    `checks`, a list of `Check.as_json()`, and `verdict`, the word of the gravest.

    directory: where the run leaves what it found; made when needed. What an earlier run left there is replaced.
    facts: as they are known at the start; duration, interrupted and errors are put in at the end.
    """

    def __init__(self, directory: Path, facts: RunFacts, clauses: Clauses, cells: Cells = NO_CELLS) -> None:
        self.run: Run | None = None
        self._directory = directory
        self._facts = facts
        self._clauses = clauses
        self._cells = cells
        self._checks: list[Check] = []
        self._errors: list[str] = []
        self._unexplained: dict[str, str] = {}
        self._interrupted = False
        self._begun = False
        self._started = time.monotonic()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        rows: list[dict[str, Any]] = getattr(report, "checks", [])
        if rows:
            self._record(rows)
        explained = any(Verdict(row["verdict"]) > Verdict.NOTE for row in rows)
        if explained:
            # The checks of a test may arrive one phase after the failure that they explain.
            self._unexplained.pop(report.nodeid, None)
        if report.failed and not explained:
            self._unexplained[report.nodeid] = report.when or ""

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._errors.append(f"{report.nodeid or 'the tests'} could not be collected")

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        self._errors.append(f"pytest stopped with an internal error ({excinfo.typename})")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        # -x, --maxfail and errors in the collection arrive here too, as subclasses: nobody interrupted those.
        self._interrupted |= excinfo.type in (KeyboardInterrupt, pytest.exit.Exception)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        if error == "keyboard-interrupt":
            self._interrupted = True
        elif error is not None:
            self._errors.append(f"the worker {node.gateway.id} crashed")

    def pytest_report_teststatus(self, report: pytest.CollectReport | pytest.TestReport) -> tuple[str, str, str] | None:
        word: str | None = getattr(report, "verdict", None)
        if word is None:
            return None
        harmless = Verdict(word) <= Verdict.NOTE
        if harmless and (report.failed or (word == "pass" and report.when != "call")):
            # A failure that no check explains stays pytest's; set-up and clean-up that went well stay silent.
            return None
        return _STATUS[word]

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> Generator[None, None, None]:
        # The outermost wrapper: xdist's workers have ended, the other plugins have written their files,
        # and pytest has said its last word, so ours is the last one on the console.
        try:
            yield
        finally:
            tried = not session.config.getoption("collectonly", default=False)
            if tried and session.exitstatus != pytest.ExitCode.USAGE_ERROR:
                self._finish(session)

    def _finish(self, session: pytest.Session) -> None:
        self._begin()
        self.run = run = Run(self._checks, self._clauses, self._facts_at_end(session.exitstatus), self._cells)
        archive.write_run(self._directory, run.facts, run.as_json())
        write_matrix(self._directory, run)
        if (results := self._directory / allure.RESULTS).is_dir():
            allure.write(results, run.facts)
        session.exitstatus = run.exit_code
        if session.config.pluginmanager.has_plugin("terminalreporter"):
            write_summary(session.config.get_terminal_writer(), run, self._directory)

    def _facts_at_end(self, exit_status: int) -> RunFacts:
        errors = [*self._errors]
        errors += [
            f"{test} failed in its {_PHASES.get(phase, 'worker, which crashed')} and left no check that says why"
            for test, phase in self._unexplained.items()
        ]
        if exit_status not in _OWN_EXIT_CODES and not errors:
            errors.append(f"pytest ended with the exit code {int(exit_status)}")
        return replace(
            self._facts,
            duration=round(time.monotonic() - self._started, 3),
            interrupted=self._interrupted and exit_status == pytest.ExitCode.INTERRUPTED,
            errors=(*self._facts.errors, *errors),
        )

    def _record(self, rows: list[dict[str, Any]]) -> None:
        self._begin()
        with (self._directory / archive.EVIDENCE).open("a", encoding="ascii") as evidence:
            evidence.writelines(map(archive.line, rows))
        self._checks += map(Check.from_json, rows)

    def _begin(self) -> None:
        """Not before there is something to write, so that a mistyped command line leaves an earlier run alone."""
        if self._begun:
            return
        self._begun = True
        self._directory.mkdir(parents=True, exist_ok=True)
        (self._directory / archive.MATRIX).unlink(missing_ok=True)
        (self._directory / archive.EVIDENCE).write_text("", encoding="ascii")
        # A run that is killed never gets to its end; until then these are its facts.
        archive.write_run(self._directory, replace(self._facts, interrupted=True), {})


_PHASES = {"setup": "set-up", "call": "call", "teardown": "clean-up"}
