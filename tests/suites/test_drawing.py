"""Random OTPs pass for random, and OTPs that can be foretold do not (contract 8)."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from suites.messages.drawing import Draw, fewest_digits, most_by_chance, most_distinct, oddities

NUMBER = "+4915123456789"
AT = "2026-11-22T01:58:45Z"

Foretold = Callable[[int, random.Random], int | str]


def source_of(seed: object) -> random.Random:
    """Draws the same in every run."""
    return random.Random(str(seed))  # noqa: S311 - nothing secret is drawn


def draws(foretold: Foretold, count: int = 200, seed: object = "draws") -> list[Draw]:
    source = source_of(seed)
    otps = [foretold(place, source) for place in range(count)]
    ids = [f"{source.getrandbits(128):032x}" for _ in otps]
    return [
        Draw(otp if isinstance(otp, str) else f"{otp % 10**6:06d}", NUMBER, one, AT)
        for otp, one in zip(otps, ids, strict=True)
    ]


@pytest.mark.parametrize("count", [1, 2, 10, 16, 24, 200, 1000])
def test_otps_that_are_drawn_at_random_are_not_odd(count: int) -> None:
    for seed in range(5):
        assert list(oddities(draws(lambda _, source: source.randrange(10**6), count, seed))) == []


FORETOLD: dict[str, Foretold] = {
    "constant": lambda *_: 483920,
    "static for some": lambda place, source: 212212 if place % 20 == 0 else source.randrange(10**6),
    "ascending": lambda place, _: 483920 + place,
    "descending": lambda place, _: 100 - place,
    "in steps, around the end": lambda place, _: 999_000 + 7919 * place,
    "ascending, with others in between": lambda place, source: 3 * place + source.randrange(3),
    "by the clock": lambda place, source: 35_000 + 4 * place + source.randrange(4),
    "short period": lambda place, _: pow(7, place % 90, 1_000_003),
    "four digits": lambda _, source: source.randrange(10**4),
    "no leading zero": lambda _, source: source.randrange(100_000, 10**6),
    "no nine": lambda _, source: "".join(source.choice("012345678") for _ in range(6)),
    "no digit twice": lambda _, source: "".join(source.sample("0123456789", 6)),
    "even": lambda _, source: 2 * source.randrange(10**6 // 2),
    "five digits": lambda _, source: f"{source.randrange(10**5):05d}",
    "zeros left out": lambda _, source: str(source.randrange(10**6)),
    "letters": lambda _, source: f"{source.randrange(16**6):06x}",
    "the end of the number": lambda _, __: NUMBER[-6:],
    "the time of day": lambda _, __: "015845",
    "the date": lambda _, __: "221126",
}


@pytest.mark.parametrize("foretold", FORETOLD.values(), ids=FORETOLD)
def test_otps_that_can_be_foretold_are_odd(foretold: Foretold) -> None:
    assert list(oddities(draws(foretold)))


@pytest.mark.parametrize("name", ["constant", "ascending", "descending", "in steps, around the end"])
def test_a_few_draws_show_the_worst(name: str) -> None:
    assert list(oddities(draws(FORETOLD[name], 10)))


@pytest.mark.parametrize("derived", ["000000000000000000000000000{}", "a1b2-{}", "msg_{}"])
def test_otps_that_stand_in_their_ids_are_odd(derived: str) -> None:
    source = source_of("ids")
    otps = [f"{source.randrange(10**6):06d}" for _ in range(10)]
    assert list(oddities([Draw(otp, NUMBER, derived.format(otp)) for otp in otps]))


def test_otps_that_are_the_rest_of_their_ids_are_odd() -> None:
    ids = [f"{source_of(place).getrandbits(128):032x}" for place in range(10)]
    assert list(oddities([Draw(f"{int(one, 16) % 10**6:06d}", NUMBER, one) for one in ids]))


def test_what_chance_does_is_what_is_reckoned() -> None:
    # Of 200 OTPs two are the same in one run out of fifty, and four times two in one out of 10^8.
    assert most_by_chance(200 * 199 / 2 / 10**6) == 3
    assert most_by_chance(0) == 0
    assert [fewest_digits(count) for count in (1, 24, 200)] == [1, 4, 10]
    assert [most_distinct(count) for count in (1, 10, 200)] == [1, 9, 60]


def test_no_oddity_names_an_otp() -> None:
    for foretold in FORETOLD.values():
        found = draws(foretold)
        told = "\n".join(oddities(found))
        assert not any(draw.otp in told for draw in found if len(draw.otp) == 6)
