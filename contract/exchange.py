"""One request and what came back: the raw material of every verdict."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


class NotJson(ValueError):
    """The body of an answer is not JSON."""


class Headers(Mapping[str, str]):
    """Header fields whose names compare without regard to case; repeated fields are joined with a comma."""

    def __init__(self, items: Iterable[tuple[str, str]]) -> None:
        self._fields: dict[str, str] = {}
        for name, value in items:
            key = name.lower()
            self._fields[key] = f"{self._fields[key]}, {value}" if key in self._fields else value

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent. `operation` is an id of the operations table, or None for a path that is not in it."""

    method: str
    url: str
    headers: Headers
    body: bytes = b""
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `elapsed` in seconds, from the first byte sent to the last byte read."""

    status: int
    headers: Headers
    body: bytes
    elapsed: float

    def json(self) -> Any:
        """The parsed body. Raises NotJson with one sentence."""
        try:
            # Of bytes, json would take UTF-16 and a byte order mark as well, which JSON on a wire never has (RFC 8259).
            return json.loads(self.body.decode("utf-8", "surrogatepass"), parse_constant=_no_number)
        except (ValueError, RecursionError) as error:
            raise NotJson(f"the body of the {self.status} answer is not JSON ({error})") from error

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


def _no_number(word: str) -> None:
    """Python reads NaN and Infinity, which JSON does not have."""
    raise ValueError(f"{word} is no JSON number")


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its answer.

    clock_offset: seconds by which the clock hook moved the target's clock for this request (contract 9).
    fault: the request carried the fault hook, so a 500 is what it asked for.
    hostile: the HTTP parser itself may refuse this request, so that a 4xx needs no body (contract 1.3).
    confidential: the answer is made of secrets (the outbox, a token) and is never written down.
    """

    request: Request
    answer: Answer
    clock_offset: float = 0.0
    fault: bool = False
    hostile: bool = False
    confidential: bool = field(default=False)

    @property
    def status(self) -> int:
        return self.answer.status
