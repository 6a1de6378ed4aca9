"""Answers with bytes of our choice, from real servers: whatever is legal is read, however it comes.

What holds for `--client fast` as well is tried with both.
"""

from __future__ import annotations

import gzip
import zlib

import pytest

from load.wire import LONGEST_ANSWER
from tests.load.wires import CHUNKED, Connect, get, kind_of, saying

# Bodies


BODIES = {
    "length": (b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",),
    "chunked": (CHUNKED + b"b\r\nhello world\r\n0\r\n\r\n",),
    "odd chunks": (CHUNKED + b"1\r\nh\r\n4\r\nello\r", b"\n00006\r\n world", b"\r\n0\r\n", b"\r\n"),
    "chunk extensions": (CHUNKED + b'5;a=b\r\nhello\r\n6;c="d e"\r\n world\r\n0;x\r\n\r\n',),
    "trailers": (CHUNKED + b"b\r\nhello world\r\n0\r\nX-Sum: 1\r\nX-Other: 2\r\n\r\n",),
    "in capitals": (b"HTTP/1.1 200 OK\r\nTRANSFER-ENCODING: Chunked\r\n\r\nB\r\nhello world\r\n0\r\n\r\n",),
}
INTERIM = {
    "after 100": (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",),
    "after 103": (
        b"HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n",
        b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello world",
    ),
}


@pytest.mark.parametrize("pieces", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("bytewise", [False, True], ids=["at once", "byte by byte"])
def test_a_body_is_read_however_it_comes(connect: Connect, pieces: tuple[bytes, ...], bytewise: bool) -> None:
    read_twice(connect, pieces, bytewise)


@pytest.mark.parametrize("pieces", INTERIM.values(), ids=INTERIM.keys())
@pytest.mark.parametrize("bytewise", [False, True], ids=["at once", "byte by byte"])
def test_interim_answers_are_passed_over(wire: Connect, pieces: tuple[bytes, ...], bytewise: bool) -> None:
    read_twice(wire, pieces, bytewise)


def read_twice(connect: Connect, pieces: tuple[bytes, ...], bytewise: bool) -> None:
    if bytewise:
        pieces = tuple(bytes([byte]) for byte in b"".join(pieces))
    with saying(*pieces) as it:
        transport = connect(it)
        for _ in range(2):
            reply = get(transport)
            assert (reply.status, reply.body) == (200, b"hello world")
    assert it.connections == 1


@pytest.mark.parametrize("name", ["trailers", "after 103"])
def test_headers_of_other_parts_are_not_those_of_the_answer(wire: Connect, name: str) -> None:
    with saying(*(BODIES | INTERIM)[name]) as it:
        names = [name for name, _ in get(wire(it)).headers]
    assert names in (["transfer-encoding"], ["content-length"])


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Any: 1\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n"],
    ids=["no header", "a header", "1.0"],
)
@pytest.mark.parametrize("body", [b"hello world", b""], ids=["a body", "no body"])
def test_a_body_without_a_length_ends_with_its_connection(connect: Connect, head: bytes, body: bytes) -> None:
    with saying(head + body[:5], body[5:], hang_up=True) as it:
        transport = connect(it)
        assert [get(transport).body, get(transport).body] == [body, body]
    assert it.connections == 2


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_has_no_body_is_not_waited_for(connect: Connect, status: int) -> None:
    with saying(b"HTTP/1.1 %d Nothing\r\nX-Any: 1\r\n\r\n" % status) as it:
        transport = connect(it)
        for _ in range(2):
            reply = transport.exchange("DELETE", "/", b"", repeatable=True)
            assert (reply.status, reply.body) == (status, b"")
    assert it.connections == 1


def test_a_reason_may_be_missing(connect: Connect) -> None:
    with saying(b"HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n") as it:
        assert get(connect(it)).status == 404


def test_a_large_body_comes_whole(connect: Connect) -> None:
    body = bytes(range(256)) * 8192
    with saying(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body), body) as it:
        assert get(connect(it)).body == body


def deflated(body: bytes, window: int) -> bytes:
    deflater = zlib.compressobj(wbits=window)
    return deflater.compress(body) + deflater.flush()


TEXT = b'{"id": "5e9c"}' * 50
ZIPPED = gzip.compress(TEXT)
CODED = {
    "gzip": (b"Content-Encoding: gzip", ZIPPED),
    "x-gzip": (b"content-encoding: X-GZIP", ZIPPED),
    "gzip of two members": (b"Content-Encoding: gzip", gzip.compress(TEXT[:99]) + gzip.compress(TEXT[99:])),
    "deflate with a frame": (b"Content-Encoding: deflate", zlib.compress(TEXT)),
    "deflate without": (b"Content-Encoding: deflate", deflated(TEXT, -15)),
    "identity": (b"Content-Encoding: identity", TEXT),
    "empty": (b"Content-Encoding: ", TEXT),
    "two codings": (b"Content-Encoding: deflate, gzip", gzip.compress(zlib.compress(TEXT))),
    "two headers": (
        b"Content-Encoding: deflate\r\nContent-Encoding: gzip",
        gzip.compress(zlib.compress(TEXT)),
    ),
}


def coded(header: bytes, body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n%b\r\nContent-Length: %d\r\n\r\n%b" % (header, len(body), body)


@pytest.mark.parametrize(("header", "body"), CODED.values(), ids=CODED.keys())
def test_a_compressed_body_is_read(connect: Connect, header: bytes, body: bytes) -> None:
    with saying(coded(header, body)) as it:
        assert get(connect(it)).body == TEXT


def test_a_compressed_body_may_come_in_chunks(connect: Connect) -> None:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (ZIPPED[:7], ZIPPED[7:8], ZIPPED[8:]))
    with saying(CHUNKED[:-2] + b"Content-Encoding: gzip\r\n\r\n" + chunks + b"0\r\n\r\n") as it:
        assert get(connect(it)).body == TEXT


def test_an_answer_without_a_body_needs_no_decompression(connect: Connect) -> None:
    with saying(coded(b"Content-Encoding: gzip", b"")) as it:
        assert get(connect(it)).body == b""


BROKEN = {
    "no gzip": (b"Content-Encoding: gzip", TEXT),
    "half of a gzip": (b"Content-Encoding: gzip", ZIPPED[: len(ZIPPED) // 2]),
    "a wrong sum": (b"Content-Encoding: gzip", ZIPPED[:-8] + bytes(8)),
    "something behind a gzip": (b"Content-Encoding: gzip", ZIPPED + b"behind"),
    "no deflate": (b"Content-Encoding: deflate", b"\xff" + TEXT),
}


@pytest.mark.parametrize(("header", "body"), BROKEN.values(), ids=BROKEN.keys())
def test_a_body_that_cannot_be_decompressed_is_named(connect: Connect, header: bytes, body: bytes) -> None:
    with saying(coded(header, body)) as it:
        assert kind_of(lambda: get(connect(it))) == "an answer that cannot be decompressed"


def test_a_coding_that_nobody_offered_is_named(connect: Connect) -> None:
    with saying(coded(b"Content-Encoding: br", TEXT)) as it:
        assert kind_of(lambda: get(connect(it))) == "an answer in a coding that was not offered"


def test_a_small_body_that_would_become_huge_is_given_up(connect: Connect) -> None:
    with saying(coded(b"Content-Encoding: gzip", gzip.compress(bytes(LONGEST_ANSWER + 1), 1))) as it:
        assert kind_of(lambda: get(connect(it))) == "endless answer"


# Headers


HEADERS = {
    "mixed case": (b"cOnTeNt-TyPe: text/plain", [("content-type", "text/plain")]),
    "empty": (b"X-Empty:\r\nX-Blank:   \r\nX-Full: 1", [("x-empty", ""), ("x-blank", ""), ("x-full", "1")]),
    "no space": (b"X-Tight:1", [("x-tight", "1")]),
    "much space": (b"X-Wide: \t  1 2 \t ", [("x-wide", "1 2")]),
    "latin-1": (b"X-Name: J\xfcrgen", [("x-name", "J\xfcrgen")]),
    "odd name": (b"x!#$%&'*+-.^_`|~1: 1", [("x!#$%&'*+-.^_`|~1", "1")]),
    "long": (b"X-Long: " + b"a" * 60_000, [("x-long", "a" * 60_000)]),
    "colons": (b"X-When: 10:20:30", [("x-when", "10:20:30")]),
}


@pytest.mark.parametrize(("rows", "expected"), HEADERS.values(), ids=HEADERS.keys())
def test_an_odd_but_legal_header_is_read(connect: Connect, rows: bytes, expected: list[tuple[str, str]]) -> None:
    with saying(b"HTTP/1.1 200 OK\r\n%b\r\nContent-Length: 2\r\n\r\n{}" % rows) as it:
        reply = get(connect(it))
    assert [row for row in reply.headers if row[0] != "content-length"] == expected
    assert reply.body == b"{}"


def test_a_trailer_has_no_say_about_the_body(wire: Connect) -> None:
    with saying(CHUNKED + b"2\r\n{}\r\n0\r\nContent-Encoding: gzip\r\n\r\n") as it:
        assert get(wire(it)).body == b"{}"


def test_a_body_in_another_transfer_coding_ends_with_its_connection(wire: Connect) -> None:
    with saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n\r\n{}", hang_up=True) as it:
        assert get(wire(it)).body == b"{}"


def test_repeated_headers_keep_their_order(wire: Connect) -> None:
    with saying(b"HTTP/1.1 200 OK\r\nLink: <a>\r\nX-Any: 1\r\nlink: <b>\r\nContent-Length: 0\r\n\r\n") as it:
        assert get(wire(it)).headers == [("link", "<a>"), ("x-any", "1"), ("link", "<b>"), ("content-length", "0")]


def test_headers_may_be_many(connect: Connect) -> None:
    many = b"".join(b"X-Number-%d: %d\r\n" % (number, number) for number in range(1000))
    with saying(b"HTTP/1.1 200 OK\r\n" + many + b"Content-Length: 0\r\n\r\n") as it:
        assert ("x-number-999", "999") in get(connect(it)).headers
