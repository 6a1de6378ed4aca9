"""Strict DER and points: what is taken, and the nearest things that are not (contract 2)."""

from __future__ import annotations

import pytest

from sandbox import curve, der
from tests.sandbox.driver import ORDER

GOOD = "3006020101020101"


@pytest.mark.parametrize(
    ("text", "r", "s"),
    [
        (GOOD, 1, 1),
        ("3006020100020100", 0, 0),
        ("30060201ff0201ff", -1, -1),
        ("300702020080020101", 128, 1),
        ("3007020101020200ff", 1, 255),
        ("300702020100020101", 256, 1),
        ("3007" + "0202ff7f" + "020101", -129, 1),
    ],
)
def test_the_one_form_is_read(text: str, r: int, s: int) -> None:
    signature = der.parse_signature(bytes.fromhex(text))
    assert (signature.r, signature.s) == (r, s)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "30",
        "3000",
        "3003020101",
        "3006020101020101" + "00",
        "3008" + "020101020101" + "0500",
        "3009" + "020101" * 3,
        "3106020101020101",
        "1006020101020101",
        "3006030101020101",
        "3006020101040101",
        "3005020101020101",
        "3007020101020101",
        "30060201010201",
        "308106020101020101",
        "30820006020101020101",
        "3080020101020101" + "0000",
        "3084ffffffff020101020101",
        "30ff020101020101",
        "3007" + "02810101" + "020101",
        "3007" + "02020001" + "020101",
        "3007" + "0202ffff" + "020101",
        "3005" + "0200" + "020101",
        "3005" + "020101" + "0200",
        "3007" + "02060101" + "020101",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    with pytest.raises(der.NotDerError):
        der.parse_signature(bytes.fromhex(text))


def test_a_long_length_has_the_long_form_and_only_then() -> None:
    number = b"\x02\x7f" + b"\x01" * 127
    content = number + number
    assert der.parse_signature(b"\x30\x82\x01\x02" + content).r == int.from_bytes(b"\x01" * 127, "big")
    for header in (b"\x30\x83\x00\x01\x02", b"\x30\x81\x02", b"\x30\x82\x00\x02"):
        with pytest.raises(der.NotDerError):
            der.parse_signature(header + content)


def test_no_prefix_of_a_signature_is_one() -> None:
    whole = bytes.fromhex(GOOD)
    assert der.parse_signature(whole).s == 1
    for length in range(len(whole)):
        with pytest.raises(der.NotDerError):
            der.parse_signature(whole[:length])


@pytest.mark.parametrize(
    ("r", "s", "inside"),
    [
        (1, 1, True),
        (ORDER - 1, ORDER - 1, True),
        (0, 1, False),
        (1, 0, False),
        (ORDER, 1, False),
        (1, ORDER, False),
        (-1, 1, False),
        (1, -1, False),
        (ORDER + 1, 1, False),
    ],
)
def test_numbers_lie_between_1_and_the_order(r: int, s: int, inside: bool) -> None:
    assert curve.in_range(der.Signature(b"", r, s)) is inside
