"""Faults of ``POST /v1/mfa/devices``: how a binding is begun, for whom, and what is sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.app import Sandbox
from sandbox.chapters.binding import ACTIVATION_CODE, BindingSecret, BindingWish
from sandbox.core import Call
from sandbox.curve import PublicKey
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.rules.devices import UNRESTRICTED
from sandbox.world import ActivationChallenge, Device, MobileNumber, Person, SignatureChallenge

# The answer.


@fault("binding-begun-with-201", clause="binding.created")
class BindingBegunWith201(Sandbox):
    """A binding is begun with 201."""

    async def create_device(self, call: Call) -> Answer:
        return replace(await super().create_device(call), status=201)


@fault("device-data-has-to-be-json", clause="binding.created")
class DeviceDataHasToBeJson(Sandbox):
    """device_data that is no JSON object is refused where a binding is begun."""

    def check_device_data(self, call: Call, body: Json) -> None:
        super().check_device_data(call, body)
        text = body.get("device_data")
        if call.operation is Operation.CREATE_DEVICE and isinstance(text, str):
            self.require(call, text.startswith("{"), Reason.FIELD_VALUE, "device_data")


@fault("key-id-forgotten", clause="binding.created")
class KeyIdForgotten(Sandbox):
    """The answer that begins a binding does not name the key."""

    def pending_device_view(self, call: Call, device: Device, challenge: SignatureChallenge) -> Json:
        view = super().pending_device_view(call, device, challenge)
        del view["key_id"]
        return view


@fault("signature-challenge-for-ten-minutes", clause="binding.challenge-lifetime")
class SignatureChallengeForTenMinutes(Sandbox):
    """A signature challenge lives for ten minutes."""

    def challenge_lifetime(self, call: Call) -> float:
        return super().challenge_lifetime(call) * (2 if call.operation is Operation.CREATE_DEVICE else 1)


@fault("signature-challenge-lives-as-long-as-the-code", clause="binding.challenge-lifetime")
class SignatureChallengeLivesAsLongAsTheCode(Sandbox):
    """A challenge by activation code lives as long as the code."""

    def signature_challenge(self, call: Call, device: Device, secret: BindingSecret) -> SignatureChallenge:
        challenge = super().signature_challenge(call, device, secret)
        if secret.activation is not None:
            challenge.expires_at = secret.activation.expires_at
        return challenge


@fault("signature-challenge-ends-with-the-minute", clause="binding.challenge-lifetime")
class SignatureChallengeEndsWithTheMinute(Sandbox):
    """The end of a signature challenge is put off to the next full minute, and one more."""

    def signature_challenge(self, call: Call, device: Device, secret: BindingSecret) -> SignatureChallenge:
        challenge = super().signature_challenge(call, device, secret)
        challenge.expires_at += 65 - challenge.expires_at % 60
        return challenge


# Defaults.


@fault("code-before-sms", clause="binding.defaults")
class CodeBeforeSms(Sandbox):
    """Without challenge_type a live activation code is used where there is one."""

    def binding_wish(self, call: Call) -> BindingWish:
        wish = super().binding_wish(call)
        named = self.json_body(call).get("challenge_type") is not None
        has_code = self.live_code(call, wish.person_id) is not None
        return wish if named or not has_code else replace(wish, challenge_type=ACTIVATION_CODE)


@fault("first-key-restricted-by-default", clause="binding.defaults")
class FirstKeyRestrictedByDefault(Sandbox):
    """A first key without key_purpose is restricted."""

    def binding_wish(self, call: Call) -> BindingWish:
        named = self.json_body(call).get("key_purpose") is not None
        wish = super().binding_wish(call)
        return wish if named else replace(wish, key_purpose="restricted")


@fault("key-type-is-not-filled-in", clause="binding.defaults")
class KeyTypeIsNotFilledIn(Sandbox):
    """A key without key_type reads as one of an unknown type."""

    def binding_wish(self, call: Call) -> BindingWish:
        named = self.json_body(call).get("key_type") is not None
        wish = super().binding_wish(call)
        return wish if named else replace(wish, key_type="unknown")


# Names and purposes.


@fault("unnamed-devices-get-a-name", clause="binding.name-absent", level=Level.SHOULD)
class UnnamedDevicesGetAName(Sandbox):
    """A device without a name is shown as Unnamed device."""

    def device_view(self, call: Call, device: Device) -> Json:
        return super().device_view(call, device) | {"name": device.name or "Unnamed device"}


@fault("none-for-a-name", clause="binding.name-absent", level=Level.SHOULD)
class NoneForAName(Sandbox):
    """An absent name is stored as the text None."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        return super().pending_device(call, person, replace(wish, name=str(wish.name)))


@fault("names-in-ascii", clause="binding.name")
class NamesInAscii(Sandbox):
    """Of a name only its ASCII characters are stored."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        name = wish.name and wish.name.encode("ascii", "ignore").decode()
        return super().pending_device(call, person, replace(wish, name=name))


@fault("names-without-emoji", clause="binding.name")
class NamesWithoutEmoji(Sandbox):
    """Characters beyond the first plane become question marks in a name, as in an old MySQL."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        name = wish.name and "".join(one if ord(one) < 2**16 else "?" for one in wish.name)
        return super().pending_device(call, person, replace(wish, name=name))


@fault("newest-name-for-all-devices", clause="binding.name")
class NewestNameForAllDevices(Sandbox):
    """The name of a new device becomes that of the person's other devices, too."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        for device in self.world.devices_of_person[person.id]:
            device.name = wish.name
        return super().pending_device(call, person, wish)


@fault("keys-listed-without-the-name", clause="binding.name")
class KeysListedWithoutTheName(Sandbox):
    """The list of keys shows null for the device's name."""

    def key_owner_view(self, call: Call, device: Device) -> Json:
        return super().key_owner_view(call, device) | {"name": None}


@fault("first-key-always-unrestricted", clause="binding.key-purpose")
class FirstKeyAlwaysUnrestricted(Sandbox):
    """The purpose of the first key is read and forgotten."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        return super().pending_device(call, person, replace(wish, key_purpose=UNRESTRICTED))


@fault("all-keys-are-listed-unrestricted", clause="binding.key-purpose")
class AllKeysAreListedUnrestricted(Sandbox):
    """The list shows every key as unrestricted where the device has but one."""

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        view = super().keys_view(call, device)
        if len(device.keys) == 1:
            view[0]["keys"][0]["key_purpose"] = UNRESTRICTED
        return view


# Activation codes.


@fault("sms-besides-the-code", clause="binding.activation-code")
class SmsBesidesTheCode(Sandbox):
    """An SMS is sent with activation_code, too, where the person has a number."""

    def binding_secret(self, call: Call, person: Person, wish: BindingWish) -> BindingSecret:
        secret = super().binding_secret(call, person, wish)
        number = person.mobile_number
        return replace(secret, number=number.number) if number and number.verified else secret


@fault("bound-at-once-by-code", clause="binding.activation-code")
class BoundAtOnceByCode(Sandbox):
    """With a live activation code the device is bound without a signature."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        device = super().pending_device(call, person, wish)
        device.bound = wish.challenge_type == ACTIVATION_CODE
        return device


@fault("deleted-code-begins-a-binding", clause="binding.no-live-code")
class DeletedCodeBeginsABinding(Sandbox):
    """A deleted activation code begins a binding until it would have expired."""

    def live_code(self, call: Call, person_id: str) -> ActivationChallenge | None:
        if call.operation is not Operation.CREATE_DEVICE:
            return super().live_code(call, person_id)
        codes = [code for code in self.codes_of(call, person_id) if not self.is_used_up(call, code)]
        return next((code for code in reversed(codes) if not self.is_over(call, code.expires_at)), None)


@fault("expired-code-begins-a-binding", clause="binding.no-live-code")
class ExpiredCodeBeginsABinding(Sandbox):
    """The end of an activation code's life is not looked at where a binding is begun."""

    def is_over(self, call: Call, expires_at: float) -> bool:
        return call.operation is not Operation.CREATE_DEVICE and super().is_over(call, expires_at)


@fault("used-code-begins-a-binding", clause="binding.no-live-code")
class UsedCodeBeginsABinding(Sandbox):
    """A code may be used once more than max_usage_count where a binding is begun."""

    def is_used_up(self, call: Call, challenge: ActivationChallenge) -> bool:
        begins = call.operation is Operation.CREATE_DEVICE
        return challenge.usage_count > challenge.max_usage_count if begins else super().is_used_up(call, challenge)


@fault("code-of-any-person", clause="binding.no-live-code")
class CodeOfAnyPerson(Sandbox):
    """Any live activation code of the partner will do."""

    def live_code(self, call: Call, person_id: str) -> ActivationChallenge | None:
        own = super().live_code(call, person_id)
        if own or call.operation is not Operation.CREATE_DEVICE:
            return own
        codes = reversed(self.world.activations_of_partner[call.partner])
        return next((code for code in codes if self.is_live_code(call, code)), None)


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


@fault("unknown-person-unprocessable", clause="binding.unknown-person")
class UnknownPersonUnprocessable(Sandbox):
    """A person that is unknown is answered with 422 where a binding is begun."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        begins = operation is Operation.CREATE_DEVICE and reason is Reason.PERSON_UNKNOWN
        return replace(usual, status=422) if begins else usual


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


@fault("binding-without-a-number", clause="binding.number-missing")
class BindingWithoutANumber(Sandbox):
    """Where a person has no number, the binding is begun, and no SMS is sent."""

    def binding_secret(self, call: Call, person: Person, wish: BindingWish) -> BindingSecret:
        if person.mobile_number is None and wish.challenge_type != ACTIVATION_CODE:
            return BindingSecret(self.draw_otp(call, ""))
        return super().binding_secret(call, person, wish)


@fault("number-asked-for-only-by-name", clause="binding.number-missing")
class NumberAskedForOnlyByName(Sandbox):
    """A person needs a number where challenge_type is sms, but not where it is absent."""

    def binding_secret(self, call: Call, person: Person, wish: BindingWish) -> BindingSecret:
        named = self.json_body(call).get("challenge_type") is not None
        if person.mobile_number is None and not named:
            return BindingSecret(self.draw_otp(call, ""))
        return super().binding_secret(call, person, wish)


@fault("sms-to-the-unverified", clause="binding.number-unverified")
class SmsToTheUnverified(Sandbox):
    """A number that is not verified is good enough for a binding."""

    def binding_secret(self, call: Call, person: Person, wish: BindingWish) -> BindingSecret:
        number = person.mobile_number
        if number is not None and wish.challenge_type == "sms":
            return BindingSecret(self.draw_otp(call, number.number), number=number.number)
        return super().binding_secret(call, person, wish)


@fault("asked-for-is-verified", clause="binding.number-unverified")
class AskedForIsVerified(Sandbox):
    """A number counts as verified as soon as an OTP was sent to it."""

    def is_reachable(self, call: Call, number: MobileNumber | None) -> bool:
        sent = number is not None and number.otp is not None
        return super().is_reachable(call, number) or (call.operation is Operation.CREATE_DEVICE and sent)


# Five devices, and a key for each.


@fault("six-devices", clause="binding.sixth-device", level=Level.SHOULD)
class SixDevices(Sandbox):
    """The sixth device is bound, and the seventh refused."""

    def device_limit(self, call: Call) -> int:
        return super().device_limit(call) + 1


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


@fault("key-asked-for-at-the-end-only", clause="binding.key-registered", level=Level.SHOULD)
class KeyAskedForAtTheEndOnly(Sandbox):
    """A key that is registered begins a binding, which cannot be ended."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        return call.operation is not Operation.CREATE_DEVICE and super().is_registered(call, person_id, point)


@fault("registered-keys-compared-as-texts", clause="binding.key-registered", level=Level.SHOULD)
class RegisteredKeysComparedAsTexts(Sandbox):
    """A key is compared with the registered ones as it is written, so that another spelling is another key."""

    def check_binding(self, call: Call, person_id: str, key: PublicKey) -> None:
        wish: Any = self.json_body(call) if call.operation is Operation.CREATE_DEVICE else {}
        unusual = wish.get("key", "") not in ("", key.point.hex())
        self.require(call, self.has_free_place(call, person_id), Reason.DEVICE_LIMIT)
        if not unusual:
            super().check_binding(call, person_id, key)


@fault("added-keys-may-be-bound", clause="binding.key-registered", level=Level.SHOULD)
class AddedKeysMayBeBound(Sandbox):
    """Of a bound device only its first key counts as registered where a binding is begun."""

    def is_registered(self, call: Call, person_id: str, point: bytes) -> bool:
        if call.operation is not Operation.CREATE_DEVICE:
            return super().is_registered(call, person_id, point)
        return any(device.keys[0].public.point == point for device in self.live_devices(call, person_id))
