# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""One-time passwords and the messages that carry them (contract 3, 5, 8, 9)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from hmac import compare_digest

from sandbox.core import Call
from sandbox.refusals import Reason
from sandbox.rules.fields import FieldRules
from sandbox.world import Message, MobileNumber, Person

LANGUAGES = ("de", "en", "fr")
STATIC_OTP = "212212"
STATIC_PREFIX = "+1555"

_TEXTS = {
    "de": "Ihr Code lautet {otp}. Bitte geben Sie ihn niemandem weiter.",
    "en": "Your code is {otp}. Please do not share it with anyone.",
    "fr": "Votre code est {otp}. Ne le communiquez à personne.",
}
_SIX_DIGITS = re.compile(r"[0-9]{6}")


class MessageRules(FieldRules):
    """What is sent to whom. Every message goes through :meth:`send_sms`."""

    # Before a message.

    def language(self, call: Call, wanted: str | None) -> str:
        """The language of a message; German where none is named."""
        return wanted or "de"

    def is_reachable(self, call: Call, number: MobileNumber | None) -> bool:
        """Whether OTPs may go to this number: only to a verified one."""
        return number is not None and number.verified

    def reachable_number(self, call: Call, person: Person) -> str:
        """The number that an OTP for this person goes to.

        Raises:
            RefusedError: There is none, or it is not verified.
        """
        number = person.mobile_number
        if number is None or not self.is_reachable(call, number):
            raise self.refused(call, Reason.NUMBER_NOT_VERIFIED, "person_id")
        return number.number

    def draw_otp(self, call: Call, number: str) -> str:
        """Six digits: known beforehand for numbers of ``+1555``, random for all others (contract 8)."""
        if number.startswith(STATIC_PREFIX):
            return STATIC_OTP
        return f"{secrets.randbelow(1_000_000):06d}"

    # The message.

    def recipient(self, call: Call, number: str) -> str:
        return number

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        """The text; an app signature stands on a line of its own, as phones look for it there."""
        text = _TEXTS[language].format(otp=otp)
        return f"{text}\n{app_signature}" if app_signature else text

    def send_sms(
        self,
        call: Call,
        number: str,
        otp: str,
        *,
        language: str | None = None,
        app_signature: str | None = None,
        challenge_id: str | None = None,
    ) -> None:
        """Sends one message: it stands in the outbox of the partner from now on."""
        spoken = self.language(call, language)
        message = Message(
            to=self.recipient(call, number),
            text=self.sms_text(call, otp, spoken, app_signature),
            otp=otp,
            language=spoken,
            app_signature=app_signature,
            sent_at=call.now,
            challenge_id=challenge_id,
        )
        self.world.add_message(call.partner, message)

    def messages_to(self, call: Call, number: str) -> Sequence[Message]:
        """What the calling partner sent to a number, oldest first."""
        return self.world.messages.get((call.partner, number), ())

    # After a message.

    def is_well_formed_otp(self, call: Call, text: str) -> bool:
        return _SIX_DIGITS.fullmatch(text) is not None

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return compare_digest(otp.encode(), text.encode())
