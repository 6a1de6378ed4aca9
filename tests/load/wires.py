"""What the tests of the wire have in common: transports, the simplest servers, and what failed."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from load.caller import Transport
from load.fast import Fast
from load.wire import Reply, Wire, WireError
from tests.load.servers import HOST, Asked, HangUp, Server, server

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

Connect = Callable[..., Transport]


def connecting(kind: type[Wire] | type[Fast]) -> Iterator[Connect]:
    made: list[Transport] = []

    def make(where: Server | str, *, context: ssl.SSLContext | None = None, timeout: float = 5.0) -> Transport:
        url = where if isinstance(where, str) else f"http://{HOST}:{where.port}"
        transport = kind(url, context=context, timeout=timeout)
        transport.use([("Accept-Encoding", "gzip, deflate")])
        made.append(transport)
        return transport

    yield make
    for transport in made:
        transport.close()


def get(transport: Transport, path: str = "/") -> Reply:
    return transport.exchange("GET", path, b"", repeatable=True)


def post(transport: Transport, path: str = "/", content: bytes = b"{}") -> Reply:
    return transport.exchange("POST", path, content, repeatable=False)


def saying(*pieces: bytes, hang_up: bool = False) -> AbstractContextManager[Server]:
    """A server with one answer to everything, after which it may close the connection."""

    def answer(_: Asked) -> Iterator[bytes]:
        yield from pieces
        if hang_up:
            raise HangUp

    return server(answer)


def kind_of(failing: Callable[[], object]) -> str:
    with pytest.raises(WireError) as caught:
        failing()
    return str(caught.value)
