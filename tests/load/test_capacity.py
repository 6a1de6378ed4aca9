"""The search for the highest rate that a target bears, on targets whose limit is known."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from load.capacity import CLOSE, Try, Undecided, proof, search
from load.outcome import Verdict


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
