"""A scene to forge in, and a strict reading of what was forged that shares no code with the catalogue."""

import re
from collections.abc import Callable

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from signer import KeyPair, Kind, Scene

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

KEYS = KeyPair.generate()
OTHER_KEYS = KeyPair.generate()

# OTPs (two of them the same backwards), an activation code, and texts to sign.
TEXTS = (
    "212212",
    "000000",
    "190574",
    "7",
    "K4QZ-93NM",
    "9e2d45df-9b00-49d3-9064-29b86374fe67",
    "d6c778822b2d7bd3b778935bcfd02d1d",
    "Überweisung 12,00 €\n" * 200,
)


@pytest.fixture
def scene() -> Scene:
    """The scene of a device binding with the OTP 212212."""
    return _scene("212212")


@pytest.fixture(scope="session")
def scenes() -> tuple[Scene, ...]:
    """One scene for every kind of text that the API lets a device sign."""
    return tuple(map(_scene, TEXTS))


def _scene(text: str) -> Scene:
    return Scene(KEYS, text, OTHER_KEYS, "835501")


@pytest.fixture(scope="session")
def kind_of() -> Callable[[str, Scene], Kind]:
    """Tell which kind a signature is of, by the letter of the contract."""
    return _kind_of


def _kind_of(signature: str, scene: Scene) -> Kind:
    if not re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", signature, re.ASCII):
        return Kind.MALFORMED
    data = bytes.fromhex(signature)
    try:
        r, s = _two_integers(data)
    except ValueError:
        return Kind.MALFORMED
    if not all(1 <= half <= ORDER - 1 for half in (r, s)):
        return Kind.OUT_OF_RANGE
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), scene.keys.public_point)
    try:
        public.verify(data, scene.message.encode(), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return Kind.UNVERIFIABLE
    return Kind.LEGAL


def _two_integers(data: bytes) -> tuple[int, int]:
    content, rest = _read(0x30, data)
    if rest:
        raise ValueError("trailing bytes")
    r, content = _read(0x02, content)
    s, content = _read(0x02, content)
    if content:
        raise ValueError("more than two elements")
    return _number(r), _number(s)


def _read(tag: int, data: bytes) -> tuple[bytes, bytes]:
    if len(data) < 2 or data[0] != tag:
        raise ValueError("another tag")
    size, start = data[1], 2
    if size & 0x80:
        octets = size & 0x7F
        start += octets
        if octets == 0 or octets == 0x7F or len(data) < start or data[2] == 0:
            raise ValueError("indefinite, reserved, truncated or padded length")
        size = int.from_bytes(data[2:start], "big")
        if size < 0x80:
            raise ValueError("long form of a short length")
    if len(data) < start + size:
        raise ValueError("truncated content")
    return data[start : start + size], data[start + size :]


def _number(content: bytes) -> int:
    if not content:
        raise ValueError("empty integer")
    if len(content) > 1 and content[0] in (0x00, 0xFF) and (content[0] ^ content[1]) < 0x80:
        raise ValueError("padded integer")
    return int.from_bytes(content, "big", signed=True)
