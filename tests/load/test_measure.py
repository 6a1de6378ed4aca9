"""What workers measure adds up, whoever measured it and however often it was sent."""

from __future__ import annotations

import json
import math
from random import Random
from typing import Any

import pytest

from load.histogram import bucket
from load.measure import UNFINISHED, WRONG_SUCCESS, Measurements

OPERATION = "create-signing-challenge"


def as_dict(measured: Measurements) -> dict[str, Any]:
    cells = {key: (cell.response, cell.service, cell.failures) for key, cell in measured.cells.items()}
    return {
        "cells": cells,
        "started": dict(measured.started),
        "ended": dict(measured.ended),
        "lateness": measured.lateness.counts,
        "examples": measured.examples,
    }


def measure_a_little(seed: int, *into: Measurements) -> None:
    """The same made-up happenings, measured by all."""
    draw = Random(seed)  # noqa: S311 - has to be repeatable
    for _ in range(200):
        key = draw.choice(("signing", OPERATION)), draw.randrange(2), draw.randrange(5)
        service = draw.expovariate(20)
        waited, kind = draw.random(), draw.choice((None, None, None, "status 503", WRONG_SUCCESS))
        for measured in into:
            if kind is None:
                measured.success(key, waited + service, service)
            else:
                measured.failure(key, kind)
            measured.started[key[2]] += 1
            measured.ended[key[2] + 1] += 1
            measured.lateness.record(round(waited * 1000))


def sent(measured: Measurements) -> Measurements:
    """What arrives at the master of what a worker takes."""
    return Measurements.from_message(json.loads(json.dumps(measured.take())))


@pytest.mark.parametrize("workers", [1, 4])
def test_what_workers_send_in_parts_adds_up_to_the_whole(workers: int) -> None:
    whole, master = Measurements(), Measurements()
    parts = [Measurements() for _ in range(workers)]
    for turn in range(6):
        measure_a_little(turn, whole, parts[turn % workers])
        master.add(sent(parts[turn % workers]))
    assert as_dict(master) == as_dict(whole)


def test_nothing_is_sent_twice() -> None:
    worker, master = Measurements(), Measurements()
    measure_a_little(1, worker)
    worker.examples[OPERATION, "status 503"] = {"answer": "no"}
    first = sent(worker)
    assert first.examples == {(OPERATION, "status 503"): {"answer": "no"}}
    master.add(sent(worker))
    assert as_dict(master) == as_dict(Measurements())


def test_an_example_that_was_sent_is_still_known_so_that_no_other_is_made() -> None:
    worker = Measurements()
    worker.examples[OPERATION, "status 503"] = {"answer": "no"}
    worker.take()
    assert (OPERATION, "status 503") in worker.examples


def test_the_first_example_stays() -> None:
    master, late = Measurements(), Measurements()
    master.examples[OPERATION, "no JSON"] = {"answer": "first"}
    late.examples[OPERATION, "no JSON"] = {"answer": "second"}
    master.add(late)
    assert master.examples == {(OPERATION, "no JSON"): {"answer": "first"}}


def test_adding_leaves_what_is_added_alone() -> None:
    one, other = Measurements(), Measurements()
    measure_a_little(1, other)
    before = json.dumps(other._as_message())
    one.add(other)
    measure_a_little(2, one)
    assert json.dumps(other._as_message()) == before


def test_times_are_counted_in_microseconds_both_from_due_and_from_sent() -> None:
    measured = Measurements()
    measured.success((OPERATION, 0, 0), 0.25, 0.0012345)
    cell = measured.cells[OPERATION, 0, 0]
    assert (cell.response, cell.service) == ({bucket(250_000): 1}, {bucket(1234): 1})


def test_a_sum_is_of_one_name_and_of_some_stages() -> None:
    measured = Measurements()
    for stage, name, count in ((0, "signing", 1), (1, "signing", 2), (1, OPERATION, 4), (2, "signing", 8)):
        for _ in range(count):
            measured.success((name, stage, 0), 0.1, 0.1)
    assert measured.names == [OPERATION, "signing"]
    assert measured.sum("signing").succeeded == 11
    assert measured.sum("signing", [1, 2]).succeeded == 10
    assert measured.sum(None, [1]).succeeded == 6
    assert measured.sum("sms").asked == 0


def test_a_total_counts_failures_by_kind() -> None:
    measured = Measurements()
    key = OPERATION, 0, 0
    for kind in ("status 503", WRONG_SUCCESS, UNFINISHED, "status 503"):
        measured.failure(key, kind)
    for _ in range(4):
        measured.success(key, 0.1, 0.1)
    total = measured.sum(OPERATION)
    assert (total.asked, total.failed, total.error_share, total.wrong_successes) == (8, 4, 0.5, 1)
    assert total.failures == {"status 503": 2, WRONG_SUCCESS: 1, UNFINISHED: 1}


def test_of_nothing_no_share_failed() -> None:
    assert Measurements().sum(OPERATION).error_share == 0.0


@pytest.mark.parametrize(("failed", "expected"), [(0, 0.1), (1, 0.1), (2, math.inf)])
def test_failures_took_for_ever_in_objectives_but_are_not_among_the_latencies(failed: int, expected: float) -> None:
    measured = Measurements()
    for _ in range(100 - failed):
        measured.success((OPERATION, 0, 0), 0.1, 0.1)
    for _ in range(failed):
        measured.failure((OPERATION, 0, 0), "time-out")
    total = measured.sum(OPERATION)
    assert total.objective(0.99) / 1e6 == pytest.approx(expected, rel=1e-3)
    assert total.response.quantile(1.0) / 1e6 == pytest.approx(0.1, rel=1e-3)
