"""Good requests for changes of a person, to be spoilt by one delta (contract 7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from suites.change_requests.changes import Change, by_static_tan, new_email, to_number, values

if TYPE_CHECKING:
    from suites.specimens import Specimen, Workshop


def change_person(workshop: Workshop) -> Specimen:
    person = workshop.person
    return workshop.specimen("change-person", person.id, json=new_email(), also=partial(values, person), sends=True)


def authorize_change_request(workshop: Workshop) -> Specimen:
    person = workshop.person
    body = {**to_number(person), "device_data": "YW55IGRldmljZSBkYXRh"}
    change = Change.begin(person)
    return workshop.specimen("authorize-change-request", change.id, json=body, also=partial(values, person), sends=True)


def confirm_change_request(workshop: Workshop) -> Specimen:
    person = workshop.person
    waiting = by_static_tan(workshop.stories, Change.begin(person))
    return workshop.specimen(
        "confirm-change-request", waiting.change.id, json=waiting.body, also=partial(values, person)
    )


SPECIMENS: Mapping[str, Callable[[Workshop], Specimen]] = MappingProxyType(
    {
        "change-person": change_person,
        "authorize-change-request": authorize_change_request,
        "confirm-change-request": confirm_change_request,
    }
)
