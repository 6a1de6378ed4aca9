"""What a run makes of its checks: standings, counts, root causes, reasons, observations."""

from __future__ import annotations

from contract.clauses import Column
from contract.evidence import Verdict
from reports.run import prerequisite
from reports.standing import Standing
from tests.reports.made_up import cells, check, clause, run, waiting_behind


def test_a_clause_stands_where_its_worst_check_stands() -> None:
    found = run([clause("one")], [check("one", verdict) for verdict in (Verdict.WARN, Verdict.PASS, Verdict.NOTE)])

    assert found.findings["one"].standing is Standing.WARN


def test_a_clause_without_a_check_is_untested_unless_it_is_excluded() -> None:
    found = run([clause("one"), clause("two", excluded="Nobody can see it from outside.")], [])

    assert [finding.standing for finding in found.findings.values()] == [Standing.UNTESTED, Standing.EXCLUDED]
    assert [law.id for law in found.untested] == ["one"]


def test_clauses_and_checks_are_counted_apart() -> None:
    found = run(
        [clause("one"), clause("two"), clause("three")],
        [check("one"), check("one", Verdict.FAIL), check("two"), check("two")],
    )

    assert {standing: n for standing, n in found.counts.items() if n} == {
        Standing.PASS: 1,
        Standing.UNTESTED: 1,
        Standing.FAIL: 1,
    }
    assert {standing: n for standing, n in found.check_counts.items() if n} == {Standing.PASS: 3, Standing.FAIL: 1}


CELLS = cells(
    {
        ("read-device", Column.BAD_REQUEST): None,
        ("list-keys", Column.BAD_REQUEST): None,
        ("list-devices", Column.BAD_REQUEST): None,
        ("read-key", Column.BAD_REQUEST): "It takes no body.",
        ("delete-device", Column.BAD_REQUEST): "It takes no body.",
    }
)


def test_cells_are_counted_as_judged_not_testable_untested_or_not_applicable() -> None:
    checks = [
        check("one", Verdict.FAIL, operation="read-device"),
        check("one", Verdict.PASS, operation="list-keys"),
        check("one", Verdict.NOT_TESTABLE, operation="list-keys"),
    ]
    found = run([clause("one")], checks, CELLS)

    assert found.cell_counts == {"judged": 1, "not testable": 1, "untested": 1, "not applicable": 2}
    assert found.as_json()["cells"] == found.cell_counts
    assert found.as_json()["untested_cells"] == ["list-devices 400"]


def test_a_check_is_counted_in_a_cell_that_was_thought_not_to_apply() -> None:
    found = run([clause("one")], [check("one", operation="read-key")], CELLS)

    assert (found.cell_counts["judged"], found.cell_counts["not applicable"]) == (1, 1)


def test_a_cell_with_a_clause_that_nobody_checked_is_untested() -> None:
    laws = [clause("one", operation="list-keys"), clause("two", operation="list-keys")]
    found = run(laws, [check("one")], CELLS)

    assert ("list-keys", Column.BAD_REQUEST) in found.untested_cells


def test_an_error_of_the_suite_does_not_hide_a_failure_of_the_target() -> None:
    found = run([clause("one")], [check("one", Verdict.FAIL), check("one", Verdict.SUITE_ERROR)])

    assert found.findings["one"].standing is Standing.SUITE_ERROR
    assert [finding.clause.id for finding in found.violations] == ["one"]


def test_root_causes_come_first() -> None:
    found = run(
        [clause("one"), clause("two"), clause("three")],
        [
            check("one", Verdict.FAIL),
            check("two", Verdict.FAIL),
            waiting_behind("three", "two"),
            waiting_behind("three", "two"),
        ],
    )

    assert found.waiting == {"two": 2}
    assert [finding.clause.id for finding in found.with_verdict(Verdict.FAIL)] == ["two", "one"]


def test_a_prerequisite_is_read_with_and_without_more_words() -> None:
    assert prerequisite(waiting_behind("one", "binding.created")) == "binding.created"
    assert prerequisite(waiting_behind("one", "binding.created: answered 500")) == "binding.created"
    assert prerequisite(waiting_behind("one", "binding.created.")) == "binding.created"


def test_only_a_check_that_is_not_testable_waits() -> None:
    assert prerequisite(check("one", Verdict.FAIL, observed="prerequisite failed: two")) is None


def test_reasons_count_together_whatever_their_details() -> None:
    hooks = ("needs clock hook", "needs clock hook: 310 s would have to pass", "needs outbox hook")
    found = run(
        [clause("one")],
        [
            *(check("one", Verdict.NOT_TESTABLE, observed=observed) for observed in hooks),
            waiting_behind("one", "two: answered 500"),
        ],
    )

    assert found.not_testable == {
        "needs clock hook": 2,
        "needs outbox hook": 1,
        "prerequisite failed: two": 1,
    }


def test_observations_keep_the_distinct_values() -> None:
    seen = ({"tries": 5, "language": "de"}, {"tries": 5}, {"tries": None}, None)
    found = run([clause("one")], [check("one", observations=observations) for observations in seen])

    assert found.observations == {"one": {"tries": (5, None), "language": ("de",)}}


def test_checks_of_an_unknown_clause_are_an_error_of_the_suite() -> None:
    found = run([clause("one")], [check("one"), check("two"), check("two")])

    assert found.errors == ("2 checks name the clause 'two', which the contract does not have",)
