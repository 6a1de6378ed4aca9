# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of what is signed: another text or another digest in place of the right one."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from collections.abc import Iterable

from sandbox.app import Sandbox
from sandbox.chapters.activation import CODE_LENGTH
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import fault
from sandbox.faults.signatures import OtherDigests, OtherTexts
from sandbox.operations import Operation
from sandbox.world import Key


@fault("digest-signed-again", clause="signing.unverifiable")
class DigestSignedAgain(OtherTexts):
    """A signature over the digest of the text counts as one over the text."""

    def others(self, message: str) -> Iterable[bytes]:
        yield hashlib.sha256(message.encode()).digest()


@fault("hex-digest-signed", clause="signing.unverifiable")
class HexDigestSigned(OtherTexts):
    """A signature over the hex of the digest counts as one over the text."""

    def others(self, message: str) -> Iterable[bytes]:
        yield hashlib.sha256(message.encode()).hexdigest().encode()


@fault("capital-hex-digest-signed", clause="signing.unverifiable")
class CapitalHexDigestSigned(OtherTexts):
    """A signature over the upper-case hex of the digest counts as one over the text."""

    def others(self, message: str) -> Iterable[bytes]:
        yield hashlib.sha256(message.encode()).hexdigest().upper().encode()


@fault("empty-text-signed", clause="signing.unverifiable")
class EmptyTextSigned(OtherTexts):
    """A signature over nothing counts as one over the text."""

    def others(self, message: str) -> Iterable[bytes]:
        yield b""


@fault("newline-signed-too", clause="signing.unverifiable")
class NewlineSignedToo(OtherTexts):
    """The text may have been signed with a newline behind it."""

    def others(self, message: str) -> Iterable[bytes]:
        yield f"{message}\n".encode()
        yield f"{message}\r\n".encode()


@fault("space-signed-too", clause="signing.unverifiable")
class SpaceSignedToo(OtherTexts):
    """The text may have been signed with a space on either side."""

    def others(self, message: str) -> Iterable[bytes]:
        yield f"{message} ".encode()
        yield f" {message}".encode()


@fault("nul-signed-too", clause="signing.unverifiable")
class NulSignedToo(OtherTexts):
    """The text may have been signed with its final NUL."""

    def others(self, message: str) -> Iterable[bytes]:
        yield f"{message}\x00".encode()


@fault("zero-signed-in-front", clause="signing.unverifiable")
class ZeroSignedInFront(OtherTexts):
    """The text may have been signed with one more zero in front, as a longer number."""

    def others(self, message: str) -> Iterable[bytes]:
        yield f"0{message}".encode()


@fault("byte-order-mark-signed", clause="signing.unverifiable")
class ByteOrderMarkSigned(OtherTexts):
    """The text may have been signed with a byte order mark."""

    def others(self, message: str) -> Iterable[bytes]:
        yield f"\ufeff{message}".encode()


@fault("utf-16-le-signed", clause="signing.unverifiable")
class Utf16LeSigned(OtherTexts):
    """The text may have been signed in UTF-16, low bytes first, as in .NET."""

    def others(self, message: str) -> Iterable[bytes]:
        yield message.encode("utf-16-le")


@fault("utf-16-be-signed", clause="signing.unverifiable")
class Utf16BeSigned(OtherTexts):
    """The text may have been signed in UTF-16, high bytes first."""

    def others(self, message: str) -> Iterable[bytes]:
        yield message.encode("utf-16-be")


@fault("utf-32-signed", clause="signing.unverifiable")
class Utf32Signed(OtherTexts):
    """The text may have been signed in UTF-32."""

    def others(self, message: str) -> Iterable[bytes]:
        yield message.encode("utf-32-be")


@fault("quotes-signed", clause="signing.unverifiable")
class QuotesSigned(OtherTexts):
    """The text may have been signed as JSON."""

    def others(self, message: str) -> Iterable[bytes]:
        yield json.dumps(message).encode()


@fault("hex-signed", clause="signing.unverifiable")
class HexSigned(OtherTexts):
    """The hex of the text may have been signed."""

    def others(self, message: str) -> Iterable[bytes]:
        yield message.encode().hex().encode()


@fault("base64-signed", clause="signing.unverifiable")
class Base64Signed(OtherTexts):
    """The base64 of the text may have been signed."""

    def others(self, message: str) -> Iterable[bytes]:
        yield b64encode(message.encode())


@fault("text-cut", clause="signing.unverifiable")
class TextCut(OtherTexts):
    """The last character of the text need not be signed."""

    def others(self, message: str) -> Iterable[bytes]:
        yield message[:-1].encode()


@fault("text-twice", clause="signing.unverifiable")
class TextTwice(OtherTexts):
    """The text may have been signed twice over."""

    def others(self, message: str) -> Iterable[bytes]:
        yield (message * 2).encode()


@fault("text-backwards", clause="signing.unverifiable")
class TextBackwards(OtherTexts):
    """The text with its final NUL may have been signed backwards."""

    def others(self, message: str) -> Iterable[bytes]:
        yield f"\x00{message[::-1]}".encode()


@fault("md5-signed", clause="signing.unverifiable")
class Md5Signed(OtherDigests):
    """The MD5 of the text may have been signed."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.md5(message, usedforsecurity=False).digest()


@fault("sha-1-signed", clause="signing.unverifiable")
class Sha1Signed(OtherDigests):
    """The SHA-1 of the text may have been signed."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha1(message, usedforsecurity=False).digest()


@fault("sha-224-signed", clause="signing.unverifiable")
class Sha224Signed(OtherDigests):
    """The SHA-224 of the text may have been signed."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha224(message).digest()


@fault("sha-384-signed", clause="signing.unverifiable")
class Sha384Signed(OtherDigests):
    """The SHA-384 of the text may have been signed."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha384(message).digest()


@fault("sha-512-signed", clause="signing.unverifiable")
class Sha512Signed(OtherDigests):
    """The SHA-512 of the text may have been signed."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha512(message).digest()


@fault("sha-512-256-signed", clause="signing.unverifiable")
class Sha512256Signed(OtherDigests):
    """The SHA-512/256 of the text may have been signed."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.new("sha512_256", message).digest()


@fault("sha3-signed", clause="signing.unverifiable")
class Sha3Signed(OtherDigests):
    """The SHA3-256 of the text may have been signed."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha3_256(message).digest()


@fault("text-signed-unhashed", clause="signing.unverifiable")
class TextSignedUnhashed(OtherDigests):
    """The text itself may have been signed in place of its digest."""

    def digest(self, message: bytes) -> bytes:
        return message


@fault("digest-of-zeros", clause="signing.unverifiable")
class DigestOfZeros(OtherDigests):
    """A digest that could not be made is zeros, and a signature over zeros passes."""

    def digest(self, message: bytes) -> bytes:
        return bytes(32)


@fault("digest-of-ones", clause="signing.unverifiable")
class DigestOfOnes(OtherDigests):
    """A signature over a digest of ones passes."""

    def digest(self, message: bytes) -> bytes:
        return b"\xff" * 32


@fault("digest-backwards", clause="signing.unverifiable")
class DigestBackwards(OtherDigests):
    """The digest may have been signed lowest byte first."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha256(message).digest()[::-1]


@fault("digest-of-160-bits", clause="signing.unverifiable")
class DigestOf160Bits(OtherDigests):
    """The digest may have been cut to the length of SHA-1."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha256(message).digest()[:20]


@fault("digest-one-byte-short", clause="signing.unverifiable")
class DigestOneByteShort(OtherDigests):
    """The digest may have lost its last byte, as a C string does."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha256(message).digest()[:-1]


@fault("digest-signed-in-hex", clause="signing.unverifiable")
class DigestSignedInHex(OtherDigests):
    """The hex of the digest may have been signed in place of its bytes."""

    def digest(self, message: bytes) -> bytes:
        return hashlib.sha256(message).hexdigest().encode()


@fault("signing-challenge-in-any-utf-16", clause="signing.unverifiable")
class SigningChallengeInAnyUtf16(OtherTexts):
    """A string_to_sign may have been signed in UTF-16, which is looked at for signing challenges alone."""

    def others(self, message: str) -> Iterable[bytes]:
        yield from (message.encode(form) for form in ("utf-16-le", "utf-16-be"))

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if call.operation is Operation.VERIFY_SIGNING_CHALLENGE:
            return super().verifies(call, key, signature, message)
        return Sandbox.verifies(self, call, key, signature, message)


@fault("code-in-upper-case-signed", clause="signing.message")
class CodeInUpperCaseSigned(Sandbox):
    """An activation code has to be signed in upper case, as it is printed."""

    def signed_bytes(self, call: Call, message: str) -> bytes:
        return message.upper().encode() if len(message) == CODE_LENGTH else message.encode()


@fault("otp-is-a-number", clause="signing.message")
class OtpIsANumber(Sandbox):
    """An OTP is verified as a number, without its leading zeros."""

    def signed_bytes(self, call: Call, message: str) -> bytes:
        return str(int(message)).encode() if message.isdecimal() and len(message) == 6 else message.encode()


@fault("dashes-are-not-signed", clause="signing.message")
class DashesAreNotSigned(Sandbox):
    """A string_to_sign has to be signed without its dashes."""

    def signed_bytes(self, call: Call, message: str) -> bytes:
        signs = call.operation is Operation.VERIFY_SIGNING_CHALLENGE
        return message.replace("-", "").encode() if signs else message.encode()


@fault("text-to-sign-with-its-newline", clause="signing.message")
class TextToSignWithItsNewline(Sandbox):
    """A change request has to be signed with a newline behind its text."""

    def signed_bytes(self, call: Call, message: str) -> bytes:
        confirms = call.operation is Operation.CONFIRM_CHANGE_REQUEST
        return f"{message}\n".encode() if confirms else message.encode()
