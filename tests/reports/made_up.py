"""Made-up clauses, checks and runs: small ones for the rules, a large one for the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from contract.answers import Answers
from contract.cells import NO_CELLS, Cells, Place
from contract.clauses import Clause, Clauses, Column, Level, Source, Truth
from contract.evidence import Check, Verdict, verdict_on_violation
from contract.operations import operations
from reports.facts import RunFacts
from reports.run import Run

FACTS = RunFacts(
    run_id="2026-11-21T22-40-00Z-7f3a",
    target_name="made-up",
    target_url="https://target.example",
    suite_version="0.1.0",
    started_at="2026-11-21T22:40:00Z",
    duration=61.5,
    seed=20261121,
    selection=None,
)

HOSTILE = "</pre></details><script>alert(1)</script><img src=//evil.example/x onerror=alert(2)>\x1b[2J\u202e\ud800&"
"""What a target may answer to whoever looks at its evidence."""


def clause(name: str, level: Level = Level.MUST, operation: str | None = None, **changes: Any) -> Clause:
    """A clause about an answer of 400; `operation` is an id of the operations table."""
    made_up = Clause(
        id=name,
        text=f"The law of {name}.",
        level=level,
        truth=Truth.QUOTED,
        source=(Source("DOC-PUT", "https://docs.example/put.md"), Source("decision", None)),
        section="3",
        chapter="Device binding",
        column=Column.BAD_REQUEST,
        operation=None if operation is None else operations()[operation],
        answers=Answers((400,), (403,)),
        safety=False,
        excluded=None,
    )
    return replace(made_up, **changes)


def clauses(*some: Clause) -> Clauses:
    return Clauses({clause.id: clause for clause in some})


def check(name: str, verdict: Verdict = Verdict.PASS, **changes: Any) -> Check:
    """A check of the clause of that name."""
    made_up = Check(
        clause=name,
        level="MUST",
        verdict=verdict.value,
        operation=None,
        observed="answered 400",
        expected="{400 | 403}",
        test=f"suites/device_binding/test_binding.py::test_{name.replace('.', '_')}",
        duration=0.12,
        at="2026-11-21T22:40:01Z",
        target="made-up https://target.example",
        suite_version="0.1.0",
        exchanges=(exchange(),),
    )
    return replace(made_up, **changes)


def exchange(body: str = '{"id":"7f2c","status":400,"code":"validation_error"}', status: int = 400) -> dict[str, Any]:
    return {
        "request": "curl -X POST https://target.example/v1/mfa/devices -H 'authorization: Bearer ***' -d '{}'",
        "status": status,
        "headers": {"content-type": "application/json", "date": "Sat, 21 Nov 2026 22:40:01 GMT"},
        "body": body,
        "elapsed_ms": 12.4,
    }


def run(some: Sequence[Clause], checks: Sequence[Check], cells: Cells = NO_CELLS, **facts: Any) -> Run:
    return Run(checks, clauses(*some), replace(FACTS, **facts), cells)


def cells(places: Mapping[tuple[str, Column], str | None]) -> Cells:
    """A table of cells: by operation and column the reason why there is none, or None where there is one."""
    return Cells({pair: Place(reason) for pair, reason in places.items()})


def waiting_behind(name: str, prerequisite: str) -> Check:
    """A check that could not be made because another clause does not hold."""
    return check(name, Verdict.NOT_TESTABLE, observed=f"prerequisite failed: {prerequisite}", exchanges=())


def large_run(verdicts: Mapping[int, Verdict], size: int = 700) -> Run:
    """A run as large as the real one: all operations, all columns, `size` checks.

    verdicts: what the checks at those places of the row get; all others pass.
    """
    laws = [
        clause(
            f"{operation}.{column.name.lower().replace('_', '-')}-{number}",
            [Level.MUST, Level.SHOULD, Level.OBSERVE][number],
            operation,
            column=column,
            text="A request that lacks what it needs is refused, and what was there before reads as it did before.",
        )
        for operation in operations()
        for at, column in enumerate(Column)
        if (at + len(operation)) % 5 < 2
        for number in range(2)
    ]
    general = [clause("general.no-5xx", column=Column.SERVER_ERROR, text="No input may ever get a 5xx.")]
    checks = []
    for at in range(size):
        law = laws[at % (len(laws) - 3)] if at % 9 else general[0]
        operation = law.operation.id if law.operation else list(operations())[at % len(operations())]
        verdict = verdicts.get(at, Verdict.PASS)
        if verdict is Verdict.FAIL:
            verdict = verdict_on_violation(law)
        checks.append(check(law.id, verdict, operation=operation, level=law.level.value, **_story(verdict, at)))
    return run([*laws, *general, clause("general.timing", excluded="Nobody can see it from outside.")], checks)


def _story(verdict: Verdict, at: int) -> dict[str, Any]:
    if verdict is Verdict.NOT_TESTABLE:
        return {"observed": "needs clock hook", "exchanges": ()}
    if verdict in (Verdict.FAIL, Verdict.WARN):
        answers = tuple(exchange(f'{{"id":"{at}","status":202}}', 202) for _ in range(4))
        return {"observed": "answered 202 with a new device", "expected": "{400 | 403}", "exchanges": answers}
    return {}
