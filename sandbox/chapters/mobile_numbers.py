# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""The mobile number of a person (contract 8, facts 11)."""

from __future__ import annotations

import re

from sandbox.core import Call, Kind
from sandbox.http import Answer, Json
from sandbox.refusals import Reason
from sandbox.rules import Rules
from sandbox.world import MobileNumber, Person

TOKEN_TRIES = 5

_DECORATION = str.maketrans("", "", " -_/")
_E164 = re.compile(r"\+[1-9][0-9]{5,14}")


class MobileNumbers(Rules):
    """The operations on mobile numbers."""

    async def create_mobile_number(self, call: Call) -> Answer:
        body = self.json_body(call)
        text = self.number_wanted(call, body)
        self.check_device_data(call, body)
        async with self.exclusively(call):
            person = self.person_of_path(call)
            self.require(call, self.may_have_number(call, person), Reason.NUMBER_EXISTS, "number")
            await self.between_check_and_act(call)
            number = MobileNumber(id=self.new_id(Kind.MOBILE_NUMBER), number=text)
            person.mobile_number = number
        return Answer(201, self.number_view(call, number))

    async def get_mobile_number(self, call: Call) -> Answer:
        number = self.person_of_path(call).mobile_number
        if number is None:
            raise self.refused(call, Reason.NUMBER_UNKNOWN)
        return Answer(200, self.number_view(call, number))

    async def authorize_mobile_number(self, call: Call) -> Answer:
        text = self.number_wanted(call, self.json_body(call))
        async with self.exclusively(call):
            number = self.number_of(call, self.person_of_path(call), text)
            await self.between_check_and_act(call)
            number.otp = self.draw_otp(call, number.number)
            number.otp_expires_at = call.now + self.challenge_lifetime(call)
            number.wrong_tries = 0
            self.send_sms(call, number.number, number.otp)
        return Answer(201, self.number_view(call, number))

    async def confirm_mobile_number(self, call: Call) -> Answer:
        body = self.json_body(call)
        text = self.number_wanted(call, body)
        token = self.text(call, body, "token")
        async with self.exclusively(call):
            number = self.number_of(call, self.person_of_path(call), text)
            if not self.token_confirms(call, number, token):
                number.wrong_tries += 1
                raise self.refused(call, Reason.CODE_WRONG, "token")
            await self.between_check_and_act(call)
            self.verify_number(call, number)
        return Answer(201, self.number_view(call, number))

    # What is asked.

    def number_wanted(self, call: Call, body: Json) -> str:
        """The number of a body, in the one form that is kept.

        Raises:
            RefusedError: It is absent, or not E.164.
        """
        number = self.normalized(call, self.text(call, body, "number"))
        self.require(call, self.is_e164(call, number), Reason.FIELD_VALUE, "number")
        return number

    def normalized(self, call: Call, number: str) -> str:
        """The number without spaces, dashes, underscores and slashes."""
        return number.translate(_DECORATION)

    def is_e164(self, call: Call, number: str) -> bool:
        return _E164.fullmatch(number) is not None

    def may_have_number(self, call: Call, person: Person) -> bool:
        """One number for one person."""
        return person.mobile_number is None

    def number_of(self, call: Call, person: Person, text: str) -> MobileNumber:
        """The number of the person, which has to be the one that is named."""
        number = person.mobile_number
        if number is None or not self.is_same_number(call, number, text):
            raise self.refused(call, Reason.NUMBER_UNKNOWN, "number")
        return number

    def is_same_number(self, call: Call, number: MobileNumber, text: str) -> bool:
        return number.number == text

    # What confirms.

    def token_confirms(self, call: Call, number: MobileNumber, token: str) -> bool:
        """Whether the token is the OTP that was sent last, in time and within five tries."""
        return (
            number.otp is not None
            and number.wrong_tries < TOKEN_TRIES
            and not self.is_over(call, number.otp_expires_at)
            and self.otp_matches(call, number.otp, token)
        )

    def verify_number(self, call: Call, number: MobileNumber) -> None:
        """The number is verified, and its OTP is used up."""
        number.verified = True
        number.otp = None

    def number_view(self, call: Call, number: MobileNumber) -> Json:
        return {"id": number.id, "number": number.number, "verified": number.verified}
