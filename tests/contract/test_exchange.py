"""Header fields and bodies as they came over the wire."""

from __future__ import annotations

import json

import pytest

from contract.exchange import Answer, Headers, NotJson


def answer(body: bytes) -> Answer:
    return Answer(200, Headers([]), body, 0.0)


def test_header_names_compare_without_regard_to_case() -> None:
    headers = Headers([("Content-Type", "application/json")])
    assert headers["CONTENT-TYPE"] == headers.get("content-type") == "application/json"
    assert "Content-type" in headers
    assert headers.get("Date") is None


def test_repeated_header_fields_are_joined_with_a_comma() -> None:
    headers = Headers([("Link", "<a>"), ("Total", "2"), ("link", "<b>")])
    assert headers["Link"] == "<a>, <b>"
    assert list(headers) == ["link", "total"]
    assert len(headers) == 2


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b'"text"', b" 1 ", '"ä"'.encode()])
def test_a_json_body_of_any_kind_is_parsed(body: bytes) -> None:
    assert answer(body).json() == json.loads(body)


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"{", b"{'a': 1}", b"<html>", b"NaN", b'{"a": Infinity}', b"\xff\xff", b"[" * 100_000, b"1" * 10_000),
        *(b"\xef\xbb\xbf{}", "{}".encode("utf-16"), "{}".encode("utf-16-be"), "{}".encode("utf-32")),
    ],
    ids=lambda body: str(body[:15]),
)
def test_a_body_that_is_not_json_says_so_in_one_sentence(body: bytes) -> None:
    with pytest.raises(NotJson, match=r"^the body of the 200 answer is not JSON \(.*\)$"):
        answer(body).json()


@pytest.mark.parametrize(("status", "ok"), [(199, False), (200, True), (204, True), (299, True), (300, False)])
def test_every_2xx_is_ok_and_nothing_else(status: int, ok: bool) -> None:
    assert Answer(status, Headers([]), b"", 0.0).ok is ok
