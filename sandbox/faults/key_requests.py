"""Faults of requests to add a key that lack something, or come to the wrong device; of how keys are shown and used."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from sandbox.app import Sandbox
from sandbox.chapters.keys import KeyWish
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.devices import UNRESTRICTED
from sandbox.world import Device, Key


def _adds(call: Call) -> bool:
    return call.operation is Operation.ADD_KEY


class WithoutProof(Sandbox):
    """A sandbox in which some bodies without a whole device_signature add a key."""

    def key_wish(self, call: Call) -> KeyWish:
        body = self.json_body(call)
        if not self.spares(body):
            return super().key_wish(call)
        filled = body | {"device_signature": {"signature_key_purpose": UNRESTRICTED, "signature": _ANY_SIGNATURE}}
        return super().key_wish(replace(call, body=orjson.dumps(filled)))

    def vouching_key(self, call: Call, device: Device, wish: KeyWish) -> Key:
        return device.keys[0] if self.spares(self.json_body(call)) else super().vouching_key(call, device, wish)

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        return self.spares(self.json_body(call)) or super().vouches(call, signer, wish)

    def spares(self, body: Json) -> bool:
        """Whether this body needs no device_signature."""
        raise NotImplementedError


_ANY_SIGNATURE = "3006020101020101"


@fault("no-device-signature-adds-a-key", clause="keys.device-signature-missing")
class NoDeviceSignatureAddsAKey(WithoutProof):
    """Without device_signature there is nothing to verify, and the key is added."""

    def spares(self, body: Json) -> bool:
        return "device_signature" not in body


@fault("null-device-signature-adds-a-key", clause="keys.device-signature-missing")
class NullDeviceSignatureAddsAKey(WithoutProof):
    """A device_signature of null adds a key, though an absent one does not."""

    def spares(self, body: Json) -> bool:
        return body.get("device_signature", "") is None


@fault("purpose-alone-adds-a-key", clause="keys.device-signature-missing")
class PurposeAloneAddsAKey(WithoutProof):
    """A device_signature without a signature adds a key."""

    def spares(self, body: Json) -> bool:
        proof: Any = body.get("device_signature")
        return isinstance(proof, dict) and "signature" not in proof and "signature_key_purpose" in proof


@fault("signing-purpose-defaults", clause="keys.device-signature-missing")
class SigningPurposeDefaults(Sandbox):
    """A signature_key_purpose that is absent is unrestricted."""

    def key_wish(self, call: Call) -> KeyWish:
        body = self.json_body(call)
        proof: Any = body.get("device_signature")
        if isinstance(proof, dict) and proof.get("signature_key_purpose") is None and proof.get("signature"):
            filled = body | {"device_signature": proof | {"signature_key_purpose": UNRESTRICTED}}
            call = replace(call, body=orjson.dumps(filled))
        return super().key_wish(call)


@fault("empty-signing-purpose-is-any", clause="keys.device-signature-missing")
class EmptySigningPurposeIsAny(Sandbox):
    """An empty signature_key_purpose names no purpose, and any key of the device may sign."""

    def key_wish(self, call: Call) -> KeyWish:
        body = self.json_body(call)
        proof: Any = body.get("device_signature")
        if isinstance(proof, dict) and proof.get("signature_key_purpose") == "":
            first = self.live_device(call, call.ids[0], Reason.DEVICE_UNKNOWN).keys[0].purpose
            filled = body | {"device_signature": proof | {"signature_key_purpose": first}}
            call = replace(call, body=orjson.dumps(filled))
        return super().key_wish(call)


@fault("broken-device-signature-forbidden", clause="keys.device-signature-missing")
class BrokenDeviceSignatureForbidden(Sandbox):
    """A device_signature that is absent is answered with 403."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        missing = operation is Operation.ADD_KEY and reason is Reason.FIELD_MISSING
        return super().refusal(operation, Reason.SIGNATURE_WRONG if missing else reason)


# Which keys and devices there are.


@fault("first-key-stands-in", clause="keys.purpose-without-key")
class FirstKeyStandsIn(Sandbox):
    """Where the device has no key of signature_key_purpose, its first one may sign."""

    def vouching_key(self, call: Call, device: Device, wish: KeyWish) -> Key:
        return self.key_of_purpose(call, device, wish.signer_purpose) or device.keys[0]


@fault("new-key-stands-in", clause="keys.purpose-without-key")
class NewKeyStandsIn(Sandbox):
    """Where the device has no key of signature_key_purpose, the new one signs for itself."""

    def vouching_key(self, call: Call, device: Device, wish: KeyWish) -> Key:
        return self.key_of_purpose(call, device, wish.signer_purpose) or self.added_key(call, wish)


@fault("restricted-signer-stands-in", clause="keys.purpose-without-key")
class RestrictedSignerStandsIn(Sandbox):
    """A restricted key may sign as an unrestricted one."""

    def vouching_key(self, call: Call, device: Device, wish: KeyWish) -> Key:
        is_missing = self.key_of_purpose(call, device, UNRESTRICTED) is None
        if is_missing and wish.signer_purpose == UNRESTRICTED:
            return self.default_key(call, device)
        return super().vouching_key(call, device, wish)


@fault("pending-device-takes-keys", clause="keys.unbound-device")
class PendingDeviceTakesKeys(Sandbox):
    """A device that waits for its signature takes a further key."""

    def is_bound(self, call: Call, device: Device) -> bool:
        return _adds(call) or super().is_bound(call, device)


@fault("refused-key-binds", clause="keys.unbound-device")
class RefusedKeyBinds(Sandbox):
    """A key for a device that is not bound is refused, but binds the device."""

    def is_bound(self, call: Call, device: Device) -> bool:
        bound = super().is_bound(call, device)
        device.bound = bound or _adds(call)
        return bound


@fault("key-of-a-sibling-is-added", clause="keys.key-registered", level=Level.SHOULD)
class KeyOfASiblingIsAdded(Sandbox):
    """A key to be added is held against the keys of its own device only."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        if not _adds(call):
            return super().is_registered(call, person_id, point)
        return any(key.public.point == point for key in self.device_of_path(call).keys)


@fault("own-key-is-added-again", clause="keys.key-registered", level=Level.SHOULD)
class OwnKeyIsAddedAgain(Sandbox):
    """A device's own key can be added to it for the other purpose."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        if not _adds(call):
            return super().is_registered(call, person_id, point)
        others = [device for device in self.live_devices(call, person_id) if device.id != call.ids[0]]
        return any(key.public.point == point for device in others for key in device.keys)


@fault("added-keys-are-added-again", clause="keys.key-registered", level=Level.SHOULD)
class AddedKeysAreAddedAgain(Sandbox):
    """A key to be added is held against the first keys of the person's devices only."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        if not _adds(call):
            return super().is_registered(call, person_id, point)
        return any(device.keys[0].public.point == point for device in self.live_devices(call, person_id))


@fault("added-keys-compared-as-texts", clause="keys.key-registered", level=Level.SHOULD)
class AddedKeysComparedAsTexts(Sandbox):
    """A key to be added is compared with the registered ones as it is written."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        spelled = str(self.json_body(call).get("key")) if _adds(call) else point.hex()
        return spelled == point.hex() and super().is_registered(call, person_id, point)
