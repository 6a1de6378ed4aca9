"""What a test says to a target: its exchanges, and the secrets that it gets to know by them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from contract.exchange import Exchange
from target.secret import Secret


@dataclass(slots=True)
class Recording:
    """The exchanges of one test, in their order, and its secrets.

    otps, numbers, activation_codes: what was sent to customers or drawn for them.
    met: what else the answers held, whoever asked for it.
    """

    test: str
    exchanges: list[Exchange] = field(default_factory=list)
    otps: list[Secret] = field(default_factory=list)
    numbers: list[Secret] = field(default_factory=list)
    activation_codes: list[Secret] = field(default_factory=list)
    met: list[Secret] = field(default_factory=list)

    def adopt(self, other: Recording) -> None:
        """Take over all of another recording, of what was made ahead or elsewhere."""
        self.exchanges += other.exchanges
        self.know(other)

    def know(self, other: Recording) -> None:
        """Take over the secrets of another recording."""
        self.otps += other.otps
        self.numbers += other.numbers
        self.activation_codes += other.activation_codes
        self.met += other.met


_CURRENT: ContextVar[Recording] = ContextVar("recording")


def current() -> Recording:
    """The recording of this context; one that nobody keeps where none was begun."""
    return _CURRENT.get(None) or Recording("session")


@contextmanager
def recording(test: str) -> Iterator[Recording]:
    """Record all that is said in this context, and in what `Target.together` runs for it."""
    begun = Recording(test)
    token = _CURRENT.set(begun)
    try:
        yield begun
    finally:
        _CURRENT.reset(token)
