"""Proper DER of wrong numbers: r or s outside [1, n-1], or inside and changed."""

from collections.abc import Callable
from itertools import product
from typing import Final

from signer import der
from signer.forgeries.forgery import Forgery, Kind, Rewrite, in_range, out_of_range
from signer.p256 import GENERATOR_X, N, P

# A number with which r or s of a valid signature is replaced, given what it was.
_Change = Callable[[int], int]


def _leading_ff(half: int) -> int:
    return int.from_bytes(b"\xff" + der.integer_content(half), "big", signed=True)


def _leading_zero_missing(half: int) -> int:
    # Only a number with its top bit set has a leading zero to lose.
    return half - 2**256 if 2**255 <= half < 2**256 - 2**248 else half


_OUTSIDE: Final[tuple[tuple[str, str, _Change], ...]] = (
    ("zero", "{} is 0", lambda _: 0),
    ("minus-one", "{} is -1", lambda _: -1),
    ("n", "{} is n, the order of the group", lambda _: N),
    ("n-plus-one", "{} is n + 1", lambda _: N + 1),
    ("p", "{} is p, the prime of the field", lambda _: P),
    ("p-plus-one", "{} is p + 1", lambda _: P + 1),
    ("all-ones", "{} is 2^256 - 1", lambda _: 2**256 - 1),
    ("2-256", "{} is 2^256", lambda _: 2**256),
    ("huge", "{} has nine hundred bytes", lambda half: half << 6944),
    ("negated", "{0} is replaced by -{0}", lambda half: -half),
    ("plus-n", "{0} is replaced by {0} + n", lambda half: half + N),
    ("minus-n", "{0} is replaced by {0} - n", lambda half: half - N),
    ("minus-n-negated", "{0} is replaced by -n - {0}", lambda half: -N - half),
    ("plus-256-n", "{0} is replaced by {0} + 256n", lambda half: half + 256 * N),
    ("plus-p", "{0} is replaced by {0} + p", lambda half: half + P),
    ("plus-2-256", "{0} is replaced by {0} + 2^256", lambda half: half + 2**256),
    ("minus-2-256", "{0} is replaced by {0} - 2^256", lambda half: half - 2**256),
    ("plus-2-320", "{0} is replaced by {0} + 2^320", lambda half: half + 2**320),
    ("plus-2-512", "{0} is replaced by {0} + 2^512", lambda half: half + 2**512),
    ("zeros-appended", "two zero octets are appended to {}", lambda half: half << 16),
    ("null-appended", "NULL is appended to {}", lambda half: half << 16 | 0x0500),
    ("leading-ff", "an octet ff stands in front of {}", _leading_ff),
)

_INSIDE: Final[tuple[tuple[str, str, _Change], ...]] = (
    ("one", "{} is 1", lambda _: 1),
    ("n-minus-one", "{} is n - 1", lambda _: N - 1),
    ("plus-one", "{} is one more than it was", lambda half: half + 1),
    ("flipped-bit-0", "bit 0 of {} is flipped", lambda half: half ^ 1),
    ("flipped-bit-32", "bit 32 of {} is flipped", lambda half: half ^ 1 << 32),
    ("flipped-bit-64", "bit 64 of {} is flipped", lambda half: half ^ 1 << 64),
    ("flipped-bit-128", "bit 128 of {} is flipped", lambda half: half ^ 1 << 128),
    ("flipped-bit-249", "bit 249 of {}, in its first octet, is flipped", lambda half: half ^ 1 << 249),
    ("without-last-octet", "the last octet of {} is cut off, and the lengths are right", lambda half: half >> 8),
    (
        "without-first-octet",
        "the first octet of {} is cut off, and the lengths are right",
        lambda half: half % 2**248,
    ),
    ("doubled", "{0} is replaced by 2{0} mod n", lambda half: 2 * half % N),
    ("inverted", "{0} is replaced by 1/{0} mod n", lambda half: pow(half, -1, N)),
    ("complemented", "all 256 bits of {} are flipped", lambda half: half ^ 2**256 - 1),
)

_PAIRS_OUTSIDE: Final[tuple[tuple[str, str, Rewrite], ...]] = (
    # Strictly read, an INTEGER without its leading zero is the DER of a negative number.
    (
        "der-leading-zero-missing-in-r",
        "the leading zero that keeps r positive is missing",
        lambda r, s: (_leading_zero_missing(r), s),
    ),
    # n - s is the other valid half, and the one with the top bit set.
    (
        "der-leading-zero-missing-in-s",
        "the leading zero that keeps s positive is missing",
        lambda r, s: (r, _leading_zero_missing(N - s)),
    ),
)

_PAIRS_INSIDE: Final[tuple[tuple[str, str, Rewrite], ...]] = (
    # N - s would be the other valid half; of r it is none.
    ("r-n-minus-r", "r is replaced by n - r", lambda r, s: (N - r, s)),
    ("r-and-s-subtracted-from-n", "r and s are replaced by n - r and n - s", lambda r, s: (N - r, N - s)),
    ("r-and-s-swapped", "r and s are swapped", lambda r, s: (s, r)),
    ("r-twice", "s is replaced by r", lambda r, _: (r, r)),
    ("s-twice", "r is replaced by s", lambda _, s: (s, s)),
    ("r-generator-x", "r is the x-coordinate of the base point, as of the nonce 1", lambda _, s: (GENERATOR_X, s)),
)

_SPECIAL: Final = (
    ("zero", "0", 0),
    ("one", "1", 1),
    ("minus-one", "-1", -1),
    ("n-minus-one", "n - 1", N - 1),
    ("n", "n", N),
    ("n-plus-one", "n + 1", N + 1),
    ("p", "p", P),
    ("p-plus-one", "p + 1", P + 1),
)


def _sentence(text: str) -> str:
    """A sentence; "r" and "s" are names, and stay small."""
    return (text if text.startswith(("r ", "s ")) else text[0].upper() + text[1:]) + "."


def _of_r(change: _Change) -> Rewrite:
    return lambda r, s: (change(r), s)


def _of_s(change: _Change) -> Rewrite:
    return lambda r, s: (r, change(s))


def _fixed(r: int, s: int) -> Rewrite:
    return lambda _r, _s: (r, s)


def _special_pair(r: tuple[str, str, int], s: tuple[str, str, int]) -> Forgery:
    inside = all(0 < value < N for _, _, value in (r, s))
    kind, make = (Kind.UNVERIFIABLE, in_range) if inside else (Kind.OUT_OF_RANGE, out_of_range)
    return Forgery(f"pair-{r[0]}-and-{s[0]}", kind, f"r = {r[1]} and s = {s[1]}.", make(_fixed(r[2], s[2])))


_HALVES: Final = (("r", _of_r), ("s", _of_s))

INTEGER_FORGERIES: Final = (
    *(
        Forgery(f"{half}-{name}", Kind.OUT_OF_RANGE, _sentence(what.format(half)), out_of_range(of(change)))
        for half, of in _HALVES
        for name, what, change in _OUTSIDE
    ),
    *(
        Forgery(f"{half}-{name}", Kind.UNVERIFIABLE, _sentence(what.format(half)), in_range(of(change)))
        for half, of in _HALVES
        for name, what, change in _INSIDE
    ),
    *(
        Forgery(name, Kind.OUT_OF_RANGE, _sentence(what), out_of_range(rewrite))
        for name, what, rewrite in _PAIRS_OUTSIDE
    ),
    *(Forgery(name, Kind.UNVERIFIABLE, _sentence(what), in_range(rewrite)) for name, what, rewrite in _PAIRS_INSIDE),
    *(_special_pair(r, s) for r, s in product(_SPECIAL, repeat=2)),
)
