"""Slower is said where it is so, and not where chance explains it."""

from __future__ import annotations

import json
import math
from pathlib import Path
from random import Random
from typing import Any

import pytest

from load.compare import FEWEST_BLOCKS, BaselineError, compare, read_baseline
from load.histogram import Histogram

SAME = "no difference shown"
SECONDS, BLOCK = 60, 3


def operation(
    draw: Random, *, alike: float, wandering: float, times: float = 1.0, rate: int = 20, name: str = "signing"
) -> dict[str, Any]:
    """A run of a minute, whose level wanders. alike: how much of it goes from one second to the next."""
    level = draw.gauss(0, wandering)
    blocks = []
    for _ in range(SECONDS // BLOCK):
        block = Histogram()
        for _ in range(BLOCK):
            level = alike * level + math.sqrt(1 - alike**2) * draw.gauss(0, wandering)
            for _ in range(rate):
                block.record(round(20_000 * times * math.exp(level + draw.gauss(0, 0.5))))
        blocks.append(sorted(block.counts.items()))
    return {"name": name, "blocks": blocks}


def words(before: dict[str, Any], now: dict[str, Any]) -> dict[str, str]:
    return {row["measure"]: row["word"] for row in compare({"operations": [before]}, [now])}


def drawn(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - has to be repeatable


@pytest.mark.parametrize("alike", [0.0, 0.8, 0.9], ids="{} of a second goes on into the next one".format)
def test_two_runs_of_one_target_rarely_cry_wolf(alike: float) -> None:
    """40 pairs, where 2 would be the twentieth that is allowed: with more than 5 the chance is below 1.4 %."""
    draw = drawn(3)
    pairs = [[operation(draw, alike=alike, wandering=0.3) for _ in range(2)] for _ in range(40)]
    cries = sum(set(words(*pair).values()) != {SAME} for pair in pairs)
    assert cries <= 5


@pytest.mark.parametrize(("times", "word"), [(1.1, "slower"), (1 / 1.1, "faster")])
def test_a_tenth_is_seen(times: float, word: str) -> None:
    """Of the medians of nearly all pairs; the tails of a minute scatter by more than a tenth."""
    draw = drawn(4)
    seen = []
    for _ in range(20):
        before, now = (operation(draw, alike=0.3, wandering=0.05, rate=50, times=one) for one in (1.0, times))
        seen.append(words(before, now)["p50"])
    assert set(seen) <= {word, SAME}
    assert seen.count(word) >= 18


def test_twice_as_long_is_seen_in_every_quantile() -> None:
    draw = drawn(5)
    before, now = (operation(draw, alike=0.3, wandering=0.05, times=times) for times in (1.0, 2.0))
    assert words(before, now) == {"p50": "slower", "p95": "slower", "p99": "slower"}


def test_a_run_beside_itself_shows_no_difference() -> None:
    run = operation(drawn(6), alike=0.5, wandering=0.2)
    rows = compare({"operations": [run]}, [run])
    assert {row["word"] for row in rows} == {SAME}
    for row in rows:
        assert row["before"] == row["now"]
        assert row["interval"][0] < 0 < row["interval"][1]


def test_a_row_holds_the_quantiles_in_milliseconds_and_an_interval_around_their_difference() -> None:
    draw = drawn(7)
    before, now = (operation(draw, alike=0.0, wandering=0.05, times=times) for times in (1.0, 1.5))
    p50 = next(row for row in compare({"operations": [before]}, [now]) if row["measure"] == "p50")
    assert p50["operation"] == "signing"
    assert (p50["before"], p50["now"]) == (pytest.approx(20, rel=0.1), pytest.approx(30, rel=0.1))
    low, high = p50["interval"]
    assert 0 < low < p50["now"] - p50["before"] < high


def test_a_difference_that_is_sure_but_tiny_is_not_worth_a_word() -> None:
    block, later = [(2000, 1000), (2001, 1000)], [(2020, 1000), (2021, 1000)]
    before = {"name": "sms", "blocks": [block] * 20}
    assert set(words(before, {"name": "sms", "blocks": [later] * 20}).values()) == {SAME}


def test_a_target_without_any_spread_is_compared_all_the_same() -> None:
    before = {"name": "sms", "blocks": [[(1000, 50)]] * 20}
    assert set(words(before, {"name": "sms", "blocks": [[(1100, 50)]] * 20}).values()) == {"slower"}


def test_many_operations_make_each_comparison_more_careful() -> None:
    draw = drawn(8)
    before, now = ([operation(draw, alike=0, wandering=0.1, name=f"{n}") for n in range(8)] for _ in range(2))
    width = [
        row["interval"][1] - row["interval"][0]
        for count in (1, 8)
        for row in compare({"operations": before[:count]}, now[:count])[:1]
    ]
    assert width[1] > width[0]


def test_nothing_is_said_about_short_runs_and_what_only_one_of_them_has() -> None:
    run = operation(drawn(10), alike=0, wandering=0.1)
    short = run | {"blocks": run["blocks"][: FEWEST_BLOCKS - 1]}
    assert words(run, short) == words(short, run) == words(run, run | {"name": "sms"}) == {}
    assert words(run, run | {"blocks": [[]] * 20}) == {}


# The earlier run


def test_an_earlier_run_is_read(tmp_path: Path) -> None:
    path = tmp_path / "load.json"
    path.write_text(json.dumps({"operations": [{"name": "sms", "blocks": []}]}), encoding="utf-8")
    assert read_baseline(path)["operations"][0]["name"] == "sms"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "null",
        '{"operations": 1}',
        '{"operations": [1]}',
        '{"operations": [{"blocks": []}]}',
        '{"operations": [{"name": "sms", "blocks": 1}]}',
        '{"operations": [{"name": "sms", "blocks": [[[1, "2"]]]}]}',
        '{"operations": [{"name": "sms", "blocks": [[[1]]]}]}',
    ],
)
def test_what_is_no_earlier_run_is_named_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "load.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BaselineError) as caught:
        read_baseline(path)
    assert str(caught.value) == f"--baseline {path}: is not the load.json of an earlier run"


def test_an_earlier_run_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "load.json"
    with pytest.raises(BaselineError, match=r"load\.json: cannot be read \(No such file or directory\)$"):
        read_baseline(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BaselineError, match=r"load\.json: cannot be read \(not UTF-8\)$"):
        read_baseline(path)
