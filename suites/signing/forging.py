"""The forgeries of the catalogue in batches, since each of them is tried on every operation that takes a signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any
from unicodedata import normalize

import pytest

from contract.answers import Answers
from contract.exchange import Exchange
from contract.judge import Judge
from signer import FORGERIES, Forgery, KeyPair, Kind, Scene
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.stories import Binding

SIZE = 46
"""Forgeries in a batch at most: one person begins as many bindings.

With the good ones of a test that makes three rounds of the calls that a process makes side by side.
"""

EVERY = 32
"""Of a family every one of so many stands for the others."""

MISREAD = frozenset(
    f"{half}-{how}"
    for half in "rs"
    for how in (
        "plus-n",
        "minus-n",
        "plus-256-n",
        "minus-n-negated",
        "negated",
        "plus-2-256",
        "minus-2-256",
        "leading-ff",
    )
)
"""Numbers out of range that are the right ones to whoever reduces them, drops their sign, or cuts them off."""

RESPELLED: dict[str, Callable[[str], str]] = {
    "in capitals": str.upper,
    "in small letters": str.lower,
    "in the other case": str.swapcase,
    "without the blanks around it": str.strip,
    "without its separators": lambda text: "".join(filter(str.isalnum, text)),
    "without its leading zeros": lambda text: text.lstrip("0"),
    "in NFKC": lambda text: normalize("NFKC", text),
    "in NFD": lambda text: normalize("NFD", text),
}
"""What somebody could take for a text who does not compare it as it is."""

CLAUSES = {
    Kind.MALFORMED: "signing.not-der",
    Kind.OUT_OF_RANGE: "signing.out-of-range",
    Kind.UNVERIFIABLE: "signing.unverifiable",
}

Batch = tuple[Forgery, ...]


def each_batch(operation: str) -> pytest.MarkDecorator:
    """Try a test on all forgeries in turn, each batch under the clause of its kind: `malformed-2-r-to-sequence`."""
    return pytest.mark.parametrize(
        "forgeries",
        [
            pytest.param(forgeries, id=name, marks=clause(CLAUSES[forgeries[0].kind], operation))
            for name, forgeries in _batches()
        ],
    )


def _batches() -> Iterator[tuple[str, Batch]]:
    """All forgeries of a kind side by side, with those of a family next to each other."""
    for kind in CLAUSES:
        forgeries = sorted((forgery for forgery in FORGERIES if forgery.kind is kind), key=_family)
        for number, first in enumerate(range(0, len(forgeries), SIZE), start=1):
            batch = tuple(forgeries[first : first + SIZE])
            yield f"{kind.value}-{number}-{_family(batch[0])}-to-{_family(batch[-1])}", batch


def _family(forgery: Forgery) -> str:
    """What was forged: the first word of the name."""
    return forgery.name.partition("-")[0]


def each_representative(operation: str) -> pytest.MarkDecorator:
    """Try a test on a few forgeries of every family, all of a kind at once, under the clause of the kind.

    For an operation that reads signatures as the others do, and on which each try costs several requests.
    """
    chosen = {kind: tuple(_representatives(kind)) for kind in CLAUSES}
    return pytest.mark.parametrize(
        "forgeries",
        [
            pytest.param(forgeries, id=kind.value, marks=clause(CLAUSES[kind], operation))
            for kind, forgeries in chosen.items()
        ],
    )


def _representatives(kind: Kind) -> Iterator[Forgery]:
    for _, members in groupby(sorted((it for it in FORGERIES if it.kind is kind), key=_family), key=_family):
        for place, forgery in enumerate(members):
            if place % EVERY == 0 or forgery.name in MISREAD:
                yield forgery


def respellings(text: str) -> dict[str, str]:
    """The other spellings of a text by what they are; one that comes out as the text itself is none."""
    return {what: spell(text) for what, spell in RESPELLED.items() if spell(text) != text}


def scene_of_binding(binding: Binding) -> Scene:
    """What a forger of the binding's signature has at hand; the other OTP is made up, as a target may have but one."""
    otp = binding.secret.reveal()
    return Scene(binding.keys, otp, KeyPair.generate(), "212212" if otp != "212212" else "121121")


def scene_of_addition(device: Binding, new: KeyPair, key_addition: KeyAddition) -> Scene:
    """What a forger of the device_signature over a new key has at hand."""
    message = key_addition.message(new)
    octets = message.encode() if isinstance(message, str) else message
    return Scene(device.keys, new.public_hex, new, KeyPair.generate().public_hex, octets)


def spoilt(body: dict[str, Any], signature: str) -> dict[str, Any]:
    """A body for POST keys with another device_signature."""
    return {**body, "device_signature": {**body["device_signature"], "signature": signature}}


def all_refused(
    judge: Judge, forgeries: Sequence[Forgery], exchanges: Sequence[Exchange], also: Answers | None = None
) -> None:
    """Each forgery got an answer of the clause's set. The violation names all that did not, and what they are.

    Where one was accepted, the others may be refused for that alone, so only the accepted ones are named.
    also: another set that applies to the requests.
    """
    assert judge.clause.answers is not None
    allowed = judge.clause.answers | also if also else judge.clause.answers
    tried = list(zip(forgeries, exchanges, strict=True))
    accepted = [(forgery, exchange) for forgery, exchange in tried if exchange.answer.ok]
    wrong = accepted or [(forgery, exchange) for forgery, exchange in tried if exchange.status not in allowed]
    if wrong:
        observed = "; ".join(
            f"{forgery.name} answered {exchange.status} ({forgery.what})" for forgery, exchange in wrong
        )
        judge.holds(False, observed, str(allowed), wrong[0][1])
    for _, exchange in tried:
        judge.accepts(exchange, allowed)
