"""What makes a run invalid, and what it says then."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from load.histogram import Histogram
from load.measure import NOT_SENT, Measurements
from load.outcome import Cause, Verdict, Worker
from tests.reports.load_runs import leaky, measured, outcome

CALM = {"cpu_busiest": 0.85}
IN_TIME = Histogram({100: 99, 9000: 1})
TOO_LATE = Histogram({100: 98, 9000: 2})


def unsent(loops: int, *, held: int = 0) -> Measurements:
    """All seconds as planned, but in second 4 some loops were not begun."""
    found = measured()
    found.started[4] -= loops
    for _ in range(held):
        found.failure(("signing", 1, 4), NOT_SENT)
    return found


@pytest.mark.parametrize(
    ("workers", "causes"),
    [
        ([Worker(0, CALM, IN_TIME)], []),
        ([Worker(0, CALM, IN_TIME), Worker(1, CALM, TOO_LATE)], [Cause.LATE]),
        ([Worker(0, CALM, IN_TIME), Worker(1, {"cpu_busiest": 0.86}, IN_TIME)], [Cause.BUSY]),
        ([Worker(0, CALM, IN_TIME), Worker(1, {}, Histogram(), lost=True)], [Cause.LOST]),
        ([Worker(0, {"cpu_busiest": 0.86}, TOO_LATE)], [Cause.BUSY, Cause.LATE]),
    ],
    ids=["none", "late", "busy", "lost", "late and busy"],
)
def test_one_bad_worker_makes_a_run_invalid(workers: Sequence[Worker], causes: Sequence[Cause]) -> None:
    run = outcome(workers=workers)
    assert run.causes == causes
    assert run.verdict is (Verdict.INVALID if causes else Verdict.MET)
    assert run.as_json()["verdict"]["causes"] == causes


@pytest.mark.parametrize(
    ("loops", "held", "causes"),
    [(2, 0, []), (3, 0, [Cause.UNSENT]), (3, 3, [Cause.HELD]), (9, 3, [Cause.UNSENT])],
    ids=["99 % were sent", "fewer were", "for want of customers", "not only for want of customers"],
)
def test_of_240_loops_all_but_two_have_to_be_begun(loops: int, held: int, causes: Sequence[Cause]) -> None:
    run = outcome(unsent(loops, held=held))
    assert run.causes == causes
    assert (Verdict.INVALID is run.verdict) == bool(causes)
    assert run.not_sent == held


def test_a_run_in_which_nothing_was_to_be_judged_is_invalid() -> None:
    found = Measurements()
    found.started[0] = 240
    assert outcome(found).causes == [Cause.EMPTY]


def test_users_who_wait_are_never_late() -> None:
    assert outcome(workers=[Worker(0, CALM, TOO_LATE)], is_open=False).causes == []


def test_a_wrong_success_counts_however_badly_it_was_measured() -> None:
    run = leaky()
    run.workers = [Worker(0, CALM, TOO_LATE)]
    assert (run.verdict, run.causes) == (Verdict.MISSED, [Cause.LATE])
