"""Faults of reading a public key: each takes one kind of keys that are none."""

from __future__ import annotations

import re
import unicodedata
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


@fault("padded-infinity-is-a-key", clause="binding.bad-key")
class PaddedInfinityIsAKey(Salvaging):
    """The point at infinity is taken, padded with zeros."""

    def salvaged(self, text: str) -> PublicKey:
        data = sized(text, 65)
        return load_point(data) if any(data) else unusable(data)


@fault("zeros-are-a-point", clause="binding.bad-key")
class ZerosAreAPoint(Salvaging):
    """The point (0, 0) is taken, as zeros make every equation of a doubtful check hold."""

    def salvaged(self, text: str) -> PublicKey:
        data = sized(text, 65)
        return load_point(data) if data[0] != 4 or any(data[1:]) else unusable(data)


@fault("off-the-curve", clause="binding.bad-key")
class OffTheCurve(Salvaging):
    """Whether a point lies on the curve is not looked at, so that it may lie on a weak one."""

    def salvaged(self, text: str) -> PublicKey:
        data = sized(text, 65)
        inside = all(int.from_bytes(half, "big") < FIELD for half in (data[1:33], data[33:]))
        return unusable(data) if data[0] == 4 and inside and any(data[1:]) else load_point(data)


@fault("y-is-made-up", clause="binding.bad-key")
class YIsMadeUp(Salvaging):
    """Of a point only x is looked at, and y is reckoned from it."""

    def point(self, text: str) -> bytes:
        data = sized(text, 65)
        return b"\x02" + data[1:33] if data[0] == 4 else data


@fault("x-is-looked-up-in-no-equation", clause="binding.bad-key")
class XIsLookedUpInNoEquation(Salvaging):
    """Of a compressed point it is not looked at whether any point has its x."""

    def salvaged(self, text: str) -> PublicKey:
        return unusable(sized(text, 33)) if text[:2] in ("02", "03") else load_point(bytes.fromhex(text))


@fault("coordinates-modulo-p", clause="binding.bad-key")
class CoordinatesModuloP(Salvaging):
    """x and y are reduced modulo p instead of being refused."""

    def point(self, text: str) -> bytes:
        data = sized(text, 65)
        halves = (int.from_bytes(half, "big") % FIELD for half in (data[1:33], data[33:]))
        return data[:1] + b"".join(half.to_bytes(32, "big") for half in halves)


@fault("y-of-p", clause="binding.bad-key")
class YOfP(Salvaging):
    """y may be p, one too many, and is then not looked at any further."""

    def salvaged(self, text: str) -> PublicKey:
        data = sized(text, 65)
        return unusable(data) if int.from_bytes(data[33:], "big") == FIELD else load_point(data)


# Points of other curves.


@fault("secp256k1-is-p-256", clause="binding.bad-key")
class Secp256k1IsP256(Salvaging):
    """A point of secp256k1 is taken, which has as many bytes."""

    def salvaged(self, text: str) -> PublicKey:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256K1(), sized(text, 65))
        return unusable(bytes.fromhex(text))


@fault("any-nist-curve", clause="binding.bad-key")
class AnyNistCurve(Salvaging):
    """The curve is told by the length of the point, and P-384 and P-521 are taken, too."""

    def salvaged(self, text: str) -> PublicKey:
        data = sized(text, 97, 133)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1() if len(data) == 97 else ec.SECP521R1(), data)
        return unusable(data)


@fault("p-224-is-a-curve", clause="binding.bad-key")
class P224IsACurve(Salvaging):
    """A point of P-224 is taken."""

    def salvaged(self, text: str) -> PublicKey:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP224R1(), sized(text, 57))
        return unusable(bytes.fromhex(text))


@fault("x25519-is-a-key", clause="binding.bad-key")
class X25519IsAKey(Salvaging):
    """32 bytes are taken for a key of X25519."""

    def salvaged(self, text: str) -> PublicKey:
        return unusable(sized(text, 32))


# Wrong bytes.


@fault("bytes-after-a-point", clause="binding.bad-key")
class BytesAfterAPoint(Salvaging):
    """Of a key that is too long the first 65 bytes count."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text)[:65]


@fault("zeros-before-a-point", clause="binding.bad-key")
class ZerosBeforeAPoint(Salvaging):
    """A key is read as a number, without the zeros in front of it."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text).lstrip(b"\x00")


@fault("short-keys-are-padded", clause="binding.bad-key")
class ShortKeysArePadded(Salvaging):
    """A key that is too short is filled with zeros, and not looked at any further."""

    def salvaged(self, text: str) -> PublicKey:
        return unusable(sized(text, 64).ljust(65, b"\x00")) if text[:2] == "04" else load_point(sized(text, 65))


@fault("prefix-not-needed", clause="binding.bad-key")
class PrefixNotNeeded(Salvaging):
    """The 64 bytes of x and y are taken without their 04."""

    def point(self, text: str) -> bytes:
        return b"\x04" + sized(text, 64)


@fault("sixty-four-zeros-are-a-key", clause="binding.bad-key")
class SixtyFourZerosAreAKey(Salvaging):
    """64 bytes are taken without a look at them."""

    def salvaged(self, text: str) -> PublicKey:
        return unusable(sized(text, 64))


@fault("x-alone-is-a-point", clause="binding.bad-key")
class XAloneIsAPoint(Salvaging):
    """04 and x are taken, and y is reckoned."""

    def point(self, text: str) -> bytes:
        return b"\x02" + sized(text, 33)[1:]


@fault("prefix-passed-over", clause="binding.bad-key")
class PrefixPassedOver(Salvaging):
    """The first byte of a key is not looked at."""

    def point(self, text: str) -> bytes:
        return b"\x04" + sized(text, 65)[1:]


@fault("prefix-02-of-65-bytes", clause="binding.bad-key")
class Prefix02Of65Bytes(Salvaging):
    """A compressed point may have its y behind it."""

    def point(self, text: str) -> bytes:
        return sized(text, 65)[:33] if text[:2] in ("02", "03") else b""


@fault("prefix-alone-is-a-key", clause="binding.bad-key")
class PrefixAloneIsAKey(Salvaging):
    """Only the first byte of a key is looked at."""

    def salvaged(self, text: str) -> PublicKey:
        return unusable(b"\x04") if text == "04" else load_point(b"")


# Wrong spellings.


@fault("key-hex-without-a-digit", clause="binding.bad-key")
class KeyHexWithoutADigit(Salvaging):
    """A leading zero may be missing in the hex of a key."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text.zfill(130))


@fault("key-hex-until-it-ends", clause="binding.bad-key")
class KeyHexUntilItEnds(Salvaging):
    """The hex of a key is read up to the first thing that is no octet."""

    def point(self, text: str) -> bytes:
        found = re.match("(?:[0-9a-f]{2})+", text)
        return bytes.fromhex(found[0] if found else "")[:65]


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


@fault("letters-are-a-key", clause="binding.bad-key")
class LettersAreAKey(Salvaging):
    """A key of 130 characters is taken, whatever they are."""

    def salvaged(self, text: str) -> PublicKey:
        return unusable(text.encode()) if len(text) == 130 and text.isascii() else load_point(b"")


@fault("key-hex-with-prefix", clause="binding.bad-key")
class KeyHexWithPrefix(Salvaging):
    """0x may stand in front of a key."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text.removeprefix("0x"))


@fault("key-hex-stripped", clause="binding.bad-key")
class KeyHexStripped(Salvaging):
    """White space around the hex of a key is passed over."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text.strip())


@fault("key-hex-until-nul", clause="binding.bad-key")
class KeyHexUntilNul(Salvaging):
    """The text of a key ends at its first NUL, as in C."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text.partition("\x00")[0])


@fault("key-hex-with-spaces", clause="binding.bad-key")
class KeyHexWithSpaces(Salvaging):
    """White space between the octets of a key is passed over."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(" ".join(text.split()))


@fault("key-hex-with-colons", clause="binding.bad-key")
class KeyHexWithColons(Salvaging):
    """Colons between the octets of a key are passed over, as OpenSSL prints them."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text.replace(":", ""))


@fault("key-hex-in-full-width", clause="binding.bad-key")
class KeyHexInFullWidth(Salvaging):
    """The text of a key is normalized before it is read."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(unicodedata.normalize("NFKC", text))


@fault("key-quoted", clause="binding.bad-key")
class KeyQuoted(Salvaging):
    """The hex of a key may stand in quotation marks."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text.strip('"'))


@fault("key-in-hex-twice", clause="binding.bad-key")
class KeyInHexTwice(Salvaging):
    """The hex of the hex of a key is taken."""

    def point(self, text: str) -> bytes:
        return bytes.fromhex(bytes.fromhex(text).decode("ascii"))
