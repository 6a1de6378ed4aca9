"""Every way in which a run can end, and which end wins when several apply."""

from __future__ import annotations

from typing import Any

import pytest

from contract.clauses import Column, Level
from contract.evidence import Check, Verdict
from reports.conclusion import conclude
from reports.run import ExitCode
from tests.reports.made_up import cells, check, clause, run, waiting_behind

LAWS = (clause("one"), clause("two", Level.SHOULD), clause("three", excluded="Nobody can see it from outside."))

PASSED = (check("one"), check("two"))
FAILED = check("one", Verdict.FAIL)
WARNED = check("two", Verdict.WARN)
BROKEN = check("one", Verdict.SUITE_ERROR)
HOOKLESS = check("two", Verdict.NOT_TESTABLE, observed="needs clock hook")

ENDS: dict[str, tuple[tuple[Check, ...], dict[str, Any], ExitCode]] = {
    "all pass": (PASSED, {}, ExitCode.NO_VIOLATION),
    "a note": ((*PASSED, check("one", Verdict.NOTE)), {}, ExitCode.NO_VIOLATION),
    "a SHOULD is violated": ((*PASSED, WARNED), {}, ExitCode.NO_VIOLATION),
    "a SHOULD is violated, the gate minds": ((*PASSED, WARNED), {"fail_on": "should"}, ExitCode.VIOLATION),
    "a MUST is violated": ((*PASSED, FAILED), {}, ExitCode.VIOLATION),
    "a MUST is violated, the gate is strict": ((*PASSED, FAILED), {"fail_on": "should"}, ExitCode.VIOLATION),
    "a hook is missing": ((check("one"), HOOKLESS), {}, ExitCode.NO_VIOLATION),
    "a prerequisite failed": ((*PASSED, waiting_behind("two", "one")), {}, ExitCode.INCOMPLETE),
    "a cell has no check": (PASSED, {"cells": cells({("read-key", Column.REPLAY): None})}, ExitCode.INCOMPLETE),
    "a cell does not apply": (PASSED, {"cells": cells({("read-key", Column.REPLAY): "Why."})}, ExitCode.NO_VIOLATION),
    "a clause has no check": ((check("one"),), {}, ExitCode.INCOMPLETE),
    "nothing ran": ((), {}, ExitCode.INCOMPLETE),
    "a check broke": ((*PASSED, BROKEN), {}, ExitCode.SUITE_ERROR),
    "something else broke": (PASSED, {"errors": ("a worker crashed",)}, ExitCode.SUITE_ERROR),
    "an unknown clause": ((*PASSED, check("four")), {}, ExitCode.SUITE_ERROR),
    "stopped": (PASSED, {"interrupted": True}, ExitCode.INTERRUPTED),
    # Which wins: interrupted, violation, suite error, incomplete.
    "stopped after a violation": ((*PASSED, FAILED), {"interrupted": True}, ExitCode.INTERRUPTED),
    "stopped after an error": ((*PASSED, BROKEN), {"interrupted": True}, ExitCode.INTERRUPTED),
    "a violation and an error in one clause": ((FAILED, BROKEN, *PASSED), {}, ExitCode.VIOLATION),
    "a violation, much untested": ((FAILED,), {}, ExitCode.VIOLATION),
    "an error, much untested": ((BROKEN,), {}, ExitCode.SUITE_ERROR),
    "an error and nothing ran": ((), {"errors": ("nothing could be collected",)}, ExitCode.SUITE_ERROR),
}


@pytest.mark.parametrize(("checks", "facts", "expected"), ENDS.values(), ids=ENDS)
def test_a_run_ends_with_the_gravest_of_its_exit_codes(
    checks: tuple[Check, ...], facts: dict[str, Any], expected: ExitCode
) -> None:
    found = run(LAWS, checks, **facts)

    assert found.exit_code is expected
    assert found.as_json()["exit_code"] == expected.value
    assert str(conclude(found)).endswith(f"Exit code {expected.value} ({MEANING[expected]}).")


MEANING = {
    ExitCode.NO_VIOLATION: "success",
    ExitCode.VIOLATION: "violation",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.SUITE_ERROR: "suite error",
    ExitCode.INCOMPLETE: "incomplete",
}

SENTENCES = {
    "2 clauses checked, none violated.": (PASSED, {}),
    "1 of 2 clauses checked, none violated; 1 not testable on this target.": ((check("one"), HOOKLESS), {}),
    "2 clauses checked, no MUST violated; 1 warning.": ((*PASSED, WARNED), {}),
    "1 MUST clause is violated.": ((*PASSED, FAILED), {}),
    "1 MUST clause and 1 SHOULD clause are violated.": ((FAILED, WARNED), {"fail_on": "should"}),
    "1 of 2 clauses stayed untested": ((check("one"),), {}),
    "1 cell of the matrix stayed untested": (PASSED, {"cells": cells({("read-key", Column.REPLAY): None})}),
    "1 check waits behind a prerequisite": ((*PASSED, waiting_behind("two", "one")), {}),
    "nothing ran": ((), {}),
    "3 checks ran, 1 violation found so far": ((*PASSED, FAILED), {"interrupted": True}),
    "2 errors in the suite itself": ((*PASSED, BROKEN), {"errors": ("a worker crashed",)}),
}


@pytest.mark.parametrize(("sentence", "case"), SENTENCES.items(), ids=SENTENCES)
def test_the_conclusion_says_what_it_rests_on(sentence: str, case: tuple[tuple[Check, ...], dict[str, Any]]) -> None:
    checks, facts = case

    assert sentence in conclude(run(LAWS, checks, **facts)).sentence
