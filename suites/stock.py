"""Good requests in stock: kept where they only read, and made ahead where the target is slow.

The making of one takes longer than the test that spoils it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from contract.exchange import Exchange
from contract.operations import operations
from suites.specimens import Specimen, Workshop
from target.client import Client
from target.recording import Recording, current, recording

AHEAD = 4
"""Tests whose good requests are made ahead, each in a thread of its own."""

FRESH = 60.0
"""Seconds after which what was made ahead is made anew. Challenges live shorter on some targets: a fifth of that."""


@dataclass(frozen=True, slots=True)
class Framed:
    """A specimen, and what it is like before anything bad is sent.

    first: the answer to the good request, where it only reads. before: the state, where it acts.
    until: when a challenge that belongs to it expires, on the monotonic clock.
    """

    good: Specimen
    first: Exchange | None
    before: Any
    until: float


@dataclass(frozen=True, slots=True)
class _Made:
    """`framed` is None where the making failed with `error`. recording: what was said when it was made."""

    framed: Framed | None
    error: Exception | None
    recording: Recording
    at: float

    def is_older_than(self, seconds: float) -> bool:
        return time.monotonic() - self.at > seconds


class Stock:
    """Makes framed specimens: while other tests run, where the target is slow.

    A good request that only reads serves one test after another, as long as it is given back.

    open_workshop: makes a workshop. client: whose answers are waited for. lifetime: seconds that a challenge lives.
    worked: the operations of which a good request has worked.
    """

    def __init__(self, open_workshop: Callable[[], Workshop], client: Client, lifetime: float) -> None:
        self._open = open_workshop
        self._client = client
        self._lifetime = lifetime
        self._fresh = min(FRESH, lifetime / 5)
        self._threads = ThreadPoolExecutor(AHEAD, thread_name_prefix="stock")
        self._ahead: dict[str, Future[_Made]] = {}
        self._kept: dict[str, _Made] = {}
        self._out: dict[str, _Made] = {}
        self.worked: set[str] = set()

    def take(self, operation: str, soon: Sequence[str] = ()) -> Framed:
        """A specimen that no other test uses, as if it had been made just now, in the taker's recording.

        soon: the operations of the tests that come next, of which one each is made meanwhile.
        Raises what the making raised.
        """
        kept = self._kept.pop(operation, None)
        if kept is None or kept.is_older_than(self._fresh):
            return self._new(operation, soon)
        assert kept.framed is not None
        current().know(kept.recording)
        self._out[operation] = kept
        return replace(kept.framed, first=kept.framed.good.send())

    def give_back(self, operation: str) -> None:
        """The specimen that was taken last only reads, and has been proved to be as good as it was."""
        if made := self._out.pop(operation, None):
            self._kept[operation] = made

    def _new(self, operation: str, soon: Sequence[str]) -> Framed:
        made = self._delivered(operation, soon) if self._client.is_slow else None
        if made is None or made.is_older_than(self._fresh):
            made = self._make(operation)
        current().adopt(made.recording)
        if made.framed is None:
            assert made.error is not None
            raise made.error
        self._out[operation] = made
        return made.framed

    def _delivered(self, operation: str, soon: Sequence[str]) -> _Made:
        for wanted in (operation, *soon):
            if wanted not in self._ahead and wanted not in self._kept:
                self._ahead[wanted] = self._threads.submit(self._make, wanted)
        return self._ahead.pop(operation).result()

    def make(self, operation: str) -> Framed:
        """A specimen that is made now. Raises PrerequisiteFailed, NotTestable."""
        until = time.monotonic() + self._lifetime
        good = self._open().make(operation)
        if operations()[operation].idempotent:
            return Framed(good, good.send(), None, until)
        return Framed(good, None, good.state(), until)

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
