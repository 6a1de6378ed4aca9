"""Faults of ``POST /v1/mfa/devices``: how a binding is begun, for whom, and what is sent."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.chapters.binding import ACTIVATION_CODE, BindingSecret, BindingWish
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import RefusedError
from sandbox.rules.devices import UNRESTRICTED
from sandbox.world import Device, MobileNumber, Person, SignatureChallenge

# The answer.


@fault("key-id-forgotten", clause="binding.created")
class KeyIdForgotten(Sandbox):
    """The answer that begins a binding does not name the key."""

    def pending_device_view(self, call: Call, device: Device, challenge: SignatureChallenge) -> Json:
        view = super().pending_device_view(call, device, challenge)
        del view["key_id"]
        return view


@fault("signature-challenge-ends-with-the-minute", clause="binding.challenge-lifetime")
class SignatureChallengeEndsWithTheMinute(Sandbox):
    """The end of a signature challenge is put off to the next full minute, and one more."""

    def signature_challenge(self, call: Call, device: Device, secret: BindingSecret) -> SignatureChallenge:
        challenge = super().signature_challenge(call, device, secret)
        challenge.expires_at += 65 - challenge.expires_at % 60
        return challenge


# Defaults.


@fault("key-type-is-not-filled-in", clause="binding.defaults")
class KeyTypeIsNotFilledIn(Sandbox):
    """A key without key_type reads as one of an unknown type."""

    def binding_wish(self, call: Call) -> BindingWish:
        named = self.json_body(call).get("key_type") is not None
        wish = super().binding_wish(call)
        return wish if named else replace(wish, key_type="unknown")


# Names and purposes.


@fault("none-for-a-name", clause="binding.name-absent", level=Level.SHOULD)
class NoneForAName(Sandbox):
    """An absent name is stored as the text None."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        return super().pending_device(call, person, replace(wish, name=str(wish.name)))


@fault("keys-listed-without-the-name", clause="binding.name")
class KeysListedWithoutTheName(Sandbox):
    """The list of keys shows null for the device's name."""

    def key_owner_view(self, call: Call, device: Device) -> Json:
        return super().key_owner_view(call, device) | {"name": None}


@fault("all-keys-are-listed-unrestricted", clause="binding.key-purpose")
class AllKeysAreListedUnrestricted(Sandbox):
    """The list shows every key as unrestricted where the device has but one."""

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        view = super().keys_view(call, device)
        if len(device.keys) == 1:
            view[0]["keys"][0]["key_purpose"] = UNRESTRICTED
        return view


# Activation codes.


@fault("bound-at-once-by-code", clause="binding.activation-code")
class BoundAtOnceByCode(Sandbox):
    """With a live activation code the device is bound without a signature."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        device = super().pending_device(call, person, wish)
        device.bound = wish.challenge_type == ACTIVATION_CODE
        return device


@fault("binding-without-a-code", clause="binding.no-live-code")
class BindingWithoutACode(Sandbox):
    """Whether there is a live activation code is asked when the binding ends, not when it begins."""

    def binding_secret(self, call: Call, person: Person, wish: BindingWish) -> BindingSecret:
        try:
            return super().binding_secret(call, person, wish)
        except RefusedError as error:
            if wish.challenge_type != ACTIVATION_CODE or error.refusal.status != 409:
                raise
            return BindingSecret(self.new_id())


# Persons and their numbers.


@fault("unknown-person-is-the-last-one", clause="binding.unknown-person")
class UnknownPersonIsTheLastOne(Sandbox):
    """Where a person is unknown, the partner's newest one with a verified number is taken."""

    def person_of_body(self, call: Call, person_id: str) -> Person:
        try:
            return super().person_of_body(call, person_id)
        except RefusedError:
            verified = [one for one in self.world.persons if one.mobile_number and one.mobile_number.verified]
            newest = [one for one in verified if self.is_visible(call, one)][-1:]
            if self.world.persons.get(person_id) or not newest or call.operation is not Operation.CREATE_DEVICE:
                raise
            return newest[0]


@fault("number-asked-for-only-by-name", clause="binding.number-missing")
class NumberAskedForOnlyByName(Sandbox):
    """A person needs a number where challenge_type is sms, but not where it is absent."""

    def binding_secret(self, call: Call, person: Person, wish: BindingWish) -> BindingSecret:
        named = self.json_body(call).get("challenge_type") is not None
        if person.mobile_number is None and not named:
            return BindingSecret(self.draw_otp(call, ""))
        return super().binding_secret(call, person, wish)


@fault("asked-for-is-verified", clause="binding.number-unverified")
class AskedForIsVerified(Sandbox):
    """A number counts as verified as soon as an OTP was sent to it."""

    def is_reachable(self, call: Call, number: MobileNumber | None) -> bool:
        sent = number is not None and number.otp is not None
        return super().is_reachable(call, number) or (call.operation is Operation.CREATE_DEVICE and sent)


# Five devices, and a key for each.


@fault("limit-for-sms-only", clause="binding.sixth-device", level=Level.SHOULD)
class LimitForSmsOnly(Sandbox):
    """A sixth binding can be begun by activation code."""

    def has_free_place(self, call: Call, person_id: str) -> bool:
        by_code = call.operation is Operation.CREATE_DEVICE and b'"activation_code"' in call.body
        return by_code or super().has_free_place(call, person_id)


@fault("pending-devices-count", clause="binding.pending-devices", level=Level.SHOULD)
class PendingDevicesCount(Sandbox):
    """Devices that wait for their signature count among the five."""

    def has_free_place(self, call: Call, person_id: str) -> bool:
        devices = self.world.devices_of_person.get(person_id, ())
        live = sum(not self.is_deleted(call, device) for device in devices)
        begins = call.operation is Operation.CREATE_DEVICE
        return live < self.device_limit(call) if begins else super().has_free_place(call, person_id)


@fault("five-asked-for-at-the-beginning-only", clause="binding.five-devices", level=Level.SHOULD)
class FiveAskedForAtTheBeginningOnly(Sandbox):
    """When a binding ends, the five devices are not counted again."""

    def has_free_place(self, call: Call, person_id: str) -> bool:
        return call.operation is not Operation.CREATE_DEVICE or super().has_free_place(call, person_id)


@fault("added-keys-may-be-bound", clause="binding.key-registered", level=Level.SHOULD)
class AddedKeysMayBeBound(Sandbox):
    """Of a bound device only its first key counts as registered where a binding is begun."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        if call.operation is not Operation.CREATE_DEVICE:
            return super().is_registered(call, person_id, point)
        return any(device.keys[0].public.point == point for device in self.live_devices(call, person_id))
