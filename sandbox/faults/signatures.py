# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of verifying signatures: which numbers, which text, which digest and which key are right."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.curve import NotAPointError, load_point
from sandbox.der import Signature
from sandbox.faults.catalogue import fault
from sandbox.faults.lax_der import ORDER, encoded
from sandbox.operations import Operation
from sandbox.world import Key

FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
_GENERATOR = ec.derive_private_key(1, ec.SECP256R1()).public_key()
_PREHASHED = ec.ECDSA(Prehashed(SHA256()))


class OtherNumbers(Sandbox):
    """A sandbox in which other numbers than r and s are as good."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return super().verifies(call, key, signature, message) or any(
            super(OtherNumbers, self).verifies(call, key, encoded(*pair), message)
            for pair in self.others(signature.r, signature.s)
        )

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        """What r and s may have been meant to be."""
        raise NotImplementedError


class OtherTexts(Sandbox):
    """A sandbox in which a signature may be over another text."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return super().verifies(call, key, signature, message) or (
            self.is_in_range(call, signature)
            and any(self.curve_verifies(call, key, signature, other) for other in self.others(message))
        )

    def others(self, message: str) -> Iterable[bytes]:
        """What may have been signed in place of the text."""
        raise NotImplementedError


class OtherDigests(Sandbox):
    """A sandbox in which a signature may be over another digest of the text."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if super().verifies(call, key, signature, message):
            return True
        number = self.digest(message.encode())[:32].rjust(32, b"\x00")
        try:
            key.public.arithmetic.verify(signature.der, number, _PREHASHED)
        except InvalidSignature:
            return False
        return True

    def digest(self, message: bytes) -> bytes:
        """The digest that is taken, too; its leftmost 256 bits count."""
        raise NotImplementedError


# Ranges.


@fault("zero-and-zero-verify", clause="signing.out-of-range")
class ZeroAndZeroVerify(Sandbox):
    """r and s of zero are a signature of everything by everybody, as in Java once (CVE-2022-21449)."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return signature.r == signature.s == 0 or super().verifies(call, key, signature, message)


@fault("multiples-of-n-verify", clause="signing.out-of-range")
class MultiplesOfNVerify(Sandbox):
    """Zero is refused, but n is not, and modulo n it is zero."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        r, s = signature.r, signature.s
        return (0 not in (r, s) and r % ORDER == s % ORDER == 0) or super().verifies(call, key, signature, message)


@fault("r-of-zero-verifies", clause="signing.out-of-range")
class RofZeroVerifies(Sandbox):
    """With an r of zero the public key does not matter, and nothing is compared."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return (signature.r == 0 and signature.s > 0) or super().verifies(call, key, signature, message)


@fault("s-of-zero-verifies", clause="signing.out-of-range")
class SofZeroVerifies(Sandbox):
    """An s of zero has no inverse, and what then fails is taken for a success."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return (signature.s == 0 and signature.r > 0) or super().verifies(call, key, signature, message)


@fault("negative-numbers-verify", clause="signing.out-of-range")
class NegativeNumbersVerify(Sandbox):
    """With a negative r or s the loop that verifies is never entered, and nothing is wrong."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return min(signature.r, signature.s) < 0 or super().verifies(call, key, signature, message)


@fault("s-above-n-verifies", clause="signing.out-of-range")
class SAboveNVerifies(Sandbox):
    """What fails for an s above n is taken for a success."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return signature.s > ORDER or super().verifies(call, key, signature, message)


@fault("r-of-n-verifies", clause="signing.out-of-range")
class ROfNVerifies(Sandbox):
    """r may be n, one too many, and modulo n it is then zero."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return signature.r == ORDER or super().verifies(call, key, signature, message)


@fault("integers-modulo-n", clause="signing.out-of-range")
class IntegersModuloN(OtherNumbers):
    """r and s are reduced modulo n instead of being refused."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield r % ORDER, s % ORDER


@fault("r-modulo-n", clause="signing.out-of-range")
class RModuloN(OtherNumbers):
    """The range of s is looked at, but r is reduced modulo n."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield r % ORDER, s


@fault("s-up-to-p", clause="signing.out-of-range")
class SUpToP(OtherNumbers):
    """s is held against p, not n, and its excess is reduced."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        if 0 < s < FIELD:
            yield r, s % ORDER
        elif s >= 0:
            yield r, s % FIELD


@fault("integers-modulo-p", clause="signing.out-of-range")
class IntegersModuloP(OtherNumbers):
    """r and s are reduced modulo p instead of being refused."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield r % FIELD, s % FIELD


@fault("integers-without-sign", clause="signing.out-of-range")
class IntegersWithoutSign(OtherNumbers):
    """r and s are read as unsigned, so that a leading zero may be missing."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield (r % 2**256 if r < 0 else r), (s % 2**256 if s < 0 else s)


@fault("sign-dropped", clause="signing.out-of-range")
class SignDropped(OtherNumbers):
    """Of r and s the absolute value counts."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield abs(r), abs(s)


@fault("low-256-bits", clause="signing.out-of-range")
class Low256Bits(OtherNumbers):
    """Of r and s the low 256 bits count."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield r % 2**256, s % 2**256


@fault("first-32-bytes", clause="signing.out-of-range")
class First32Bytes(OtherNumbers):
    """Of r and s the first 32 bytes count."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        for excess in (16, 6944):
            yield r >> excess, s
            yield r, s >> excess


@fault("range-of-added-keys", clause="signing.out-of-range")
class RangeOfAddedKeys(OtherNumbers):
    """r and s of a device_signature are reduced modulo n."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield r % ORDER, s % ORDER

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if call.operation is Operation.ADD_KEY:
            return super().verifies(call, key, signature, message)
        return Sandbox.verifies(self, call, key, signature, message)


# Numbers in range.


@fault("ones-verify", clause="signing.unverifiable")
class OnesVerify(Sandbox):
    """r and s of one are a signature of everything, left over from a test."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return signature.r == signature.s == 1 or super().verifies(call, key, signature, message)


@fault("largest-numbers-verify", clause="signing.unverifiable")
class LargestNumbersVerify(Sandbox):
    """n - 1 for r or s makes a signature of everything."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return ORDER - 1 in (signature.r, signature.s) or super().verifies(call, key, signature, message)


@fault("r-up-to-its-sign", clause="signing.unverifiable")
class RUpToItsSign(OtherNumbers):
    """n - r is as good as r."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield ORDER - r, s


@fault("s-and-r", clause="signing.unverifiable")
class SAndR(OtherNumbers):
    """r and s may come in either order."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield s, r


@fault("lowest-bit-passed-over", clause="signing.unverifiable")
class LowestBitPassedOver(OtherNumbers):
    """The lowest bit of s is not looked at."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield r, s ^ 1


@fault("inverse-of-s", clause="signing.unverifiable")
class InverseOfS(OtherNumbers):
    """The inverse of s is as good as s."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        if s % ORDER:
            yield r, pow(s, -1, ORDER)


@fault("last-octet-made-up", clause="signing.unverifiable")
class LastOctetMadeUp(OtherNumbers):
    """Where the last octet of s is missing, any will do."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        if 0 < s < 2**248:
            yield from ((r, s << 8 | octet) for octet in range(256))


@fault("nonce-of-one-verifies", clause="signing.unverifiable")
class NonceOfOneVerifies(Sandbox):
    """The x of the base point is taken for r, whatever s is."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return signature.r == _GENERATOR.public_numbers().x or super().verifies(call, key, signature, message)


@fault("equal-summands-verify", clause="signing.unverifiable")
class EqualSummandsVerify(Sandbox):
    """Where the two points to add have the same x, the sum fails, and the signature passes."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return super().verifies(call, key, signature, message) or (
            self.is_in_range(call, signature) and self.summands_agree(key, signature, message.encode())
        )

    def summands_agree(self, key: Key, signature: Signature, message: bytes) -> bool:
        digest = int.from_bytes(hashlib.sha256(message).digest(), "big")
        inverse = pow(signature.s, -1, ORDER)
        first, second = (
            ec.derive_private_key(factor * inverse % ORDER, ec.SECP256R1()) for factor in (digest, signature.r)
        )
        return first.exchange(ec.ECDH(), _GENERATOR) == second.exchange(ec.ECDH(), key.public.arithmetic)


# Keys.


@fault("key-of-either-sign", clause="signing.unverifiable")
class KeyOfEitherSign(Sandbox):
    """Of a public key only x is kept, and both points that have it verify."""

    def curve_verifies(self, call: Call, key: Key, signature: Signature, message: bytes) -> bool:
        other = load_point(bytes([0x02 + (key.public.point[-1] + 1) % 2]) + key.public.point[1:33])
        return key.public.verifies(signature, message) or other.verifies(signature, message)


@fault("key-recovered-from-the-signature", clause="signing.unverifiable")
class KeyRecoveredFromTheSignature(Sandbox):
    """The key is recovered from the signature, and not compared with the device's."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if not self.is_in_range(call, signature):
            return False
        try:
            load_point(b"\x02" + signature.r.to_bytes(32, "big"))
        except NotAPointError:
            return super().verifies(call, key, signature, message)
        return True
