"""Good requests for persons and mobile numbers, to be spoilt by one delta (contract 8).

Each is about a person of its own: a second number is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from contract.judge import document
from suites.access.echo import differing
from suites.access.numbers import ask, begin_binding
from target.provisioning import Person

if TYPE_CHECKING:
    from suites.specimens import Specimen, Workshop


def create_person(workshop: Workshop) -> Specimen:
    return workshop.bare("create-person", json=workshop.provisioning.fields(), state=lambda: None)


def read_person(workshop: Workshop) -> Specimen:
    person = workshop.provisioning.person(workshop.partner)
    return workshop.bare("read-person", person.id, state=partial(_state, workshop, person))


def add_mobile_number(workshop: Workshop) -> Specimen:
    person = workshop.provisioning.person(workshop.partner)
    return _about_number(workshop, "add-mobile-number", person, number=workshop.provisioning.number().reveal())


def authorize_mobile_number(workshop: Workshop) -> Specimen:
    person = workshop.provisioning.unverified(workshop.partner)
    assert person.number is not None
    return _about_number(workshop, "authorize-mobile-number", person, number=person.number.reveal())


def confirm_mobile_number(workshop: Workshop) -> Specimen:
    asked = ask(workshop.provisioning, workshop.partner)
    assert asked.person.number is not None
    body = {"number": asked.person.number.reveal(), "token": asked.otp.reveal()}
    return _about_number(workshop, "confirm-mobile-number", asked.person, **body)


def _about_number(workshop: Workshop, operation_id: str, person: Person, **body: str) -> Specimen:
    return workshop.bare(operation_id, person.id, json=body, state=partial(_state, workshop, person))


def _state(workshop: Workshop, person: Person) -> Any:
    """Whether the number is verified, which fields of the person have moved, and what was sent."""
    verified = begin_binding(workshop.stories, person).answer.ok
    moved = differing(person.fields, document(workshop.partner.call("read-person", person.id)))
    return verified, moved, workshop.stories.sent(person)


SPECIMENS: Mapping[str, Callable[[Workshop], Specimen]] = MappingProxyType(
    {
        "create-person": create_person,
        "read-person": read_person,
        "add-mobile-number": add_mobile_number,
        "authorize-mobile-number": authorize_mobile_number,
        "confirm-mobile-number": confirm_mobile_number,
    }
)
