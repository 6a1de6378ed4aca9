"""Signatures: one pair of numbers, written as DER, hex and P1363."""

import pytest

from signer import KeyPair, Signature
from signer.p256 import N

KEYS = KeyPair.generate()


def test_a_signature_is_the_der_of_its_numbers() -> None:
    assert Signature(1, 0x80).hex == "30070201010202" + "0080"


def test_der_comes_back_as_the_same_signature() -> None:
    signature = KEYS.sign("212212")
    assert Signature.from_der(signature.der) == signature
    assert Signature(signature.r, signature.s) == signature
    assert hash(Signature(signature.r, signature.s)) == hash(signature)


def test_hex_is_the_lower_case_of_der() -> None:
    signature = KEYS.sign("212212")
    assert bytes.fromhex(signature.hex) == signature.der
    assert signature.hex == signature.hex.lower()


def test_raw_is_both_numbers_in_32_bytes_each() -> None:
    assert Signature(1, 2).raw == bytes(31) + b"\x01" + bytes(31) + b"\x02"
    assert len(KEYS.sign("212212").raw) == 64


@pytest.mark.parametrize("run", range(8))
def test_both_halves_of_s_belong_together(run: int) -> None:
    signature = KEYS.sign(f"text {run}")
    low, high = signature.with_low_s(), signature.with_high_s()
    assert low.s <= N // 2 < high.s
    assert low.s + high.s == N
    assert low.r == high.r == signature.r
    assert signature in (low, high)


@pytest.mark.parametrize(("r", "s"), [(0, 1), (1, 0), (N, 1), (1, N), (-1, 1), (1, -1)])
def test_numbers_out_of_range_are_no_signature(r: int, s: int) -> None:
    with pytest.raises(ValueError, match=r"\[1, n-1\]"):
        Signature(r, s)


@pytest.mark.parametrize(("r", "s"), [(1, 1), (N - 1, N - 1)])
def test_the_limits_of_the_range_belong_to_it(r: int, s: int) -> None:
    assert Signature(r, s).integers == (r, s)


@pytest.mark.parametrize("der", ["", "3006020101", "300602010102010100", "30810602010102 0101", "3006020100020101"])
def test_what_is_not_the_der_of_a_signature_is_refused(der: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Signature.from_der(bytes.fromhex(der))


def test_a_signature_equals_nothing_else() -> None:
    signature = Signature(1, 1)
    assert signature != signature.der
    assert signature != Signature(1, 2)


def test_the_representation_is_the_hex() -> None:
    assert repr(Signature(1, 1)) == "Signature(3006020101020101)"
