# ruff: noqa: ARG002 (a decision gets the request, whether it needs it or not)
"""How an answer may travel otherwise: what is legal HTTP, whatever the contract says of its content (contract 1.1)."""

from __future__ import annotations

import asyncio
import gzip
import random
from collections.abc import Sequence

from sandbox.app import Sandbox
from sandbox.http import Answer, Event, Request, Send
from sandbox.settings import Settings
from sandbox.variants.catalogue import variant

_Headers = list[tuple[bytes, bytes]]
_PIECE = 7


class _OwnHeaders(Sandbox):
    """A sandbox that has a last look at the headers of every answer."""

    async def send(self, request: Request, answer: Answer, send: Send) -> None:
        async def with_headers(event: Event) -> None:
            if event["type"] == "http.response.start":
                event["headers"] = self.own_headers(request, answer, list(event["headers"]))
            await send(event)

        await super().send(request, answer, with_headers)

    def own_headers(self, request: Request, answer: Answer, headers: _Headers) -> _Headers:
        raise NotImplementedError


@variant("chunked")
class Chunked(Sandbox):
    """Bodies go out in chunks of a few bytes, without a length."""

    def pieces(self, request: Request, body: bytes) -> Sequence[bytes] | None:
        if not body:
            return super().pieces(request, body)
        return [body[start : start + _PIECE] for start in range(0, len(body), _PIECE)]


@variant("gzip")
class Gzip(Sandbox):
    """Bodies are compressed for a client that accepts it."""

    def encoded(self, request: Request, answer: Answer) -> bytes:
        body = super().encoded(request, answer)
        if not body or "gzip" not in (request.header(b"accept-encoding") or ""):
            return body
        answer.headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
        return gzip.compress(body, compresslevel=1)


@variant("connection-close")
class ConnectionClose(_OwnHeaders):
    """Every answer is the last one of its connection."""

    def own_headers(self, request: Request, answer: Answer, headers: _Headers) -> _Headers:
        return [*headers, (b"connection", b"close")]


@variant("capital-headers")
class CapitalHeaders(_OwnHeaders):
    """Header names are written with capitals."""

    def own_headers(self, request: Request, answer: Answer, headers: _Headers) -> _Headers:
        return [(name.title(), value) for name, value in headers]


@variant("more-headers")
class MoreHeaders(_OwnHeaders):
    """Answers have headers that nobody documented, some of them twice."""

    def own_headers(self, request: Request, answer: Answer, headers: _Headers) -> _Headers:
        return [
            *headers,
            (b"x-request-id", str(random.getrandbits(64)).encode()),
            (b"set-cookie", b"route=1; Path=/; HttpOnly"),
            (b"set-cookie", b"lane=fast; Path=/"),
            (b"cache-control", b"no-cache"),
            (b"cache-control", b"private"),
            (b"x-empty", b""),
            (b"via", "1.1 brücke".encode("latin-1")),
        ]


@variant("charset", freedom="content type")
class Charset(Sandbox):
    """The content type names the charset."""

    def content_type(self, request: Request, answer: Answer) -> str:
        return "application/json; charset=utf-8"


@variant("content-type-in-capitals", freedom="content type")
class ContentTypeInCapitals(Sandbox):
    """The content type is in capitals, with a parameter that nobody knows."""

    def content_type(self, request: Request, answer: Answer) -> str:
        return 'Application/JSON;CHARSET="UTF-8" ; v=1'


@variant("slow")
class Slow(Sandbox):
    """Answers take up to 20 milliseconds longer, now more, now less."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._jitter = random.Random(1)  # noqa: S311 - nothing secret

    async def send(self, request: Request, answer: Answer, send: Send) -> None:
        await asyncio.sleep(self._jitter.uniform(0, 0.02))
        await super().send(request, answer, send)
