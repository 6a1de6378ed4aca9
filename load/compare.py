"""This run beside an earlier one: slower is said only where chance does not explain it.

Latencies of one moment are alike, and a slow moment often follows a slow one, so that single calls say less than their
number. How uncertain a quantile is, is therefore taken from whole blocks of seconds: how much the share of calls up to
it differs from block to block, and how alike neighbouring blocks are (after Woodruff 1952). The intervals are so wide
that all comparisons of a run together are wrong in one of twenty runs, not each of them. What takes longer to come
round than a run lasts cannot be seen in it; ten seconds beside ten seconds say little.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from load.histogram import bounds

QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
FEWEST_BLOCKS = 5
DOUBT = 0.05
"""The chance that any of all comparisons of a run says slower or faster where nothing changed."""

SMALLEST = 0.03
"""A difference of less than this share of the earlier value is not worth a word, however sure it is."""

Counts = Sequence[tuple[int, int]]


class BaselineError(Exception):
    """An earlier run that cannot be compared with; one sentence."""


def read_baseline(path: Path) -> Mapping[str, Any]:
    """The `load.json` of an earlier run. Raises BaselineError."""
    try:
        run: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        pairs = [pair for row in run["operations"] for block in row["blocks"] for pair in block]
        if not all(isinstance(number, int) for index, count in pairs for number in (index, count)):
            raise TypeError
        if not all(isinstance(row["name"], str) for row in run["operations"]):
            raise TypeError
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"--baseline {path}: cannot be read ({getattr(error, 'strerror', 'not UTF-8')})") from None
    except (ValueError, KeyError, TypeError):
        raise BaselineError(f"--baseline {path}: is not the load.json of an earlier run") from None
    return run


def compare(earlier: Mapping[str, Any], operations: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """One row for each operation and quantile of both runs: before and now in milliseconds, and the interval."""
    before = {row["name"]: _Sample(row["blocks"]) for row in earlier["operations"]}
    now = {row["name"]: _Sample(row["blocks"]) for row in operations}
    both = [name for name, sample in now.items() if sample.is_enough and name in before and before[name].is_enough]
    doubt = DOUBT / max(1, len(both) * len(QUANTILES))
    return [row for name in both for row in _rows(name, before[name], now[name], doubt)]


def _rows(name: str, old: _Sample, new: _Sample, doubt: float) -> Iterator[dict[str, Any]]:
    for label, share in QUANTILES.items():
        was, is_now = old.quantile(share), new.quantile(share)
        old_blocks, new_blocks = old.deviations(share), new.deviations(share)
        weight = _weight(old_blocks, new_blocks)
        old_range = old.interval(share, _reach(old_blocks, weight, doubt) / old.total)
        new_range = new.interval(share, _reach(new_blocks, weight, doubt) / new.total)
        # The interval of a difference, of two that need not be symmetric (Zou and Donner 2008).
        low = is_now - was - math.hypot(is_now - new_range[0], old_range[1] - was)
        high = is_now - was + math.hypot(new_range[1] - is_now, was - old_range[0])
        matters = abs(is_now - was) > SMALLEST * was
        word = "slower" if low > 0 and matters else "faster" if high < 0 and matters else "no difference shown"
        yield {
            "operation": name,
            "measure": label,
            "before": round(was, 4),
            "now": round(is_now, 4),
            "interval": [round(low, 4), round(high, 4)],
            "word": word,
        }


def _weight(*runs: Sequence[float]) -> float:
    """How many blocks in a row say only as much as one that had nothing to do with its neighbours; at least 1."""
    fewest = min(map(len, runs))
    squares = sum(one * one for run in runs for one in run)
    if not squares:
        return 1.0
    alike = sum(one * other for run in runs for one, other in pairwise(run)) / squares
    # In short series the likeness looks smaller than it is (Kendall 1954).
    alike = min(0.95, max(0.0, (fewest * alike + 1) / (fewest - 3)))
    return min(fewest / 2, (1 + alike) / (1 - alike))


def _reach(deviations: Sequence[float], weight: float, doubt: float) -> float:
    """How far the sum of deviations may be from nothing by chance."""
    count = len(deviations)
    # Blocks that are alike differ less from each other than from those of another run.
    variance = sum(one * one for one in deviations) * weight * count / (count - weight)
    return _student(doubt, count / weight - 1) * math.sqrt(variance)


@cache
def _student(doubt: float, freedom: float) -> float:
    """What Student's t exceeds, on either side, with a chance of `doubt`."""
    # With t = sqrt(freedom) * tan(angle) its density is that of cos(angle) ** (freedom - 1).
    steps = 20_000
    angles = [(number + 0.5) / steps * math.pi / 2 for number in range(steps)]
    density = [math.cos(angle) ** (freedom - 1) for angle in angles]
    left = doubt * sum(density)
    for angle, part in zip(reversed(angles), reversed(density), strict=True):
        left -= part
        if left <= 0:
            return math.sqrt(freedom) * math.tan(angle)
    return 0.0


class _Sample:
    """The latencies of a run in blocks, in the order of their time."""

    def __init__(self, blocks: Sequence[Counts]) -> None:
        self._ranks = [_ranks(block) for block in blocks if block]
        self._indexes = sorted({index for block in blocks for index, _ in block})
        self.total = sum(seen[-1] for _, seen in self._ranks)

    @property
    def is_enough(self) -> bool:
        return len(self._ranks) >= FEWEST_BLOCKS

    def deviations(self, share: float) -> list[float]:
        """How many more latencies than expected each block has up to the quantile."""
        index = self._index(share)
        seen = sum(_below(ranks, index) for ranks in self._ranks)
        return [_below(ranks, index) - ranks[1][-1] * seen / self.total for ranks in self._ranks]

    def interval(self, share: float, reach: float) -> tuple[float, float]:
        """The quantiles of the shares around this one, in milliseconds; at most from the shortest to the longest."""
        return self.quantile(max(0.0, share - reach)), self.quantile(min(1.0, share + reach))

    def quantile(self, share: float) -> float:
        """Of all blocks together, in milliseconds."""
        return sum(bounds(self._index(share))) / 2000

    def _index(self, share: float) -> int:
        """The bucket of a quantile."""
        wanted = max(1, math.ceil(share * self.total - 1e-9 * self.total))
        low, high = 0, len(self._indexes) - 1
        while low < high:
            middle = (low + high) // 2
            if sum(_below(ranks, self._indexes[middle]) for ranks in self._ranks) >= wanted:
                high = middle
            else:
                low = middle + 1
        return self._indexes[low]


def _ranks(block: Counts) -> tuple[list[int], list[int]]:
    """The buckets of a block in their order, and how many latencies there are up to each."""
    ordered = sorted(block)
    seen, sums = 0, []
    for _, count in ordered:
        seen += count
        sums.append(seen)
    return [index for index, _ in ordered], sums


def _below(ranks: tuple[list[int], list[int]], index: int) -> int:
    """How many latencies of a block are in a bucket or below it."""
    place = bisect_right(ranks[0], index)
    return ranks[1][place - 1] if place else 0
