"""The steps on the way to a verified mobile number (contract 8)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contract.exchange import Exchange
from contract.judge import document
from signer import KeyPair
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.secret import Secret


def add(person: Person, number: Secret, **options: Any) -> Exchange:
    """POST .../mobile_number."""
    return person.partner.call("add-mobile-number", person.id, json={"number": number.reveal()}, **options)


def authorize(person: Person, **options: Any) -> Exchange:
    """POST .../mobile_number/authorize for the person's number."""
    return person.partner.call("authorize-mobile-number", person.id, json=_number(person), **options)


def confirm(person: Person, token: Secret, **options: Any) -> Exchange:
    """POST .../mobile_number/confirm for the person's number."""
    body = {**_number(person), "token": token.reveal()}
    return person.partner.call("confirm-mobile-number", person.id, json=body, **options)


def _number(person: Person) -> dict[str, str]:
    assert person.number is not None
    return {"number": person.number.reveal()}


def begin_binding(stories: Stories, person: Person) -> Exchange:
    """Begin a binding by SMS, which only a verified number gets (contract 3)."""
    return person.partner.call("create-device", json=stories.registration(person, KeyPair.generate()))


@dataclass(frozen=True, slots=True)
class Asked:
    """A person whose number waits for its confirmation, and the OTP that was sent for it."""

    person: Person
    otp: Secret


def ask(provisioning: Provisioning, partner: Partner, number: Secret | None = None) -> Asked:
    """Give a new person a number, by default a made-up one, and authorize it.

    Raises PrerequisiteFailed, NotTestable.
    """
    person = owner(provisioning, partner, number or provisioning.number())
    document(authorize(person))
    assert person.number is not None
    return Asked(person, provisioning.otp(partner, person.number, None))


def owner(provisioning: Provisioning, partner: Partner, number: Secret) -> Person:
    """A new person with a number that is not verified. Raises PrerequisiteFailed."""
    person = provisioning.person(partner)
    document(add(person, number))
    return Person(person.id, partner, number, person.fields)


def another(otp: Secret) -> Secret:
    """Six other digits."""
    text = otp.reveal()
    rotated = text.translate(str.maketrans("0123456789", "1234567890"))
    return Secret(rotated if rotated != text else f"{text}1")
