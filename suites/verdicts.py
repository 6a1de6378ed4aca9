"""pytest plugin: what happened in a test becomes check records, and the worst of them the test's outcome.

A violation is the target's, a `NotTestable` is nobody's, any other exception is the suite's own error. The rules for
every exchange (`contract.everywhere`, `contract.leaks`) are applied to all exchanges of the test, also of its set-up.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import allure
import pytest
from pluggy import Result

from contract.clauses import Clause, Level, clauses
from contract.everywhere import ErrorIds, TextsToSign, remarks
from contract.evidence import Check, Verdict, verdict_on_violation
from contract.exchange import Exchange
from contract.judge import Finding, Judge, NotTestable, PrerequisiteFailed, Violation
from contract.leaks import Confidences, leaks
from suites.law import operation_of
from target.recording import Recording
from target.redaction import Redaction
from target.secret import Secret


@dataclass(slots=True)
class Case:
    """One test while it runs. `secrets` and `confidences` are asked for at its end, when all are known."""

    item: pytest.Item
    judge: Judge
    recording: Recording
    target: str
    suite_version: str
    tokens: list[Secret] = field(default_factory=list)
    client_secrets: list[Secret] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    @property
    def exchanges(self) -> list[Exchange]:
        return self.recording.exchanges

    def redaction(self) -> Redaction:
        seen = self.recording
        kept = (seen.otps, seen.numbers, seen.activation_codes, seen.met, self.tokens, self.client_secrets)
        return Redaction(secret for secrets in kept for secret in secrets)

    def confidences(self) -> Confidences:
        return Confidences(
            frozenset(otp.reveal() for otp in self.recording.otps),
            frozenset(token.reveal() for token in self.tokens),
            frozenset(code.reveal() for code in self.recording.activation_codes),
        )


CASE = pytest.StashKey[Case]()


class Verdicts:
    """Registered in every process that runs tests.

    fail_on: the level whose violation fails a test, `must` or `should`.
    brief: whether the exchanges of what is no violation are left out, which takes a quarter of a run's time.
    """

    def __init__(self, fail_on: str, *, brief: bool = False) -> None:
        self._brief = brief
        self._failing = {Verdict.FAIL, Verdict.SUITE_ERROR} | ({Verdict.WARN} if fail_on == "should" else set())
        self._error_ids = ErrorIds()
        self._texts = TextsToSign()
        self._noted: set[tuple[str, str, str | None]] = set()

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, Result[pytest.TestReport], None]:
        outcome = yield
        # pytest hands additional attributes of a report on, from a worker process too.
        report: Any = outcome.get_result()
        case = item.stash.get(CASE, None)
        error = call.excinfo.value if call.excinfo else None
        if case is None or (call.when == "setup" and error is None) or isinstance(error, pytest.skip.Exception):
            return
        if call.when == "teardown":
            if error is None:
                return
            checks = [self._trouble(case, error)]
        else:
            try:
                checks = list(self._checks(case, error))
            except Exception as trouble:  # noqa: BLE001 - what a target sends must never end the run
                checks, error = [self._trouble(case, trouble)], trouble
        report.checks = [check.as_json() for check in checks]
        self._judge(report, checks)
        if error is not None and report.verdict == Verdict.SUITE_ERROR.value:
            # pytest's own traceback would show the values of arguments, and with them secrets.
            report.longrepr = case.redaction().text("".join(traceback.format_exception(error)))
        if call.excinfo is not None:
            # Allure shows the message of this exception, which pytest has filled with values.
            call.excinfo = _shown(checks[0])
        _attach(checks)

    def _trouble(self, case: Case, error: BaseException) -> Check:
        """The suite's own error; no exchange is shown, as it may be an exchange that cannot be."""
        return self._record(case, case.judge.clause, Verdict.SUITE_ERROR, _kind(error), "no error", ())

    def _judge(self, report: Any, checks: list[Check]) -> None:
        """Give the test the outcome of its worst check."""
        worst = max(checks, key=lambda check: Verdict(check.verdict))
        verdict = Verdict(worst.verdict)
        report.verdict = verdict.value
        reason = f"{worst.clause}: {worst.observed}, expected {worst.expected}"
        if verdict in self._failing:
            report.outcome = "failed"
            report.longrepr = _explanation(worst)
        elif verdict is Verdict.WARN:
            report.outcome = "skipped"
            report.wasxfail = reason
        elif verdict is Verdict.NOT_TESTABLE:
            report.outcome = "skipped"
            path, line, _ = report.location
            report.longrepr = (path, line or 0, worst.observed)
        else:
            report.outcome = "passed"
            report.longrepr = None

    def _checks(self, case: Case, error: BaseException | None) -> Iterator[Check]:
        """The check of the test's own clause first, then what else was found on the way."""
        own, findings = _own_verdict(case, error)
        yield self._record(case, case.judge.clause, *own)
        for finding in findings:
            law = clauses()[finding.clause]
            yield self._record(case, law, verdict_on_violation(law), finding.observed, finding.expected)
        yield from self._notes(case, (note for note in case.judge.notes if note.clause != case.judge.clause.id))
        yield from self._everywhere(case, already={finding.clause for finding in findings})

    def _everywhere(self, case: Case, already: set[str]) -> Iterator[Check]:
        """What the rules for every exchange say; the first finding of a clause is enough for one test."""
        broken: dict[str, Finding] = {}
        noted: list[Finding] = []
        for exchange in case.exchanges:
            of_all = (*self._error_ids.remarks(exchange), *self._texts.remarks(exchange))
            for remark in (*remarks(exchange), *of_all):
                if remark.violates:
                    broken.setdefault(remark.finding.clause, remark.finding)
                else:
                    noted.append(remark.finding)
        for finding in leaks(case.exchanges, case.confidences()):
            broken.setdefault(finding.clause, finding)
        for name, finding in broken.items():
            if name not in already:
                law = clauses()[name]
                yield self._record(
                    case, law, verdict_on_violation(law), finding.observed, finding.expected, _exchange_of(finding)
                )
        yield from self._notes(case, noted)

    def _notes(self, case: Case, notes: Iterable[Finding]) -> Iterator[Check]:
        """A note says the same all through a run; its first occurrence for an operation is recorded."""
        for note in notes:
            about = note.exchange.request.operation if note.exchange else None
            if (key := (note.clause, note.observed, about)) not in self._noted:
                self._noted.add(key)
                yield self._record(
                    case, clauses()[note.clause], Verdict.NOTE, note.observed, note.expected, _exchange_of(note)
                )

    def _record(
        self,
        case: Case,
        law: Clause,
        verdict: Verdict,
        observed: str,
        expected: str,
        exchanges: Sequence[Exchange] | None = None,
    ) -> Check:
        """A check record. exchanges: those that it is about; None for all of the test."""
        redaction = case.redaction()
        shown = case.exchanges if exchanges is None else exchanges
        if self._brief and verdict < Verdict.WARN:
            shown = ()
        return Check(
            clause=law.id,
            level=law.level.value,
            verdict=verdict.value,
            operation=exchanges[0].request.operation if exchanges else _operation_tried(case, law),
            observed=redaction.text(observed),
            expected=expected,
            test=case.item.nodeid,
            duration=round(time.monotonic() - case.started, 4),
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            target=case.target,
            suite_version=case.suite_version,
            exchanges=tuple(map(redaction.exchange, shown)),
            observations=case.judge.observations if law is case.judge.clause else None,
        )


def _operation_tried(case: Case, law: Clause) -> str | None:
    """The operation of the test where the clause is the test's own, else the clause's."""
    operation = operation_of(case.item) if law is case.judge.clause else law.operation
    return operation.id if operation else None


def _exchange_of(finding: Finding) -> Sequence[Exchange] | None:
    return None if finding.exchange is None else (finding.exchange,)


def _own_verdict(case: Case, error: BaseException | None) -> tuple[tuple[Verdict, str, str], list[Finding]]:
    """The verdict on the test's own clause with its observed and expected, and what broke other clauses."""
    law = case.judge.clause
    expected = str(law.answers) if law.answers else law.text
    if isinstance(error, Violation | PrerequisiteFailed):
        also = list(error.also) if isinstance(error, Violation) else []
        if error.finding.clause == law.id:
            return (verdict_on_violation(law), error.finding.observed, error.finding.expected), also
        reason = f"prerequisite failed: {error.finding.clause}: {error.finding.observed}"
        return (Verdict.NOT_TESTABLE, reason, expected), [error.finding, *also]
    if isinstance(error, NotTestable):
        return (Verdict.NOT_TESTABLE, str(error), expected), []
    if isinstance(error, AssertionError):
        return (verdict_on_violation(law), _first_line(error), law.text), []
    if error is not None:
        return (Verdict.SUITE_ERROR, _kind(error), expected), []
    own_notes = [note for note in case.judge.notes if note.clause == law.id]
    if own_notes:
        return (
            Verdict.NOTE,
            "; ".join(dict.fromkeys(note.observed for note in own_notes)),
            own_notes[0].expected,
        ), []
    if law.level is Level.OBSERVE:
        seen = ", ".join(f"{name}: {value}" for name, value in case.judge.observations.items())
        return (Verdict.PASS, seen, "to be written down"), []
    return (Verdict.PASS, "as the clause demands", expected), []


def _first_line(error: AssertionError) -> str:
    """The message of a bare `assert`, without the values that pytest's introspection adds."""
    return str(error).partition("\n")[0] or "the statement of the test does not hold"


def _kind(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".partition("\n")[0][:300]


def _shown(check: Check) -> pytest.ExceptionInfo[BaseException]:
    """An exception that says what a check observed, and nothing else."""
    kind = RuntimeError if check.verdict == Verdict.SUITE_ERROR.value else AssertionError
    try:
        raise kind(f"{check.clause}: {check.observed}, expected {check.expected}")
    except (RuntimeError, AssertionError):
        return pytest.ExceptionInfo.from_current()


def _explanation(check: Check) -> str:
    """A failure for someone who has never seen the test: the law, what was sent, what came back, where to look."""
    law = clauses()[check.clause]
    sources = ", ".join(source.url or source.name for source in law.source)
    lines = [
        f"{law.id} ({law.level.value}, {law.truth.value}): {law.text}",
        f"observed: {check.observed}",
        f"expected: {check.expected}",
        f"law:      contract {law.section}; {sources}",
    ]
    for exchange in check.exchanges[-3:]:
        lines += ["", f"  $ {exchange['request']}", f"  {exchange['status']} {exchange['body']}"]
    return "\n".join(lines)


def _attach(checks: list[Check]) -> None:
    """The exchanges for the Allure report, as one attachment."""
    exchanges = checks[0].exchanges
    text = "\n\n".join(f"$ {exchange['request']}\n{exchange['status']} {exchange['body']}" for exchange in exchanges)
    if text:
        allure.attach(text, f"{len(exchanges)} exchanges", allure.attachment_type.TEXT)
