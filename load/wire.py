"""HTTP for a load generator: gevent sockets that stay open, and the parser of Node (llhttp) for the answers.

An HTTP library takes most of its time for addresses, cookies and header objects that nobody asks for here. What is left
is the socket, the parser, and the care for connections that end.
"""

from __future__ import annotations

import select
import socket
import ssl
import time
import zlib
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httptools
from gevent import monkey
from gevent import socket as gevent_socket
from gevent import ssl as gevent_ssl

from load.stream import Plain, Secure, Stream

CONNECT_TIMEOUT: Final = 5.0
ANSWER_TIMEOUT: Final = 60.0

# Shorter than any usual server's keep-alive, so that a connection is not reused just when the server closes it.
KEEPALIVE: Final = 4.0

LONGEST_ANSWER: Final = 16 * 2**20
"""Bytes, as they come and as they are without their codings."""

_CODING: Final = b"content-encoding"
_WITHOUT_BODY: Final = frozenset({"GET", "HEAD", "DELETE"})

# Not gevent's, which goes round its loop: a look at a socket waits for nothing.
_poll: Final = monkey.get_original("select", "poll")


class WireError(Exception):
    """A request got no whole answer; the message is its kind in a few words, free of what was sent."""


class _Stale(WireError):
    """A kept connection ended before the first byte of an answer: the request may be sent again where that is safe."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a target listens, and what stands before every path."""

    secure: bool
    host: str
    port: int
    prefix: str

    @classmethod
    def of(cls, url: str) -> Place:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        return cls(secure, parts.hostname or "", parts.port or (443 if secure else 80), parts.path.rstrip("/"))

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


class Reply:
    """An answer.

    headers: names in lower case, in the order of their arrival. came: when the last of it could be read, by
    time.monotonic().
    """

    __slots__ = ("_raw", "body", "came", "status")

    def __init__(self, status: int, raw: list[tuple[bytes, bytes]], body: bytes, came: float) -> None:
        self.status = status
        self.came = came
        self._raw = raw
        self.body = decoded(body, raw) if body else body

    @property
    def headers(self) -> list[tuple[str, str]]:
        # Hardly any answer is asked for these.
        return [(name.decode("latin-1").lower(), value.decode("latin-1").rstrip(" \t")) for name, value in self._raw]


class _Parser:
    """The parser's callbacks for one answer. Interim answers (1xx) and trailers are passed over."""

    __slots__ = ("_inner", "_is_headed", "body", "done", "headers", "keep", "started", "status")

    def __init__(self) -> None:
        self._inner = httptools.HttpResponseParser(self)
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self.body: list[bytes] = []
        self.done = self.started = self._is_headed = self.keep = False

    def feed(self, data: bytes) -> None:
        self.started = True
        try:
            self._inner.feed_data(data)
        except httptools.HttpParserError:
            # What follows a whole answer belongs to none, and ends the connection only.
            if not self.done:
                raise
            self.keep = False

    @property
    def is_whole(self) -> bool:
        """Whether an answer is complete that ends where its connection does."""
        return self.done or (self._is_headed and not self._ends_itself)

    @property
    def _ends_itself(self) -> bool:
        """Whether the headers say where the body ends.

        Where the last transfer coding is another one, the body ends with the connection (RFC 9112 6.3).
        """
        named = [(name.lower(), value.rstrip(b" \t").lower()) for name, value in self.headers]
        return any(
            name == b"content-length" or (name == b"transfer-encoding" and value.endswith(b"chunked"))
            for name, value in named
        )

    def on_message_begin(self) -> None:
        # Nobody asked for a second answer.
        self.keep = False

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_headed:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        if self.done:
            return
        self._is_headed = True
        self.status = int(self._inner.get_status_code())

    def on_body(self, part: bytes) -> None:
        if not self.done:
            self.body.append(part)

    def on_message_complete(self) -> None:
        if self.done:
            return
        if 100 <= self.status < 200 and self.status != 101:
            self.headers, self._is_headed = [], False
            return
        self.done = True
        self.keep = bool(self._inner.should_keep_alive())

    def reply(self, came: float) -> Reply:
        body = self.body[0] if len(self.body) == 1 else b"".join(self.body)
        return Reply(self.status, self.headers, body, came)


def decoded(body: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """A body without the codings that its headers name: gzip and deflate, which are offered. Raises WireError."""
    codings = [value for name, value in headers if len(name) == len(_CODING) and name.lower() == _CODING]
    # The first one was applied first.
    for coding in reversed(b",".join(codings).decode("latin-1").lower().split(",")):
        match coding.strip():
            case "identity" | "":
                continue
            case "gzip" | "x-gzip":
                body = _inflated(body, 31)
            case "deflate":
                # RFC 9110 8.4.1.2: with zlib's frame, though some servers leave it out.
                try:
                    body = _inflated(body, 15)
                except WireError:
                    body = _inflated(body, -15)
            case _:
                raise WireError("an answer in a coding that was not offered")
    return body


def _inflated(body: bytes, window: int) -> bytes:
    """Of one stream, or of several in a row, as gzip may have them. Raises WireError."""
    whole = b""
    while body:
        try:
            inflater = zlib.decompressobj(window)
            whole += inflater.decompress(body, LONGEST_ANSWER)
        except zlib.error:
            raise WireError("an answer that cannot be decompressed") from None
        if len(whole) >= LONGEST_ANSWER:
            raise WireError("endless answer")
        if not inflater.eof:
            raise WireError("an answer that cannot be decompressed")
        body = inflater.unused_data
    return whole


def trusting(certificates: Path | None = None) -> ssl.SSLContext:
    """The way to TLS for gevent's sockets: trusts certificates of a file (None: those that this machine trusts)."""
    context: ssl.SSLContext = gevent_ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if certificates is None:
        context.load_default_certs()
    else:
        context.load_verify_locations(certificates)
    return context


class Connection:
    """One connection, for one request at a time."""

    __slots__ = ("_poll", "_socket", "_stream", "idle_since", "used")

    def __init__(self, place: Place, context: ssl.SSLContext | None) -> None:
        """Connect. Raises WireError."""
        try:
            plain = gevent_socket.create_connection((place.host, place.port), CONNECT_TIMEOUT)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if context is not None:
                plain = context.wrap_socket(plain, server_hostname=place.host)
        except ssl.SSLCertVerificationError:
            raise WireError("the certificate is not trusted") from None
        except TimeoutError:
            raise WireError("time-out while connecting") from None
        except OSError as error:
            raise WireError(f"no connection ({_reason(error)})") from None
        self._socket = plain
        self._stream: Stream = Plain(plain) if context is None else Secure(plain)
        self._poll = _poll()
        self._poll.register(plain.fileno(), select.POLLIN)
        self.idle_since = 0.0
        self.used = False

    def close(self) -> None:
        self._socket.close()

    @property
    def is_open(self) -> bool:
        """Whether the other side has neither closed an idle connection nor said anything on it."""
        if not self._poll.poll(0):
            return True
        # TLS says things of its own, such as tickets for later sessions.
        self._socket.settimeout(0.0)
        try:
            self._socket.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError, TimeoutError):
            return True
        except OSError:
            return False
        return False

    def exchange(self, request: bytes, timeout: float) -> tuple[Reply, bool]:
        """Send a request, wait for its answer: that, and whether the connection can be used again.

        timeout: seconds for all of it. Raises WireError; _Stale where a kept connection had ended.
        """
        parser = _Parser()
        stream, feed, length = self._stream, parser.feed, 0
        stream.start(timeout)
        try:
            stream.send(request)
            while not parser.done:
                data = stream.receive()
                if not data:
                    break
                feed(data)
                if not parser.done:
                    length += len(data)
                    if length > LONGEST_ANSWER:
                        raise WireError("endless answer")
        except TimeoutError:
            raise WireError("time-out") from None
        except OSError as error:
            if self.used and not parser.started:
                raise _Stale("connection lost") from None
            raise WireError(f"connection lost ({_reason(error)})") from None
        except httptools.HttpParserError:
            raise WireError("not HTTP") from None
        finally:
            stream.stop()
        if not parser.started:
            raise (_Stale if self.used else WireError)("connection closed without an answer")
        if not parser.is_whole:
            raise WireError("connection closed in the middle of an answer")
        self.used = True
        return parser.reply(stream.came), parser.keep


class Wire:
    """Connections to one place, as many as there are requests under way.

    reconnects: requests that had to be sent again, since a kept connection had ended.
    """

    def __init__(
        self,
        url: str,
        *,
        context: ssl.SSLContext | None = None,
        timeout: float = ANSWER_TIMEOUT,
    ) -> None:
        self.place = Place.of(url)
        self._context = (context or trusting()) if self.place.secure else None
        self._timeout = timeout
        self._idle: deque[Connection] = deque()
        self._head = b""
        self.reconnects = 0

    def use(self, headers: Iterable[tuple[str, str]]) -> None:
        """The headers of all requests from now on, besides those of their bodies."""
        fields = (("Host", self.place.authority), *headers)
        self._head = "".join(f"{name}: {value}\r\n" for name, value in fields).encode("latin-1")

    def exchange(self, method: str, path: str, content: bytes, *, repeatable: bool) -> Reply:
        """Make a request with a JSON body (or none), wait for its answer.

        path: as it goes over the wire. repeatable: whether to send it twice does no harm (RFC 9110 9.2.2).
        Raises WireError.
        """
        line = f"{method} {self.place.prefix}{path} HTTP/1.1\r\n".encode("latin-1")
        if not content and method in _WITHOUT_BODY:
            request = b"%b%b\r\n" % (line, self._head)
        else:
            described = b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(content)
            request = b"".join((line, self._head, described, content))
        connection = self._kept() or Connection(self.place, self._context)
        try:
            try:
                reply, keep = connection.exchange(request, self._timeout)
            except _Stale:
                if not repeatable:
                    raise
                self.reconnects += 1
                connection.close()
                connection = Connection(self.place, self._context)
                reply, keep = connection.exchange(request, self._timeout)
        except BaseException:
            connection.close()
            raise
        if keep:
            connection.idle_since = time.monotonic()
            self._idle.append(connection)
        else:
            connection.close()
        return reply

    def _kept(self) -> Connection | None:
        """The connection that was used last; those that were idle for too long are closed."""
        oldest = time.monotonic() - KEEPALIVE
        while self._idle and self._idle[0].idle_since < oldest:
            self._idle.popleft().close()
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
            connection.close()
        return None

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()


def _reason(error: OSError) -> str:
    return type(error).__name__
