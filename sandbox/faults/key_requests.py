"""Faults of requests to add a key that lack something, or come to the wrong device; of how keys are shown and used."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.chapters.keys import KeyWish
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.devices import UNRESTRICTED
from sandbox.world import Device, Key


def _adds(call: Call) -> bool:
    return call.operation is Operation.ADD_KEY


@fault("broken-device-signature-forbidden", clause="keys.device-signature-missing")
class BrokenDeviceSignatureForbidden(Sandbox):
    """A device_signature that is absent is answered with 403."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        missing = operation is Operation.ADD_KEY and reason is Reason.FIELD_MISSING
        return super().refusal(operation, Reason.SIGNATURE_WRONG if missing else reason)


# Which keys and devices there are.


@fault("restricted-signer-stands-in", clause="keys.purpose-without-key")
class RestrictedSignerStandsIn(Sandbox):
    """A restricted key may sign as an unrestricted one."""

    def vouching_key(self, call: Call, device: Device, wish: KeyWish) -> Key:
        is_missing = self.key_of_purpose(call, device, UNRESTRICTED) is None
        if is_missing and wish.signer_purpose == UNRESTRICTED:
            return self.default_key(call, device)
        return super().vouching_key(call, device, wish)


@fault("refused-key-binds", clause="keys.unbound-device")
class RefusedKeyBinds(Sandbox):
    """A key for a device that is not bound is refused, but binds the device."""

    def is_bound(self, call: Call, device: Device) -> bool:
        bound = super().is_bound(call, device)
        device.bound = bound or _adds(call)
        return bound


@fault("added-keys-compared-as-texts", clause="keys.key-registered", level=Level.SHOULD)
class AddedKeysComparedAsTexts(Sandbox):
    """A key to be added is compared with the registered ones as it is written."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        spelled = str(self.json_body(call).get("key")) if _adds(call) else point.hex()
        return spelled == point.hex() and super().is_registered(call, person_id, point)
