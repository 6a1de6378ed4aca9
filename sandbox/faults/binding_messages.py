"""Faults of the SMS that begins a binding."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.operations import Operation


def _begins(call: Call) -> bool:
    return call.operation is Operation.CREATE_DEVICE


# Whether one is sent, and to whom.


@fault("otp-of-a-binding-as-a-number", clause="binding.sms")
class OtpOfABindingAsANumber(Sandbox):
    """The text of the SMS does not hold the OTP, only its first three digits."""

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        return super().sms_text(call, otp[:3] if _begins(call) else otp, language, app_signature)


# Its OTP.


@fault("binding-otps-of-small-digits", clause="binding.random-otp")
class BindingOtpsOfSmallDigits(Sandbox):
    """The OTP of a binding is drawn from a thousand, and padded with zeros."""

    def draw_otp(self, call: Call, number: str) -> str:
        return f"{secrets.randbelow(1_000):06d}" if _begins(call) else super().draw_otp(call, number)


# Its language and its app signature.


@fault("language-of-the-first-sms", clause="binding.sms-language")
class LanguageOfTheFirstSms(Sandbox):
    """A person gets all SMS of bindings in the language of the first one."""

    def send_sms(self, call: Call, number: str, otp: str, **details: Any) -> None:
        earlier = self.messages_to(call, number)
        if _begins(call) and details.get("language") and earlier:
            spoken = [message.language for message in earlier if message.challenge_id][:1]
            details |= {"language": spoken[0]} if spoken else {}
        super().send_sms(call, number, otp, **details)


@fault("app-signature-stays", clause="binding.sms-app-signature")
class AppSignatureStays(Sandbox):
    """An SMS without an app signature has that of the person's SMS before."""

    def send_sms(self, call: Call, number: str, otp: str, **details: Any) -> None:
        earlier = [message.app_signature for message in self.messages_to(call, number) if message.app_signature]
        if _begins(call) and not details.get("app_signature") and earlier:
            details["app_signature"] = earlier[-1]
        super().send_sms(call, number, otp, **details)
