"""The last words on the console."""

from __future__ import annotations

import io
from pathlib import Path

from _pytest._io import TerminalWriter

from contract.clauses import Column, Level
from contract.evidence import Verdict
from reports.run import Run
from reports.summary import WIDEST, write_summary
from tests.reports.made_up import HOSTILE, cells, check, clause, large_run, run, waiting_behind


def summary(found: Run, directory: Path = Path("artifacts/none"), width: int = 80, colours: bool = False) -> list[str]:
    written = io.StringIO()
    terminal = TerminalWriter(written)
    terminal.fullwidth = width
    terminal.hasmarkup = colours
    write_summary(terminal, found, directory)
    return written.getvalue().splitlines()


def test_a_failure_is_one_line_with_clause_request_and_answer() -> None:
    failed = [check("one", Verdict.FAIL, observed="answered 202")] * 3
    lines = summary(run([clause("one", operation="verify-signature-challenge")], failed))

    assert "FAIL   one  PUT /v1/mfa/challenges/signatures/{id}  answered 202, expected {400 | 403} (3 checks)" in lines


def test_the_operation_of_the_check_is_named_where_the_clause_has_none() -> None:
    lines = summary(run([clause("one")], [check("one", Verdict.FAIL, operation="read-device")]))

    assert any(line.startswith("FAIL   one  GET /v1/mfa/devices/{id}  ") for line in lines)


def test_cells_are_counted_and_the_untested_ones_are_named() -> None:
    table = cells({("read-key", Column.REPLAY): None, ("list-keys", Column.REPLAY): "It only reads."})
    lines = summary(run([clause("one")], [check("one")], table))

    assert "cells    1 untested, 1 not applicable" in lines
    assert "UNTESTED  read-key replay" in lines


def test_what_others_wait_behind_comes_first() -> None:
    laws = [clause("one"), clause("two"), clause("three")]
    waiting = [waiting_behind("three", "two")] * 2
    lines = summary(run(laws, [check("one", Verdict.FAIL), check("two", Verdict.FAIL), *waiting]))
    failures = [line for line in lines if line.startswith("FAIL")]

    assert failures[0].split()[1] == "two"
    assert failures[0].endswith(" (2 wait behind it)")
    assert failures[1].split()[1] == "one"
    assert "NOT TESTABLE  prerequisite failed: two (2 checks)" in lines


def test_everything_that_is_not_a_pass_is_named() -> None:
    laws = [clause("one", Level.SHOULD), *(clause(name) for name in ("two", "three", "four", "five"))]
    checks = [
        check("one", Verdict.WARN),
        check("two", Verdict.SUITE_ERROR, observed="no network"),
        check("three", Verdict.NOT_TESTABLE, observed="needs fault hook"),
        check("four", Verdict.NOTE),
        check("four", Verdict.NOTE),
    ]
    lines = summary(run(laws, checks, errors=("the worker gw1 crashed",)))

    assert "clauses  1 note, 1 not testable, 1 warn, 1 untested, 1 suite error" in lines
    assert "checks   2 note, 1 not testable, 1 warn, 1 suite error" in lines
    assert "WARN   one  every operation  answered 400, expected {400 | 403}" in lines
    assert "SUITE ERROR  two  no network  suites/device_binding/test_binding.py::test_two" in lines
    assert "SUITE ERROR  the worker gw1 crashed" in lines
    assert "NOT TESTABLE  needs fault hook (1 check)" in lines
    assert "UNTESTED  five" in lines
    assert "NOTE   four (2)" in lines


def test_the_verdict_is_the_last_line() -> None:
    assert summary(run([clause("one")], [check("one")]))[-1] == (
        "No violation: 1 clause checked, none violated. Exit code 0 (success)."
    )


def test_the_artifacts_that_are_there_are_named(tmp_path: Path) -> None:
    for name in ("matrix.html", "junit.xml"):
        (tmp_path / name).write_text("")
    lines = summary(run([clause("one")], [check("one")]), tmp_path)

    assert [line.split() for line in lines if str(tmp_path) in line] == [
        ["matrix.html", str(tmp_path / "matrix.html")],
        ["junit.xml", str(tmp_path / "junit.xml")],
    ]


def test_lines_keep_to_a_width_and_keep_their_counts() -> None:
    failed = [check("one", Verdict.FAIL, observed="x" * 1_000)] * 2
    lines = summary(run([clause("one")], failed), width=1_000)
    (failure,) = (line for line in lines if line.startswith("FAIL"))

    assert len(failure) == WIDEST
    assert failure.endswith("x… (2 checks)")


def test_hundreds_of_untested_clauses_do_not_flood_the_console() -> None:
    lines = summary(large_run({}, size=1))

    assert sum(line.startswith(("UNTESTED", " ")) for line in lines) < 12
    assert any("more, named in matrix.html" in line for line in lines)


def test_hostile_evidence_does_not_act_on_the_terminal() -> None:
    found = run([clause("one")], [check("one", Verdict.FAIL, observed=HOSTILE + "\r\n")], errors=(HOSTILE,))
    written = "\n".join(summary(found))

    assert {char for char in written if not char.isprintable()} == {"\n"}
    assert r"\x1b[2J" in written


def test_colours_only_where_the_terminal_has_them() -> None:
    found = run([clause("one")], [check("one", Verdict.FAIL)])

    assert "\x1b[31m\x1b[1mFAIL" in "\n".join(summary(found, colours=True))
    assert "\x1b" not in "\n".join(summary(found))
