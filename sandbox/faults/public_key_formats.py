# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of reading a public key in another format, of those that are added, and of tolerated spellings."""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64decode
from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    load_der_public_key,
    load_pem_public_key,
    load_ssh_public_key,
)

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.curve import PublicKey, is_compressed, load_point
from sandbox.der import Signature
from sandbox.faults.catalogue import Level, fault
from sandbox.faults.lax_der import ORDER
from sandbox.faults.public_keys import CoordinatesModuloP, OffTheCurve, Salvaging, exported, unusable
from sandbox.http import Answer
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.world import Key

ADDS = (Operation.ADD_KEY,)

# Other formats.


@fault("key-in-spki", clause="binding.bad-key")
class KeyInSpki(Salvaging):
    """A SubjectPublicKeyInfo is taken, in hex."""

    def point(self, text: str) -> bytes:
        return exported(load_der_public_key(bytes.fromhex(text)))


@fault("key-in-spki-and-base64", clause="binding.bad-key")
class KeyInSpkiAndBase64(Salvaging):
    """A SubjectPublicKeyInfo is taken, in base64."""

    def point(self, text: str) -> bytes:
        return exported(load_der_public_key(b64decode(text, validate=True)))


@fault("key-in-pem", clause="binding.bad-key")
class KeyInPem(Salvaging):
    """A key in PEM is taken."""

    def point(self, text: str) -> bytes:
        return exported(load_pem_public_key(text.encode()))


@fault("hex-of-pem", clause="binding.bad-key")
class HexOfPem(Salvaging):
    """The hex of a key in PEM is taken."""

    def point(self, text: str) -> bytes:
        return exported(load_pem_public_key(bytes.fromhex(text)))


@fault("key-in-base64", clause="binding.bad-key")
class KeyInBase64(Salvaging):
    """A point in base64 is taken."""

    def point(self, text: str) -> bytes:
        return b64decode(text, validate=True)


@fault("key-in-base64url", clause="binding.bad-key")
class KeyInBase64Url(Salvaging):
    """A point in base64url is taken, without its padding."""

    def point(self, text: str) -> bytes:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@fault("key-in-an-element", clause="binding.bad-key")
class KeyInAnElement(Salvaging):
    """A point is taken in an OCTET STRING or a BIT STRING."""

    def point(self, text: str) -> bytes:
        data = bytes.fromhex(text)
        return data[-65:] if data[:1] in (b"\x03", b"\x04") and len(data) in (67, 68) else b""


@fault("key-as-jwk", clause="binding.bad-key")
class KeyAsJwk(Salvaging):
    """A JSON Web Key is taken, in a text."""

    def point(self, text: str) -> bytes:
        found = json.loads(text) if text.startswith("{") else {}
        return b"\x04" + b"".join(urlsafe_b64decode(found[half] + "=") for half in ("x", "y"))


@fault("key-of-openssh", clause="binding.bad-key")
class KeyOfOpenSsh(Salvaging):
    """A key is taken as OpenSSH writes it."""

    def point(self, text: str) -> bytes:
        return exported(load_ssh_public_key(text.encode()))


@fault("null-is-a-key", clause="binding.bad-key")
class NullIsAKey(Salvaging):
    """The word null is taken for a key that is still to come."""

    def salvaged(self, text: str) -> PublicKey:
        return unusable(b"") if text == "null" else load_point(b"")


@fault("bad-key-unprocessable", clause="binding.bad-key")
class BadKeyUnprocessable(Sandbox):
    """A key that is none is answered with 422 where a device is bound."""

    def public_key(self, call: Call, text: str) -> PublicKey:
        try:
            return super().public_key(call, text)
        except RefusedError as error:
            if call.operation is not Operation.CREATE_DEVICE:
                raise
            raise RefusedError(replace(error.refusal, status=422), "key") from None


# Keys that are added.


@fault("added-key-off-the-curve", clause="keys.bad-key")
class AddedKeyOffTheCurve(OffTheCurve):
    """Of a key that is added it is not looked at whether it lies on the curve."""

    operations = ADDS


@fault("added-key-modulo-p", clause="keys.bad-key")
class AddedKeyModuloP(CoordinatesModuloP):
    """The coordinates of a key that is added are reduced modulo p."""

    operations = ADDS


@fault("added-key-in-spki", clause="keys.bad-key")
class AddedKeyInSpki(KeyInSpki):
    """A key is added as a SubjectPublicKeyInfo."""

    operations = ADDS


@fault("added-key-in-pem", clause="keys.bad-key")
class AddedKeyInPem(KeyInPem):
    """A key is added in PEM."""

    operations = ADDS


@fault("added-key-stripped", clause="keys.bad-key")
class AddedKeyStripped(Salvaging):
    """White space around a key that is added is passed over."""

    operations = ADDS

    def point(self, text: str) -> bytes:
        return bytes.fromhex(text.strip())


@fault("added-key-without-its-prefix", clause="keys.bad-key")
class AddedKeyWithoutItsPrefix(Salvaging):
    """A key is added without its 04."""

    operations = ADDS

    def point(self, text: str) -> bytes:
        return b"\x04" + bytes.fromhex(text)


@fault("added-infinity", clause="keys.bad-key")
class AddedInfinity(Salvaging):
    """The point at infinity is added as a key."""

    operations = ADDS

    def salvaged(self, text: str) -> PublicKey:
        return load_point(bytes.fromhex(text)) if text.strip("0") else unusable(b"\x00")


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


@fault("compressed-key-misread", clause="binding.compressed-key", level=Level.SHOULD)
class CompressedKeyMisread(Misread):
    """A compressed point is taken, but its y is lost, and its device cannot be bound."""


@fault("compressed-key-of-even-y", clause="binding.compressed-key", level=Level.SHOULD)
class CompressedKeyOfEvenY(Misread):
    """Of a compressed point the prefix is turned round, and its device cannot be bound."""

    def misread(self, call: Call, text: str) -> PublicKey:
        return super(Misread, self).public_key(call, f"0{5 - int(text[1])}{text[2:]}")


@fault("compressed-key-unprocessable", clause="binding.compressed-key", level=Level.SHOULD)
class CompressedKeyUnprocessable(Misread):
    """A compressed point is answered with 422."""

    def misread(self, call: Call, text: str) -> PublicKey:
        raise RefusedError(replace(self.refusal(call.operation, Reason.PUBLIC_KEY_INVALID), status=422), "key")


def _is_hybrid(text: str) -> bool:
    return len(text) == 130 and text[:2] in ("06", "07")


@fault("hybrid-key-misread", clause="binding.hybrid-key", level=Level.SHOULD)
class HybridKeyMisread(Misread):
    """A hybrid point is taken, but its device cannot be bound."""

    def misreads(self, text: str) -> bool:
        return _is_hybrid(text)


@fault("hybrid-key-unsupported", clause="binding.hybrid-key", level=Level.SHOULD)
class HybridKeyUnsupported(CompressedKeyUnprocessable):
    """A hybrid point is answered with 422."""

    def misreads(self, text: str) -> bool:
        return _is_hybrid(text)


@fault("added-compressed-key-misread", clause="keys.compressed-key", level=Level.SHOULD)
class AddedCompressedKeyMisread(Misread):
    """A compressed point is added, but cannot sign."""

    operation = Operation.ADD_KEY


@fault("added-compressed-key-unprocessable", clause="keys.compressed-key", level=Level.SHOULD)
class AddedCompressedKeyUnprocessable(CompressedKeyUnprocessable):
    """A compressed point to be added is answered with 422."""

    operation = Operation.ADD_KEY


@fault("added-hybrid-key-misread", clause="keys.hybrid-key", level=Level.SHOULD)
class AddedHybridKeyMisread(HybridKeyMisread):
    """A hybrid point is added, but cannot sign."""

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


@fault("upper-case-key-not-found", clause="signing.upper-case-key", level=Level.SHOULD)
class UpperCaseKeyNotFound(Misread):
    """A key in upper-case hex is answered with 404."""

    def misreads(self, text: str) -> bool:
        return text != text.lower()

    def misread(self, call: Call, text: str) -> PublicKey:
        raise self.refused(call, Reason.KEY_UNKNOWN)


@fault("added-key-in-upper-case-misread", clause="signing.upper-case-key", level=Level.SHOULD)
class AddedKeyInUpperCaseMisread(UpperCaseKeyMisread):
    """A key in upper-case hex is added, but cannot sign."""

    operation = Operation.ADD_KEY


# Spellings of signatures that may be taken or refused.


@fault("upper-case-signature-unprocessable", clause="signing.upper-case-hex", level=Level.SHOULD)
class UpperCaseSignatureUnprocessable(Sandbox):
    """A signature with upper-case letters is answered with 422."""

    def signature_bytes(self, call: Call, text: str) -> bytes | None:
        if text != text.lower() and len(text) > 100:
            raise RefusedError(replace(self.refusal(call.operation, Reason.SIGNATURE_MALFORMED), status=422))
        return super().signature_bytes(call, text)


@fault("upper-case-signature-binds-nothing", clause="signing.upper-case-hex", level=Level.SHOULD)
class UpperCaseSignatureBindsNothing(Sandbox):
    """A signature with upper-case letters is answered with 204, but binds nothing."""

    async def verify_signature_challenge(self, call: Call) -> Answer:
        text = self.json_body(call).get("signature")
        plain = not isinstance(text, str) or text == text.lower()
        return await super().verify_signature_challenge(call) if plain else Answer(204)


@fault("high-s-not-found", clause="signing.high-s", level=Level.SHOULD)
class HighSNotFound(Sandbox):
    """A signature with a high s is answered with 404."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        right = super().verifies(call, key, signature, message)
        self.require(call, not right or signature.s <= ORDER // 2, Reason.CHALLENGE_UNKNOWN)
        return right


@fault("high-s-refused-too-late", clause="signing.high-s", level=Level.SHOULD)
class HighSRefusedTooLate(Sandbox):
    """A signature with a high s is refused, but only after the device was bound."""

    async def verify_signature_challenge(self, call: Call) -> Answer:
        answer = await super().verify_signature_challenge(call)
        signature = self.signature(call, self.json_body(call))
        self.require(call, signature.s <= ORDER // 2, Reason.SIGNATURE_WRONG)
        return answer
