"""Good requests for activation challenges and delivery events, to be spoilt by one delta (contract 6).

Each specimen has a person of its own, who has no other code: a second one is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from contract.judge import document
from suites.activation.codes import EVENT, event_on, event_state, live, only_event
from suites.stories import ActivationCode, activation_request
from target.provisioning import Person

if TYPE_CHECKING:
    from suites.specimens import Specimen, Workshop


def _person_with_code(workshop: Workshop) -> tuple[Person, ActivationCode]:
    person = workshop.stories.newcomer(workshop.partner)
    return person, workshop.stories.activation_code(person)


def create_activation_challenge(workshop: Workshop) -> Specimen:
    person = workshop.stories.newcomer(workshop.partner)
    body = {**activation_request(person), "invalidate_existing_code": False}
    return workshop.specimen("create-activation-challenge", person=person, json=body, also=partial(live, person))


def list_activation_challenges(workshop: Workshop) -> Specimen:
    person, _ = _person_with_code(workshop)
    params = {"filter[person_id]": person.id}
    return workshop.specimen("list-activation-challenges", person=person, params=params, also=partial(live, person))


def read_activation_challenge(workshop: Workshop) -> Specimen:
    person, code = _person_with_code(workshop)
    return workshop.specimen("read-activation-challenge", code.id, person=person, also=partial(live, person))


def delete_activation_challenge(workshop: Workshop) -> Specimen:
    person, code = _person_with_code(workshop)
    return workshop.specimen("delete-activation-challenge", code.id, person=person, also=partial(live, person))


def create_delivery_event(workshop: Workshop) -> Specimen:
    person, code = _person_with_code(workshop)
    events = partial(event_state, person.partner, code.id)
    return workshop.specimen("create-delivery-event", code.id, person=person, json=EVENT, also=events)


def list_delivery_events(workshop: Workshop) -> Specimen:
    person, code = _person_with_code(workshop)
    document(event_on(person.partner, code.id))
    events = partial(event_state, person.partner, code.id)
    return workshop.specimen("list-delivery-events", code.id, person=person, also=events)


def read_delivery_event(workshop: Workshop) -> Specimen:
    person, code = _person_with_code(workshop)
    document(event_on(person.partner, code.id))
    event = only_event(person.partner, code.id)
    events = partial(event_state, person.partner, code.id)
    return workshop.specimen("read-delivery-event", code.id, event["id"], person=person, also=events)


SPECIMENS: Mapping[str, Callable[[Workshop], Specimen]] = MappingProxyType(
    {
        "create-activation-challenge": create_activation_challenge,
        "list-activation-challenges": list_activation_challenges,
        "read-activation-challenge": read_activation_challenge,
        "delete-activation-challenge": delete_activation_challenge,
        "create-delivery-event": create_delivery_event,
        "list-delivery-events": list_delivery_events,
        "read-delivery-event": read_delivery_event,
    }
)
