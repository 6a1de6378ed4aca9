"""Faults of reading a signature's text: lax hex, other formats, and what passes in place of a signature."""

from __future__ import annotations

import json
import re
import unicodedata
from base64 import b32decode, b64decode, urlsafe_b64decode

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import NotDerError, Signature
from sandbox.faults.catalogue import fault
from sandbox.faults.lax_der import encoded
from sandbox.operations import Operation


class Salvaging(Sandbox):
    """A sandbox that makes bytes of a text that is no hex, or is the hex of something else."""

    def signature_bytes(self, call: Call, text: str) -> bytes | None:
        strict = super().signature_bytes(call, text)
        try:
            if strict is not None:
                self.parse_signature(call, strict)
                return strict
        except NotDerError:
            pass
        try:
            return self.salvaged(text)
        except (ValueError, OverflowError):
            return strict

    def salvaged(self, text: str) -> bytes:
        """The bytes that are meant; raises ValueError or OverflowError where none are."""
        raise NotImplementedError


class Numbers(Sandbox):
    """A sandbox that takes r and s in a binary format of another world."""

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        try:
            return super().parse_signature(call, data)
        except NotDerError:
            raw = self.raw(data)
            if len(raw) != 64:
                raise
            return encoded(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))

    def raw(self, data: bytes) -> bytes:
        """r and s as 32 bytes each, or anything of another length."""
        raise NotImplementedError


# Hex.


@fault("signature-hex-stripped", clause="signing.not-der")
class SignatureHexStripped(Salvaging):
    """White space around the hex of a signature is passed over."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(text.strip())


@fault("signature-hex-with-spaces", clause="signing.not-der")
class SignatureHexWithSpaces(Salvaging):
    """White space between the octets of a signature is passed over."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(text)


@fault("signature-hex-with-separators", clause="signing.not-der")
class SignatureHexWithSeparators(Salvaging):
    """Colons and hyphens between the octets of a signature are passed over."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(re.sub("[:-]", "", text))


@fault("signature-hex-with-prefix", clause="signing.not-der")
class SignatureHexWithPrefix(Salvaging):
    """0x may stand in front of a signature."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(text.removeprefix("0x"))


@fault("signature-hex-of-postgres", clause="signing.not-der")
class SignatureHexOfPostgres(Salvaging):
    """A backslash and an x may stand in front of a signature."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(text.removeprefix("\\x"))


@fault("signature-hex-as-a-number", clause="signing.not-der")
class SignatureHexAsANumber(Salvaging):
    """The hex of a signature is read as a number, with all that a number may have."""

    def salvaged(self, text: str) -> bytes:
        number = int(text, 16)
        return number.to_bytes((number.bit_length() + 7) // 8, "big")


@fault("signature-hex-until-it-ends", clause="signing.not-der")
class SignatureHexUntilItEnds(Salvaging):
    """The hex of a signature is read up to the first thing that is no octet, as some decoders do."""

    def salvaged(self, text: str) -> bytes:
        found = re.match("(?:[0-9a-f]{2})+", text)
        return bytes.fromhex(found[0] if found else "")


@fault("signature-hex-until-nul", clause="signing.not-der")
class SignatureHexUntilNul(Salvaging):
    """The text of a signature ends at its first NUL, as in C."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(text.partition("\x00")[0])


@fault("signature-hex-in-full-width", clause="signing.not-der")
class SignatureHexInFullWidth(Salvaging):
    """The text of a signature is normalized before it is read."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(unicodedata.normalize("NFKC", text))


@fault("signature-digits-of-any-script", clause="signing.not-der")
class SignatureDigitsOfAnyScript(Salvaging):
    """The digits of any script are digits."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex("".join(str(unicodedata.digit(one, one)) for one in text))


@fault("signature-without-invisible-characters", clause="signing.not-der")
class SignatureWithoutInvisibleCharacters(Salvaging):
    """Byte order marks and spaces without width are passed over."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(re.sub("[\ufeff\u200b]", "", text))


@fault("signature-quoted", clause="signing.not-der")
class SignatureQuoted(Salvaging):
    """The hex of a signature may stand in quotation marks."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(text.strip("\"'"))


@fault("first-signature-of-a-list", clause="signing.not-der")
class FirstSignatureOfAList(Salvaging):
    """Of several signatures with commas between them the first one counts."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(text.split(",")[0])


@fault("signature-hex-filtered", clause="signing.not-der")
class SignatureHexFiltered(Salvaging):
    """Whatever is no hex digit is passed over in a signature, wherever it stands."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(re.sub("[^0-9a-f]", "", text))


@fault("signature-in-hex-twice", clause="signing.not-der")
class SignatureInHexTwice(Salvaging):
    """The hex of the hex of a signature is taken."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(bytes.fromhex(text).decode("ascii"))


# Other formats of text.


@fault("signature-in-base64", clause="signing.not-der")
class SignatureInBase64(Salvaging):
    """A signature that is not in hex may be in base64."""

    def salvaged(self, text: str) -> bytes:
        return b64decode(text, validate=True)


@fault("added-key-signed-in-base64url", clause="signing.not-der")
class AddedKeySignedInBase64Url(Salvaging):
    """A device_signature may be in base64url."""

    def signature_bytes(self, call: Call, text: str) -> bytes | None:
        adds = call.operation is Operation.ADD_KEY
        return super().signature_bytes(call, text) if adds else self.bytes_of_hex(call, text)

    def salvaged(self, text: str) -> bytes:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@fault("signature-in-base32", clause="signing.not-der")
class SignatureInBase32(Salvaging):
    """A signature that is not in hex may be in base32."""

    def salvaged(self, text: str) -> bytes:
        return b32decode(text)


@fault("signature-in-pem", clause="signing.not-der")
class SignatureInPem(Salvaging):
    """A signature may be in PEM."""

    def salvaged(self, text: str) -> bytes:
        return b64decode("".join(line for line in text.splitlines() if not line.startswith("-")), validate=True)


@fault("signature-in-a-data-url", clause="signing.not-der")
class SignatureInADataUrl(Salvaging):
    """A signature may be a data URL."""

    def salvaged(self, text: str) -> bytes:
        return b64decode(text.removeprefix("data:;base64,"), validate=text.startswith("data:"))


@fault("signature-of-a-jws", clause="signing.not-der")
class SignatureOfAJws(Salvaging):
    """A signature may be base64url of r and s, as in JWS."""

    def salvaged(self, text: str) -> bytes:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
        if len(raw) != 64:
            raise NotDerError("not r and s")
        return encoded(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")).der


@fault("signature-in-json", clause="signing.not-der")
class SignatureInJson(Salvaging):
    """A signature may be a JSON object of r and s, in a text."""

    def salvaged(self, text: str) -> bytes:
        found = json.loads(text) if text.startswith("{") else {}
        if {"r", "s"} - found.keys():
            raise NotDerError("not r and s")
        return encoded(int(found["r"], 16), int(found["s"], 16)).der


@fault("signature-in-decimal", clause="signing.not-der")
class SignatureInDecimal(Salvaging):
    """A signature may be the decimal numbers r and s."""

    def salvaged(self, text: str) -> bytes:
        r, s = map(int, text.split(","))
        return encoded(r, s).der


@fault("signature-in-latin-1", clause="signing.not-der")
class SignatureInLatin1(Salvaging):
    """A signature may be its bytes as characters."""

    def salvaged(self, text: str) -> bytes:
        return text.encode("latin-1")


# Other formats of bytes.


@fault("p1363", clause="signing.not-der")
class P1363(Numbers):
    """r and s may be 32 bytes each, as in IEEE P1363."""

    def raw(self, data: bytes) -> bytes:
        return data


@fault("p1363-little-endian", clause="signing.not-der")
class P1363LittleEndian(Numbers):
    """r and s may be 32 bytes each, the lowest first, as in Windows."""

    def raw(self, data: bytes) -> bytes:
        return data[31::-1] + data[:31:-1]


@fault("p1363-wrapped", clause="signing.not-der")
class P1363Wrapped(Numbers):
    """r and s may be 32 bytes each in one element of any tag."""

    def raw(self, data: bytes) -> bytes:
        return data[2:] if data[1:2] == b"\x40" else b""


@fault("recoverable-signature", clause="signing.not-der")
class RecoverableSignature(Numbers):
    """r and s may be 32 bytes each with one byte in front or behind, as in Bitcoin and Ethereum."""

    def raw(self, data: bytes) -> bytes:
        return data[1:] if data[:1] == b"\x1b" else data[:64]


@fault("ssh-signature", clause="signing.not-der")
class SshSignature(Numbers):
    """r and s may have their lengths in front as SSH writes them."""

    def raw(self, data: bytes) -> bytes:
        length = int.from_bytes(data[:4], "big")
        r, s = data[4 : 4 + length], data[8 + length :]
        return b"".join(number.lstrip(b"\x00").rjust(32, b"\x00") for number in (r, s))


@fault("openpgp-signature", clause="signing.not-der")
class OpenPgpSignature(Numbers):
    """r and s may have their lengths in front as OpenPGP writes them."""

    def raw(self, data: bytes) -> bytes:
        length = (int.from_bytes(data[:2], "big") + 7) // 8
        return data[2 : 2 + length].rjust(32, b"\x00") + data[4 + length :].rjust(32, b"\x00")
