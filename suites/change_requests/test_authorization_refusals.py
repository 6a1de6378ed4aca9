"""Contract 7, POST /v1/change_requests/{id}/authorize: who and what is refused."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import pytest

from contract.clauses import clauses
from contract.judge import Judge
from suites.change_requests.changes import (
    STATIC_TAN,
    Change,
    Way,
    ask,
    by_static_tan,
    by_tan,
    each_way,
    new_email,
    to_device,
    to_nobody,
    to_number,
    values,
)
from suites.general.odd_ids import unknown_like
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person, Provisioning

GONE = clauses()["authorize.finished"].answers
"""What the right authorization may get after a confirmation that came too early (contract 1.11)."""


def still_asks(judge: Judge, change: Change) -> None:
    """The refused authorizations left the request unauthorized, and the right one works. Raises Violation."""
    early = change.confirm(by_tan(change.person, STATIC_TAN))
    judge.holds(not early.answer.ok, "a refused authorization can be confirmed", "a refusal", early)
    judge.holds(not change.is_done(), "a refused authorization changed the person", "no change")
    judge.still_works(change.authorize(to_nobody(change.person)), GONE)


@clause("authorize.unknown-method")
def test_an_unknown_method_is_refused(customer: Person, judge: Judge) -> None:
    change = Change.begin(customer)
    bodies = {
        repr(method): {"person_id": customer.id, "delivery_method": method}
        for method in ("email", "", "STATIC", "Mobile_Number", "sms", "statics", None, 5)
    }
    bodies["none"] = {"person_id": customer.id}
    judge.accepts_each({what: change.authorize(body) for what, body in bodies.items()})
    still_asks(judge, change)


@clause("authorize.unknown-method")
@pytest.mark.parametrize("method", ["mobile_number", "static", "device_signing"])
def test_a_method_without_the_id_that_it_needs_is_refused(
    method: str, stories: Stories, customer: Person, judge: Judge
) -> None:
    device = stories.bind(customer)
    ids = {"person_id": customer.id, "device_id": device.device_id}
    needed = "device_id" if method == "device_signing" else "person_id"
    change = Change.begin(customer)
    others = {name: value for name, value in ids.items() if name != needed}
    bodies: dict[str, dict[str, Any]] = {
        f"no {needed}": {"delivery_method": method},
        f"no {needed} but the other id": {"delivery_method": method, **others},
        f"{needed} null": {"delivery_method": method, needed: None},
    }
    judge.accepts_each({what: change.authorize(body) for what, body in bodies.items()})
    still_asks(judge, change)


@clause("authorize.unknown-request")
def test_an_unknown_change_request_cannot_be_authorized(customer: Person, judge: Judge) -> None:
    change = Change.begin(customer)
    for unknown in (unknown_like(change.id), secrets.token_hex(16)):
        judge.accepts(Change(customer, unknown, change.fields).authorize(to_nobody(customer)))
    still_asks(judge, change)


@clause("authorize.not-the-owner")
def test_another_person_cannot_authorize(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    change = Change.begin(customer)
    sent = stories.sent(customer), stories.sent(another_customer)
    others = (another_customer, Person(unknown_like(customer.id), customer.partner))
    for other in others:
        judge.accepts(change.authorize(to_number(other)))
        judge.accepts(change.authorize(to_nobody(other)))
    late = change.confirm(by_tan(another_customer, STATIC_TAN))
    judge.holds(not late.answer.ok, "another person confirmed a change", "a refusal", late)
    judge.unchanged(sent, (stories.sent(customer), stories.sent(another_customer)))
    still_asks(judge, change)


@clause("authorize.not-the-owner")
def test_a_device_that_is_not_bound_to_the_owner_cannot_authorize(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    pending, deleted, others = stories.begin(customer), stories.bind(customer), stories.bind(another_customer)
    judge.works(customer.partner.call("delete-device", deleted.device_id))
    change = Change.begin(customer)
    ids = {
        "another person's device": others.device_id,
        "an unbound device": pending.device_id,
        "a deleted device": deleted.device_id,
        "an unknown device": unknown_like(others.device_id),
    }
    judge.accepts_each(
        {
            what: change.authorize({"delivery_method": "device_signing", "device_id": device_id})
            for what, device_id in ids.items()
        }
    )
    still_asks(judge, change)


@clause("general.foreign-body", "authorize-change-request")
def test_another_partners_person_or_device_cannot_authorize(
    stories: Stories, customer: Person, foreign_customer: Person, judge: Judge
) -> None:
    device, change = stories.bind(foreign_customer), Change.begin(customer)
    allowed = clauses()["authorize.not-the-owner"].answers
    for body in (to_number(foreign_customer), to_nobody(foreign_customer), to_device(device)):
        judge.accepts(change.authorize(body), allowed)
    still_asks(judge, change)


@clause("authorize.number-not-verified")
@pytest.mark.parametrize("make", [Provisioning.person, Provisioning.unverified], ids=["no-number", "unverified"])
def test_no_tan_goes_to_a_number_that_is_not_verified(
    make: Callable[[Provisioning, Partner], Person],
    stories: Stories,
    provisioning: Provisioning,
    partner: Partner,
    judge: Judge,
) -> None:
    person = make(provisioning, partner)
    before, sent, fields = values(person), stories.sent(person), new_email()
    begun = ask(person, fields)
    if begun.status == 403:
        # Refused one step earlier, as a person whom no TAN can reach may be.
        judge.accepts(begun)
    else:
        change = Change(person, judge.works(begun)["id"], fields)
        judge.accepts(change.authorize(to_number(person)))
        judge.holds(stories.sent(person) == sent, "an SMS was sent to the number", "none")
    judge.unchanged(before, values(person))


@each_way
@clause("authorize.finished")
def test_a_completed_request_cannot_be_authorized_again(
    way: Way, stories: Stories, customer: Person, judge: Judge
) -> None:
    done = way(stories, Change.begin(customer))
    judge.works(done.confirm())
    device = done.device or stories.bind(customer)
    later = by_static_tan(stories, Change.begin(customer))
    judge.works(later.confirm())
    sent = stories.sent(customer)
    for body in (to_nobody(customer), to_number(customer), to_device(device)):
        judge.accepts(done.change.authorize(body))
    judge.holds(stories.sent(customer) == sent, "an SMS was sent for a completed request", "none")
    again = done.change.confirm(by_tan(customer, STATIC_TAN))
    judge.holds(not again.answer.ok, "a completed request was confirmed again", "a refusal", again)
    judge.holds(later.change.is_done(), "a completed request came back to life", "the later value stays")
