"""The search for the highest rate that a target bears, on targets whose limit is known."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from load.capacity import CLOSE, RESULT, Try, Undecided, proof, search
from load.outcome import Cause, Verdict

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 120.0


def bearing(limit: float) -> Callable[[float], Try]:
    """A target that meets the objectives up to a rate."""

    def attempt(rate: float) -> Try:
        verdict = Verdict.MET if rate <= limit else Verdict.MISSED
        return Try(rate, verdict.word, "")

    return attempt


@pytest.mark.parametrize("limit", [0.7, 3.0, 19.9, 20.0, 20.1, 150.0, 1234.5, 9999.0])
@pytest.mark.parametrize("first", [1.0, 20.0, 700.0])
def test_the_limit_is_found_from_below(limit: float, first: float) -> None:
    found, tries = search(bearing(limit), first)
    if limit < 1.0:
        assert found == 0.0 or found <= limit
    else:
        assert limit * (1 - CLOSE) <= found <= limit
    assert len(tries) < 30


def test_a_target_that_bears_nothing_has_no_capacity() -> None:
    found, tries = search(bearing(0.0), 20.0)
    assert found == 0.0
    assert not any(one.is_met for one in tries)


def test_a_rate_below_holds_and_one_above_does_not() -> None:
    found, _ = search(bearing(150.0))
    proved = proof(bearing(150.0), found)
    assert proved["below"].is_met
    assert not proved["above"].is_met


def test_a_try_that_says_nothing_ends_the_search() -> None:
    def attempt(rate: float) -> Try:
        if rate > 50:
            raise Undecided("the generator was late")
        return Try(rate, Verdict.MET.word, "")

    with pytest.raises(Undecided):
        search(attempt)


@pytest.mark.parametrize(
    ("verdict", "causes", "decides", "again"),
    [
        (Verdict.MET, [], True, False),
        (Verdict.MISSED, [], True, False),
        (Verdict.STOPPED, [Cause.LATE], True, False),
        (Verdict.INVALID, [Cause.HELD], True, False),
        (Verdict.INVALID, [Cause.LATE], False, True),
        (Verdict.INVALID, [Cause.HELD, Cause.LATE], False, True),
        (Verdict.INVALID, [Cause.BUSY, Cause.LATE], False, False),
        (Verdict.INVALID, [Cause.LOST], False, False),
        (Verdict.FAILED, [], False, False),
        (Verdict.INTERRUPTED, [], False, False),
    ],
    ids=lambda value: getattr(value, "word", None) or str(value),
)
def test_only_a_late_generator_is_worth_another_try(
    verdict: Verdict, causes: list[Cause], decides: bool, again: bool
) -> None:
    one = Try(20.0, verdict.word, "", causes)
    assert (one.decides, one.may_decide) == (decides, again)


def found(directory: Path, *words: str) -> tuple[int, dict[str, Any], str]:
    """The exit code of a search, what it wrote, and what it said."""
    command = [sys.executable, "-m", "load", "--find-capacity", "--length", "1s", "--warm-up", "0s", "--mix", "sms"]
    ended = subprocess.run(
        [*command, "--artifacts", str(directory), *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return ended.returncode, json.loads((directory / RESULT).read_text(encoding="ascii")), ended.stdout + ended.stderr


def test_a_search_on_a_target_that_meets_nothing_finds_nothing(tmp_path: Path) -> None:
    objectives = tmp_path / "objectives.toml"
    objectives.write_text("[default]\np50 = 0\n", encoding="utf-8")
    code, result, said = found(tmp_path / "found", "--rate", "2/s", "--objectives", str(objectives))
    assert result["tries"][0]["rate"] == 2
    # On a machine that is busy throughout even this is not known.
    assert code in (1, 3), said
    assert result["loops_per_second"] == 0
    assert not result["proved"]
    if code == 1:
        assert "Capacity: 0.0 loops/s, not proved at 95% and 105%" in said
        assert {one["verdict"] for one in result["tries"]} - {"invalid"} == {"objectives missed"}


def test_a_search_that_cannot_be_made_says_why_and_leaves_what_it_has(tmp_path: Path) -> None:
    code, result, said = found(tmp_path / "found", "--target-url", "http://127.0.0.1:9", "--rate", "2/s")
    assert code == 3
    assert "load: no capacity is found: the try at 2.0 loops/s says nothing about the target: " in said
    assert "cannot be reached" in result["why_not"]
    assert [one["verdict"] for one in result["tries"]] == ["could not run"]
