"""Bytes to and from a socket, with one clock for a whole exchange.

gevent's own sockets try to read before they wait, and make a time-out for each wait; together this is a third of what
an exchange costs here. On a plain socket an answer is waited for first, and a timer is kept for all exchanges. TLS is
left to gevent: what can be read from such a socket, only OpenSSL knows.
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
    """A connected socket. Whatever takes longer than the clock allows raises TimeoutError; else OSError."""

    def start(self, timeout: float) -> None:
        """Start the clock: seconds for all until `stop`."""

    def stop(self) -> None: ...

    def send(self, data: bytes) -> None: ...

    def receive(self) -> bytes:
        """What has come; nothing at the end."""


class Plain:
    """A socket without TLS. It keeps the socket's file open."""

    __slots__ = ("_file", "_hub", "_length", "_readable", "_socket", "_timer")

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._file: int = socket.fileno()
        self._hub = gevent.get_hub()
        self._readable = self._hub.loop.io(self._file, _READABLE)
        self._length = 0.0
        self._timer: Any = None

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
            self._hub.wait(self._readable)
            try:
                return os.read(self._file, _CHUNK)
            except BlockingIOError:
                continue


class Secure:
    """A socket with TLS, or any other that gevent has."""

    __slots__ = ("_deadline", "_socket")

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._deadline = 0.0

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
        return bytes(self._socket.recv(_CHUNK))
