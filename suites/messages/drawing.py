"""What tells OTPs that are drawn at random from those that can be foretold (contract 8).

Each rule would call one run in twenty million of a right target odd, so that all rules for all acts together call
less than one in a million.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from math import comb, exp, factorial, perm

from contract.everywhere import instant

ALL = 10**6
"""How many OTPs there are."""

ODD = 5e-8
"""The probability below which nothing is put down to chance."""

SIX = 6


@dataclass(frozen=True, slots=True)
class Draw:
    """An OTP with what it may have been made of: the id that it belongs to, the number, the time stamp."""

    otp: str
    number: str
    id: str | None = None
    at: str | None = None


def oddities(draws: Sequence[Draw]) -> Iterator[str]:
    """What is not as it would be by chance; `draws` in the order in which they were sent. No OTP is named."""
    misspelled = sum(not (len(draw.otp) == SIX and draw.otp.isascii() and draw.otp.isdecimal()) for draw in draws)
    if misspelled:
        yield f"{misspelled} of {len(draws)} OTPs are not six digits"
        return
    values = [int(draw.otp) for draw in draws]
    steps = [(later - earlier) % ALL for earlier, later in pairwise(values)]
    for what, found in (("OTPs", values), ("steps from one OTP to the next", steps)):
        repeats = len(found) - len(set(found))
        if repeats > most_by_chance(len(found) * (len(found) - 1) / 2 / ALL):
            yield f"of {len(found)} {what} {repeats} came before"
    fewest = fewest_digits(len(draws))
    for place in range(SIX):
        digits = len({draw.otp[place] for draw in draws})
        if digits < fewest:
            yield f"in {len(draws)} OTPs there are {digits} different digits at place {place + 1}"
    distinct = sum(len(set(draw.otp)) == SIX for draw in draws)
    if distinct > most_distinct(len(draws)):
        yield f"in {distinct} of {len(draws)} OTPs no digit stands twice"
    told = [told_by(draw) for draw in draws]
    derived = sum(draw.otp in by for draw, by in zip(draws, told, strict=True))
    if derived > most_by_chance(sum(map(len, told)) / ALL):
        yield f"{derived} of {len(draws)} OTPs can be read off the id, the number or the time"


def most_by_chance(expected: float) -> int:
    """The most events of a Poisson distribution that are not odd yet."""
    most, odds = 0, 1 - exp(-expected)
    while odds >= ODD:
        most += 1
        odds -= exp(-expected) * expected**most / factorial(most)
    return most


def fewest_digits(draws: int) -> int:
    """The fewest different digits at one of six places that are not odd yet: all ten from 200 draws on."""
    return next(few for few in range(1, 11) if SIX * comb(10, few) * (few / 10) ** draws >= ODD or few == 10)


def most_distinct(draws: int) -> int:
    """The most OTPs with six different digits that are not odd yet; by chance they are 15 of 100."""
    share, odds = perm(10, SIX) / ALL, 0.0
    for many in range(draws, 0, -1):
        odds += comb(draws, many) * share**many * (1 - share) ** (draws - many)
        if odds >= ODD:
            return many
    return 0


def told_by(draw: Draw) -> set[str]:
    """The six digits that are in an id, in a number, or in the time of the message."""
    texts = [draw.number, draw.id or ""]
    told = {"".join(window) for text in texts for window in _windows([one for one in text if one.isdecimal()])}
    compact = (draw.id or "").replace("-", "")
    for base in (10, 16):
        try:
            told.add(f"{int(compact, base) % ALL:06d}")
        except ValueError:
            continue
    return told | _times(draw.at)


def _windows(digits: Sequence[str]) -> Iterator[Sequence[str]]:
    yield from (digits[first : first + SIX] for first in range(len(digits) - SIX + 1))


def _times(at: str | None) -> set[str]:
    """The end of the seconds since 1970, the time of day and the date, two seconds more or less."""
    try:
        moment = instant(at or "")
    except ValueError:
        return set()
    around = [moment + timedelta(seconds=seconds) for seconds in range(-2, 3)]
    told = {f"{int(one.timestamp()) % ALL:06d}" for one in around}
    return told | {one.strftime(form) for one in around for form in ("%H%M%S", "%d%m%y", "%y%m%d", "%m%d%y")}
