"""A target whose answers take a time that is known: `python -m load.calibrate.target --log FILE`.

It takes what the SMS loop and the signing loop need, looks at nothing that it is sent, and keeps no state. Answers of
challenges are delayed, held or refused as its command line says; of each it writes into its log when the request came
and when its answer was written, by the clock that every process of this machine shares (time.monotonic).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import math
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from pathlib import Path
from random import Random
from typing import Final, cast

import httptools
import uvloop

HOST: Final = "127.0.0.1"
_BACKLOG: Final = 2048
_LIFETIME: Final = timedelta(minutes=5)

_P99: Final = 2.326347874
"""Standard deviations of a normal distribution up to its p99."""

HEADER: Final = "operation,arrived,answered,status"

# Where `{}` stands, there is the text of an id, or the times of a challenge.
_CHALLENGE = '"created_at":"%(now)s","expires_at":"%(then)s"'
_ROUTES: Final = (
    ("POST", "/v1/mfa/challenges/sms", 201, '{"id":"%(id)s","type":"sms",' + _CHALLENGE + "}", "create-sms-challenge"),
    ("PUT", "/v1/mfa/challenges/sms/[^/]+", 204, "", "verify-sms-challenge"),
    (
        "POST",
        "/v1/mfa/challenges/devices",
        201,
        '{"id":"%(id)s","type":"device","string_to_sign":"%(id)s",' + _CHALLENGE + "}",
        "create-signing-challenge",
    ),
    ("PUT", "/v1/mfa/challenges/devices/[^/]+", 204, "", "verify-signing-challenge"),
    ("POST", "/oauth2/token", 200, '{"access_token":"%(id)s","token_type":"Bearer","expires_in":3600}', None),
    ("POST", "/v1/persons", 201, '{"id":"%(id)s"}', None),
    ("POST", "/v1/persons/[^/]+/mobile_number(?:/authorize|/confirm)?", 201, "{}", None),
    (
        "POST",
        "/v1/mfa/devices",
        202,
        '{"id":"%(id)s","key_id":"%(id)s","challenge":{"id":"%(id)s","type":"signature",' + _CHALLENGE + "}}",
        None,
    ),
    ("PUT", "/v1/mfa/challenges/signatures/[^/]+", 204, "", None),
    ("DELETE", "/v1/mfa/devices/[^/]+", 204, "", None),
    ("GET", "/v1/mfa/devices", 200, "[]", None),
)
_NOT_FOUND = '{"errors":[{"id":"%(id)s","status":404,"code":"not_found","title":"Not found","detail":""}]}'
_UNAVAILABLE = '{"errors":[{"id":"%(id)s","status":503,"code":"unavailable","title":"Unavailable","detail":""}]}'


@dataclass(frozen=True, slots=True)
class Manner:
    """How the answers of challenges come.

    median, p99: seconds of a lognormal distribution; a median of 0 is an answer at once. stall: all answers are held
    for so many seconds at the end of each period of stall_every seconds. errors: the share that gets a 503.
    """

    median: float = 0.160
    p99: float = 0.800
    stall: float = 2.0
    stall_every: float = 10.0
    errors: float = 0.005
    seed: int = 1

    def arguments(self) -> list[str]:
        """The same as a command line."""
        names = ("median", "p99", "stall", "stall_every", "errors", "seed")
        return [word for name in names for word in (f"--{name.replace('_', '-')}", f"{getattr(self, name):g}")]

    def latency(self, draw: Random) -> float:
        if not self.median:
            return 0.0
        return self.median * math.exp(draw.gauss(0.0, math.log(self.p99 / self.median) / _P99))

    def held(self, due: float) -> float:
        """When an answer leaves that is due at a second since the first request."""
        into = due % self.stall_every
        return due if into < self.stall_every - self.stall else due - into + self.stall_every


class Site:
    """All connections' common part: what is answered, when, and the log of it."""

    def __init__(self, manner: Manner) -> None:
        self._manner = manner
        self._draw = Random(manner.seed)  # noqa: S311 - has to be repeatable
        self._routes = [
            (method.encode(), re.compile(path.encode()), status, body, operation)
            for method, path, status, body, operation in _ROUTES
        ]
        self._ids = count(1)
        self._first = 0.0
        self._second = 0
        self._date = self._now = self._then = ""
        self._loop = asyncio.get_running_loop()
        self.log: list[str] = []

    def asked(self, transport: asyncio.WriteTransport, method: bytes, path: bytes, arrived: float) -> None:
        """Answer a request, now or later."""
        status, body, operation = self._routed(method, path)
        if operation is None:
            transport.write(self._answer(status, body))
            return
        self._first = self._first or arrived
        if self._draw.random() < self._manner.errors:
            status, body = 503, _UNAVAILABLE
        due = self._first + self._manner.held(arrived - self._first + self._manner.latency(self._draw))
        if due <= arrived:
            self._write(transport, operation, arrived, status, body)
        else:
            self._loop.call_at(due, self._write, transport, operation, arrived, status, body)

    def _routed(self, method: bytes, path: bytes) -> tuple[int, str, str | None]:
        for expected, pattern, status, body, operation in self._routes:
            if method == expected and pattern.fullmatch(path):
                return status, body, operation
        return 404, _NOT_FOUND, None

    def _write(self, transport: asyncio.WriteTransport, operation: str, arrived: float, status: int, body: str) -> None:
        answer = self._answer(status, body)
        transport.write(answer)
        self.log.append(f"{operation},{arrived:.6f},{time.monotonic():.6f},{status}")

    def _answer(self, status: int, body: str) -> bytes:
        self._look_at_the_clock()
        content = body % {"id": f"{next(self._ids):032x}", "now": self._now, "then": self._then}
        described = "" if status == 204 else f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        return f"HTTP/1.1 {status} -\r\nDate: {self._date}\r\n{described}\r\n{content}".encode("ascii")

    def _look_at_the_clock(self) -> None:
        second = int(time.time())
        if second != self._second:
            now = datetime.fromtimestamp(second, UTC)
            self._second, self._date = second, format_datetime(now, usegmt=True)
            self._now, self._then = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (now, now + _LIFETIME))


class Connection(asyncio.Protocol):
    """One connection. Its client waits for an answer before it asks again."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._parser = httptools.HttpRequestParser(self)
        self._path = b""
        self._arrived = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        self._arrived = time.monotonic()
        self._parser.feed_data(data)

    def on_message_begin(self) -> None:
        self._path = b""

    def on_url(self, url: bytes) -> None:
        self._path += url

    def on_message_complete(self) -> None:
        path = self._path.partition(b"?")[0]
        self._site.asked(self._transport, self._parser.get_method(), path, self._arrived)


def _end_with_input(over: asyncio.Event) -> None:
    if not os.read(sys.stdin.fileno(), 4096):
        over.set()


async def _serve(listener: socket.socket, manner: Manner, log: Path | None) -> None:
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, over.set)
    # Never longer than whoever started it: the other end of its input ends with that.
    loop.add_reader(sys.stdin.fileno(), _end_with_input, over)
    site = Site(manner)
    server = await loop.create_server(lambda: Connection(site), sock=listener)
    print(f"http://{HOST}:{listener.getsockname()[1]}", flush=True)
    await over.wait()
    server.close()
    if log is not None:
        log.write_text("\n".join([HEADER, *site.log, ""]), encoding="ascii")
    # What is under way is of no further use.
    os._exit(0)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    usual = Manner()
    about = (__doc__ or "").partition(":")[0]
    parser = argparse.ArgumentParser(prog="python -m load.calibrate.target", description=about)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", type=Path, help="written when it ends")
    parser.add_argument("--core", type=int, help="the only core that it uses")
    for name in ("median", "p99", "stall", "stall-every", "errors"):
        parser.add_argument(f"--{name}", type=float, default=getattr(usual, name.replace("-", "_")))
    parser.add_argument("--seed", type=int, default=usual.seed)
    options = parser.parse_args(arguments)
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    manner = Manner(options.median, options.p99, options.stall, options.stall_every, options.errors, options.seed)
    listener = socket.create_server((HOST, options.port), backlog=_BACKLOG)
    gc.disable()
    # uvloop is the faster one, but counts its timers in milliseconds and writes later than it is told.
    run = asyncio.run if manner.median else uvloop.run
    run(_serve(listener, manner, options.log))


if __name__ == "__main__":
    main()
