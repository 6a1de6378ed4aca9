"""Volleys: requests that are held back until all are ready, and race inside the target."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from contract.judge import Violation
from target.client import NO_ANSWER, Client, Outgoing, TargetUnreachable
from target.recording import recording
from target.volley import volley
from tests.target.conftest import Serve
from tests.target.servers import HOST, Received, Reply, sockets

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


def post(url: str, body: bytes = b"{}") -> Outgoing:
    return Outgoing("POST", url, {"Content-Type": "application/json"}, body)


def test_nothing_is_complete_before_everything_has_begun(client: Client) -> None:
    """Bodies larger than the buffers between client and server: each has begun to be read while it is being sent."""
    begun: list[float] = []
    complete: list[float] = []
    size, count = 8_000_000, 4

    def read(connection: socket.socket, _: socket.socket) -> None:
        received = connection.recv(1000)
        begun.append(time.monotonic())
        left = size - len(received.partition(b"\r\n\r\n")[2])
        while left > 1:
            left -= len(connection.recv(min(left - 1, 1 << 20)))
        assert connection.recv(10) == b"x"
        complete.append(time.monotonic())
        connection.sendall(OK)

    with sockets(read, receive_buffer=65_536) as port:
        answers = volley(client, [post(f"http://{HOST}:{port}", b"x" * size)] * count)
    assert [answer.status for answer in answers] == [200] * count
    assert len(begun) == len(complete) == count
    assert max(begun) < min(complete)


def test_all_last_bytes_arrive_within_a_short_span(client: Client) -> None:
    arrivals: list[float] = []
    all_there = threading.Barrier(16)

    def read(connection: socket.socket, _: socket.socket) -> None:
        received = b""
        while not received.endswith(b"\r\n\r\n{}"):
            received += connection.recv(1000)
        arrivals.append(time.monotonic())
        # Nobody is answered before all are there: one after the other they would wait here for ever.
        all_there.wait(10)
        connection.sendall(OK)

    with sockets(read) as port:
        answers = volley(client, [post(f"http://{HOST}:{port}")] * 16)
    assert [answer.status for answer in answers] == [200] * 16
    assert max(arrivals) - min(arrivals) < 2.0


def test_answers_come_in_the_order_of_the_requests(client: Client, serve: Serve) -> None:
    answered = [threading.Event() for _ in range(9)]
    answered[8].set()

    def last_first(request: Received) -> Reply:
        number = int(request.path[1:])
        answered[number + 1].wait(10)
        answered[number].set()
        return Reply(200, {"path": request.path, "body": request.body.decode()})

    site = serve(last_first)
    exchanges = volley(client, [post(f"{site.url}/{number}", b"%d" % number) for number in range(8)])
    assert [exchange.answer.json() for exchange in exchanges] == [
        {"path": f"/{number}", "body": str(number)} for number in range(8)
    ]


def test_each_request_has_a_connection_and_an_id_of_its_own(client: Client, serve: Serve) -> None:
    site = serve(lambda _: Reply(200, {}))
    with recording("test_race") as seen:
        exchanges = volley(client, [post(f"{site.url}/a?b=c")] * 8)
    assert seen.exchanges == exchanges
    assert len({request.connection for request in site.received}) == 8
    ids = {request.headers["X-Request-Id"] for request in site.received}
    assert len(ids) == 8
    assert all(one.startswith("test_race#") for one in ids)
    assert {(request.path, request.headers["Content-Type"]) for request in site.received} == {
        ("/a?b=c", "application/json")
    }


@pytest.mark.parametrize("reply", [Reply(204), Reply(200), Reply(200, b"")], ids=["204", "none", "empty"])
@pytest.mark.parametrize("method", ["GET", "DELETE", "POST"])
def test_requests_and_answers_may_have_no_body(client: Client, serve: Serve, method: str, reply: Reply) -> None:
    site = serve(lambda _: reply)
    exchanges = volley(client, [Outgoing(method, site.url + "/x", {})] * 3)
    assert [(exchange.status, exchange.answer.body) for exchange in exchanges] == [(reply.status, b"")] * 3
    assert [request.method for request in site.received] == [method] * 3


def test_repeated_headers_are_joined_and_marks_kept(client: Client, serve: Serve) -> None:
    site = serve(lambda _: Reply(200, {}, (("Link", "<a>"), ("link", "<b>"))))
    (exchange,) = volley(client, [Outgoing("GET", site.url + "/x", {}, operation="list-devices", clock_offset=7.0)])
    assert exchange.answer.headers["link"] == "<a>, <b>"
    assert (exchange.request.operation, exchange.clock_offset) == ("list-devices", 7.0)


def test_different_requests_may_race(client: Client, serve: Serve) -> None:
    site = serve(lambda request: Reply(200 if request.method == "GET" else 204))
    exchanges = volley(client, [Outgoing("GET", site.url + "/x", {}), Outgoing("DELETE", site.url + "/x", {})])
    assert [exchange.status for exchange in exchanges] == [200, 204]


def test_to_hang_up_on_one_of_them_is_a_violation(client: Client, serve: Serve) -> None:
    site = serve(lambda request: None if request.path == "/2" else Reply(200, {}))
    with pytest.raises(Violation, match=r"^one of 4 simultaneous requests got no answer \(") as caught:
        volley(client, [post(f"{site.url}/{number}") for number in range(4)])
    assert caught.value.finding.clause == NO_ANSWER


def test_an_answer_that_is_no_http_is_a_violation(client: Client) -> None:
    def odd(connection: socket.socket, _: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(b"SSH-2.0-OpenSSH_9.6\r\n")

    with sockets(odd) as port, pytest.raises(Violation):
        volley(client, [post(f"http://{HOST}:{port}")] * 2)


def test_a_target_that_is_gone_is_unreachable_and_the_others_are_let_go(client: Client, gone: str) -> None:
    ended = threading.Event()

    def read(connection: socket.socket, _: socket.socket) -> None:
        while connection.recv(65536):
            pass
        ended.set()

    with sockets(read) as port:
        with pytest.raises(TargetUnreachable, match=rf"^{gone} cannot be reached \("):
            volley(client, [post(f"http://{HOST}:{port}"), post(gone)])
        assert ended.wait(5)


def test_volleys_may_be_made_side_by_side(client: Client, serve: Serve) -> None:
    site = serve(lambda request: Reply(200, {"path": request.path}))
    with ThreadPoolExecutor(4) as pool:
        volleys = list(pool.map(lambda n: volley(client, [post(f"{site.url}/{n}")] * 4), range(4)))
    assert [{exchange.answer.json()["path"] for exchange in one} for one in volleys] == [{f"/{n}"} for n in range(4)]
