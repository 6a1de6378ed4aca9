"""Servers that answer with the very bytes they are given, on plain sockets in threads."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Asked:
    """A request as it came. connection, number: which one of the server, and which request of all, both from 0."""

    head: str
    body: bytes
    connection: int
    number: int

    @property
    def line(self) -> str:
        return self.head.split("\r\n")[0]

    @property
    def headers(self) -> list[str]:
        return self.head.split("\r\n")[1:]


class HangUp(Exception):
    """Raised by an answer: the connection is closed."""


Answering = Callable[[Asked], Iterable[bytes]]
"""What is sent for a request, piece by piece."""


@dataclass
class Server:
    """closed: set whenever the server has closed a connection."""

    port: int
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0
    closed: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)


@contextmanager
def server(answering: Answering, *, host: str = HOST, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Run a server; every connection has a thread."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family, backlog=64) as listener:
        running = Server(listener.getsockname()[1])
        threads: list[threading.Thread] = []

        def accept() -> None:
            with suppress(OSError):
                while True:
                    plain, _ = listener.accept()
                    thread = threading.Thread(target=_serve, args=(running, answering, plain, tls), daemon=True)
                    thread.start()
                    threads.append(thread)

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield running
        finally:
            running.ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            accepting.join(5)


def _serve(running: Server, answering: Answering, plain: socket.socket, tls: ssl.SSLContext | None) -> None:
    number, running.connections = running.connections, running.connections + 1
    plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with suppress(OSError, HangUp), plain, tls.wrap_socket(plain, server_side=True) if tls else plain as connection:
        _converse(running, answering, connection, number)
    running.closed.set()


def _converse(running: Server, answering: Answering, connection: socket.socket, number: int) -> None:
    with connection.makefile("rb") as stream:
        while True:
            head = b""
            while not head.endswith(b"\r\n\r\n"):
                line = stream.readline()
                if not line:
                    return
                head += line
            text = head.decode("latin-1").removesuffix("\r\n\r\n")
            lengths = [row.partition(":")[2] for row in text.split("\r\n") if row.lower().startswith("content-length:")]
            asked = Asked(text, stream.read(int(lengths[0])) if lengths else b"", number, len(running.asked))
            running.asked.append(asked)
            for piece in answering(asked):
                connection.sendall(piece)
