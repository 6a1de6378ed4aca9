"""Serving a sandbox on a port of this machine, until a signal ends it.

The server is uvicorn with uvloop and httptools: one process, one event loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import socket
from collections.abc import Callable, Iterator

import uvicorn
import uvloop

from sandbox.http import Receive, Scope, Send

HOST = "127.0.0.1"
_STDIN = 0
_BACKLOG = 2048
# Longer than clients keep idle connections, so that a client never writes into one that closes.
_KEEP_ALIVE_SECONDS = 120
# The world only grows, and holds no cycles: looking through it for garbage more often is a waste.
_GC_THRESHOLDS = (50_000, 50, 1_000)

App = Callable[[Scope, Receive, Send], object]


class _Server(uvicorn.Server):
    """uvicorn that says when it is ready, and takes a signal as an ordinary end."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], until_eof: bool) -> None:
        super().__init__(config)
        self._ready = ready
        self._until_eof = until_eof

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own raises the signal again after the shutdown, and the exit code would tell of a crash.
        loop = asyncio.get_running_loop()
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(name, self.handle_exit, name, None)
        if self._until_eof:
            loop.add_reader(_STDIN, self._read_stdin, loop)
        yield

    def _read_stdin(self, loop: asyncio.AbstractEventLoop) -> None:
        if not os.read(_STDIN, 4096):
            loop.remove_reader(_STDIN)
            self.handle_exit(signal.SIGTERM, None)


def listen(port: int) -> socket.socket:
    """A listening socket on a port of 127.0.0.1, or on a free one where ``port`` is 0.

    Raises:
        OSError: The port is taken.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen(_BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def serve(app: App, listener: socket.socket, ready: Callable[[], None], *, until_eof: bool = False) -> None:
    """Serves until SIGINT or SIGTERM, then closes every connection. ``ready`` is called once requests are taken.

    ``until_eof`` also ends it with its standard input: so it never outlives the process that holds the other end.
    """
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        backlog=_BACKLOG,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        # Seconds for requests under way; uvicorn hands it to asyncio, which takes a fraction as well.
        timeout_graceful_shutdown=0.3,  # type: ignore[arg-type]
    )
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLDS)
    uvloop.run(_Server(config, ready, until_eof).serve(sockets=[listener]))
