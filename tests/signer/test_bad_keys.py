"""The catalogue of public keys: the bad ones are no P-256 point, the tolerated ones are the key itself."""

import re
from collections import Counter

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from signer import BAD_KEYS, TOLERATED_KEYS, BadKey, KeyPair, ToleratedKey
from signer.p256 import B, P

KEY_PAIRS = tuple(KeyPair.generate() for _ in range(16))

each_bad_key = pytest.mark.parametrize("bad", BAD_KEYS, ids=lambda bad: bad.name)
each_tolerated_key = pytest.mark.parametrize("tolerated", TOLERATED_KEYS, ids=lambda tolerated: tolerated.name)


def is_point(key: str) -> bool:
    """Whether ``key`` is hex, and a point on P-256 as SEC 1 writes it."""
    if not re.fullmatch(r"(?:[0-9a-fA-F]{2})+", key, re.ASCII):
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(key))
    except ValueError:
        return False
    return True


def made(name: str, keys: KeyPair = KEY_PAIRS[0]) -> str:
    return next(bad for bad in BAD_KEYS if bad.name == name).make(keys)


def solves_the_equation(key: str) -> bool:
    """Whether careless code, which reduces coordinates modulo p, finds the point on the curve."""
    x, y = int(key[2:66], 16), int(key[66:], 16)
    return (y * y - x**3 + 3 * x - B) % P == 0


@each_bad_key
def test_a_bad_key_is_no_point(bad: BadKey) -> None:
    assert [keys for keys in KEY_PAIRS if is_point(bad.make(keys))] == []


def test_the_good_key_is_a_point() -> None:
    assert all(is_point(keys.public_hex) for keys in KEY_PAIRS)


@each_tolerated_key
def test_a_tolerated_key_holds_the_coordinates_of_the_key(tolerated: ToleratedKey) -> None:
    for keys in KEY_PAIRS:
        key = tolerated.make(keys).lower()
        assert key[2:] in (keys.public_hex[2:], keys.public_hex[2:66])
        assert int(key[:2], 16) in (4, 2 + keys.public_point[-1] % 2, 6 + keys.public_point[-1] % 2)


@each_tolerated_key
def test_a_tolerated_key_is_not_spelled_as_usual(tolerated: ToleratedKey) -> None:
    assert all(tolerated.make(keys) != keys.public_hex for keys in KEY_PAIRS)


def test_a_tolerated_key_says_which_answer_is_preferred() -> None:
    refused = [tolerated.name for tolerated in TOLERATED_KEYS if not tolerated.preferred_accepts]
    assert refused == ["hybrid"]


@pytest.mark.parametrize("name", ["x-is-p", "x-plus-p", "y-plus-p"])
def test_a_coordinate_beyond_the_field_looks_right_modulo_p(name: str) -> None:
    key = made(name)
    assert solves_the_equation(key)
    assert max(int(key[2:66], 16), int(key[66:], 16)) >= P


@pytest.mark.parametrize("name", ["y-plus-one", "x-plus-one", "swapped", "y-zero", "x-zero", "one-one", "twist"])
def test_a_point_off_the_curve_has_coordinates_in_the_field(name: str) -> None:
    key = made(name)
    assert not solves_the_equation(key)
    assert key.startswith("04")
    assert max(int(key[2:66], 16), int(key[66:], 16)) < P


def test_the_twist_point_is_on_the_twist() -> None:
    key = made("twist")
    x, y = int(key[2:66], 16), int(key[66:], 16)
    assert (y * y + x**3 - 3 * x + B) % P == 0


def test_the_point_on_secp256k1_is_on_secp256k1() -> None:
    key = bytes.fromhex(made("secp256k1"))
    assert ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), key).curve.name == "secp256k1"


def test_every_name_is_a_unique_test_id() -> None:
    names = [*(bad.name for bad in BAD_KEYS), *(tolerated.name for tolerated in TOLERATED_KEYS)]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert [name for name in names if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)] == []


def test_every_what_is_one_sentence_of_its_own() -> None:
    sentences = [*(bad.what for bad in BAD_KEYS), *(tolerated.what for tolerated in TOLERATED_KEYS)]
    assert [what for what, count in Counter(sentences).items() if count > 1] == []
    assert all(what.endswith(".") for what in sentences)


@each_bad_key
def test_a_bad_key_gives_no_private_number_away(bad: BadKey) -> None:
    keys = KEY_PAIRS[0]
    private = keys.private_key.private_numbers().private_value
    assert f"{private:x}" not in bad.make(keys)
