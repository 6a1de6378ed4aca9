"""The catalogue has teeth: every careless verifier takes a good signature, and is caught by forgeries."""

import hashlib
import re
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from signer import FORGERIES, Scene
from signer.p256 import N, P

Verifier = Callable[[str, Scene], bool]


def verifies(signature: bytes, scene: Scene, digest: bytes | None = None) -> bool:
    digest = digest or hashlib.sha256(scene.message.encode()).digest()
    try:
        scene.keys.private_key.public_key().verify(signature, digest, ec.ECDSA(Prehashed(SHA256())))
    except InvalidSignature:
        return False
    return True


def pair_verifies(r: int, s: int, scene: Scene) -> bool:
    return min(r, s) >= 0 and verifies(encode_dss_signature(r, s), scene)


def strict_pair(signature: str) -> tuple[int, int]:
    """r and s of proper DER with one-byte lengths; raises ValueError or IndexError where it is none."""
    data = bytes.fromhex(signature)
    r_end = 4 + data[3]
    r, s = data[4:r_end], data[r_end + 2 :]
    if data[:3] != bytes([0x30, len(data) - 2, 0x02]) or data[r_end : r_end + 2] != bytes([0x02, len(s)]):
        raise ValueError("not DER")
    return int.from_bytes(r, "big", signed=True), int.from_bytes(s, "big", signed=True)


def decoding_until_the_first_error(signature: str, scene: Scene) -> bool:
    digits = re.match(r"(?:[0-9a-fA-F]{2})*", signature)
    return digits is not None and verifies(bytes.fromhex(digits[0]), scene)


def decoding_past_white_space(signature: str, scene: Scene) -> bool:
    return verifies(bytes.fromhex(signature), scene)


def decoding_as_one_number(signature: str, scene: Scene) -> bool:
    number = int(signature, 16)
    return verifies(number.to_bytes((number.bit_length() + 7) // 8, "big"), scene)


def taking_p1363_too(signature: str, scene: Scene) -> bool:
    data = bytes.fromhex(signature)
    if len(data) == 64:
        return pair_verifies(int.from_bytes(data[:32], "big"), int.from_bytes(data[32:], "big"), scene)
    return verifies(data, scene)


def _ber(data: bytes, length_mask: int) -> tuple[bytes, bytes]:
    start = 2 + (data[1] & 0x7F if data[1] & 0x80 else 0)
    size = int.from_bytes(data[2:start], "big") & length_mask if data[1] & 0x80 else data[1]
    return data[start : start + size], data[start + size :]


def _loosely(signature: str, scene: Scene, length_mask: int) -> bool:
    content, _ = _ber(bytes.fromhex(signature), length_mask)
    r, content = _ber(content, length_mask)
    s, _ = _ber(content, length_mask)
    return pair_verifies(int.from_bytes(r, "big"), int.from_bytes(s, "big"), scene)


def reading_unsigned_ber(signature: str, scene: Scene) -> bool:
    return _loosely(signature, scene, -1)


def reading_lengths_of_32_bits(signature: str, scene: Scene) -> bool:
    return _loosely(signature, scene, 2**32 - 1)


def reducing_modulo_n(signature: str, scene: Scene) -> bool:
    r, s = strict_pair(signature)
    return pair_verifies(r % N, s % N, scene)


def keeping_the_low_256_bits(signature: str, scene: Scene) -> bool:
    r, s = strict_pair(signature)
    return pair_verifies(r % 2**256, s % 2**256, scene)


def forgetting_the_sign(signature: str, scene: Scene) -> bool:
    r, s = strict_pair(signature)
    return pair_verifies(abs(r), abs(s), scene)


Point = tuple[int, int] | None  # None: the point at infinity


def add(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2) = one, other
    if x1 == x2 and (y1 + y2) % P == 0:
        return None
    slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, P) if one == other else (y2 - y1) * pow(x2 - x1, -1, P)
    x = (slope * slope - x1 - x2) % P
    return x, (slope * (x1 - x) - y1) % P


def multiply(factor: int, point: Point) -> Point:
    total: Point = None
    for bit in f"{factor:b}":
        total = add(add(total, total), point if bit == "1" else None)
    return total


def without_range_check(signature: str, scene: Scene) -> bool:
    """The textbook formula, with 0 for the inverse of 0 and for the x of infinity (CVE-2022-21449)."""
    r, s = strict_pair(signature)
    inverse = pow(s, N - 2, N)
    digest = int.from_bytes(hashlib.sha256(scene.message.encode()).digest(), "big")
    numbers, generator = (
        key.public_key().public_numbers() for key in (scene.keys.private_key, ec.derive_private_key(1, ec.SECP256R1()))
    )
    left = multiply(digest * inverse % N, (generator.x, generator.y))
    right = multiply(r * inverse % N, (numbers.x, numbers.y))
    total = add(left, right)
    return ((total[0] if total else 0) - r) % N == 0


def _trying(digest: Callable[[bytes], bytes]) -> Verifier:
    """A verifier that tries another digest as well."""

    def verifier(signature: str, scene: Scene) -> bool:
        data = bytes.fromhex(signature)
        return verifies(data, scene) or verifies(data, scene, digest(scene.message.encode()).rjust(32, b"\x00")[:32])

    return verifier


def forgetting_y(signature: str, scene: Scene) -> bool:
    x, y = scene.keys.public_point[1:33], int.from_bytes(scene.keys.public_point[33:], "big")
    mirrored = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + (P - y).to_bytes(32, "big"))
    try:
        mirrored.verify(bytes.fromhex(signature), scene.message.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return verifies(bytes.fromhex(signature), scene)
    return True


# What each verifier lets through; "r-plus-n" and its like stand for the same with s.
CARELESS: dict[Verifier, tuple[str, ...]] = {
    decoding_until_the_first_error: (
        "hex-digit-appended",
        "hex-non-hex-appended",
        "hex-h-suffix",
        "hex-space-after",
        "hex-newline-after",
        "hex-nul-after",
        "hex-two-with-comma",
    ),
    decoding_past_white_space: ("hex-spaces", "hex-space-in-front", "hex-crlf-after", "hex-line-break"),
    decoding_as_one_number: (
        "hex-0x-prefix",
        "hex-plus-sign",
        "hex-digit-in-front",
        "hex-underscores",
        "hex-arabic-digits",
        "der-zero-octet-in-front",
    ),
    taking_p1363_too: ("format-p1363",),
    reading_unsigned_ber: (
        "sequence-length-long-form",
        "r-length-leading-zero",
        "s-length-four-octets",
        "sequence-tag-31",
        "r-tag-04",
        "r-zeros-in-front",
        "der-leading-zero-missing-in-r",
        "der-leading-zero-missing-in-s",
        "der-garbage-after",
        "der-garbage-in-sequence",
        "der-null-behind",
        "der-s-repeated",
        "der-twice",
        "der-padded",
    ),
    reading_lengths_of_32_bits: ("sequence-length-over-32-bits", "r-length-over-32-bits", "s-length-over-64-bits"),
    reducing_modulo_n: ("r-plus-n", "r-minus-n", "s-plus-n", "s-minus-n", "s-negated", "s-plus-256-n"),
    keeping_the_low_256_bits: ("r-plus-2-256", "r-plus-2-320", "s-minus-2-256", "der-leading-zero-missing-in-r"),
    forgetting_the_sign: ("r-negated", "s-negated"),
    without_range_check: (
        "pair-zero-and-zero",
        "pair-zero-and-n",
        "pair-n-and-zero",
        "pair-n-and-n",
        "r-plus-n",
        "s-minus-n",
    ),
    _trying(lambda message: hashlib.sha256(hashlib.sha256(message).digest()).digest()): ("signs-double-hash",),
    _trying(lambda message: hashlib.sha1(message, usedforsecurity=False).digest()): ("signs-sha-1",),
    _trying(lambda message: hashlib.sha512(message).digest()): ("signs-sha-512",),
    _trying(lambda message: message): ("signs-unhashed",),
    _trying(lambda _: bytes(32)): ("signs-digest-zero",),
    _trying(lambda message: hashlib.sha256(message + b"\n").digest()): ("signs-newline-appended",),
    _trying(lambda message: hashlib.sha256(message.decode().encode("utf-16-le")).digest()): ("signs-utf-16-le",),
    _trying(lambda _: hashlib.sha256(b"835501").digest()): ("mix-another-message",),
    forgetting_y: ("by-negated-key",),
}

CAUGHT = [
    pytest.param(verifier, name, id=f"{name}-{index}")
    for index, (verifier, names) in enumerate(CARELESS.items())
    for name in names
]


@pytest.mark.parametrize("verifier", CARELESS)
def test_a_careless_verifier_takes_a_good_signature(verifier: Verifier, scene: Scene) -> None:
    assert verifier(scene.signature().hex, scene)


@pytest.mark.parametrize(("verifier", "name"), CAUGHT)
def test_a_careless_verifier_is_caught(verifier: Verifier, name: str, scene: Scene) -> None:
    forgery = next(forgery for forgery in FORGERIES if forgery.name == name)
    assert verifier(forgery.make(scene), scene)


@pytest.mark.parametrize(("name", "sign"), [("mix-sum-at-infinity", -1), ("mix-equal-summands", 1)])
def test_the_summands_of_a_verifier_meet(name: str, sign: int, scene: Scene) -> None:
    forgery = next(forgery for forgery in FORGERIES if forgery.name == name)
    r, _ = strict_pair(forgery.make(scene))
    digest = int.from_bytes(hashlib.sha256(scene.message.encode()).digest(), "big")
    private = scene.keys.private_key.private_numbers().private_value
    assert (r * private - sign * digest) % N == 0
