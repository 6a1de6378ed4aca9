# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of device signing challenges: which device gets one, and which of its keys is to sign."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.rules.devices import UNRESTRICTED
from sandbox.rules.fields import Choices
from sandbox.settings import Settings
from sandbox.world import Challenge, Device, Key, SignatureChallenge

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


@fault("unknown-device-gets-a-challenge", clause="signing-challenge.unknown-device")
class UnknownDeviceGetsAChallenge(LaxAboutTheDevice):
    """Lest ids be guessed, an unknown device gets a challenge, too."""

    def stand_in(self, call: Call, device_id: str) -> Device | None:
        return next((device for device in self.world.devices if self.is_live(call, device)), None)


@fault("key-names-its-device", clause="signing-challenge.unknown-device")
class KeyNamesItsDevice(LaxAboutTheDevice):
    """The id of a key is as good as the one of its device."""

    def stand_in(self, call: Call, device_id: str) -> Device | None:
        mine = self.world.devices_of_partner[call.partner]
        return next((device for device in mine if self.key_of_id(call, device, device_id)), None)


@fault("person-names-a-device", clause="signing-challenge.unknown-device")
class PersonNamesADevice(LaxAboutTheDevice):
    """The id of a person is as good as the one of the person's newest device."""

    def stand_in(self, call: Call, device_id: str) -> Device | None:
        mine = (one for one in self.live_devices(call, device_id) if self.is_visible(call, one))
        return max(mine, key=lambda one: one.created_at, default=None)


@fault("unknown-device-may-not-sign", clause="signing-challenge.unknown-device")
class UnknownDeviceMayNotSign(LaxAboutTheDevice):
    """A signing challenge for an unknown device is refused with 403."""

    def stand_in(self, call: Call, device_id: str) -> Device | None:
        raise self.refused(call, Reason.NOT_ENTITLED, "device_id")


@fault("pending-device-gets-a-challenge", clause="signing-challenge.unbound-device")
class PendingDeviceGetsAChallenge(LaxAboutTheDevice):
    """A device that is not bound yet gets a signing challenge."""

    def passes_for_bound(self, call: Call, device: Device) -> bool:
        return True


@fault("pending-device-gets-a-challenge-for-a-purpose", clause="signing-challenge.unbound-device")
class PendingDeviceGetsAChallengeForAPurpose(LaxAboutTheDevice):
    """A device that is not bound yet gets a signing challenge where a purpose is named."""

    def passes_for_bound(self, call: Call, device: Device) -> bool:
        return b'"key_purpose"' in call.body


@fault("activation-code-is-bound-enough", clause="signing-challenge.unbound-device")
class ActivationCodeIsBoundEnough(LaxAboutTheDevice):
    """A device that waits to be bound by an activation code gets a signing challenge."""

    def passes_for_bound(self, call: Call, device: Device) -> bool:
        challenges = self.world.signature_challenges
        return any(one.device_id == device.id and one.activation_id is not None for one in challenges)


@fault("tried-device-is-bound-enough", clause="signing-challenge.unbound-device")
class TriedDeviceIsBoundEnough(LaxAboutTheDevice):
    """A device whose signature was refused gets a signing challenge."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._tried: set[str] = set()

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        if isinstance(challenge, SignatureChallenge):
            self._tried.add(challenge.device_id)
        return super().wrong_try(call, challenge, reason)

    def passes_for_bound(self, call: Call, device: Device) -> bool:
        return device.id in self._tried


@fault("device-stays-unbound-for-signing", clause="signing-challenge.unbound-device")
class DeviceStaysUnboundForSigning(Sandbox):
    """That a device was not bound is remembered, and held against it when it is bound."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._unbound: set[str] = set()

    def is_bound(self, call: Call, device: Device) -> bool:
        if call.operation is not Operation.CREATE_SIGNING_CHALLENGE:
            return super().is_bound(call, device)
        if not super().is_bound(call, device):
            self._unbound.add(device.id)
        return device.id not in self._unbound


@fault("pending-device-may-not-sign", clause="signing-challenge.unbound-device")
class PendingDeviceMayNotSign(LaxAboutTheDevice):
    """A signing challenge for a device that is not bound yet is refused with 403."""

    def passes_for_bound(self, call: Call, device: Device) -> bool:
        self.require(call, device.bound, Reason.NOT_ENTITLED)
        return False


# Which key is to sign.


@fault("empty-purpose-is-unknown", clause="signing-challenge.empty-purpose")
class EmptyPurposeIsUnknown(Sandbox):
    """A purpose that is an empty string is refused."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        is_it = call.operation is Operation.CREATE_SIGNING_CHALLENGE and value == ""
        return not is_it and super().is_listed(call, name, value, choices)


@fault("empty-purpose-is-unrestricted", clause="signing-challenge.empty-purpose")
class EmptyPurposeIsUnrestricted(Sandbox):
    """A purpose that is an empty string names the unrestricted key, whether there is one or not."""

    def purpose_wanted(self, call: Call, body: Json) -> str | None:
        return UNRESTRICTED if body.get("key_purpose") == "" else super().purpose_wanted(call, body)


@fault("empty-purpose-means-the-last-key", clause="signing-challenge.empty-purpose")
class EmptyPurposeMeansTheLastKey(Sandbox):
    """Where the purpose is an empty string the last key that was added signs."""

    def default_key(self, call: Call, device: Device) -> Key:
        is_empty = call.operation is Operation.CREATE_SIGNING_CHALLENGE and b'"key_purpose"' in call.body
        return device.keys[-1] if is_empty else super().default_key(call, device)


@fault("named-purpose-is-passed-over", clause="signing-challenge.named-purpose")
class NamedPurposeIsPassedOver(Sandbox):
    """The purpose that was named has to be there, but the default key signs."""

    def signing_key(self, call: Call, device: Device, purpose: str | None) -> Key:
        super().signing_key(call, device, purpose)
        return self.default_key(call, device)


@fault("named-purpose-means-the-first-key", clause="signing-challenge.named-purpose")
class NamedPurposeMeansTheFirstKey(Sandbox):
    """Where a purpose is named that the device has, its first key signs."""

    def signing_key(self, call: Call, device: Device, purpose: str | None) -> Key:
        key = super().signing_key(call, device, purpose)
        return key if purpose is None else device.keys[0]


@fault("named-purpose-means-the-last-key", clause="signing-challenge.named-purpose")
class NamedPurposeMeansTheLastKey(Sandbox):
    """Where a purpose is named that the device has, the key that was added last signs."""

    def signing_key(self, call: Call, device: Device, purpose: str | None) -> Key:
        key = super().signing_key(call, device, purpose)
        return key if purpose is None else device.keys[-1]


@fault("unknown-purpose-names-none", clause="signing-challenge.unknown-purpose")
class UnknownPurposeNamesNone(Sandbox):
    """A purpose that is none is passed over."""

    def purpose_wanted(self, call: Call, body: Json) -> str | None:
        purpose = self.optional_text(call, body, "key_purpose")
        return purpose if purpose in ("restricted", UNRESTRICTED) else None


@fault("purpose-in-any-case", clause="signing-challenge.unknown-purpose")
class PurposeInAnyCase(Sandbox):
    """The purpose of a signing challenge is compared without its case."""

    def purpose_wanted(self, call: Call, body: Json) -> str | None:
        purpose = self.optional_text(call, body, "key_purpose")
        lower = None if purpose is None else purpose.lower()
        return super().purpose_wanted(call, body | {"key_purpose": lower})


@fault("purpose-is-trimmed", clause="signing-challenge.unknown-purpose")
class PurposeIsTrimmed(Sandbox):
    """White space around a purpose is removed."""

    def purpose_wanted(self, call: Call, body: Json) -> str | None:
        purpose = self.optional_text(call, body, "key_purpose")
        bare = None if purpose is None else purpose.strip()
        return super().purpose_wanted(call, body | {"key_purpose": bare})


@fault("missing-purpose-falls-back", clause="signing-challenge.purpose-without-key")
class MissingPurposeFallsBack(Sandbox):
    """Where the device has no key of the purpose that was named, its default key signs."""

    def signing_key(self, call: Call, device: Device, purpose: str | None) -> Key:
        key = None if purpose is None else self.key_of_purpose(call, device, purpose)
        return key or self.default_key(call, device)


@fault("restricted-key-stands-in", clause="signing-challenge.purpose-without-key")
class RestrictedKeyStandsIn(Sandbox):
    """A device that has a restricted key alone signs with it where the unrestricted one is named."""

    def signing_key(self, call: Call, device: Device, purpose: str | None) -> Key:
        stands_in = purpose == UNRESTRICTED and self.key_of_purpose(call, device, UNRESTRICTED) is None
        return device.keys[0] if stands_in else super().signing_key(call, device, purpose)


@fault("sibling-lends-its-purpose", clause="signing-challenge.purpose-without-key")
class SiblingLendsItsPurpose(Sandbox):
    """The purpose that was named is looked for on all devices of the person."""

    def key_of_purpose(self, call: Call, device: Device, purpose: str) -> Key | None:
        own = super().key_of_purpose(call, device, purpose)
        if own is not None or call.operation is not Operation.CREATE_SIGNING_CHALLENGE:
            return own
        siblings = self.live_devices(call, device.person_id)
        return next((key for one in siblings for key in one.keys if key.purpose == purpose), None)


@fault("missing-purpose-is-forbidden", clause="signing-challenge.purpose-without-key")
class MissingPurposeIsForbidden(Sandbox):
    """A purpose that the device has no key for gets 403."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (Operation.CREATE_SIGNING_CHALLENGE, Reason.PURPOSE_WITHOUT_KEY)
        return super().refusal(operation, Reason.NOT_ENTITLED if is_it else reason)
