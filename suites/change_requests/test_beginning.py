"""Contract 7, PATCH /v1/persons/{id}: the sensitive call, which begins a change request."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.exchange import Exchange, NotJson
from contract.judge import Judge
from contract.schemas import defect
from suites.access.echo import differing
from suites.change_requests.changes import Change, ask, by_static_tan, new_email, stays, values
from suites.law import clause
from suites.stories import Stories
from target.provisioning import Person, Provisioning

NOT_SET = {"birth_city": "Berlin"}
"""A field that no person of the suite has."""

SET: dict[str, dict[str, Any]] = {
    "email": {"email": "changed@example.org"},
    "last-name": {"last_name": "Changed"},
    "address": {"address": {"line_1": "Changed 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}},
    "two-fields": {"first_name": "Anew", "last_name": "Changed"},
    "a-set-field-and-one-that-is-not": {"email": "changed@example.org", **NOT_SET},
}
"""Fields that every person of the suite has (contract 8), with other values."""


def is_a_person(exchange: Exchange) -> bool:
    """Whether the answer of a change that was done at once shows the person."""
    try:
        return defect("person", exchange.answer.json()) is None
    except NotJson:
        return False


@clause("change.begins")
def test_a_change_of_a_set_field_begins_a_change_request(stories: Stories, customer: Person, judge: Judge) -> None:
    before = values(customer, *NOT_SET)
    for asked in stories.together([partial(ask, customer, fields) for fields in SET.values()]):
        judge.works(asked)
    stays(judge, customer, before)


@clause("change.begins")
def test_each_change_has_a_request_of_its_own(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    asked = stories.together([partial(ask, person) for person in (customer, customer, another_customer)])
    ids = [judge.works(exchange)["id"] for exchange in asked]
    judge.holds(len(set(ids)) == len(ids), "two change requests have the same id", "an id of its own for each")


@clause("change.begins")
@pytest.mark.parametrize("fields", [SET["last-name"], SET["address"]], ids=["last-name", "address"])
def test_a_change_of_any_field_is_made_by_its_confirmation_alone(
    fields: dict[str, Any], stories: Stories, customer: Person, judge: Judge
) -> None:
    asked, before = stories.beside(partial(ask, customer, fields), partial(values, customer))
    change = Change(customer, judge.works(asked)["id"], fields)
    waiting = by_static_tan(stories, change)
    stays(judge, customer, before)
    judge.works(waiting.confirm())
    after = values(customer)
    judge.holds(not differing(fields, after), "the person has not the new value", "the new value")
    others = [name for name in before if name not in fields]
    judge.holds(
        all(before[name] == after[name] for name in others), "the change moved other fields", "the named field alone"
    )


@clause("change.field-not-set")
def test_a_field_that_is_not_set_is_set_or_begins_a_change_request(customer: Person, judge: Judge) -> None:
    before = values(customer, *NOT_SET)
    asked = ask(customer, NOT_SET)
    judge.accepts(asked)
    if asked.status == 202:
        stays(judge, customer, before)
        return
    judge.holds(is_a_person(asked), "the 200 answer shows no person", "the schema 'person'", asked)
    read = judge.works(customer.partner.call("read-person", customer.id))
    # A field that was not sent when the person was created need not be shown.
    shown = {name: read[name] for name in NOT_SET if name in read}
    judge.holds(shown.items() <= NOT_SET.items(), "after a 200 the field has not the new value", "the new value")
    moved = [name for name in customer.fields if read.get(name) != before[name]]
    judge.holds(not moved, f"the change moved {', '.join(moved)}", "the named field alone")


@clause("change.person-without-number")
def test_a_change_for_a_person_without_a_number_begins_or_is_refused(
    provisioning: Provisioning, customer: Person, judge: Judge
) -> None:
    person = provisioning.person(customer.partner)
    before = values(person)
    judge.accepts(ask(person, new_email()))
    stays(judge, person, before)
