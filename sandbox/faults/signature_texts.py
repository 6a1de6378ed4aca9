"""Faults of reading a signature's text: lax hex, other formats, and what passes in place of a signature."""

from __future__ import annotations

import json
import re

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import NotDerError, Signature
from sandbox.faults.catalogue import fault
from sandbox.faults.lax_der import encoded


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


@fault("signature-hex-with-separators", clause="signing.not-der")
class SignatureHexWithSeparators(Salvaging):
    """Colons and hyphens between the octets of a signature are passed over."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(re.sub("[:-]", "", text))


@fault("signature-without-invisible-characters", clause="signing.not-der")
class SignatureWithoutInvisibleCharacters(Salvaging):
    """Byte order marks and spaces without width are passed over."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(re.sub("[\ufeff\u200b]", "", text))


@fault("signature-in-hex-twice", clause="signing.not-der")
class SignatureInHexTwice(Salvaging):
    """The hex of the hex of a signature is taken."""

    def salvaged(self, text: str) -> bytes:
        return bytes.fromhex(bytes.fromhex(text).decode("ascii"))


# Other formats of text.


@fault("signature-in-json", clause="signing.not-der")
class SignatureInJson(Salvaging):
    """A signature may be a JSON object of r and s, in a text."""

    def salvaged(self, text: str) -> bytes:
        found = json.loads(text) if text.startswith("{") else {}
        if {"r", "s"} - found.keys():
            raise NotDerError("not r and s")
        return encoded(int(found["r"], 16), int(found["s"], 16)).der


# Other formats of bytes.


@fault("p1363", clause="signing.not-der")
class P1363(Numbers):
    """r and s may be 32 bytes each, as in IEEE P1363."""

    def raw(self, data: bytes) -> bytes:
        return data


@fault("openpgp-signature", clause="signing.not-der")
class OpenPgpSignature(Numbers):
    """r and s may have their lengths in front as OpenPGP writes them."""

    def raw(self, data: bytes) -> bytes:
        length = (int.from_bytes(data[:2], "big") + 7) // 8
        return data[2 : 2 + length].rjust(32, b"\x00") + data[4 + length :].rjust(32, b"\x00")
