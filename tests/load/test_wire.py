"""The wire against real servers: what is sent, which connections carry it, and what comes back when no answer does.

What holds for `--client fast` as well is tried with both.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

import load.wire
from load.wire import Place, trusting
from tests.load.certificates import Certificate
from tests.load.servers import HOST, Asked, HangUp, Server, server
from tests.load.wires import CHUNKED, OK, Connect, get, kind_of, post, saying
from tests.target.servers import sockets

# What is sent


def test_a_request_has_its_host_its_headers_and_its_body(wire: Connect) -> None:
    with saying(OK) as it:
        transport = wire(f"http://{HOST}:{it.port}/prefix/")
        transport.use([("Accept", "application/json"), ("Authorization", "Bearer x")])
        post(transport, "/v1/things", b'{"a":1}')
        get(transport, "/v1/things?a=b")
    posted, got = it.asked
    assert (posted.line, posted.body) == ("POST /prefix/v1/things HTTP/1.1", b'{"a":1}')
    fixed = [f"Host: {HOST}:{it.port}", "Accept: application/json", "Authorization: Bearer x"]
    assert posted.headers == [*fixed, "Content-Type: application/json", "Content-Length: 7"]
    assert (got.line, got.headers, got.body) == ("GET /prefix/v1/things?a=b HTTP/1.1", fixed, b"")


def test_both_transports_send_the_same_request(connect: Connect) -> None:
    with saying(OK) as it:
        transport = connect(f"http://{HOST}:{it.port}/prefix")
        transport.exchange("PUT", "/x", b"{}", repeatable=False)
        transport.exchange("DELETE", "/x", b"", repeatable=True)
    put, deleted = it.asked
    assert (put.line, put.body, deleted.line, deleted.body) == (
        "PUT /prefix/x HTTP/1.1",
        b"{}",
        "DELETE /prefix/x HTTP/1.1",
        b"",
    )
    assert {f"Host: {HOST}:{it.port}", "Content-Length: 2", "Content-Type: application/json"} <= set(put.headers)
    assert not [row for row in deleted.headers if row.lower().startswith(("content-", "transfer-"))]


def test_a_post_without_a_body_says_so(connect: Connect) -> None:
    with saying(OK) as it:
        post(connect(it), content=b"")
    assert "Content-Length: 0" in it.asked[0].headers


@pytest.mark.parametrize(
    ("url", "authority", "port", "prefix"),
    [
        ("http://example.org", "example.org", 80, ""),
        ("https://example.org/", "example.org", 443, ""),
        ("https://example.org:80/api/", "example.org:80", 80, "/api"),
        ("http://[::1]:8080/a/b", "[::1]:8080", 8080, "/a/b"),
        ("http://[::1]", "[::1]", 80, ""),
    ],
)
def test_an_address_gives_the_host_header_the_port_and_the_prefix(
    url: str, authority: str, port: int, prefix: str
) -> None:
    place = Place.of(url)
    assert (place.authority, place.port, place.prefix) == (authority, port, prefix)


def test_an_address_may_be_an_ipv6_literal(connect: Connect) -> None:
    if not socket.has_ipv6:
        pytest.skip("this machine has no IPv6")
    try:
        with server(lambda _: [OK], host="::1") as it:
            assert get(connect(f"http://[::1]:{it.port}")).body == b"{}"
            assert f"Host: [::1]:{it.port}" in it.asked[0].headers
    except OSError:
        pytest.skip("this machine has no IPv6")


# Connections


def test_one_connection_serves_many_requests(connect: Connect) -> None:
    with saying(OK) as it:
        transport = connect(it)
        for _ in range(50):
            assert post(transport).status == 200
    assert (len(it.asked), it.connections) == (50, 1)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nconnection: Close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=["1.1", "chunked", "1.0"],
)
def test_an_answer_that_closes_its_connection_is_its_last(connect: Connect, answer: bytes) -> None:
    with saying(answer) as it:
        transport = connect(it)
        assert [post(transport).body for _ in range(3)] == [b"{}"] * 3
    assert [one.connection for one in it.asked] == [0, 1, 2]


def test_http_1_0_may_keep_its_connection(connect: Connect) -> None:
    with saying(b"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}") as it:
        transport = connect(it)
        assert [post(transport).body for _ in range(3)] == [b"{}"] * 3
    assert it.connections == 1


def test_a_connection_that_was_closed_while_idle_is_noticed_before_anything_is_sent(connect: Connect) -> None:
    with saying(OK, hang_up=True) as it:
        transport = connect(it)
        for number in range(3):
            assert post(transport).status == 200
            assert it.closed.wait(5), "the server has not closed its connection"
            it.closed.clear()
            assert len(it.asked) == number + 1
    assert [one.connection for one in it.asked] == [0, 1, 2]
    assert transport.reconnects == 0


def closing_instead_of_the_second_answer() -> AbstractContextManager[Server]:
    def answer(asked: Asked) -> Iterator[bytes]:
        if asked.number == 1:
            raise HangUp
        yield OK

    return server(answer)


def test_a_repeatable_request_is_sent_again_when_its_kept_connection_ends(wire: Connect) -> None:
    with closing_instead_of_the_second_answer() as it:
        transport = wire(it)
        assert [get(transport).status, get(transport).status] == [200, 200]
        assert transport.reconnects == 1
    assert [one.connection for one in it.asked] == [0, 0, 1]


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_request_that_may_have_had_an_effect_is_never_sent_again(connect: Connect, method: str) -> None:
    with closing_instead_of_the_second_answer() as it:
        transport = connect(it)
        get(transport)
        kind = kind_of(lambda: transport.exchange(method, "/", b"{}", repeatable=False))
        assert kind == "connection closed without an answer"
        assert transport.reconnects == 0
        assert get(transport).status == 200
    assert len(it.asked) == 3


def test_a_request_on_a_new_connection_is_never_sent_again(connect: Connect) -> None:
    with saying(hang_up=True) as it:
        assert kind_of(lambda: get(connect(it))) == "connection closed without an answer"
    assert len(it.asked) == 1


def test_a_connection_that_was_idle_for_long_is_not_used_again(wire: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    with saying(OK) as it:
        transport = wire(it)
        get(transport)
        monkeypatch.setattr(load.wire, "KEEPALIVE", 0.0)
        post(transport)
    assert it.connections == 2


def test_what_follows_an_answer_is_not_taken_for_the_next_one(wire: Connect) -> None:
    forged = b'HTTP/1.1 500 Oh\r\nX-Forged: 1\r\nContent-Length: 9\r\n\r\n{"bad":1}'
    with saying(OK + forged) as it:
        transport = wire(it)
        for _ in range(2):
            reply = post(transport)
            assert (reply.status, reply.headers, reply.body) == (200, [("content-length", "2")], b"{}")
    assert it.connections == 2


@pytest.mark.parametrize("rest", [b"{}", b"HTTP/1.1 2", b"\x00"], ids=repr)
def test_an_answer_with_something_behind_it_is_good_and_ends_its_connection(wire: Connect, rest: bytes) -> None:
    with saying(b"HTTP/1.1 204 No Content\r\n\r\n" + rest) as it:
        transport = wire(it)
        assert [get(transport).status, get(transport).status] == [204, 204]
    assert it.connections == 2


def test_where_nobody_listens_there_is_no_connection(connect: Connect) -> None:
    with socket.socket() as held:
        held.bind((HOST, 0))
        transport = connect(f"http://{HOST}:{held.getsockname()[1]}")
        assert kind_of(lambda: get(transport)) == "no connection (ConnectionRefusedError)"


# What is no answer


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 soon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}",
        CHUNKED + b"xyz\r\n{}\r\n0\r\n\r\n",
        b"\x16\x03\x01\x02\x00",
    ],
    ids=repr,
)
def test_what_is_not_http_is_named(connect: Connect, answer: bytes) -> None:
    with saying(answer, hang_up=True) as it:
        assert kind_of(lambda: get(connect(it))) == "not HTTP"


MIDDLE = "connection closed in the middle of an answer"
CUT = (
    b"HTTP/1.1 200",
    b"HTTP/1.1 200 OK\r\nX-Any: 1\r\nX-Other: 2\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}",
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX-Any: 1\r\n",
    CHUNKED,
    CHUNKED + b"2\r\n{}\r\n",
    CHUNKED + b"2\r\n{}\r\n0\r\n",
)


@pytest.mark.parametrize("answer", CUT, ids=repr)
def test_an_answer_that_ends_in_its_middle_is_named(wire: Connect, answer: bytes) -> None:
    with saying(answer, hang_up=True) as it:
        assert kind_of(lambda: get(wire(it))) == MIDDLE


@pytest.mark.parametrize("answer", CUT, ids=repr)
def test_an_answer_that_ends_in_its_middle_is_none(connect: Connect, answer: bytes) -> None:
    with saying(answer, hang_up=True) as it:
        # The library does not tell the one from the other.
        assert kind_of(lambda: get(connect(it))) in (MIDDLE, "not HTTP")
    assert len(it.asked) == 1


def test_a_kept_connection_that_ends_in_the_middle_is_no_reason_to_send_again(connect: Connect) -> None:
    def answer(asked: Asked) -> Iterator[bytes]:
        yield OK if asked.number == 0 else OK[:20]
        if asked.number:
            raise HangUp

    with server(answer) as it:
        transport = connect(it)
        get(transport)
        assert kind_of(lambda: get(transport)) in (MIDDLE, "not HTTP")
    assert len(it.asked) == 2


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\n", OK[:-1], CHUNKED + b"2\r\n{}\r\n"], ids=repr)
def test_a_server_that_goes_silent_runs_into_the_time_out(connect: Connect, first: bytes) -> None:
    with saying(first) as it:
        began = time.monotonic()
        assert kind_of(lambda: get(connect(it, timeout=0.1))) == "time-out"
        assert 0.1 <= time.monotonic() - began < 2


@pytest.mark.parametrize("pause", [0.02, 0.0], ids=["drops", "a flood"])
def test_a_server_that_never_ends_its_answer_runs_into_the_time_out(connect: Connect, pause: float) -> None:
    def answer(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
        while True:
            yield b"x"
            time.sleep(pause)

    with server(answer) as it:
        began = time.monotonic()
        assert kind_of(lambda: get(connect(it, timeout=0.2))) == "time-out"
        assert time.monotonic() - began < 2


ENDLESS = {
    "body": (b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n", b"x" * 65536),
    "chunks": (CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-Long: " + b"a" * 65000 + b"\r\n"),
    "interim answers": (b"", b"HTTP/1.1 103 Early Hints\r\nLink: " + b"a" * 65000 + b"\r\n\r\n"),
}


@pytest.mark.parametrize(("head", "more"), ENDLESS.values(), ids=ENDLESS.keys())
def test_an_endless_answer_is_given_up(wire: Connect, head: bytes, more: bytes) -> None:
    def answer(_: Asked) -> Iterator[bytes]:
        yield head
        while True:
            yield more

    with server(answer) as it:
        assert kind_of(lambda: get(wire(it, timeout=20))) == "endless answer"


def test_after_a_time_out_the_next_request_has_a_connection_of_its_own(connect: Connect) -> None:
    def answer(asked: Asked) -> Iterable[bytes]:
        return [OK[:-1]] if asked.number == 0 else [OK]

    with server(answer) as it:
        transport = connect(it, timeout=0.1)
        assert kind_of(lambda: get(transport)) == "time-out"
        assert get(transport).body == b"{}"
    assert [one.connection for one in it.asked] == [0, 1]


# TLS


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return Certificate.made(tmp_path_factory.mktemp("tls"), HOST)


def test_a_trusted_certificate_carries_requests(connect: Connect, certificate: Certificate) -> None:
    with server(lambda _: [OK], tls=certificate.server_context) as it:
        transport = connect(f"https://{HOST}:{it.port}", context=trusting(certificate.path))
        assert [post(transport).body for _ in range(5)] == [b"{}"] * 5
    assert it.connections == 1


def test_an_untrusted_certificate_is_refused(connect: Connect, certificate: Certificate) -> None:
    with server(lambda _: [OK], tls=certificate.server_context) as it:
        assert kind_of(lambda: get(connect(f"https://{HOST}:{it.port}"))) == "the certificate is not trusted"
    assert not it.asked


def test_a_certificate_of_another_host_is_refused(connect: Connect, tmp_path: Path) -> None:
    other = Certificate.made(tmp_path, "127.0.0.2")
    with server(lambda _: [OK], tls=other.server_context) as it:
        transport = connect(f"https://{HOST}:{it.port}", context=trusting(other.path))
        assert kind_of(lambda: get(transport)) == "the certificate is not trusted"
    assert not it.asked


def test_an_idle_tls_connection_that_was_closed_is_noticed(connect: Connect, certificate: Certificate) -> None:
    def answer(_: Asked) -> Iterator[bytes]:
        yield OK
        raise HangUp

    with server(answer, tls=certificate.server_context) as it:
        transport = connect(f"https://{HOST}:{it.port}", context=trusting(certificate.path))
        for _ in range(3):
            assert post(transport).status == 200
            assert it.closed.wait(5), "the server has not closed its connection"
            it.closed.clear()
    assert [one.connection for one in it.asked] == [0, 1, 2]


def test_plain_http_where_tls_is_expected_is_named(connect: Connect) -> None:
    with sockets(lambda connection, _: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        assert kind_of(lambda: get(connect(f"https://{HOST}:{port}"))).startswith("no connection (SSL")


def test_a_server_that_is_silent_in_the_handshake_runs_into_the_time_out(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("load.wire.CONNECT_TIMEOUT", 0.1)
    monkeypatch.setattr("load.fast.CONNECT_TIMEOUT", 0.1)
    with socket.create_server((HOST, 0)) as listener:
        transport = connect(f"https://{HOST}:{listener.getsockname()[1]}")
        assert kind_of(lambda: get(transport)).startswith("time-out")
