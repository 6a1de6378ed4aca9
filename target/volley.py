"""A volley: many requests whose last bytes leave together, so that they race inside the target.

Each request gets a connection of its own and is sent but for its last byte; then all last bytes are sent in one
go. So the requests arrive within microseconds of each other, whatever their size and however slow the connecting was.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException, HTTPResponse
from urllib.parse import urlsplit

from contract.exchange import Answer, Exchange, Headers
from contract.judge import Finding, Violation
from target.client import NO_ANSWER, Client, Outgoing, TargetUnreachable
from target.wire import connection_to, on_the_wire


def volley(client: Client, requests: Sequence[Outgoing]) -> list[Exchange]:
    """Release the requests together and collect their answers, in the order of the requests.

    Raises TargetUnreachable when a connection cannot be made, Violation when a request gets no answer.
    """
    client.pace.take(len(requests))
    armed: list[tuple[HTTPConnection, bytes]] = []
    try:
        for request in requests:
            armed.append(_armed(client, request))
        started = time.perf_counter()
        for connection, last_bytes in armed:
            connection.send(last_bytes)
        with ThreadPoolExecutor(len(requests)) as pool:
            answers = list(pool.map(lambda pair, request: _answer(pair[0], request.method, started), armed, requests))
    except (OSError, HTTPException) as error:
        raise Violation(
            Finding(
                NO_ANSWER,
                f"one of {len(requests)} simultaneous requests got no answer ({type(error).__name__})",
                "an answer, and no 5xx",
            )
        ) from None
    finally:
        for connection, _ in armed:
            connection.close()
    return [client.record(request.exchange(answer)) for request, answer in zip(requests, answers, strict=True)]


def _armed(client: Client, request: Outgoing) -> tuple[HTTPConnection, bytes]:
    """A connection on which all but the end of the request is already sent, and that end."""
    connection, whole = connection_to(request), on_the_wire(client, request)
    try:
        connection.connect()
        connection.send(whole[:-1])
    except OSError as error:
        connection.close()
        place = urlsplit(request.url)
        raise TargetUnreachable(f"{place.scheme}://{place.netloc} cannot be reached ({type(error).__name__})") from None
    return connection, whole[-1:]


def _answer(connection: HTTPConnection, method: str, started: float) -> Answer:
    # The request went around http.client's own state machine, so its response is read from the socket directly.
    response = HTTPResponse(connection.sock, method=method)
    response.begin()
    body = response.read()
    return Answer(response.status, Headers(response.getheaders()), body, time.perf_counter() - started)
