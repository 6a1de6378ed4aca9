# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of verifying signatures: which numbers, which text, which digest and which key are right."""

from __future__ import annotations

from collections.abc import Iterable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.curve import load_point
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


@fault("multiples-of-n-verify", clause="signing.out-of-range")
class MultiplesOfNVerify(Sandbox):
    """Zero is refused, but n is not, and modulo n it is zero."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        r, s = signature.r, signature.s
        return (0 not in (r, s) and r % ORDER == s % ORDER == 0) or super().verifies(call, key, signature, message)


@fault("r-of-n-verifies", clause="signing.out-of-range")
class ROfNVerifies(Sandbox):
    """r may be n, one too many, and modulo n it is then zero."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return signature.r == ORDER or super().verifies(call, key, signature, message)


@fault("r-modulo-n", clause="signing.out-of-range")
class RModuloN(OtherNumbers):
    """The range of s is looked at, but r is reduced modulo n."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield r % ORDER, s


@fault("low-256-bits", clause="signing.out-of-range")
class Low256Bits(OtherNumbers):
    """Of r and s the low 256 bits count."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield r % 2**256, s % 2**256


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


@fault("r-up-to-its-sign", clause="signing.unverifiable")
class RUpToItsSign(OtherNumbers):
    """n - r is as good as r."""

    def others(self, r: int, s: int) -> Iterable[tuple[int, int]]:
        yield ORDER - r, s


@fault("nonce-of-one-verifies", clause="signing.unverifiable")
class NonceOfOneVerifies(Sandbox):
    """The x of the base point is taken for r, whatever s is."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        return signature.r == _GENERATOR.public_numbers().x or super().verifies(call, key, signature, message)


# Keys.


@fault("key-of-either-sign", clause="signing.unverifiable")
class KeyOfEitherSign(Sandbox):
    """Of a public key only x is kept, and both points that have it verify."""

    def curve_verifies(self, call: Call, key: Key, signature: Signature, message: bytes) -> bool:
        other = load_point(bytes([0x02 + (key.public.point[-1] + 1) % 2]) + key.public.point[1:33])
        return key.public.verifies(signature, message) or other.verifies(signature, message)
