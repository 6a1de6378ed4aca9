"""Faults of reading a public key: each takes one kind of keys that are none."""

from __future__ import annotations

from typing import ClassVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.curve import NotAPointError, PublicKey, load_point
from sandbox.faults.catalogue import fault
from sandbox.operations import Operation
from sandbox.refusals import RefusedError

FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
_ANY = ec.derive_private_key(1, ec.SECP256R1()).public_key()


def unusable(point: bytes) -> PublicKey:
    """What a target would keep that does not look at the point: it verifies nothing."""
    return PublicKey(point, _ANY)


class Salvaging(Sandbox):
    """A sandbox that makes a key of what is none, in one operation or in more."""

    operations: ClassVar[tuple[Operation, ...]] = (Operation.CREATE_DEVICE,)

    def public_key(self, call: Call, text: str) -> PublicKey:
        try:
            return super().public_key(call, text)
        except RefusedError:
            if call.operation not in self.operations:
                raise
            try:
                return self.salvaged(text)
            except (ValueError, IndexError, KeyError, UnsupportedAlgorithm):
                pass
            raise

    def salvaged(self, text: str) -> PublicKey:
        """The key that is meant; raises ValueError where none is."""
        return load_point(self.point(text))

    def point(self, text: str) -> bytes:
        """The point that is meant; raises ValueError where none is."""
        raise NotImplementedError


def exported(key: object) -> bytes:
    """The point of a key that was read from another format."""
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise NotAPointError("another kind of key")
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def sized(text: str, *sizes: int) -> bytes:
    data = bytes.fromhex(text)
    if len(data) not in sizes or len(text) != 2 * len(data):
        raise NotAPointError("another length")
    return data


# No points of the curve.


@fault("infinity-is-a-key", clause="binding.bad-key")
class InfinityIsAKey(Salvaging):
    """The point at infinity is taken, written as one zero octet."""

    def salvaged(self, text: str) -> PublicKey:
        return unusable(sized(text, 1)) if text == "00" else load_point(b"")


@fault("off-the-curve", clause="binding.bad-key")
class OffTheCurve(Salvaging):
    """Whether a point lies on the curve is not looked at, so that it may lie on a weak one."""

    def salvaged(self, text: str) -> PublicKey:
        data = sized(text, 65)
        inside = all(int.from_bytes(half, "big") < FIELD for half in (data[1:33], data[33:]))
        return unusable(data) if data[0] == 4 and inside and any(data[1:]) else load_point(data)


# Points of other curves.


@fault("any-nist-curve", clause="binding.bad-key")
class AnyNistCurve(Salvaging):
    """The curve is told by the length of the point, and P-384 and P-521 are taken, too."""

    def salvaged(self, text: str) -> PublicKey:
        data = sized(text, 97, 133)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1() if len(data) == 97 else ec.SECP521R1(), data)
        return unusable(data)


# Wrong bytes.


@fault("bytes-after-a-point", clause="binding.bad-key")
class BytesAfterAPoint(Salvaging):
    """Of a key that is too long the first 65 bytes count."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text)[:65]


@fault("prefix-passed-over", clause="binding.bad-key")
class PrefixPassedOver(Salvaging):
    """The first byte of a key is not looked at."""

    def point(self, text: str) -> bytes:
        return b"\x04" + sized(text, 65)[1:]


# Wrong spellings.


@fault("key-hex-without-a-digit", clause="binding.bad-key")
class KeyHexWithoutADigit(Salvaging):
    """A leading zero may be missing in the hex of a key."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text.zfill(130))


@fault("last-digit-of-a-key-made-up", clause="binding.bad-key")
class LastDigitOfAKeyMadeUp(Salvaging):
    """A last digit that is none or is missing is made up."""

    def point(self, text: str) -> bytes:
        for digit in "0123456789abcdef":
            try:
                return exported(load_point(bytes.fromhex(text[:129] + digit)).arithmetic)
            except ValueError:
                continue
        raise NotAPointError("not even made up")


@fault("key-hex-with-colons", clause="binding.bad-key")
class KeyHexWithColons(Salvaging):
    """Colons between the octets of a key are passed over, as OpenSSL prints them."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text.replace(":", ""))


@fault("key-in-hex-twice", clause="binding.bad-key")
class KeyInHexTwice(Salvaging):
    """The hex of the hex of a key is taken."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(bytes.fromhex(text).decode("ascii"))
