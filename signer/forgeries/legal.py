"""Valid signatures in an unusual spelling: a right target may accept them (contract 2)."""

from itertools import cycle
from typing import Final

from signer.forgeries.forgery import Forgery, Kind, spelled


def _mixed_case(digits: str) -> str:
    """Every other letter, not every other digit, so that both cases are there for certain."""
    upper = cycle((True, False))
    return "".join(digit.upper() if digit.isalpha() and next(upper) else digit for digit in digits)


LEGAL_VARIANTS: Final = (
    Forgery(
        "s-high",
        Kind.LEGAL,
        "The half of s that is above n/2.",
        spelled(lambda signature: signature.with_high_s().hex),
    ),
    Forgery(
        "hex-upper-case",
        Kind.LEGAL,
        "The hex digits in upper case.",
        spelled(lambda signature: signature.hex.upper()),
    ),
    Forgery(
        "hex-mixed-case",
        Kind.LEGAL,
        "The hex digits in both cases.",
        spelled(lambda signature: _mixed_case(signature.hex)),
    ),
)
