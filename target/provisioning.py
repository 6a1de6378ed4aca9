"""Persons to test with: made-up people, with a mobile number that is verified, unverified, or not there."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random
from typing import Any

from faker.factory import Factory
from faker.generator import Generator

from contract.judge import NotTestable, document
from target.outbox import messages
from target.partner import Partner
from target.profile import Profile
from target.recording import current
from target.secret import Secret

OUTBOX_PAUSES = (0.05, 0.1, 0.2, 0.0)
"""Seconds to wait after each look into the outbox that found nothing."""


_DRAWING = threading.Lock()


@cache
def _faker() -> Generator:
    """One for all, as it takes longer to make than a person; everybody draws from it with a random of their own."""
    return Factory.create("de_DE")


@dataclass(frozen=True, slots=True)
class Person:
    """A customer of a partner. `number` is None where the person has none."""

    id: str
    partner: Partner
    number: Secret | None = None
    fields: dict[str, Any] = field(default_factory=dict, repr=False)


class Provisioning:
    """Makes persons on the target.

    seed: repeats names and addresses. Numbers are drawn anew in every run: the target knows a number only once,
    and two runs at once must not read each other's messages.
    """

    def __init__(self, profile: Profile, seed: str) -> None:
        self._profile = profile
        self._random = Random(seed)  # noqa: S311 - names are no secrets

    def person(self, partner: Partner) -> Person:
        """A person without a number. Raises PrerequisiteFailed."""
        fields = self.fields()
        created = document(partner.call("create-person", json=fields))
        return Person(created["id"], partner, fields=fields)

    def fields(self) -> dict[str, Any]:
        """The body of POST /v1/persons (facts 11)."""
        with _DRAWING:
            fake: Any = _faker()
            fake.random = self._random
            return {
                "salutation": fake.random_element(["MR", "MS"]),
                "first_name": fake.first_name(),
                "last_name": fake.last_name(),
                "birth_date": fake.date_between(date(1950, 1, 1), date(2005, 12, 31)).isoformat(),
                "nationality": "DE",
                "address": {
                    "line_1": fake.street_address(),
                    "postal_code": fake.postcode(),
                    "city": fake.city(),
                    "country": "DE",
                },
                "email": fake.safe_email(),
                "employment_status": "EMPLOYED",
            }

    def number(self) -> Secret:
        """A mobile number in E.164: one that nobody has, or the target's static one. Raises NotTestable."""
        if self._profile.outbox:
            # Faker's de_DE numbers are national; +49 15x is a German mobile prefix.
            number = Secret(f"+4915{secrets.randbelow(10**9):09d}")
        elif self._profile.static_number:
            number = self._profile.static_number
        else:
            raise NotTestable("needs outbox hook or static OTP")
        current().numbers.append(number)
        return number

    def customer(self, partner: Partner) -> Person:
        """A person with a verified number. Raises PrerequisiteFailed, NotTestable."""
        person = self.unverified(partner)
        self.verify(person)
        return person

    def unverified(self, partner: Partner) -> Person:
        """A person with a number that is not verified. Raises PrerequisiteFailed, NotTestable."""
        number = self.number()
        person = self.person(partner)
        document(partner.call("add-mobile-number", person.id, json={"number": number.reveal()}))
        return Person(person.id, partner, number, person.fields)

    def verify(self, person: Person) -> None:
        """Verify the person's number with the OTP that is sent to it. Raises PrerequisiteFailed, NotTestable."""
        if person.number is None:
            raise NotTestable("needs a person with a number")
        number = {"number": person.number.reveal()}
        document(person.partner.call("authorize-mobile-number", person.id, json=number))
        token = self.otp(person.partner, person.number, None)
        document(person.partner.call("confirm-mobile-number", person.id, json={**number, "token": token.reveal()}))

    def otp(self, partner: Partner, number: Secret, challenge_id: str | None) -> Secret:
        """The newest OTP that was sent for a challenge (None: for the number's confirmation). Raises NotTestable."""
        return self.otps_of(partner, number, [challenge_id])[0]

    def otps_of(self, partner: Partner, number: Secret, challenge_ids: Sequence[str | None]) -> list[Secret]:
        """The newest OTP of each of several challenges, by one look into the outbox. Raises NotTestable."""
        if self._profile.outbox:
            otps = self._sent(partner, number, challenge_ids)
        elif self._profile.static_otp:
            otps = [self._profile.static_otp] * len(challenge_ids)
        else:
            raise NotTestable("needs outbox hook or static OTP")
        current().otps.extend(otps)
        return otps

    def _sent(self, partner: Partner, number: Secret, challenge_ids: Sequence[str | None]) -> list[Secret]:
        """The OTPs as the outbox has them; a target may need a moment until its messages are there."""
        for pause in OUTBOX_PAUSES:
            sent = {message.challenge_id: message.otp for message in messages(partner, number)}
            if sent.keys() >= set(challenge_ids):
                return [sent[challenge_id] for challenge_id in challenge_ids]
            time.sleep(pause)
        raise NotTestable("prerequisite failed: hooks.outbox: no message for the challenge in the outbox")
