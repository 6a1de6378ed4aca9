# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of device signing challenges: which device gets one, and which of its keys is to sign."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.world import Device, Key

# Which device gets a challenge.


class LaxAboutTheDevice(Sandbox):
    """The sandbox with signing challenges for some devices that should get none."""

    def is_asked(self, call: Call) -> bool:
        return call.operation is Operation.CREATE_SIGNING_CHALLENGE

    def stand_in(self, call: Call, device_id: str) -> Device | None:
        """The device that is taken where there is no device with the id."""
        return None

    def passes_for_bound(self, call: Call, device: Device) -> bool:
        """Whether a device gets a challenge although it is not bound."""
        return False

    def live_device(self, call: Call, device_id: str, reason: Reason, field: str | None = None) -> Device:
        is_unknown = self.world.devices.get(device_id) is None
        device = self.stand_in(call, device_id) if self.is_asked(call) and is_unknown else None
        return device or super().live_device(call, device_id, reason, field)

    def is_bound(self, call: Call, device: Device) -> bool:
        passes = self.is_asked(call) and self.passes_for_bound(call, device)
        return passes or super().is_bound(call, device)


@fault("unknown-device-may-not-sign", clause="signing-challenge.unknown-device")
class UnknownDeviceMayNotSign(LaxAboutTheDevice):
    """A signing challenge for an unknown device is refused with 403."""

    def stand_in(self, call: Call, device_id: str) -> Device | None:
        raise self.refused(call, Reason.NOT_ENTITLED, "device_id")


@fault("pending-device-may-not-sign", clause="signing-challenge.unbound-device")
class PendingDeviceMayNotSign(LaxAboutTheDevice):
    """A signing challenge for a device that is not bound yet is refused with 403."""

    def passes_for_bound(self, call: Call, device: Device) -> bool:
        self.require(call, device.bound, Reason.NOT_ENTITLED)
        return False


# Which key is to sign.


@fault("empty-purpose-means-the-last-key", clause="signing-challenge.empty-purpose")
class EmptyPurposeMeansTheLastKey(Sandbox):
    """Where the purpose is an empty string the last key that was added signs."""

    def default_key(self, call: Call, device: Device) -> Key:
        is_empty = call.operation is Operation.CREATE_SIGNING_CHALLENGE and b'"key_purpose"' in call.body
        return device.keys[-1] if is_empty else super().default_key(call, device)


@fault("named-purpose-means-the-last-key", clause="signing-challenge.named-purpose")
class NamedPurposeMeansTheLastKey(Sandbox):
    """Where a purpose is named that the device has, the key that was added last signs."""

    def signing_key(self, call: Call, device: Device, purpose: str | None) -> Key:
        key = super().signing_key(call, device, purpose)
        return key if purpose is None else device.keys[-1]


@fault("purpose-is-trimmed", clause="signing-challenge.unknown-purpose")
class PurposeIsTrimmed(Sandbox):
    """White space around a purpose is removed."""

    def purpose_wanted(self, call: Call, body: Json) -> str | None:
        purpose = self.optional_text(call, body, "key_purpose")
        bare = None if purpose is None else purpose.strip()
        return super().purpose_wanted(call, body | {"key_purpose": bare})


@fault("missing-purpose-is-forbidden", clause="signing-challenge.purpose-without-key")
class MissingPurposeIsForbidden(Sandbox):
    """A purpose that the device has no key for gets 403."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (Operation.CREATE_SIGNING_CHALLENGE, Reason.PURPOSE_WITHOUT_KEY)
        return super().refusal(operation, Reason.NOT_ENTITLED if is_it else reason)
