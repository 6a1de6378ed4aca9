"""Faults of the SMS that begins a binding."""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from dataclasses import replace
from typing import Any

from sandbox.app import Sandbox
from sandbox.chapters.binding import BindingSecret, BindingWish
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Answer
from sandbox.operations import Operation
from sandbox.refusals import RefusedError
from sandbox.settings import Settings
from sandbox.world import ActivationChallenge, Device, SignatureChallenge


def _begins(call: Call) -> bool:
    return call.operation is Operation.CREATE_DEVICE


# Whether one is sent, and to whom.


@fault("binding-sends-two-sms", clause="binding.sms")
class BindingSendsTwoSms(Sandbox):
    """The SMS of a person's first device is sent twice."""

    def deliver(self, call: Call, wish: BindingWish, secret: BindingSecret, challenge: SignatureChallenge) -> None:
        super().deliver(call, wish, secret, challenge)
        if not self.live_devices(call, wish.person_id):
            super().deliver(call, wish, secret, challenge)


@fault("sms-tells-of-the-bound-device", clause="binding.sms")
class SmsTellsOfTheBoundDevice(Sandbox):
    """A further SMS is sent when the device is bound."""

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        super().bind(call, device, code)
        person = self.world.persons.get(device.person_id)
        if person and person.mobile_number:
            self.send_sms(call, person.mobile_number.number, "000000")


@fault("sms-before-the-check", clause="binding.sms")
class SmsBeforeTheCheck(Sandbox):
    """The SMS is sent before the other fields of the body are looked at."""

    async def create_device(self, call: Call) -> Answer:
        try:
            return await super().create_device(call)
        except RefusedError:
            person = self.world.persons.get(str(self.json_body(call).get("person_id")))
            if person and person.partner is call.partner and person.mobile_number and person.mobile_number.verified:
                self.send_sms(call, person.mobile_number.number, self.draw_otp(call, person.mobile_number.number))
            raise


@fault("sms-to-the-last-customer-too", clause="binding.sms")
class SmsToTheLastCustomerToo(Sandbox):
    """The SMS of a binding goes to all numbers of the partner's newest persons."""

    def deliver(self, call: Call, wish: BindingWish, secret: BindingSecret, challenge: SignatureChallenge) -> None:
        super().deliver(call, wish, secret, challenge)
        mine = [one for one in self.world.persons if one.partner is call.partner and one.mobile_number]
        for person in mine[-40:]:
            if person.id != wish.person_id and person.mobile_number and secret.number:
                self.send_sms(call, person.mobile_number.number, secret.message)


@fault("otp-of-five-digits", clause="binding.sms")
class OtpOfFiveDigits(Sandbox):
    """The OTP of a binding has five digits."""

    def draw_otp(self, call: Call, number: str) -> str:
        return super().draw_otp(call, number)[: 5 if _begins(call) and not number.startswith("+1555") else 6]


@fault("otp-of-a-binding-as-a-number", clause="binding.sms")
class OtpOfABindingAsANumber(Sandbox):
    """The text of the SMS does not hold the OTP, only its first three digits."""

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        return super().sms_text(call, otp[:3] if _begins(call) else otp, language, app_signature)


# Its OTP.


@fault("binding-otp-of-the-time", clause="binding.random-otp")
class BindingOtpOfTheTime(Sandbox):
    """The OTP of a binding is the end of the seconds since 1970."""

    def draw_otp(self, call: Call, number: str) -> str:
        return f"{int(call.now) % 1_000_000:06d}" if _begins(call) else super().draw_otp(call, number)


@fault("binding-otp-of-the-number", clause="binding.random-otp")
class BindingOtpOfTheNumber(Sandbox):
    """The OTP of a binding is made of the number, and always the same for a person."""

    def draw_otp(self, call: Call, number: str) -> str:
        if not _begins(call):
            return super().draw_otp(call, number)
        return f"{int(hashlib.sha256(number.encode()).hexdigest(), 16) % 1_000_000:06d}"


@fault("binding-otps-count-up", clause="binding.random-otp")
class BindingOtpsCountUp(Sandbox):
    """The OTP of a person's next binding is one more than the last."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._drawn: Counter[str] = Counter()

    def draw_otp(self, call: Call, number: str) -> str:
        if not _begins(call):
            return super().draw_otp(call, number)
        self._drawn[number] += 1
        first = int(hashlib.sha256(number.encode()).hexdigest(), 16)
        return f"{(first + self._drawn[number]) % 1_000_000:06d}"


@fault("binding-otps-of-small-digits", clause="binding.random-otp")
class BindingOtpsOfSmallDigits(Sandbox):
    """The OTP of a binding is drawn from a thousand, and padded with zeros."""

    def draw_otp(self, call: Call, number: str) -> str:
        return f"{secrets.randbelow(1_000):06d}" if _begins(call) else super().draw_otp(call, number)


# Its language and its app signature.


@fault("binding-sms-always-german", clause="binding.sms-language")
class BindingSmsAlwaysGerman(Sandbox):
    """The language is read, checked and forgotten."""

    def binding_wish(self, call: Call) -> BindingWish:
        return replace(super().binding_wish(call), language=None)


@fault("french-falls-back-to-english", clause="binding.sms-language")
class FrenchFallsBackToEnglish(Sandbox):
    """There is no French text for bindings, and English is sent."""

    def language(self, call: Call, wanted: str | None) -> str:
        found = super().language(call, wanted)
        return "en" if _begins(call) and found == "fr" else found


@fault("language-of-the-first-sms", clause="binding.sms-language")
class LanguageOfTheFirstSms(Sandbox):
    """A person gets all SMS of bindings in the language of the first one."""

    def send_sms(self, call: Call, number: str, otp: str, **details: Any) -> None:
        earlier = self.messages_to(call, number)
        if _begins(call) and details.get("language") and earlier:
            spoken = [message.language for message in earlier if message.challenge_id][:1]
            details |= {"language": spoken[0]} if spoken else {}
        super().send_sms(call, number, otp, **details)


@fault("app-signature-forgotten", clause="binding.sms-app-signature")
class AppSignatureForgotten(Sandbox):
    """The app signature is not written into the SMS of a binding."""

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        return super().sms_text(call, otp, language, None if _begins(call) else app_signature)


@fault("app-signature-decoded", clause="binding.sms-app-signature")
class AppSignatureDecoded(Sandbox):
    """A plus sign of the app signature becomes a space, as in a form."""

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        decoded = app_signature.replace("+", " ") if app_signature and _begins(call) else app_signature
        return super().sms_text(call, otp, language, decoded)


@fault("app-signature-cut", clause="binding.sms-app-signature")
class AppSignatureCut(Sandbox):
    """An app signature is cut to ten characters, one too few."""

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        cut = app_signature[:10] if app_signature and _begins(call) else app_signature
        return super().sms_text(call, otp, language, cut)


@fault("app-signature-stays", clause="binding.sms-app-signature")
class AppSignatureStays(Sandbox):
    """An SMS without an app signature has that of the person's SMS before."""

    def send_sms(self, call: Call, number: str, otp: str, **details: Any) -> None:
        earlier = [message.app_signature for message in self.messages_to(call, number) if message.app_signature]
        if _begins(call) and not details.get("app_signature") and earlier:
            details["app_signature"] = earlier[-1]
        super().send_sms(call, number, otp, **details)
