"""SMS challenges (contract 5)."""

from __future__ import annotations

from sandbox.core import Call
from sandbox.http import Answer, Json
from sandbox.refusals import Reason
from sandbox.rules import Rules
from sandbox.rules.messages import LANGUAGES
from sandbox.world import Person, SmsChallenge


class Sms(Rules):
    """The operations on SMS challenges."""

    async def create_sms_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        person_id = self.text(call, body, "person_id")
        app_signature = self.optional_text(call, body, "app_signature")
        language = self.optional_choice(call, body, "language", LANGUAGES)
        self.check_device_data(call, body)
        async with self.exclusively(call):
            person = self.person_of_body(call, person_id)
            number = self.reachable_number(call, person)
            await self.between_check_and_act(call)
            challenge = self.sms_challenge(call, person, self.draw_otp(call, number))
            self.world.sms_challenges.add(challenge)
            self.send_sms(
                call,
                number,
                challenge.otp,
                language=language,
                app_signature=app_signature,
                challenge_id=challenge.id,
            )
        return Answer(201, self.sms_challenge_view(call, challenge))

    async def get_sms_challenge(self, call: Call) -> Answer:
        challenge = self.sms_challenge_of_path(call)
        self.require(call, self.is_readable(call, challenge), Reason.CHALLENGE_UNKNOWN)
        return Answer(200, self.sms_challenge_view(call, challenge))

    async def verify_sms_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        code = self.text(call, body, "code")
        self.require(call, self.is_well_formed_otp(call, code), Reason.CODE_MALFORMED, "code")
        async with self.exclusively(call):
            challenge = self.sms_challenge_of_path(call)
            self.require_open(call, challenge, Reason.CHALLENGE_REPEATED)
            if not self.otp_matches(call, challenge.otp, code):
                raise self.wrong_try(call, challenge, Reason.CODE_WRONG)
            await self.between_check_and_act(call)
            self.complete(call, challenge)
        return Answer(204)

    def sms_challenge_of_path(self, call: Call) -> SmsChallenge:
        return self.found(call, self.world.sms_challenges, call.ids[0], Reason.CHALLENGE_UNKNOWN)

    def sms_challenge(self, call: Call, person: Person, otp: str) -> SmsChallenge:
        return SmsChallenge(
            id=self.new_id(),
            partner=call.partner,
            created_at=call.now,
            expires_at=call.now + self.challenge_lifetime(call),
            person_id=person.id,
            otp=otp,
        )

    def sms_challenge_view(self, call: Call, challenge: SmsChallenge) -> Json:
        return self.challenge_view(call, challenge, "sms")
