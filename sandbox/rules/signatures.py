# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Public keys and signatures: what is well-formed, what is taken, what verifies (contract 2)."""

from __future__ import annotations

import re

from sandbox import curve, der
from sandbox.core import Call
from sandbox.curve import NotAPointError, PublicKey
from sandbox.der import NotDerError, Signature
from sandbox.http import Json
from sandbox.refusals import Reason
from sandbox.rules.fields import FieldRules
from sandbox.world import Key

LONGEST_SIGNATURE = 2_048
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")


class SignatureRules(FieldRules):
    """The cryptographic decisions."""

    # Public keys.

    def public_key(self, call: Call, text: str) -> PublicKey:
        """The key that a hex text holds.

        Raises:
            RefusedError: It is not hex, not a form that is taken, or not a point of the curve.
        """
        point = self.key_bytes(call, text)
        if point is None or not self.is_accepted_form(call, point):
            raise self.refused(call, Reason.PUBLIC_KEY_INVALID, "key")
        try:
            return curve.load_point(point)
        except NotAPointError:
            raise self.refused(call, Reason.PUBLIC_KEY_INVALID, "key") from None

    def key_bytes(self, call: Call, text: str) -> bytes | None:
        """The bytes of a public key's text, ``None`` where it is not hex."""
        return self.bytes_of_hex(call, text)

    def is_accepted_form(self, call: Call, point: bytes) -> bool:
        """Uncompressed and compressed points are taken; hybrid ones and SPKI are not."""
        return curve.is_uncompressed(point) or curve.is_compressed(point)

    def bytes_of_hex(self, call: Call, text: str) -> bytes | None:
        """The bytes of a hex text in either case, ``None`` where it is not hex."""
        return bytes.fromhex(text) if _HEX.fullmatch(text) else None

    # Signatures.

    def signature(self, call: Call, body: Json, name: str = "signature") -> Signature:
        """The well-formed signature of a body.

        Raises:
            RefusedError: It is absent, empty, too long, of the wrong type, not hex or not DER.
        """
        text = self.text(call, body, name)
        self.require(call, self.signature_fits(call, text), Reason.FIELD_LENGTH, name)
        data = self.signature_bytes(call, text)
        if data is None:
            raise self.refused(call, Reason.SIGNATURE_MALFORMED, name)
        try:
            return self.parse_signature(call, data)
        except NotDerError:
            raise self.refused(call, Reason.SIGNATURE_MALFORMED, name) from None

    def signature_bytes(self, call: Call, text: str) -> bytes | None:
        """The bytes of a signature's text, ``None`` where it is not hex."""
        return self.bytes_of_hex(call, text)

    def signature_fits(self, call: Call, text: str) -> bool:
        return len(text) <= LONGEST_SIGNATURE

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        """The signature of these bytes; raises :class:`~sandbox.der.NotDerError` on any laxness."""
        return der.parse_signature(data)

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        """Whether this key signed this text."""
        return self.is_in_range(call, signature) and self.curve_verifies(
            call, key, signature, self.signed_bytes(call, message)
        )

    def is_in_range(self, call: Call, signature: Signature) -> bool:
        return curve.in_range(signature)

    def signed_bytes(self, call: Call, message: str) -> bytes:
        """What is hashed: the UTF-8 text."""
        return message.encode()

    def curve_verifies(self, call: Call, key: Key, signature: Signature, message: bytes) -> bool:
        return key.public.verifies(signature, message)
