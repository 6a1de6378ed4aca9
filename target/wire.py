"""A request on a connection of its own, byte by byte: for what a well-behaved HTTP client would hide."""

from __future__ import annotations

import socket
import time
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from contract.exchange import Answer, Exchange, Headers
from contract.judge import Finding, Violation
from target.client import ANSWER_TIMEOUT, NO_ANSWER, Client, Outgoing, TargetUnreachable


def connection_to(request: Outgoing) -> HTTPConnection:
    """A connection for a request, not yet made."""
    parts = urlsplit(request.url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.netloc, timeout=ANSWER_TIMEOUT)


def on_the_wire(client: Client, request: Outgoing) -> bytes:
    """The bytes of a request: with the headers that it was prepared with, and those that HTTP cannot do without."""
    parts = urlsplit(request.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"{request.method} {path} HTTP/1.1",
        f"Host: {parts.netloc}",
        f"X-Request-Id: {client.request_id()}",
        *(f"{name}: {value}" for name, value in request.headers.items()),
        *([f"Content-Length: {len(request.content)}"] if request.content else []),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + request.content


def last_words(client: Client, request: Outgoing) -> Exchange:
    """Send a request that says `Connection: close`, and read to the end of the connection.

    The answer's body is all that follows the headers, whether it may be there or not.
    Raises TargetUnreachable when there is no connection, Violation when what comes back is no HTTP answer.
    """
    client.pace.take()
    started = time.perf_counter()
    connection = connection_to(request)
    try:
        connection.connect()
    except OSError as error:
        place = urlsplit(request.url)
        raise TargetUnreachable(f"{place.scheme}://{place.netloc} cannot be reached ({type(error).__name__})") from None
    try:
        connection.send(on_the_wire(client, request))
        received = _to_the_end(connection.sock)
    except OSError:
        received = b""
    finally:
        connection.close()
    head, _, rest = received.partition(b"\r\n\r\n")
    status, *fields = head.decode("latin-1").split("\r\n")
    words = status.split(" ")
    if len(words) < 2 or not words[0].startswith("HTTP/1.") or not words[1].isdigit():
        raise Violation(Finding(NO_ANSWER, f"{request.method} on a bare socket got no HTTP answer", "an answer"))
    headers = Headers((name, value.strip()) for name, _, value in (field.partition(":") for field in fields))
    body = rest if words[1] == "204" else _unchunked(headers, rest)
    return client.record(request.exchange(Answer(int(words[1]), headers, body, time.perf_counter() - started)))


def _unchunked(headers: Headers, rest: bytes) -> bytes:
    """A body that came in chunks, put together (RFC 9112 7.1); as it came where its chunks are none."""
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return rest
    body = b""
    while True:
        size, _, rest = rest.partition(b"\r\n")
        try:
            length = int(size.partition(b";")[0], 16)
        except ValueError:
            return body + size + rest
        if length == 0:
            return body
        body, rest = body + rest[:length], rest[length + 2 :]


def _to_the_end(sock: socket.socket) -> bytes:
    """All bytes until the target closes the connection, or has been silent for a while."""
    received = b""
    try:
        while part := sock.recv(65536):
            received += part
            # What is still to come after the first bytes comes at once, or never.
            sock.settimeout(5.0)
    except TimeoutError:
        pass
    return received
