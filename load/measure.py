"""What a worker measures, in a form that is cheap to write, can be sent in parts, and adds up without loss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from load.histogram import Histogram, bucket

WRONG_SUCCESS = "wrong success"
"""The kind of failure that no target may ever have: what had to be refused was accepted."""

UNFINISHED = "unfinished"
NOT_SENT = "not sent"

What = TypeVar("What")

Key = tuple[str, int, int]
"""What was measured, in which stage, in which second (both of the time at which it was due)."""


class Cell:
    """One operation or loop, in one second of one stage.

    response: latencies from when it was due, service: from when it was sent; microseconds, of successes only.
    failures: how many there were of each kind.
    """

    __slots__ = ("failures", "response", "service")

    def __init__(self) -> None:
        self.response: dict[int, int] = {}
        self.service: dict[int, int] = {}
        self.failures: dict[str, int] = {}

    def add(self, other: Cell) -> None:
        _add(self.response, other.response)
        _add(self.service, other.service)
        _add(self.failures, other.failures)

    @property
    def failed(self) -> int:
        return sum(self.failures.values())


def _add(counts: dict[What, int], more: Mapping[What, int]) -> None:
    for what, count in more.items():
        counts[what] = counts.get(what, 0) + count


class Measurements:
    """All cells, and what happened when.

    started, ended: loops by the second in which they really began and ended. lateness: of each start, microseconds.
    examples: of each (operation, kind of failure) one exchange, ready to be shown.
    """

    def __init__(self) -> None:
        self.cells: dict[Key, Cell] = {}
        self.started: Counter[int] = Counter()
        self.ended: Counter[int] = Counter()
        self.lateness = Histogram()
        self.examples: dict[tuple[str, str], dict[str, Any]] = {}
        self._told: set[tuple[str, str]] = set()

    def success(self, key: Key, response: float, service: float) -> None:
        """Count an answer that was as it should be. response, service: seconds."""
        cell = self.cells.get(key)
        if cell is None:
            cell = self.cells[key] = Cell()
        counts, index = cell.response, bucket(int(response * 1e6))
        counts[index] = counts.get(index, 0) + 1
        counts, index = cell.service, bucket(int(service * 1e6))
        counts[index] = counts.get(index, 0) + 1

    def failure(self, key: Key, kind: str) -> None:
        """Count one that was not."""
        cell = self.cells.setdefault(key, Cell())
        cell.failures[kind] = cell.failures.get(kind, 0) + 1

    def add(self, other: Measurements) -> None:
        """Take over what another worker, or a later moment, has measured."""
        for key, cell in other.cells.items():
            self.cells.setdefault(key, Cell()).add(cell)
        self.started += other.started
        self.ended += other.ended
        self.lateness.add(other.lateness)
        self.examples = other.examples | self.examples

    def take(self) -> dict[str, Any]:
        """All since the last time, in types that Locust can send from a worker to its master."""
        message = self._as_message()
        self._told |= self.examples.keys()
        self.cells.clear()
        self.started.clear()
        self.ended.clear()
        self.lateness.counts.clear()
        return message

    def _as_message(self) -> dict[str, Any]:
        return {
            "cells": [
                [*key, list(cell.response.items()), list(cell.service.items()), list(cell.failures.items())]
                for key, cell in self.cells.items()
            ],
            "started": list(self.started.items()),
            "ended": list(self.ended.items()),
            "lateness": list(self.lateness.counts.items()),
            "examples": [[*key, shown] for key, shown in self.examples.items() if key not in self._told],
        }

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Measurements:
        """The inverse of `take`."""
        found = cls()
        for name, stage, second, response, service, failures in message["cells"]:
            cell = found.cells[name, stage, second] = Cell()
            cell.response, cell.service, cell.failures = dict(response), dict(service), dict(failures)
        found.started = Counter(dict(message["started"]))
        found.ended = Counter(dict(message["ended"]))
        found.lateness = Histogram(dict(message["lateness"]))
        found.examples = {(operation, kind): shown for operation, kind, shown in message["examples"]}
        return found

    @property
    def names(self) -> Sequence[str]:
        """All that was measured, loops and operations."""
        return sorted({name for name, _, _ in self.cells})

    def of(self, name: str | None = None, stages: Sequence[int] | None = None) -> Iterator[tuple[Key, Cell]]:
        """The cells of one operation (None: of all) in some stages (None: in all)."""
        for key, cell in self.cells.items():
            if (name is None or key[0] == name) and (stages is None or key[1] in stages):
                yield key, cell

    def sum(self, name: str | None = None, stages: Sequence[int] | None = None) -> Total:
        """All of that in one."""
        whole = Cell()
        for _, cell in self.of(name, stages):
            whole.add(cell)
        return Total(whole)


class Total:
    """A sum of cells, ready to be asked."""

    def __init__(self, cell: Cell) -> None:
        self.response = Histogram(cell.response)
        self.service = Histogram(cell.service)
        self.failures = cell.failures
        self.failed = cell.failed
        self.succeeded = self.response.total

    @property
    def asked(self) -> int:
        return self.succeeded + self.failed

    @property
    def error_share(self) -> float:
        return self.failed / self.asked if self.asked else 0.0

    @property
    def wrong_successes(self) -> int:
        return self.failures.get(WRONG_SUCCESS, 0)

    def objective(self, share: float) -> float:
        """The response time in microseconds that a share of all keeps, where failures took for ever."""
        return self.response.quantile(share, endless=self.failed)
