"""This run beside an earlier one: slower is said only where chance does not explain it.

Latencies of one moment are alike, so that single calls say less than their number: the bootstrap draws whole blocks of
seconds, again and again, and looks how much a quantile moves by that. The intervals are so wide that all comparisons of
a run together are wrong in one of twenty runs, not each of them.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from statistics import NormalDist, stdev
from typing import Any

from load.histogram import bounds

QUANTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
DRAWS = 200
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
        if not all(isinstance(row["blocks"], list) for row in run["operations"]):
            raise TypeError
    except (OSError, UnicodeDecodeError) as error:
        raise BaselineError(f"--baseline {path}: cannot be read ({getattr(error, 'strerror', 'not UTF-8')})") from None
    except (ValueError, KeyError, TypeError):
        raise BaselineError(f"--baseline {path}: is not the load.json of an earlier run") from None
    return run


def compare(earlier: Mapping[str, Any], operations: Sequence[Mapping[str, Any]], seed: int = 1) -> list[dict[str, Any]]:
    """One row for each operation and quantile of both runs: before and now in milliseconds, and the interval."""
    draw = Random(seed)  # noqa: S311 - has to be repeatable
    before = {row["name"]: _Sample(row["blocks"], draw) for row in earlier["operations"]}
    now = {row["name"]: _Sample(row["blocks"], draw) for row in operations}
    both = [name for name, sample in now.items() if sample.is_enough and name in before and before[name].is_enough]
    doubt = DOUBT / max(1, len(both) * len(QUANTILES))
    return [row for name in both for row in _rows(name, before[name], now[name], doubt)]


def _rows(name: str, old: _Sample, new: _Sample, doubt: float) -> Iterator[dict[str, Any]]:
    wide = NormalDist().inv_cdf(1 - doubt / 2)
    # Student's t in place of the normal distribution, as there are few blocks (Cornish and Fisher, first term).
    wide += (wide**3 + wide) / (4 * (old.blocks + new.blocks - 2))
    for label, share in QUANTILES.items():
        was, is_now = old.quantile(share), new.quantile(share)
        reach = wide * math.hypot(old.spread(share), new.spread(share))
        low, high = (is_now - was) - reach, (is_now - was) + reach
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


class _Sample:
    """Blocks of latencies, of which others are drawn as if the run were made again."""

    def __init__(self, blocks: Sequence[Counts], draw: Random) -> None:
        self._draw = draw
        self._ranks = [_ranks(block) for block in blocks if block]
        self._indexes = sorted({index for block in blocks for index, _ in block})

    @property
    def blocks(self) -> int:
        return len(self._ranks)

    @property
    def is_enough(self) -> bool:
        return self.blocks >= FEWEST_BLOCKS

    def quantile(self, share: float) -> float:
        """Of all blocks together, in milliseconds."""
        return self._of(self._ranks, share)

    def spread(self, share: float) -> float:
        """The standard error of the quantile, in milliseconds."""
        return stdev(self._of(self._draw.choices(self._ranks, k=self.blocks), share) for _ in range(DRAWS))

    def _of(self, chosen: Sequence[tuple[list[int], list[int]]], share: float) -> float:
        wanted = math.ceil(share * sum(seen[-1] for _, seen in chosen))
        low, high = 0, len(self._indexes) - 1
        while low < high:
            middle = (low + high) // 2
            if sum(_below(ranks, self._indexes[middle]) for ranks in chosen) >= wanted:
                high = middle
            else:
                low = middle + 1
        return sum(bounds(self._indexes[low])) / 2000


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
