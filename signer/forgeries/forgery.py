"""What a forgery is: a way to turn a valid signature over the live challenge into one that must be refused."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, TypeVar

from signer import der
from signer.keys import KeyPair
from signer.p256 import N
from signer.signature import Signature

_T = TypeVar("_T")

_TRIES: Final = 128
"""Signing is randomized: what needs a particular r or s signs again, at most this often."""


class Kind(Enum):
    """Which rule of the contract a signature breaks, and with it the set of accepted answers."""

    MALFORMED = "malformed"
    """Not hex, or not DER: {400 | 403} (contract 2 and 3)."""

    OUT_OF_RANGE = "out-of-range"
    """DER, with r or s outside [1, n-1]: {403 | 400} (contract 2)."""

    UNVERIFIABLE = "unverifiable"
    """DER and in range, but no signature by this key over this text: {403 | 400} (contract 3)."""

    LEGAL = "legal"
    """Valid, in an unusual spelling: accepted by the sandbox; a refusal is a note (contract 2)."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a forger has at hand: the device's key, the live text, and a stranger's key and text.

    ``octets`` is what is really signed; the UTF-8 of the text where it is not given.

    Raises ValueError where the text is empty, or where the other key or text is no other one: forgeries made of
    them would be valid.
    """

    keys: KeyPair
    message: str = field(repr=False)  # an OTP is a secret
    other_keys: KeyPair
    other_message: str = field(repr=False)
    octets: bytes = field(repr=False, default=b"")

    def __post_init__(self) -> None:
        object.__setattr__(self, "octets", self.octets or self.message.encode())
        if not self.message:
            raise ValueError("message must not be empty")
        if self.keys == self.other_keys:
            raise ValueError("other_keys must differ from keys")
        if self.message == self.other_message:
            raise ValueError("other_message must differ from message")

    def signature(self) -> Signature:
        """A fresh valid signature over the live text; s low, so that a forgery differs in one thing only."""
        return self.keys.sign(self.octets).with_low_s()


Make = Callable[[Scene], str]


@dataclass(frozen=True, slots=True)
class Forgery:
    """One entry of the catalogue.

    ``name`` is a stable kebab-case test id, ``what`` one sentence for a report, and ``make`` gives the exact
    string to send as ``signature``: 1 to 2,048 characters, so that its length is never what is wrong with it.
    """

    name: str
    kind: Kind
    what: str
    make: Make


def spelled(spell: Callable[[Signature], str]) -> Make:
    """Write a valid signature in another way than as the hex of its DER."""
    return lambda scene: spell(scene.signature())


def malformed(write: Callable[[Signature], bytes]) -> Make:
    """Encode a valid signature otherwise; again where what comes out happens to be DER after all."""

    def make(scene: Scene) -> str:
        return retried(lambda: write(scene.signature()), lambda data: not der.is_pair(data)).hex()

    return make


Pair = tuple[int, int]
Rewrite = Callable[[int, int], Pair]


def out_of_range(rewrite: Rewrite) -> Make:
    """Replace r and s of a valid signature by numbers of which one is outside [1, n-1]."""

    def make(scene: Scene) -> str:
        def outside(halves: Pair) -> bool:
            return not is_in_range(halves)

        return der.pair(*retried(lambda: rewrite(*scene.signature().integers), outside)).hex()

    return make


def in_range(rewrite: Rewrite) -> Make:
    """Replace r and s of a valid signature by numbers in [1, n-1] that are no valid signature."""

    def make(scene: Scene) -> str:
        def propose() -> tuple[Pair, Pair]:
            valid = scene.signature().integers
            return valid, rewrite(*valid)

        def inside_and_changed(valid_and_changed: tuple[Pair, Pair]) -> bool:
            valid, (r, s) = valid_and_changed
            return is_in_range((r, s)) and (r, min(s, N - s)) != valid

        return der.pair(*retried(propose, inside_and_changed)[1]).hex()

    return make


def retried(propose: Callable[[], _T], fits: Callable[[_T], bool]) -> _T:
    """The first proposal that fits. Raises RuntimeError where 128 of them do not: the forgery is badly made."""
    for _ in range(_TRIES):
        if fits(proposal := propose()):
            return proposal
    raise RuntimeError(f"none of {_TRIES} signatures had the form that this forgery starts from")


def is_in_range(halves: Pair) -> bool:
    """Whether r and s are both in [1, n-1]."""
    r, s = halves
    return 0 < r < N and 0 < s < N
