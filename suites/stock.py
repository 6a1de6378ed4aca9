"""Good requests made ahead: on a slow target the making of one takes longer than the test that spoils it."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from contract.exchange import Exchange
from contract.operations import operations
from suites.specimens import Specimen, Workshop
from target.recording import Recording, current, recording

SLOW = 0.02
"""Seconds for the quickest answer, from which on it pays to make things ahead; below, they would only be in the way."""

THREADS = 4
FRESH = 60.0
"""Seconds after which what was made ahead is made anew. Challenges live shorter on some targets: a fifth of that."""


@dataclass(frozen=True, slots=True)
class Framed:
    """A specimen, and what it is like before anything bad is sent.

    first: the answer to the good request, where it only reads. before: the state, where it acts.
    """

    good: Specimen
    first: Exchange | None
    before: Any


@dataclass(frozen=True, slots=True)
class _Made:
    """`framed` is None where the making failed with `error`."""

    framed: Framed | None
    error: Exception | None
    recording: Recording
    at: float


class Stock:
    """Keeps one framed specimen of each operation ahead, once a test has asked for one.

    open_workshop: makes a workshop. is_slow: whether the target takes its time. lifetime: seconds of a challenge.
    worked: the operations of which a good request has worked.
    """

    def __init__(self, open_workshop: Callable[[], Workshop], is_slow: Callable[[], bool], lifetime: float) -> None:
        self._open = open_workshop
        self._is_slow = is_slow
        self._fresh = min(FRESH, lifetime / 5)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="stock")
        self._ahead: defaultdict[str, deque[Future[_Made]]] = defaultdict(deque)
        self.worked: set[str] = set()

    def take(self, operation: str) -> Framed:
        """A specimen that nobody has had, as if it had been made just now, in the taker's recording.

        Raises what the making raised.
        """
        if not self._is_slow():
            return self.make(operation)
        made = self._next(operation)
        current().adopt(made.recording)
        if made.framed is None:
            assert made.error is not None
            raise made.error
        return made.framed

    def make(self, operation: str) -> Framed:
        """A specimen that is made now. Raises PrerequisiteFailed, NotTestable."""
        good = self._open().make(operation)
        if operations()[operation].idempotent:
            return Framed(good, good.send(), None)
        return Framed(good, None, good.state())

    def _next(self, operation: str) -> _Made:
        ahead = self._ahead[operation]
        while True:
            while len(ahead) < 2:
                ahead.append(self._threads.submit(self._make, operation))
            made = ahead.popleft().result()
            if time.monotonic() - made.at < self._fresh:
                return made

    def _make(self, operation: str) -> _Made:
        found, failure = None, None
        with recording("stock") as seen:
            try:
                found = self.make(operation)
            except Exception as error:  # noqa: BLE001 - raised again where the specimen is taken
                failure = error
        return _Made(found, failure, seen, time.monotonic())

    def close(self) -> None:
        """Make nothing further."""
        self._threads.shutdown(wait=True, cancel_futures=True)
