"""Points of P-256 and the verification of signatures (contract 2). The arithmetic is OpenSSL's."""

from __future__ import annotations

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sandbox.der import Signature

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
UNCOMPRESSED_LENGTH = 65
COMPRESSED_LENGTH = 33

_CURVE = ec.SECP256R1()
_SCHEME = ec.ECDSA(SHA256())


class NotAPointError(ValueError):
    """The bytes are not a point of P-256 in a form that is taken."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A point of the curve: ``point`` is its uncompressed form, 65 bytes."""

    point: bytes
    arithmetic: ec.EllipticCurvePublicKey = field(repr=False, compare=False)

    def verifies(self, signature: Signature, message: bytes) -> bool:
        """Whether this key signed SHA-256 of ``message``."""
        try:
            self.arithmetic.verify(signature.der, message, _SCHEME)
        except InvalidSignature:
            return False
        return True


def is_uncompressed(data: bytes) -> bool:
    """Whether the bytes have the form ``04 || X || Y``."""
    return len(data) == UNCOMPRESSED_LENGTH and data[0] == 0x04


def is_compressed(data: bytes) -> bool:
    """Whether the bytes have the form ``02 || X`` or ``03 || X``."""
    return len(data) == COMPRESSED_LENGTH and data[0] in (0x02, 0x03)


def load_point(data: bytes) -> PublicKey:
    """The public key of an encoded point.

    Raises:
        NotAPointError: The bytes are no point of the curve (the point at infinity is none here).
    """
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, data)
    except ValueError as error:
        raise NotAPointError(str(error)) from None
    point = data if is_uncompressed(data) else key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return PublicKey(point, key)


def in_range(signature: Signature) -> bool:
    """Whether ``r`` and ``s`` lie in [1, n-1]."""
    return 1 <= signature.r < ORDER and 1 <= signature.s < ORDER
