"""The one HTTP client: time-outs on everything, a connection for each thread, and a record of every exchange."""

from __future__ import annotations

import itertools
import math
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import cast
from urllib.parse import urlsplit

import httpx

from contract.exchange import Answer, Exchange, Headers, Request
from contract.judge import Finding, Violation
from target.pace import Pace
from target.recording import current

CONNECT_TIMEOUT = 5.0
SLOW = 0.02
"""Seconds for the quickest answer, from which on it pays to make things ahead; below, that would be in the way."""

NEAR = 0.004
"""Seconds for a usual answer, up to which one call after the other is the quickest way."""

_WEIGHT = 0.05
"""Of the latest answer in what is usual."""

ANSWER_TIMEOUT = 30.0
"""Seconds. The vendor's idle time-out is 150 s (facts 10.3); a verdict need not wait that long."""

LONGEST_ANSWER = 16 * 2**20
"""Bytes. A thousand rows, which is the most that a page holds, need a fiftieth of it."""

# Shorter than any usual server's keep-alive, so that a connection is not reused just when the server closes it.
KEEPALIVE_EXPIRY = 4.0
CONNECT_ATTEMPTS = 3

NO_ANSWER = "general.no-server-error"
"""The clause that a request without any answer breaks: to hang up is worse than a 500."""


class TargetUnreachable(Exception):
    """No connection to the target: the suite's trouble, never a verdict on the target."""


def hook_headers(clock_offset: float, fault: bool = False) -> dict[str, str]:
    """The headers of the test hooks clock (seconds) and fault (contract 9)."""
    headers = {"X-Test-Clock-Offset": f"{clock_offset:.12g}"} if clock_offset else {}
    return headers | ({"X-Test-Fault": "internal_error"} if fault else {})


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request before it is sent. `hostile`, `confidential`, `fault`: see contract.exchange.Exchange."""

    method: str
    url: str
    headers: Mapping[str, str]
    content: bytes = b""
    operation: str | None = None
    idempotent: bool = False
    clock_offset: float = 0.0
    fault: bool = False
    hostile: bool = False
    confidential: bool = False

    def exchange(self, answer: Answer) -> Exchange:
        """Put an answer to the request."""
        request = Request(self.method, self.url, Headers(self.headers.items()), self.content, self.operation)
        return Exchange(
            request,
            answer,
            clock_offset=self.clock_offset,
            fault=self.fault,
            hostile=self.hostile,
            confidential=self.confidential,
        )


class Client:
    """Sends requests, from any thread, and writes down each exchange.

    retries: how many connections had to be tried again (only for idempotent requests).
    quickest: seconds that the quickest answer took so far. usual: those of late, on average.
    """

    def __init__(self, pace: Pace) -> None:
        self._own = threading.local()
        self._opened: list[httpx.HTTPTransport] = []
        self._timeouts = {"timeout": httpx.Timeout(ANSWER_TIMEOUT, connect=CONNECT_TIMEOUT).as_dict()}
        self.pace = pace
        self.retries = 0
        self.quickest = math.inf
        self.usual = math.inf
        self._serial = itertools.count(1)

    @property
    def is_slow(self) -> bool:
        """Whether even the quickest answer so far took its time."""
        return SLOW < self.quickest < math.inf

    @property
    def is_near(self) -> bool:
        """Whether an answer comes sooner than another thread."""
        return self.usual <= NEAR

    def close(self) -> None:
        for transport in self._opened:
            transport.close()

    @property
    def _transport(self) -> httpx.HTTPTransport:
        """This thread's connection. In a pool for all threads one may close as idle what another has just taken.

        The bare transport: redirects, cookies, proxies and a .netrc would only hide what the target does.
        """
        if not hasattr(self._own, "transport"):
            limits = httpx.Limits(max_connections=1, keepalive_expiry=KEEPALIVE_EXPIRY)
            self._own.transport = httpx.HTTPTransport(limits=limits, trust_env=False, verify=_authorities())
            self._opened.append(self._own.transport)
        transport: httpx.HTTPTransport = self._own.transport
        return transport

    def record(self, exchange: Exchange) -> Exchange:
        """Write down an exchange, also one that was made by other means (a volley, a bare socket)."""
        current().exchanges.append(exchange)
        return exchange

    def request_id(self) -> str:
        """A new X-Request-Id: the test's id and a number, since a target may make its error ids of it."""
        test = current().test.encode("ascii", "replace").decode().replace(" ", "_")
        return f"{test}#{next(self._serial)}"

    def send(self, outgoing: Outgoing) -> Exchange:
        """Send a request and wait for its answer.

        Raises TargetUnreachable when there is no connection, Violation when a target that can be reached takes
        the request and gives no answer (or none that can be read), ValueError for what is no HTTP request.
        """
        headers = {"User-Agent": "device-management-conformance", "X-Request-Id": self.request_id()}
        headers.update(outgoing.headers)
        if outgoing.hostile:
            # A server may hang up after such a request, and nobody else should be on that connection then.
            headers.setdefault("Connection", "close")
        self.pace.take()
        started = time.perf_counter()
        try:
            response, body = self._answered(outgoing, headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise TargetUnreachable(f"{_place(outgoing.url)} cannot be reached ({_reason(error)})") from None
        except (httpx.LocalProtocolError, httpx.InvalidURL) as error:
            raise ValueError(f"{outgoing.method} request cannot be sent as it is ({_reason(error)})") from None
        except (httpx.RequestError, EndlessAnswer) as error:
            raise self._unanswered(outgoing, error) from None
        elapsed = time.perf_counter() - started
        self.quickest = min(self.quickest, elapsed)
        self.usual = elapsed if self.usual == math.inf else self.usual + _WEIGHT * (elapsed - self.usual)
        answer = Answer(response.status_code, Headers(response.headers.multi_items()), body, elapsed)
        return self.record(outgoing.exchange(answer))

    def _answered(self, outgoing: Outgoing, headers: Mapping[str, str]) -> tuple[httpx.Response, bytes]:
        """The answer and its body. What did not come through is tried again only where a repetition does no harm.

        A server may close an idle connection just when a request is on its way to it: one that hangs up once gets a
        second chance, on a new connection.
        """
        request = httpx.Request(
            outgoing.method,
            outgoing.url,
            headers=headers,
            content=outgoing.content or None,
            extensions=self._timeouts,
        )
        for attempt in range(1, CONNECT_ATTEMPTS + 1):
            try:
                response = self._transport.handle_request(request)
                return response, _body(response)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if not outgoing.idempotent or attempt == CONNECT_ATTEMPTS:
                    raise
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                if not outgoing.idempotent or attempt > 1:
                    raise
            self.retries += 1
        raise AssertionError("unreachable")

    def _unanswered(self, outgoing: Outgoing, error: Exception) -> Exception:
        """Tell a target that hangs up on a request from a target that is gone (tlsfuzzer's last sanity check)."""
        place = urlsplit(outgoing.url)
        address = (place.hostname or "", place.port or {"http": 80, "https": 443}[place.scheme])
        try:
            socket.create_connection(address, CONNECT_TIMEOUT).close()
        except OSError:
            return TargetUnreachable(f"{_place(outgoing.url)} is gone ({_reason(error)})")
        path = place.path if len(place.path) < 100 else f"{place.path[:100]}..."
        return Violation(
            Finding(NO_ANSWER, f"{outgoing.method} {path} got no answer ({_reason(error)})", "an answer, and no 5xx")
        )


class EndlessAnswer(Exception):
    """An answer that is too long, or does not come to an end."""


def _body(response: httpx.Response) -> bytes:
    """Raises EndlessAnswer."""
    end = time.monotonic() + ANSWER_TIMEOUT
    parts: list[bytes] = []
    length = 0
    try:
        # What is in no coding needs no decoder.
        coded = "content-encoding" in response.headers
        for part in response.iter_bytes() if coded else cast(httpx.SyncByteStream, response.stream):
            parts.append(part)
            length += len(part)
            if length > LONGEST_ANSWER or time.monotonic() > end:
                raise EndlessAnswer
    finally:
        response.close()
    return b"".join(parts)


@cache
def _authorities() -> ssl.SSLContext:
    """Whom TLS trusts. To read all the authorities takes longer than a request, so it is done once."""
    return httpx.create_ssl_context(trust_env=False)


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _reason(error: Exception) -> str:
    """The kind of trouble in words; never the text of the error, which may quote what was sent."""
    return type(error).__name__
