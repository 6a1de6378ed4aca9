"""Bytes to and from a socket, with one clock for a whole exchange.

gevent's own sockets try to read before they wait, and make a time-out for each wait; together this is a third of what
an exchange costs here. On a plain socket an answer is waited for first, and a timer is kept for all exchanges. TLS is
left to gevent: what can be read from such a socket, only OpenSSL knows.

When a target that was held lets go, hundreds of answers come at once, and the last one is looked at long after it came.
So the moment of all of them is noted first, and only then is any of them looked at.
"""

from __future__ import annotations

import os
import time
from typing import Any, Protocol

import gevent
from gevent import getcurrent

_CHUNK = 65536
_READABLE = 1


class Stream(Protocol):
    """A connected socket. Whatever takes longer than the clock allows raises TimeoutError; else OSError.

    came: when what was received last could be received, by time.monotonic().
    """

    came: float

    def start(self, timeout: float) -> None:
        """Start the clock: seconds for all until `stop`."""

    def stop(self) -> None: ...

    def send(self, data: bytes) -> None: ...

    def receive(self) -> bytes:
        """What has come; nothing at the end."""


class Plain:
    """A socket without TLS. It keeps the socket's file open."""

    __slots__ = ("_file", "_hub", "_length", "_readable", "_socket", "_timer", "_waiting", "came")

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._file: int = socket.fileno()
        self._hub = gevent.get_hub()
        self._readable = self._hub.loop.io(self._file, _READABLE)
        self._length = 0.0
        self._timer: Any = None
        self._waiting: Any = None
        self.came = 0.0

    def start(self, timeout: float) -> None:
        if timeout != self._length:
            self._length, self._timer = timeout, self._hub.loop.timer(timeout)
        self._timer.start(getcurrent().throw, TimeoutError())

    def stop(self) -> None:
        self._timer.stop()

    def send(self, data: bytes) -> None:
        try:
            sent = os.write(self._file, data)
        except BlockingIOError:
            sent = 0
        if sent < len(data):
            self._socket.settimeout(None)
            self._socket.sendall(data[sent:])

    def receive(self) -> bytes:
        while True:
            self._wait()
            try:
                return os.read(self._file, _CHUNK)
            except BlockingIOError:
                continue

    def _wait(self) -> None:
        self._waiting = None
        self._readable.start(self._note, getcurrent())
        try:
            self._hub.switch()
        finally:
            # A time-out may come between the note and the turn of who waits.
            self._readable.stop()
            if self._waiting is not None:
                self._waiting.stop()

    def _note(self, who: Any) -> None:
        self.came = time.monotonic()
        self._readable.stop()
        self._waiting = self._hub.loop.run_callback(who.switch)


class Secure:
    """A socket with TLS, or any other that gevent has."""

    __slots__ = ("_deadline", "_socket", "came")

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._deadline = 0.0
        self.came = 0.0

    def start(self, timeout: float) -> None:
        self._deadline = time.monotonic() + timeout

    def stop(self) -> None:
        pass

    def _wait_no_longer(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)

    def send(self, data: bytes) -> None:
        self._wait_no_longer()
        self._socket.sendall(data)

    def receive(self) -> bytes:
        self._wait_no_longer()
        received = bytes(self._socket.recv(_CHUNK))
        self.came = time.monotonic()
        return received
