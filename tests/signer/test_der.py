"""The building blocks of DER, against values worked out by hand (X.690)."""

import pytest

from signer import der


@pytest.mark.parametrize(
    ("value", "content"),
    [
        (0, "00"),
        (1, "01"),
        (127, "7f"),
        (128, "0080"),
        (256, "0100"),
        (-1, "ff"),
        (-128, "80"),
        (-129, "ff7f"),
        (2**256, "01" + "00" * 32),
        (-(2**255), "80" + "00" * 31),
    ],
)
def test_integers_of_either_sign_are_shortest(value: int, content: str) -> None:
    assert der.integer_content(value).hex() == content


@pytest.mark.parametrize(
    ("octets", "length"), [(0, "00"), (127, "7f"), (128, "8180"), (255, "81ff"), (256, "820100"), (65536, "83010000")]
)
def test_lengths_are_in_their_shortest_form(octets: int, length: str) -> None:
    assert der.length(octets).hex() == length


@pytest.mark.parametrize("pair", [(1, 1), (0, 0), (-1, 2**300), (2**1200, -(2**1200))])
def test_a_pair_is_recognized(pair: tuple[int, int]) -> None:
    assert der.is_pair(der.pair(*pair))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "30",
        "3006",
        "3000",
        "3003020101",
        "3006020101020101ff",
        "3009020101020101020101",
        "308106020101020101",
        "30820006020101020101",
        "3080020101020101",
        "3080020101020101" + "0000",
        "30ff020101020101",
        "3106020101020101",
        "3006030101020101",
        "300702020001020101",
        "300702010102" + "02ff80",
        "3005020002" + "0101",
        "3007020101020101",
        "3005020101020101",
    ],
)
def test_what_is_not_exactly_a_pair_is_told_apart(data: str) -> None:
    assert not der.is_pair(bytes.fromhex(data))
