"""Latencies as HdrHistogram counts them: 3 significant digits, from 1 microsecond to 1 hour.

A value's bucket is that of HdrHistogram, computed in a few instructions, and counted in a plain dict: the library takes
two microseconds for each value, which is a tenth of what a whole request may cost here. What is written to files is
written by the library.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

LONGEST: Final = 3_600_000_000
"""Microseconds. A longer latency counts as this one."""

_SUB_BUCKET_BITS: Final = 11
_HALF_BITS: Final = _SUB_BUCKET_BITS - 1


def bucket(latency: int) -> int:
    """The index of the bucket that counts a latency in microseconds."""
    if latency < 1:
        return 1
    if latency > LONGEST:
        latency = LONGEST
    shift = latency.bit_length() - _SUB_BUCKET_BITS
    return latency if shift <= 0 else (shift << _HALF_BITS) + (latency >> shift)


def bounds(index: int) -> tuple[int, int]:
    """The lowest and the highest latency of a bucket, in microseconds, both inclusive."""
    shift = max(0, (index >> _HALF_BITS) - 1)
    lowest = (index - (shift << _HALF_BITS)) << shift
    return lowest, lowest + (1 << shift) - 1


def three_digits(response_time: float) -> float:
    """How Locust's own pages and files round a time in milliseconds: to three digits, not to two."""
    # Most times are short ones, and round() takes twice as long for them.
    if response_time < 1:
        return int(response_time * 1000 + 0.5) / 1000
    if response_time < 10:
        return int(response_time * 100 + 0.5) / 100
    if response_time < 100:
        return int(response_time * 10 + 0.5) / 10
    return round(response_time, 0 if response_time < 1000 else -1 if response_time < 10_000 else -2)


class Histogram:
    """How often each latency was seen; `counts` is by bucket."""

    __slots__ = ("counts",)

    def __init__(self, counts: Mapping[int, int] | None = None) -> None:
        self.counts: dict[int, int] = dict(counts or {})

    def record(self, latency: int) -> None:
        """Count a latency in microseconds."""
        index = bucket(latency)
        self.counts[index] = self.counts.get(index, 0) + 1

    def add(self, other: Histogram) -> None:
        """Count all that another histogram has counted; nothing is lost by it."""
        for index, count in other.counts.items():
            self.counts[index] = self.counts.get(index, 0) + count

    @classmethod
    def sum(cls, parts: Iterable[Histogram]) -> Histogram:
        total = cls()
        for part in parts:
            total.add(part)
        return total

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def mean(self) -> float:
        """Microseconds; NaN where nothing was counted."""
        if not self.counts:
            return math.nan
        return sum(sum(bounds(index)) / 2 * count for index, count in self.counts.items()) / self.total

    @property
    def longest(self) -> float:
        """Microseconds; NaN where nothing was counted."""
        return float(bounds(max(self.counts))[1]) if self.counts else math.nan

    def quantile(self, share: float, endless: int = 0) -> float:
        """The latency in microseconds that a share (0 to 1) of all does not exceed; NaN where nothing was counted.

        endless: how many more there were that took for ever, since they failed or never ended. They may be the answer.
        """
        weight = self.total + endless
        if not weight:
            return math.nan
        # As HdrHistogram, with the same care for shares that are not quite what was meant.
        rank = max(1, math.ceil(share * weight - 1e-9 * weight))
        seen = 0
        for index in sorted(self.counts):
            seen += self.counts[index]
            if seen >= rank:
                return float(bounds(index)[1])
        return math.inf

    def percentiles(self) -> Iterator[tuple[float, float]]:
        """(share, microseconds), denser towards the end, as HdrHistogram's percentile plots have them."""
        if not self.counts:
            return
        weight = self.total
        ordered = sorted(self.counts)
        seen, wanted, half, step = 0, 0.0, 0.5, 0
        for index in ordered:
            seen += self.counts[index]
            share = seen / weight
            if share >= wanted:
                yield share, float(bounds(index)[1])
                while wanted <= share and wanted < 1:
                    step += 1
                    wanted += half / 5
                    if step % 5 == 0:
                        half /= 2
                    if half < 0.1 / weight:
                        wanted = 1.0
