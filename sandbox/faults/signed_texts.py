"""Faults of what is signed: another text or another digest in place of the right one."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import fault
from sandbox.faults.signatures import OtherDigests, OtherTexts
from sandbox.operations import Operation
from sandbox.world import Key


@fault("newline-signed-too", clause="signing.unverifiable")
class NewlineSignedToo(OtherTexts):
    """The text may have been signed with a newline behind it."""

    def others(self, message: str) -> Iterable[bytes]:
        yield f"{message}\n".encode()
        yield f"{message}\r\n".encode()


@fault("nul-signed-too", clause="signing.unverifiable")
class NulSignedToo(OtherTexts):
    """The text may have been signed with its final NUL."""

    def others(self, message: str) -> Iterable[bytes]:
        yield f"{message}\x00".encode()


@fault("utf-16-le-signed", clause="signing.unverifiable")
class Utf16LeSigned(OtherTexts):
    """The text may have been signed in UTF-16, low bytes first, as in .NET."""

    def others(self, message: str) -> Iterable[bytes]:
        yield message.encode("utf-16-le")


@fault("base64-signed", clause="signing.unverifiable")
class Base64Signed(OtherTexts):
    """The base64 of the text may have been signed."""

    def others(self, message: str) -> Iterable[bytes]:
        yield b64encode(message.encode())


@fault("text-twice", clause="signing.unverifiable")
class TextTwice(OtherTexts):
    """The text may have been signed twice over."""

    def others(self, message: str) -> Iterable[bytes]:
        yield (message * 2).encode()


@fault("sha-512-signed", clause="signing.unverifiable")
class Sha512Signed(OtherDigests):
    """The SHA-512 of the text may have been signed."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha512(message).digest()


@fault("sha3-signed", clause="signing.unverifiable")
class Sha3Signed(OtherDigests):
    """The SHA3-256 of the text may have been signed."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha3_256(message).digest()


@fault("digest-of-160-bits", clause="signing.unverifiable")
class DigestOf160Bits(OtherDigests):
    """The digest may have been cut to the length of SHA-1."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha256(message).digest()[:20]


@fault("signing-challenge-in-any-utf-16", clause="signing.unverifiable")
class SigningChallengeInAnyUtf16(OtherTexts):
    """A string_to_sign may have been signed in UTF-16, which is looked at for signing challenges alone."""

    def others(self, message: str) -> Iterable[bytes]:
        yield from (message.encode(form) for form in ("utf-16-le", "utf-16-be"))

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if call.operation is Operation.VERIFY_SIGNING_CHALLENGE:
            return super().verifies(call, key, signature, message)
        return Sandbox.verifies(self, call, key, signature, message)


@fault("text-to-sign-with-its-newline", clause="signing.message")
class TextToSignWithItsNewline(Sandbox):
    """A change request has to be signed with a newline behind its text."""

    def signed_bytes(self, call: Call, message: str) -> bytes:
        confirms = call.operation is Operation.CONFIRM_CHANGE_REQUEST
        return f"{message}\n".encode() if confirms else message.encode()
