"""Contract 7: every field that is set is changed by a confirmation alone, one after another and all at once."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.clauses import clauses
from contract.judge import Judge, NotTestable
from contract.operations import operations
from suites.access.echo import NAMES, differing, texts
from suites.change_requests.changes import (
    Change,
    Way,
    ask,
    by_device,
    by_static_tan,
    completes,
    new_email,
    stays,
    values,
)
from suites.law import clause
from suites.stories import Stories
from target.provisioning import Person

FIELDS: tuple[dict[str, Any], ...] = (
    {"first_name": "Anew"},
    {"birth_date": "2004-02-29"},
    {"nationality": "FR"},
    {"employment_status": "STUDENT"},
    {"email": "Changed.Name+1@Example.ORG"},
    {"address": {"line_1": "Changed 1 a", "postal_code": "01067", "city": "Dresden", "country": "DE"}},
    {"last_name": "Changed", "email": "changed.again@example.org"},
    {"email": "Changed.Name+1@Example.ORG"},
)
"""Fields that every person of the suite has (contract 8); the last one brings back what was replaced."""


@clause("change.begins")
def test_every_change_of_every_set_field_waits_for_its_own_confirmation(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    salutation = {"salutation": "MR" if customer.fields["salutation"] == "MS" else "MS"}
    before = values(customer)
    for fields in (salutation, *FIELDS):
        change = Change(customer, judge.works(ask(customer, fields))["id"], fields)
        waiting = by_static_tan(stories, change)
        stays(judge, customer, before)
        completes(judge, waiting)
        before |= fields


@clause("change.begins")
def test_a_field_that_was_set_later_is_changed_by_a_confirmation_alone(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    first = {"birth_city": "Berlin"}
    asked = ask(customer, first)
    judge.accepts(asked, clauses()["change.field-not-set"].answers)
    if asked.status == 202:
        by_static_tan(stories, Change(customer, judge.works(asked)["id"], first)).confirm()
    before = values(customer, *first)
    if before["birth_city"] != "Berlin":
        raise NotTestable("needs a target that shows a field which is set later")
    judge.works(ask(customer, {"birth_city": "Hamburg"}))
    stays(judge, customer, before)


@clause("confirm.by-tan")
def test_a_changed_name_reads_as_it_was_sent_in_any_script(stories: Stories, customer: Person, judge: Judge) -> None:
    # Every third one is enough: what a new person may be called is tried with all.
    for first, last in NAMES[::3]:
        fields = {"first_name": first, "last_name": last}
        asked = ask(customer, fields)
        # Whether each script is taken is left open.
        if not asked.answer.ok:
            continue
        answer = by_static_tan(stories, Change(customer, judge.works(asked)["id"], fields)).confirm()
        for shown in (judge.works(answer)["response_body"], values(customer)):
            wrong = differing(texts(fields), texts(shown))
            judge.holds(not wrong, f"a change reads otherwise: {', '.join(wrong)}", "what was sent", answer)


@clause("confirm.by-tan")
@pytest.mark.parametrize("way", [by_static_tan, by_device], ids=["static", "device-signing"])
def test_simultaneous_confirmations_of_a_persons_changes_make_all_of_them(
    way: Way, stories: Stories, customer: Person, judge: Judge
) -> None:
    device = [stories.bind(customer)] if way is by_device else []
    others = [*FIELDS[:4], new_email()]
    changes = stories.together([partial(Change.begin, customer, fields) for fields in others])
    waiting = stories.together([partial(way, stories, change, *device) for change in changes])
    before, partner = values(customer), customer.partner
    confirm = operations()["confirm-change-request"]
    for answer in partner.release([partner.prepare(confirm, one.change.id, json=one.body) for one in waiting]):
        judge.works(answer)
    expected = {**before, **{name: value for fields in others for name, value in fields.items()}}
    judge.holds(values(customer) == expected, "a confirmed change is lost", "all that were confirmed")
