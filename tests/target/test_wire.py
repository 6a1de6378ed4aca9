"""A request on a bare socket: what a well-behaved HTTP client would hide."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from contract.judge import Violation
from target.client import NO_ANSWER, Client, Outgoing, TargetUnreachable
from target.recording import recording
from target.wire import last_words
from tests.target.servers import HOST, sockets

CLOSE = {"Connection": "close", "Content-Type": "application/json"}


def saying(answer: bytes, received: list[bytes] | None = None) -> Callable[[socket.socket, socket.socket], None]:
    def say(connection: socket.socket, _: socket.socket) -> None:
        got = connection.recv(65536)
        if received is not None:
            received.append(got)
        connection.sendall(answer)

    return say


def ask(port: int) -> Outgoing:
    return Outgoing("PUT", f"http://{HOST}:{port}/v1/x?a=b", CLOSE, b"{}", operation="verify-signature-challenge")


def test_all_that_follows_the_headers_is_the_body(client: Client) -> None:
    received: list[bytes] = []
    answer = b"HTTP/1.1 204 No Content\r\nLink: <a>\r\nlink: <b>\r\nContent-Length: 2\r\n\r\n{}"
    with sockets(saying(answer, received)) as port, recording("test_204") as seen:
        exchange = last_words(client, ask(port))
    assert (exchange.status, exchange.answer.body, exchange.answer.headers["link"]) == (204, b"{}", "<a>, <b>")
    assert seen.exchanges == [exchange]
    head, _, body = received[0].partition(b"\r\n\r\n")
    assert body == b"{}"
    assert head.decode().split("\r\n") == [
        "PUT /v1/x?a=b HTTP/1.1",
        f"Host: {HOST}:{port}",
        *[line for line in head.decode().split("\r\n") if line.startswith("X-Request-Id: test_204#")],
        "Connection: close",
        "Content-Type: application/json",
        "Content-Length: 2",
    ]


@pytest.mark.parametrize("answer", [b"", b"SSH-2.0-OpenSSH_9.6\r\n", b"HTTP/1.1 soon\r\n\r\n", b"HTTP/1.1"], ids=repr)
def test_what_is_no_http_answer_is_a_violation(client: Client, answer: bytes) -> None:
    with sockets(saying(answer)) as port, pytest.raises(Violation) as caught:
        last_words(client, ask(port))
    assert caught.value.finding.clause == NO_ANSWER


def test_where_nobody_listens_nobody_is_to_blame(client: Client, gone: str) -> None:
    with pytest.raises(TargetUnreachable, match=rf"^{gone} cannot be reached \("):
        last_words(client, Outgoing("GET", f"{gone}/v1/x", CLOSE))
