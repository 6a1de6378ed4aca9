"""The HTTP client: what it sends, what it writes down, and whom it blames when no answer comes."""

from __future__ import annotations

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from contextvars import copy_context

import pytest

import target.client
from contract.judge import Violation
from target.client import NO_ANSWER, Client, Outgoing, TargetUnreachable
from target.pace import Pace
from target.recording import recording
from tests.target.conftest import Serve
from tests.target.servers import HOST, Received, Reply, sockets


def get(url: str, **marks: bool) -> Outgoing:
    return Outgoing("GET", url, {"Accept": "application/json"}, **marks)  # type: ignore[arg-type]


def echo(request: Received) -> Reply:
    return Reply(200, {"path": request.path, "body": request.body.decode()})


# What is sent, and what is written down


def test_an_exchange_holds_the_request_and_its_answer(client: Client, serve: Serve) -> None:
    url = serve(echo).url
    outgoing = Outgoing("POST", f"{url}/a?b=c", {"X-Any": "1"}, b"body", operation="create-device", clock_offset=5.0)
    exchange = client.send(outgoing)
    assert exchange.answer.json() == {"path": "/a?b=c", "body": "body"}
    assert (exchange.request.method, exchange.request.url, exchange.request.body) == ("POST", f"{url}/a?b=c", b"body")
    assert (exchange.request.headers["x-any"], exchange.request.operation) == ("1", "create-device")
    assert (exchange.clock_offset, exchange.hostile, exchange.fault, exchange.confidential) == (
        5.0,
        False,
        False,
        False,
    )
    assert exchange.answer.elapsed > 0


@pytest.mark.parametrize("mark", ["hostile", "fault", "confidential"])
def test_the_marks_of_a_request_stay_with_its_exchange(client: Client, serve: Serve, mark: str) -> None:
    assert getattr(client.send(get(serve(echo).url, **{mark: True})), mark)


def test_repeated_headers_of_an_answer_are_joined(client: Client, serve: Serve) -> None:
    site = serve(lambda _: Reply(200, {}, (("Link", "<a>"), ("X-Any", "1"), ("link", "<b>"))))
    assert client.send(get(site.url)).answer.headers["LINK"] == "<a>, <b>"


def test_a_204_has_no_body_and_does_not_wait_for_one(client: Client, serve: Serve) -> None:
    answer = client.send(get(serve(lambda _: Reply(204)).url)).answer
    assert (answer.status, answer.body) == (204, b"")


def test_a_redirect_is_an_answer_and_not_followed(client: Client, serve: Serve) -> None:
    site = serve(lambda _: Reply(302, headers=(("Location", "/elsewhere"),)))
    assert client.send(get(site.url)).status == 302
    assert len(site.received) == 1


def test_no_proxy_of_the_machine_stands_between(serve: Serve, gone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, gone)
    client = Client(Pace(None, 1))
    assert client.send(get(serve(echo).url)).status == 200
    client.close()


def test_requests_one_after_the_other_share_a_connection(client: Client, serve: Serve) -> None:
    site = serve(echo)
    for _ in range(5):
        client.send(get(site.url))
    assert len({request.connection for request in site.received}) == 1


def test_every_request_has_an_id_of_its_own_that_names_the_test(client: Client, serve: Serve) -> None:
    site = serve(echo)
    with recording("suites/test_x.py::test_größe of it") as seen, ThreadPoolExecutor(16) as pool:
        sent = [pool.submit(copy_context().run, client.send, get(site.url)) for _ in range(64)]
        wait(sent)
    assert len(seen.exchanges) == 64
    ids = {request.headers["X-Request-Id"] for request in site.received}
    assert len(ids) == 64
    assert all(one.startswith("suites/test_x.py::test_gr??e_of_it#") for one in ids)


def test_each_recording_holds_its_own_exchanges(client: Client, serve: Serve) -> None:
    site = serve(echo)
    with recording("outer") as outer:
        client.send(get(f"{site.url}/1"))
        with recording("inner") as inner:
            client.send(get(f"{site.url}/2"))
        client.send(get(f"{site.url}/3"))
    client.send(get(f"{site.url}/4"))
    assert [exchange.answer.json()["path"] for exchange in outer.exchanges] == ["/1", "/3"]
    assert [exchange.answer.json()["path"] for exchange in inner.exchanges] == ["/2"]
    names = [request.headers["X-Request-Id"].partition("#")[0] for request in site.received]
    assert names == ["outer", "inner", "outer", "session"]


def test_a_recording_ends_with_its_block_even_when_that_fails(client: Client, serve: Serve) -> None:
    site = serve(echo)
    with pytest.raises(RuntimeError), recording("failing"):
        raise RuntimeError
    client.send(get(site.url))
    assert site.received[0].headers["X-Request-Id"].startswith("session#")


def test_a_request_that_is_no_http_is_the_suites_mistake_and_shows_no_secret(client: Client, serve: Serve) -> None:
    site = serve(echo)
    for wrong in (
        Outgoing("GET", site.url, {"Authorization": "Bearer s3cr3t\nx"}),
        Outgoing("GET", f"{site.url}/\x00", {}),
    ):
        with pytest.raises(ValueError, match="cannot be sent as it is") as caught:
            client.send(wrong)
        assert "s3cr3t" not in str(caught.value)
        assert caught.value.__cause__ is None
    assert site.received == []


# Whom to blame: a target that cannot be reached is nobody's fault, one that hangs up is


@pytest.mark.parametrize(("idempotent", "retries"), [(True, 2), (False, 0)])
def test_only_a_reading_tries_a_refused_connection_again(
    client: Client, gone: str, idempotent: bool, retries: int
) -> None:
    with pytest.raises(TargetUnreachable, match=rf"^{gone} cannot be reached \(ConnectError\)$"):
        client.send(get(f"{gone}/path?token=s3cr3t", idempotent=idempotent))
    assert client.retries == retries


@pytest.mark.parametrize(("idempotent", "connections"), [(True, 3), (False, 1)])
def test_a_connection_that_breaks_while_it_is_made_is_tried_again_in_the_same_way(
    client: Client, idempotent: bool, connections: int
) -> None:
    hellos: list[bytes] = []
    with sockets(lambda connection, _: hellos.append(connection.recv(1000))) as port, pytest.raises(TargetUnreachable):
        client.send(get(f"https://{HOST}:{port}", idempotent=idempotent))
    assert len(hellos) == connections


@pytest.mark.parametrize(("idempotent", "sent"), [(True, 2), (False, 1)])
def test_to_hang_up_on_a_request_is_a_violation_and_only_a_reading_gets_a_second_chance(
    client: Client, serve: Serve, idempotent: bool, sent: int
) -> None:
    site = serve(lambda _: None)
    with pytest.raises(Violation) as caught:
        client.send(get(f"{site.url}/path?token=s3cr3t", idempotent=idempotent))
    assert caught.value.finding.clause == NO_ANSWER == "general.no-server-error"
    assert str(caught.value) == "GET /path got no answer (RemoteProtocolError), expected an answer, and no 5xx"
    assert len(site.received) == sent
    assert client.retries == sent - 1


def test_a_reading_outlives_the_end_of_an_idle_connection(client: Client, serve: Serve) -> None:
    replies = iter([Reply(200), None, Reply(200, {"read": True})])
    site = serve(lambda _: next(replies))
    client.send(get(site.url))
    assert client.send(get(site.url, idempotent=True)).answer.json() == {"read": True}


@pytest.mark.parametrize("limit", ["LONGEST_ANSWER", "ANSWER_TIMEOUT"])
def test_an_answer_without_end_is_a_violation(client: Client, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    monkeypatch.setattr(target.client, limit, 0.1 if limit == "ANSWER_TIMEOUT" else 10_000)

    def endless(connection: socket.socket, _: socket.socket) -> None:
        connection.recv(65536)
        with suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while True:
                connection.sendall(b"3e8\r\n" + b"x" * 1000 + b"\r\n")

    with sockets(endless) as port, pytest.raises(Violation, match="EndlessAnswer"):
        client.send(get(f"http://{HOST}:{port}/path"))


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nContent-",
        b"HTTP/1.1 2OO OK\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.6\r\n",
    ],
    ids=["cut off", "no gzip", "half a head", "no status", "another protocol"],
)
def test_an_answer_that_cannot_be_read_is_a_violation(client: Client, answer: bytes) -> None:
    def half(connection: socket.socket, _: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer)

    with sockets(half) as port, pytest.raises(Violation) as caught:
        client.send(get(f"http://{HOST}:{port}/path"))
    assert caught.value.finding.clause == NO_ANSWER


def test_a_target_that_is_gone_after_the_request_is_unreachable(client: Client) -> None:
    def last(connection: socket.socket, listener: socket.socket) -> None:
        connection.recv(65536)
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()

    with sockets(last) as port, pytest.raises(TargetUnreachable, match=r"^http://127\.0\.0\.1:\d+ is gone \("):
        client.send(get(f"http://{HOST}:{port}/path"))


def test_a_target_that_never_answers_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target.client, "ANSWER_TIMEOUT", 0.2)
    client, over = Client(Pace(None, 1)), threading.Event()

    def silent(*_: socket.socket) -> None:
        over.wait(10)

    begun = time.monotonic()
    with sockets(silent) as port, pytest.raises(Violation, match="ReadTimeout"):
        client.send(get(f"http://{HOST}:{port}/path"))
    over.set()
    client.close()
    assert time.monotonic() - begun < 3


def test_a_target_that_takes_no_connection_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(target.client, "CONNECT_TIMEOUT", 0.1)
    client = Client(Pace(None, 1))
    with socket.create_server((HOST, 0), backlog=0) as full, socket.socket() as first, socket.socket() as second:
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        with pytest.raises(TargetUnreachable, match="ConnectTimeout"):
            client.send(get(f"http://{HOST}:{full.getsockname()[1]}", idempotent=True))
    assert client.retries == 2
    client.close()


def test_the_time_outs_are_there_and_shorter_than_a_nights_run() -> None:
    assert 0 < target.client.CONNECT_TIMEOUT <= target.client.ANSWER_TIMEOUT <= 60


def test_a_long_path_is_not_repeated_in_full(client: Client, serve: Serve) -> None:
    site = serve(lambda _: None)
    with pytest.raises(Violation) as caught:
        client.send(get(f"{site.url}/{'x' * 1000}"))
    assert len(str(caught.value)) < 250
