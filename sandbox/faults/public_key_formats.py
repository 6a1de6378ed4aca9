# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of reading a public key in another format, of those that are added, and of tolerated spellings."""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    load_der_public_key,
    load_pem_public_key,
)

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.curve import PublicKey, is_compressed, load_point
from sandbox.faults.catalogue import Level, fault
from sandbox.faults.lax_der import ORDER
from sandbox.faults.public_keys import Salvaging, exported, unusable
from sandbox.http import Answer
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError

ADDS = (Operation.ADD_KEY,)

# Other formats.


@fault("key-in-spki", clause="binding.bad-key")
class KeyInSpki(Salvaging):
    """A SubjectPublicKeyInfo is taken, in hex."""

    def point(self, text: str) -> bytes:
        return exported(load_der_public_key(bytes.fromhex(text)))


@fault("hex-of-pem", clause="binding.bad-key")
class HexOfPem(Salvaging):
    """The hex of a key in PEM is taken."""

    def point(self, text: str) -> bytes:
        return exported(load_pem_public_key(bytes.fromhex(text)))


@fault("null-is-a-key", clause="binding.bad-key")
class NullIsAKey(Salvaging):
    """The word null is taken for a key that is still to come."""

    def salvaged(self, text: str) -> PublicKey:
        return unusable(b"") if text == "null" else load_point(b"")


# Keys that are added.


@fault("added-key-of-p-384", clause="keys.bad-key")
class AddedKeyOfP384(Salvaging):
    """A key of P-384 is added."""

    operations = ADDS

    def salvaged(self, text: str) -> PublicKey:
        point = bytes.fromhex(text)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP384R1(), point)
        return unusable(point)


# Spellings that may be taken or refused.


class Misread(Sandbox):
    """A sandbox that takes a spelling of keys, but cannot verify by them, in one operation."""

    operation = Operation.CREATE_DEVICE

    def public_key(self, call: Call, text: str) -> PublicKey:
        if call.operation is self.operation and self.misreads(text):
            return self.misread(call, text)
        return super().public_key(call, text)

    def misreads(self, text: str) -> bool:
        """Whether the text is of the spelling."""
        return len(text) == 66 and is_compressed(bytes.fromhex(text))

    def misread(self, call: Call, text: str) -> PublicKey:
        """Another key than the one that is meant."""
        point = bytes.fromhex(text)[1:33]
        return unusable(b"\x04" + point + bytes(32))


@fault("compressed-key-unprocessable", clause="binding.compressed-key", level=Level.SHOULD)
class CompressedKeyUnprocessable(Misread):
    """A compressed point is answered with 422."""

    def misread(self, call: Call, text: str) -> PublicKey:
        raise RefusedError(replace(self.refusal(call.operation, Reason.PUBLIC_KEY_INVALID), status=422), "key")


def _is_hybrid(text: str) -> bool:
    return len(text) == 130 and text[:2] in ("06", "07")


@fault("hybrid-key-unsupported", clause="binding.hybrid-key", level=Level.SHOULD)
class HybridKeyUnsupported(CompressedKeyUnprocessable):
    """A hybrid point is answered with 422."""

    def misreads(self, text: str) -> bool:
        return _is_hybrid(text)


@fault("added-compressed-key-unprocessable", clause="keys.compressed-key", level=Level.SHOULD)
class AddedCompressedKeyUnprocessable(CompressedKeyUnprocessable):
    """A compressed point to be added is answered with 422."""

    operation = Operation.ADD_KEY


@fault("added-hybrid-key-unsupported", clause="keys.hybrid-key", level=Level.SHOULD)
class AddedHybridKeyUnsupported(HybridKeyUnsupported):
    """A hybrid point to be added is answered with 422."""

    operation = Operation.ADD_KEY


@fault("upper-case-key-misread", clause="signing.upper-case-key", level=Level.SHOULD)
class UpperCaseKeyMisread(Misread):
    """A key in upper-case hex is taken, but its device cannot be bound."""

    def misreads(self, text: str) -> bool:
        return text != text.lower()


@fault("added-key-in-upper-case-misread", clause="signing.upper-case-key", level=Level.SHOULD)
class AddedKeyInUpperCaseMisread(UpperCaseKeyMisread):
    """A key in upper-case hex is added, but cannot sign."""

    operation = Operation.ADD_KEY


# Spellings of signatures that may be taken or refused.


@fault("upper-case-signature-binds-nothing", clause="signing.upper-case-hex", level=Level.SHOULD)
class UpperCaseSignatureBindsNothing(Sandbox):
    """A signature with upper-case letters is answered with 204, but binds nothing."""

    async def verify_signature_challenge(self, call: Call) -> Answer:
        text = self.json_body(call).get("signature")
        plain = not isinstance(text, str) or text == text.lower()
        return await super().verify_signature_challenge(call) if plain else Answer(204)


@fault("high-s-refused-too-late", clause="signing.high-s", level=Level.SHOULD)
class HighSRefusedTooLate(Sandbox):
    """A signature with a high s is refused, but only after the device was bound."""

    async def verify_signature_challenge(self, call: Call) -> Answer:
        answer = await super().verify_signature_challenge(call)
        signature = self.signature(call, self.json_body(call))
        self.require(call, signature.s <= ORDER // 2, Reason.SIGNATURE_WRONG)
        return answer
