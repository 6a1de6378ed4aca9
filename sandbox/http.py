"""Requests and answers as the sandbox sees them: ASGI in, ASGI out, nothing in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

Scope = MutableMapping[str, Any]
Event = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Event]]
Send = Callable[[Event], Awaitable[None]]
Json = dict[str, Any]

BODY_LIMIT = 1 << 20


class BodyTooLargeError(Exception):
    """The body of a request is longer than ``BODY_LIMIT`` bytes."""


class ClientGoneError(Exception):
    """The client hung up before its request was whole."""


class Request:
    """One HTTP request. Nothing in it is trusted, and reading any of it raises no decoding error."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method: str = scope["method"]
        self.raw_path: bytes = scope["raw_path"]
        self._scope = scope
        self._receive = receive

    def header(self, name: bytes) -> str | None:
        """The first header of this lower-case name, or ``None``."""
        for key, value in self._scope["headers"]:
            if key == name:
                return str(value, "latin-1")
        return None

    @cached_property
    def query(self) -> Mapping[str, str]:
        """The query parameters; of a repeated one the first counts."""
        return first_of_each(self._scope["query_string"])

    async def body(self) -> bytes:
        """The whole body.

        Raises:
            BodyTooLargeError: It is longer than ``BODY_LIMIT`` bytes.
            ClientGoneError: The client hung up.
        """
        announced = self.header(b"content-length")
        if announced is not None and int(announced) > BODY_LIMIT:
            raise BodyTooLargeError
        body: bytes = b""
        while True:
            event = await self._receive()
            if event["type"] == "http.disconnect":
                raise ClientGoneError
            body += event.get("body", b"")
            if len(body) > BODY_LIMIT:
                raise BodyTooLargeError
            if not event.get("more_body", False):
                return body


@dataclass(slots=True)
class Answer:
    """One HTTP answer; ``body`` is JSON to be, or ``None`` for no body at all."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


def first_of_each(pairs: bytes) -> dict[str, str]:
    """``a=1&a=2&b=3`` as a mapping in which the first of repeated names counts; never fails."""
    return _first(parse_qsl(pairs.decode("latin-1"), keep_blank_values=True, errors="replace"))


def _first(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found
