"""The master lets its workers begin together, and nobody else disturbs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from load.conductor import Conductor
from load.outcome import Verdict
from load.plan import Plan, steady

Told = list[tuple[str, Mapping[str, Any], str | None]]


def conductor(told: Told, workers: int) -> Conductor:
    plan = Plan(steady(10, 5, 0), {"sms": 1.0})
    return Conductor(lambda what, data, worker: told.append((what, data, worker)), plan, workers, 0.5)


def test_workers_are_told_to_begin_when_all_are_ready() -> None:
    told: Told = []
    master = conductor(told, 2)
    master.hears_ready("a", {})
    assert not told
    master.hears_ready("b", {})
    assert [(what, data["index"], data["workers"], worker) for what, data, worker in told] == [
        ("load-begin", 0, 2, "a"),
        ("load-begin", 1, 2, "b"),
    ]
    assert told[0][1]["at"] == told[1][1]["at"] == master.begun


def test_a_worker_is_told_whether_the_run_has_begun() -> None:
    told: Told = []
    master = conductor(told, 1)
    master.hears_asks("a", {})
    master.hears_ready("a", {})
    master.hears_asks("late", {})
    assert [data["begun"] for what, data, _ in told if what == "load-answer"] == [False, True]


def test_a_worker_that_is_ready_too_late_is_not_waited_for() -> None:
    told: Told = []
    master = conductor(told, 1)
    master.hears_ready("a", {})
    master.hears_ready("late", {})
    assert [worker for what, _, worker in told if what == "load-begin"] == ["a"]
    assert [worker.index for worker in master.workers] == [0]


def test_a_worker_that_fails_ends_the_run_and_one_that_takes_no_part_does_not() -> None:
    master = conductor([], 1)
    master.hears_ready("a", {})
    master.hears_failed("late", {"why": "it has no profile"})
    assert not master.is_over
    master.hears_failed("a", {"why": "it could not go on"})
    assert (master.ended, master.ended_why) == (Verdict.FAILED, "it could not go on")


def test_a_worker_that_cannot_prepare_ends_the_run_before_it_begins() -> None:
    master = conductor([], 2)
    master.hears_failed("a", {"why": "it has no profile"})
    assert master.is_over
    assert master.ended is Verdict.FAILED
