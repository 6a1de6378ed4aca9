"""The histogram beside the hdrhistogram library: the same buckets, the same quantiles, and nothing is lost."""

from __future__ import annotations

import math
from random import Random

import pytest
from hdrh.histogram import HdrHistogram

from load.histogram import LONGEST, Histogram, bounds, bucket, three_digits
from load.outcome import as_hdr

SEEDS = range(5)


def anywhere(seed: int, count: int) -> list[int]:
    """Latencies over the whole range, as many of each order of magnitude."""
    draw = Random(seed)  # noqa: S311 - has to be repeatable
    return [round(10 ** draw.uniform(0, math.log10(LONGEST))) for _ in range(count)]


def counted(latencies: list[int]) -> Histogram:
    histogram = Histogram()
    for latency in latencies:
        histogram.record(latency)
    return histogram


def by_library(latencies: list[int]) -> HdrHistogram:
    histogram = HdrHistogram(1, LONGEST, 3)
    for latency in latencies:
        assert histogram.record_value(latency)
    return histogram


# Buckets


@pytest.mark.parametrize("seed", SEEDS)
def test_a_latency_is_counted_where_the_library_counts_it(seed: int) -> None:
    library = HdrHistogram(1, LONGEST, 3)
    for latency in anywhere(seed, 2000):
        expected = library.get_lowest_equivalent_value(latency), library.get_highest_equivalent_value(latency)
        assert bounds(bucket(latency)) == expected


def test_buckets_follow_each_other_without_a_gap_and_keep_three_digits() -> None:
    highest = 0
    for index in range(1, bucket(LONGEST) + 1):
        lowest, above = bounds(index)
        assert lowest == highest + 1
        assert bucket(lowest) == bucket(min(above, LONGEST)) == index
        assert above - lowest <= lowest / 1000
        highest = above
    assert highest >= LONGEST


@pytest.mark.parametrize(
    ("latency", "counted_as"), [(0, 1), (-5, 1), (1, 1), (LONGEST, LONGEST), (LONGEST + 1, LONGEST), (10**12, LONGEST)]
)
def test_what_is_out_of_range_counts_as_its_end(latency: int, counted_as: int) -> None:
    assert bucket(latency) == bucket(counted_as)


# Quantiles


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("count", [1, 2, 3, 10, 99, 1000])
def test_a_quantile_is_that_of_the_library(seed: int, count: int) -> None:
    latencies = anywhere(seed, count)
    ours, library = counted(latencies), by_library(latencies)
    for share in (0.01, 0.1, 0.25, 0.5, 0.9, 0.95, 0.99, 0.999, 1.0):
        # The library rounds to the nearest rank, where a quantile is the first that enough do not exceed.
        rank = max(1, math.ceil(round(share * count, 6)))
        assert ours.quantile(share) == library.get_value_at_percentile(100 * rank / count)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quantile_is_that_of_the_latencies_themselves_to_three_digits(seed: int) -> None:
    latencies = sorted(anywhere(seed, 997))
    histogram = counted(latencies)
    for share in (0.5, 0.9, 0.95, 0.99, 0.999, 1.0):
        exact = latencies[math.ceil(share * len(latencies)) - 1]
        assert exact <= histogram.quantile(share) <= exact * 1.001


@pytest.mark.parametrize(("share", "count"), [(0.95, 20), (0.9, 10), (0.99, 100), (0.999, 1000), (0.29, 100)])
def test_a_share_that_is_not_quite_what_was_meant_hits_its_rank(share: float, count: int) -> None:
    assert counted(list(range(1, count + 1))).quantile(share) == round(share * count)


def test_of_nothing_there_is_no_quantile() -> None:
    empty = Histogram()
    assert all(math.isnan(value) for value in (empty.quantile(0.5), empty.mean, empty.longest))
    assert (empty.total, list(empty.percentiles())) == (0, [])


@pytest.mark.parametrize(
    ("share", "expected"), [(0.5, 5), (0.9, 9), (0.91, math.inf), (0.95, math.inf), (1.0, math.inf)]
)
def test_what_took_for_ever_is_longer_than_all_else(share: float, expected: float) -> None:
    assert counted(list(range(1, 10))).quantile(share, endless=1) == expected


def test_where_all_took_for_ever_every_quantile_is_for_ever() -> None:
    assert Histogram().quantile(0.01, endless=1) == math.inf


@pytest.mark.parametrize("seed", SEEDS)
def test_mean_and_maximum_are_those_of_the_latencies_to_three_digits(seed: int) -> None:
    latencies = anywhere(seed, 500)
    histogram = counted(latencies)
    assert histogram.mean == pytest.approx(sum(latencies) / len(latencies), rel=1e-3)
    assert max(latencies) <= histogram.longest <= max(latencies) * 1.001


@pytest.mark.parametrize("count", [1, 2, 7, 5000])
def test_percentiles_rise_are_true_and_end_at_the_maximum(count: int) -> None:
    histogram = counted(anywhere(count, count))
    points = list(histogram.percentiles())
    assert points == sorted(set(points))
    assert points[-1] == (1.0, histogram.longest)
    for share, latency in points:
        assert share == sum(n for index, n in histogram.counts.items() if bounds(index)[1] <= latency) / count


def test_percentiles_show_the_tail_of_a_large_run() -> None:
    points = list(counted([round(1000 + n**1.5) for n in range(50_000)]).percentiles())
    for wanted in (0.5, 0.9, 0.99, 0.999):
        assert any(wanted <= share <= wanted + (1 - wanted) / 5 for share, _ in points)
    assert len(points) < 100


# Sums, and files


@pytest.mark.parametrize("seed", SEEDS)
def test_a_sum_loses_nothing(seed: int) -> None:
    latencies = anywhere(seed, 2000)
    parts = [latencies[begin::7] for begin in range(7)]
    assert Histogram.sum(counted(part) for part in parts).counts == counted(latencies).counts


def test_a_sum_leaves_its_parts_alone() -> None:
    one, other = counted([1, 2]), counted([2, 3])
    one.add(other)
    other.record(9)
    assert (one.counts, other.counts) == ({1: 1, 2: 2, 3: 1}, {2: 1, 3: 1, 9: 1})


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_library_writes_it_reads_again(seed: int) -> None:
    histogram = counted([*anywhere(seed, 2000), 1, LONGEST])
    read = HdrHistogram.decode(as_hdr(histogram).encode())
    assert read.get_total_count() == histogram.total
    assert {
        bucket(item.value_iterated_to): item.count_added_in_this_iter_step for item in read.get_recorded_iterator()
    } == histogram.counts


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(0.0, 0), (0.12345, 0.123), (0.9996, 1.0), (1.2345, 1.23), (12.345, 12.3), (123.45, 123), (1234.5, 1230)],
)
def test_locust_shows_three_digits(milliseconds: float, shown: float) -> None:
    assert three_digits(milliseconds) == shown
    assert three_digits(123_456) == 123_500
