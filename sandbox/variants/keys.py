# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""What may be taken and refused of keys and signatures otherwise, and how keys are shown (contract 2, 3)."""

from __future__ import annotations

from sandbox import curve
from sandbox.app import Sandbox
from sandbox.chapters.keys import KeyWish
from sandbox.core import Call
from sandbox.curve import NotAPointError, PublicKey
from sandbox.der import NotDerError, Signature
from sandbox.http import Json
from sandbox.refusals import Reason
from sandbox.rules.devices import UNRESTRICTED
from sandbox.variants.catalogue import variant
from sandbox.world import ChangeRequest, Device, Key

_EVEN, _ODD = 0x06, 0x07


@variant("no-upper-case-hex")
class NoUpperCaseHex(Sandbox):
    """Hex is taken in lower case only."""

    def bytes_of_hex(self, call: Call, text: str) -> bytes | None:
        return super().bytes_of_hex(call, text) if text == text.lower() else None


@variant("no-compressed-points", freedom="compressed points")
class NoCompressedPoints(Sandbox):
    """Compressed points are refused."""

    def is_accepted_form(self, call: Call, point: bytes) -> bool:
        return super().is_accepted_form(call, point) and not curve.is_compressed(point)


@variant("hybrid-points")
class HybridPoints(Sandbox):
    """Hybrid points are taken."""

    def public_key(self, call: Call, text: str) -> PublicKey:
        data = self.bytes_of_hex(call, text)
        if data is None or len(data) != curve.UNCOMPRESSED_LENGTH or data[0] not in (_EVEN, _ODD):
            return super().public_key(call, text)
        if data[0] != _EVEN + data[-1] % 2:
            raise self.refused(call, Reason.PUBLIC_KEY_INVALID, "key")
        try:
            return curve.load_point(b"\x04" + data[1:])
        except NotAPointError:
            raise self.refused(call, Reason.PUBLIC_KEY_INVALID, "key") from None


@variant("high-s-is-malformed", freedom="high S")
class HighSIsMalformed(Sandbox):
    """A signature with an S in the upper half is not well-formed."""

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        signature = super().parse_signature(call, data)
        if curve.ORDER // 2 < signature.s < curve.ORDER:
            raise NotDerError("S in the upper half")
        return signature


@variant("high-s-is-wrong", freedom="high S")
class HighSIsWrong(Sandbox):
    """A signature with an S in the upper half does not verify."""

    def is_in_range(self, call: Call, signature: Signature) -> bool:
        return super().is_in_range(call, signature) and signature.s <= curve.ORDER // 2


@variant("out-of-range-is-malformed", freedom="R or S out of range")
class OutOfRangeIsMalformed(Sandbox):
    """A signature with an R or S out of range is not well-formed."""

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        signature = super().parse_signature(call, data)
        if not curve.in_range(signature):
            raise NotDerError("R or S out of range")
        return signature


@variant("not-der-is-wrong", freedom="malformed signatures and codes")
class NotDerIsWrong(Sandbox):
    """A signature that is not DER is a wrong one, and uses up a try."""

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        try:
            return super().parse_signature(call, data)
        except NotDerError:
            return Signature(data, 0, 0)


@variant("raw-key-is-signed")
class RawKeyIsSigned(Sandbox):
    """A device_signature is made over the 65 bytes of the new key."""

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        is_in_range = self.is_in_range(call, wish.signature)
        return is_in_range and self.curve_verifies(call, signer, wish.signature, wish.key.point)


@variant("one-element-for-each-key")
class OneElementForEachKey(Sandbox):
    """The list of keys has an element for each key."""

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        owner = self.key_owner_view(call, device)
        return [owner | {"keys": [self.key_view(call, key)]} for key in device.keys]


@variant("key-type-by-the-way")
class KeyTypeByTheWay(Sandbox):
    """In the list of keys there is neither key_type nor used_at."""

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        return [
            element | {"keys": [{name: key[name] for name in ("key_id", "key_purpose")} for key in element["keys"]]}
            for element in super().keys_view(call, device)
        ]


@variant("restricted-key-by-default", freedom="default key")
class RestrictedKeyByDefault(Sandbox):
    """Where no purpose is named the restricted key signs, if there is one."""

    def default_key(self, call: Call, device: Device) -> Key:
        return next((key for key in device.keys if key.purpose != UNRESTRICTED), device.keys[0])


@variant("last-key-by-default", freedom="default key")
class LastKeyByDefault(Sandbox):
    """Where no purpose is named the key that was added last signs."""

    def default_key(self, call: Call, device: Device) -> Key:
        return device.keys[-1]


@variant("every-use-counts")
class EveryUseCounts(Sandbox):
    """A device_signature and a confirmation count as a use of the key, too."""

    def check_key_addition(self, call: Call, device: Device, wish: KeyWish) -> None:
        super().check_key_addition(call, device, wish)
        self.mark_used(call, self.vouching_key(call, device, wish))

    def finish(self, call: Call, request: ChangeRequest) -> None:
        super().finish(call, request)
        device = self.world.devices.get(request.device_id or "")
        key = device and self.key_of_id(call, device, request.signer_id or "")
        if key:
            self.mark_used(call, key)
