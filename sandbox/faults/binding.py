# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the binding: what a challenge takes, and what it does."""

from __future__ import annotations

from base64 import b64encode

from sandbox.app import Sandbox
from sandbox.chapters.binding import BindingSecret, BindingWish
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.world import ActivationChallenge, Challenge, Device, Person, SignatureChallenge


@fault("expiry-in-other-units", clause="signature-challenge.expired")
class ExpiryInOtherUnits(Sandbox):
    """The expiry of a signature challenge is compared in tens of seconds."""

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        late = call.now - challenge.created_at
        return super().is_expired(call, challenge) and late > 10 * (challenge.expires_at - challenge.created_at)


@fault("bound-before-the-check", clause="signature-challenge.wrong-signature-binds-nothing")
class BoundBeforeTheCheck(Sandbox):
    """The device is bound, and only then the signature is looked at."""

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        if isinstance(challenge, SignatureChallenge) and (device := self.world.devices.get(challenge.device_id)):
            device.bound = True
        return super().wrong_try(call, challenge, reason)


@fault("otp-in-the-answer", clause="general.no-leak")
class OtpInTheAnswer(Sandbox):
    """What has to be signed stands in the answer, for testing."""

    def pending_device_view(self, call: Call, device: Device, challenge: SignatureChallenge) -> Json:
        return super().pending_device_view(call, device, challenge) | {"debug": f"otp={challenge.message}"}


@fault("otp-in-base64", clause="general.no-leak")
class OtpInBase64(Sandbox):
    """What has to be signed stands in an answer, in base64 and amid other things."""

    def pending_device_view(self, call: Call, device: Device, challenge: SignatureChallenge) -> Json:
        trace = b64encode(f"otp={challenge.message};".encode()).decode()
        return super().pending_device_view(call, device, challenge) | {"trace": trace}


@fault("deleted-device-comes-back", clause="signature-challenge.deleted-stays-deleted")
class DeletedDeviceComesBack(Sandbox):
    """A repeated verification is taken as the first one, also after the deletion."""

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        return call.operation is not Operation.VERIFY_SIGNATURE_CHALLENGE and super().is_done(call, challenge)

    def device_to_bind(self, call: Call, challenge: SignatureChallenge) -> Device:
        device = self.found(call, self.world.devices, challenge.device_id, Reason.CHALLENGE_DEAD)
        if device.bound:
            device.deleted_at, device.bound = None, False
        return device


@fault("code-used-again", clause="signature-challenge.used-activation-code")
class CodeUsedAgain(Sandbox):
    """How often an activation code was used is not looked at."""

    def is_used_up(self, call: Call, challenge: ActivationChallenge) -> bool:
        return False


@fault("deleted-devices-hold-their-places", clause="deletion.frees-its-place")
class DeletedDevicesHoldTheirPlaces(Sandbox):
    """Deleted devices count among the five."""

    def has_free_place(self, call: Call, person_id: str) -> bool:
        devices = self.world.devices_of_person.get(person_id, ())
        return sum(self.is_bound(call, device) for device in devices) < self.device_limit(call)


@fault("one-otp-for-all", clause="mobile-number.random-otp")
class OneOtpForAll(Sandbox):
    """The OTP is always the same."""

    def draw_otp(self, call: Call, number: str) -> str:
        return "471147"


@fault("sms-to-the-unverified", clause="binding.number-unverified")
class SmsToTheUnverified(Sandbox):
    """A number that is not verified is good enough for a binding."""

    def binding_secret(self, call: Call, person: Person, wish: BindingWish) -> BindingSecret:
        number = person.mobile_number
        if number is not None and wish.challenge_type == "sms":
            return BindingSecret(self.draw_otp(call, number.number), number=number.number)
        return super().binding_secret(call, person, wish)
