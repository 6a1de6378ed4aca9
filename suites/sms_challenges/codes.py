"""An SMS challenge on its way, and codes that are not its own (contract 5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contract.exchange import Exchange
from contract.judge import NotTestable, document
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person
from target.secret import Secret


@dataclass(frozen=True, slots=True)
class Coded:
    """An SMS challenge of a person. challenge: as the POST answer gave it. code: the OTP that was sent for it."""

    person: Person
    challenge: dict[str, Any]
    code: Secret

    @classmethod
    def begin(cls, stories: Stories, person: Person, **fields: Any) -> Coded:
        """POST a challenge for the person, with further fields. Raises PrerequisiteFailed, NotTestable."""
        return cls.of(stories, person, document(ask(person, **fields)))

    @classmethod
    def of(cls, stories: Stories, person: Person, challenge: dict[str, Any]) -> Coded:
        """The challenge that an answer of POST began, with its OTP. Raises NotTestable."""
        return cls(person, challenge, stories.otps(person, [challenge["id"]])[0])

    @property
    def id(self) -> str:
        challenge_id: str = self.challenge["id"]
        return challenge_id

    @property
    def partner(self) -> Partner:
        return self.person.partner

    def verify(self, code: Secret | None = None, **options: Any) -> Exchange:
        """PUT the challenge: with the code that was sent, or another one."""
        return self.put({"code": (code or self.code).reveal()}, **options)

    def put(self, body: Any, **options: Any) -> Exchange:
        """PUT the challenge with any body."""
        return self.partner.call("verify-sms-challenge", self.id, json=body, **options)

    def read(self, **options: Any) -> Exchange:
        """GET the challenge."""
        return self.partner.call("read-sms-challenge", self.id, **options)

    def status(self) -> int:
        """With what the challenge can be read, or that it is gone."""
        return self.read().status


def ask(person: Person, *, clock_offset: float = 0.0, **fields: Any) -> Exchange:
    """POST a challenge for the person, with further fields. A field of None is left out."""
    body = {name: value for name, value in {"person_id": person.id, **fields}.items() if value is not None}
    return person.partner.call("create-sms-challenge", json=body, clock_offset=clock_offset)


def begin_all(stories: Stories, person: Person, count: int) -> list[Coded]:
    """Begin several challenges of a person, and read their OTPs at one go. Raises PrerequisiteFailed, NotTestable."""
    begun = [document(exchange) for exchange in stories.together([lambda: ask(person)] * count)]
    otps = stories.otps(person, [challenge["id"] for challenge in begun])
    return [Coded(person, challenge, otp) for challenge, otp in zip(begun, otps, strict=True)]


def another(code: Secret) -> Secret:
    """A code of as many digits that differs in the last one alone."""
    digits = code.reveal()
    return Secret(digits[:-1] + str((int(digits[-1]) + 1) % 10 if digits[-1].isdecimal() else 0))


def distinct(*codes: Secret) -> None:
    """Raises NotTestable where two codes are the same, as static ones are."""
    if len({code.reveal() for code in codes}) < len(codes):
        raise NotTestable("needs outbox hook: different OTPs")
