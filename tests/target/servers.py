"""Small real servers: one that answers HTTP as it is told, and one that only has sockets."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Received:
    """A request as it arrived. `connection`: the same number for all requests of one connection."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int


@dataclass(frozen=True)
class Reply:
    """What the site answers. `body`: a JSON document, or bytes as they are; None for no body."""

    status: int = 200
    body: Any = None
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def content(self) -> bytes:
        return (
            self.body if isinstance(self.body, bytes) else b"" if self.body is None else json.dumps(self.body).encode()
        )


Behaviour = Callable[[Received], Reply | None]
"""What to answer to a request; None hangs up on it."""


@dataclass
class Site:
    url: str
    received: list[Received] = field(default_factory=list)


@contextmanager
def site(behaviour: Behaviour) -> Iterator[Site]:
    """A threaded HTTP/1.1 server with keep-alive that behaves as it is told, and remembers what it received."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = Received(self.command, self.path, dict(self.headers), content, self.client_address[1])
            server.received.append(request)
            reply = behaviour(request)
            if reply is None:
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value)
            if reply.status != 204:
                self.send_header("Content-Length", str(len(reply.content)))
            self.end_headers()
            self.wfile.write(reply.content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    class Server(ThreadingHTTPServer):
        request_queue_size = 64
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that is gone is no news."""

    with Server((HOST, 0), Handler) as http:
        server = Site(f"http://{HOST}:{http.server_address[1]}")
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()


@contextmanager
def sockets(
    behaviour: Callable[[socket.socket, socket.socket], None], receive_buffer: int | None = None
) -> Iterator[int]:
    """A server that calls `behaviour(connection, listener)` in a thread for each connection; yields its port."""
    with socket.create_server((HOST, 0), backlog=64) as listener:
        if receive_buffer:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        port: int = listener.getsockname()[1]

        def handle(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                behaviour(connection, listener)

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    threading.Thread(target=handle, args=(connection,), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield port
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@contextmanager
def nobody() -> Iterator[str]:
    """A URL where nobody listens; the port is held, so that nobody else will."""
    with socket.socket() as held:
        held.bind((HOST, 0))
        yield f"http://{HOST}:{held.getsockname()[1]}"
