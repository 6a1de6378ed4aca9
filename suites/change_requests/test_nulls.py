"""Contract 1.2 and 7: a null in a PATCH is as good as nothing, for a whole field as for a part of an address."""

from __future__ import annotations

from functools import partial
from typing import Any

from contract.judge import Judge, document
from suites.change_requests.changes import (
    STATIC_TAN,
    Change,
    ask,
    begin,
    by_static_tan,
    by_tan,
    new_email,
    stays,
    to_nobody,
    values,
)
from suites.law import clause
from suites.stories import Stories
from target.provisioning import Person

PARTS = ("line_1", "line_2", "postal_code", "city", "state", "country")


def after(person: Person, fields: dict[str, Any]) -> dict[str, Any]:
    """What the person reads like once the change was made, or refused at whichever step. Raises PrerequisiteFailed."""
    asked = ask(person, fields)
    if asked.status == 202:
        change = Change(person, document(asked)["id"], fields)
        change.authorize(to_nobody(person))
        change.confirm(by_tan(person, STATIC_TAN))
    return values(person)


def moved_parts(person: Person, address: dict[str, Any]) -> dict[str, Any]:
    """The parts of the person's address that another one moves, with what they are then; a null part is none."""
    before = person.fields["address"]
    shown = after(person, {"address": address})["address"] or {}
    return {part: shown.get(part) for part in PARTS if shown.get(part) != before.get(part)}


@clause("general.null-is-absent", "change-person")
def test_a_null_beside_a_change_clears_no_field(stories: Stories, customer: Person, judge: Judge) -> None:
    before, fields = values(customer), new_email()
    change = judge.works(ask(customer, {**dict.fromkeys(customer.fields), **fields}))
    stays(judge, customer, before)
    judge.works(by_static_tan(stories, Change(customer, change["id"], fields)).confirm())
    judge.holds(values(customer) == {**before, **fields}, "a null moved the person", "the new value alone")


@clause("general.null-is-absent", "change-person")
def test_nulls_alone_change_no_person(stories: Stories, customer: Person, judge: Judge) -> None:
    before = values(customer)
    for nulls in (dict.fromkeys(customer.fields), {"last_name": None}):
        judge.holds(after(customer, nulls) == before, f"null changed the person: {', '.join(nulls)}", "no change")
    judge.works(begin(stories, customer, by_static_tan).confirm())


@clause("general.null-is-absent", "change-person")
def test_a_part_of_an_address_that_is_null_is_as_good_as_absent(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    # What becomes of a part that is absent is left open, but it is the same for one that is null.
    part = {"line_1": "Changed 1", "country": "FR"}
    absent, null = stories.beside(
        partial(moved_parts, customer, part), partial(moved_parts, another_customer, {**dict.fromkeys(PARTS), **part})
    )
    judge.holds(null == absent, f"null moves {', '.join(null)}; absence, {', '.join(absent)}", "the same parts")
