"""The ceiling on requests per second: a burst at once, then one after the other."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from target.pace import Pace


def seconds_for(pace: Pace, *takes: int) -> float:
    begun = time.monotonic()
    for requests in takes:
        pace.take(requests)
    return time.monotonic() - begun


def test_without_a_ceiling_nothing_waits() -> None:
    assert seconds_for(Pace(None, 1), *[1000] * 1000) < 1


def test_a_burst_leaves_at_once() -> None:
    # The next one would wait for a hundred seconds.
    assert seconds_for(Pace(0.01, burst=8), *[1] * 8) < 5


def test_after_the_burst_requests_leave_at_the_rate() -> None:
    assert 20 / 100 <= seconds_for(Pace(100, burst=5), *[1] * 25) + 0.01 < 5


def test_several_at_once_count_each() -> None:
    assert 12 / 100 <= seconds_for(Pace(100, burst=4), 16) + 0.01 < 5


def test_a_volley_larger_than_the_burst_makes_the_next_one_wait() -> None:
    pace = Pace(100, burst=4)
    pace.take(16)
    assert 0.01 <= seconds_for(pace, 2) + 0.01 < 5


@pytest.mark.parametrize("threads", [1, 16])
def test_threads_share_one_ceiling(threads: int) -> None:
    pace = Pace(200, burst=2)
    begun = time.monotonic()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda _: pace.take(), range(42)))
    assert 40 / 200 <= time.monotonic() - begun + 0.01 < 5


def test_what_was_not_used_is_saved_only_up_to_the_burst() -> None:
    pace, another = Pace(100, burst=1), Pace(100, burst=1)
    another.take(11)
    # Without a limit, the ten that could have left meanwhile would leave at once now.
    assert 10 / 100 <= seconds_for(pace, 11) + 0.01 < 5
