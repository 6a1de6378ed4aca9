"""Contract 7, POST /v1/change_requests/{id}/authorize: who and what is refused."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import pytest

from contract.answers import Answers
from contract.clauses import clauses
from contract.exchange import Exchange
from contract.judge import Judge
from signer import KeyPair
from suites.access.numbers import another
from suites.access.numbers import ask as ask_for_number
from suites.access.numbers import confirm as confirm_number
from suites.change_requests.changes import (
    STATIC_TAN,
    Authorized,
    Change,
    Way,
    ask,
    begin,
    begin_all,
    by_device,
    by_number,
    by_signature,
    by_static_tan,
    by_tan,
    confirm_each,
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
from target.secret import Secret

GONE = clauses()["authorize.finished"].answers
"""What the right authorization may get after a confirmation that came too early (contract 1.11)."""


NOBODY = Answers((400,), (403, 404, 422))
"""For an id of the wrong type, which is nobody's, either: also those of `authorize.not-the-owner`."""

SUCCESS = (200, 201, 202)
GONE_FOR_GOOD = (404, 410)
"""What the right confirmation gets of a request that is finished, or that is not there any more."""


def spoilt(waiting: Authorized) -> dict[str, Any]:
    """The confirmation with a wrong TAN, or a signature by another key."""
    if waiting.device is not None:
        return by_signature(waiting.device, waiting.text, KeyPair.generate())
    return waiting.with_tan(another(Secret(waiting.body["tan"])).reveal())


def still_asks(stories: Stories, judge: Judge, change: Change) -> None:
    """The refused authorizations left the request unauthorized, and the right one works. Raises Violation."""
    early = change.confirm(by_tan(change.person, STATIC_TAN))
    judge.holds(not early.answer.ok, "a refused authorization can be confirmed", "a refusal", early)
    done, right = stories.beside(change.is_done, partial(change.authorize, to_nobody(change.person)))
    judge.holds(not done, "a refused authorization changed the person", "no change")
    judge.still_works(right, GONE)


def authorize_each(stories: Stories, change: Change, bodies: Mapping[str, Any]) -> dict[str, Exchange]:
    """Authorize with each of the bodies, side by side, since no refused one changes anything."""
    return stories.each({what: partial(change.authorize, body) for what, body in bodies.items()})


@clause("authorize.unknown-method")
def test_an_unknown_method_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    change = Change.begin(customer)
    unknown: tuple[Any, ...] = ("email", "", "STATIC", "Static", "Mobile_Number", "sms", "statics", " static")
    bodies = {
        repr(method): {"person_id": customer.id, "delivery_method": method}
        for method in (*unknown, None, 5, ["static"])
    }
    bodies["none"] = {"person_id": customer.id}
    judge.accepts_each(authorize_each(stories, change, bodies))
    still_asks(stories, judge, change)


@clause("authorize.unknown-method")
def test_a_method_without_the_id_that_it_needs_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    device, change = stories.beside(partial(stories.bind, customer), partial(Change.begin, customer))
    ids = {"person_id": customer.id, "device_id": device.device_id}
    bodies: dict[str, dict[str, Any]] = {}
    for method in ("mobile_number", "static", "device_signing"):
        needed, other = ("device_id", "person_id") if method == "device_signing" else ("person_id", "device_id")
        bodies |= {
            f"{method} with no id": {"delivery_method": method},
            f"{method} with {other} alone": {"delivery_method": method, other: ids[other]},
            f"{method} with {needed} null": {"delivery_method": method, needed: None},
        }
    judge.accepts_each(authorize_each(stories, change, bodies))
    still_asks(stories, judge, change)


@clause("general.field-type", "authorize-change-request")
def test_what_is_no_id_authorizes_nothing(stories: Stories, customer: Person, judge: Judge) -> None:
    _, change = stories.beside(partial(stories.bind, customer), partial(Change.begin, customer))
    wrong: list[Any] = [0, False, [], {}, ""]
    bodies: dict[str, dict[str, Any]] = {}
    for method, name in (("device_signing", "device_id"), ("static", "person_id")):
        bodies |= {f"{name} {value!r}": {"delivery_method": method, name: value} for value in wrong}
    judge.accepts_each(authorize_each(stories, change, bodies), NOBODY)
    still_asks(stories, judge, change)


@clause("authorize.unknown-request")
def test_an_unknown_change_request_cannot_be_authorized(stories: Stories, customer: Person, judge: Judge) -> None:
    change = Change.begin(customer)
    unknown = [Change(customer, one, change.fields) for one in (unknown_like(change.id), secrets.token_hex(16))]
    for refused in stories.together([partial(one.authorize, to_nobody(customer)) for one in unknown]):
        judge.accepts(refused)
    still_asks(stories, judge, change)


@clause("authorize.not-the-owner")
def test_another_person_cannot_authorize(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    messages = partial(stories.sent, customer), partial(stories.sent, another_customer)
    change, *sent = stories.beside(partial(Change.begin, customer), *messages)
    theirs = by_static_tan(stories, Change.begin(another_customer))
    nobody = Person(unknown_like(customer.id), customer.partner)
    bodies = {
        "another person's number": to_number(another_customer),
        "another person": to_nobody(another_customer),
        "the number of nobody": to_number(nobody),
        "nobody": to_nobody(nobody),
    }
    judge.accepts_each(authorize_each(stories, change, bodies))
    late, *now = stories.beside(partial(change.confirm, by_tan(another_customer, STATIC_TAN)), *messages)
    judge.holds(not late.answer.ok, "another person confirmed a change", "a refusal", late)
    judge.unchanged(sent, now)
    still_asks(stories, judge, change)
    judge.still_works(theirs.confirm())


@clause("authorize.not-the-owner")
def test_a_device_that_is_not_bound_to_the_owner_cannot_authorize(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    pending, deleted, others = stories.beside(
        partial(stories.begin, customer), partial(stories.bind, customer), partial(stories.bind, another_customer)
    )
    deletion = partial(customer.partner.call, "delete-device", deleted.device_id)
    change, gone = stories.beside(partial(Change.begin, customer), deletion)
    judge.works(gone)
    ids = {
        "another person's device": others.device_id,
        "an unbound device": pending.device_id,
        "a deleted device": deleted.device_id,
        "an unknown device": unknown_like(others.device_id),
    }
    bodies = {what: {"delivery_method": "device_signing", "device_id": device_id} for what, device_id in ids.items()}
    judge.accepts_each(authorize_each(stories, change, bodies))
    still_asks(stories, judge, change)


@clause("authorize.not-the-owner")
def test_naming_the_owner_beside_does_not_help_who_is_not(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    begins = [
        partial(stories.bind, customer),
        partial(stories.bind, another_customer),
        partial(stories.begin, customer),
    ]
    (own, others, pending), change = stories.beside(partial(stories.together, begins), partial(Change.begin, customer))
    bodies = {
        "another person's device, owner named": {**to_nobody(customer), **to_device(others)},
        "an unbound device, owner named": {**to_nobody(customer), **to_device(pending)},
        "another person and device": {**to_nobody(another_customer), **to_device(others)},
        "another person's number, owner's device named": {**to_device(own), **to_number(another_customer)},
        "another person, owner's device named": {**to_device(own), **to_nobody(another_customer)},
        "another person's number and device": {**to_device(others), **to_number(another_customer)},
    }
    judge.accepts_each(authorize_each(stories, change, bodies))
    still_asks(stories, judge, change)


@each_way
@clause("general.refusal-changes-nothing", "authorize-change-request")
def test_after_refused_authorizations_only_what_was_authorized_confirms(
    way: Way, stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    others, (unmoved, *waiting), before = stories.beside(
        partial(stories.bind, another_customer),
        partial(begin_all, stories, customer, way, 3),
        partial(values, customer),
    )
    bodies = [to_nobody(another_customer), to_device(others), to_number(another_customer)]
    refused = [partial(one.change.authorize, body) for one in (unmoved, *waiting) for body in bodies]
    for answer in stories.together(refused):
        judge.holds(not answer.answer.ok, "a stranger authorized a change", "a refusal", answer)
    # A wrong confirmation may be the end of a request, so each has its own.
    wrong = {"a stranger's device": by_signature(others, waiting[0].text)}
    # It is the right one for a number that begins with +1555, too.
    if waiting[1].body.get("tan") != STATIC_TAN:
        wrong["the static TAN"] = by_tan(customer, STATIC_TAN)
    for what, late in confirm_each(stories, waiting[: len(wrong)], wrong).items():
        judge.holds(not late.answer.ok, f"{what} confirmed what was authorized otherwise", "a refusal", late)
    judge.unchanged(before, values(customer))
    judge.still_works(unmoved.confirm())


@clause("general.foreign-body", "authorize-change-request")
def test_another_partners_person_or_device_cannot_authorize(
    stories: Stories, customer: Person, foreign_customer: Person, judge: Judge
) -> None:
    device, change = stories.beside(partial(stories.bind, foreign_customer), partial(Change.begin, customer))
    bodies = {
        "a foreign number": to_number(foreign_customer),
        "a foreign person": to_nobody(foreign_customer),
        "a foreign device": to_device(device),
    }
    judge.accepts_each(authorize_each(stories, change, bodies), clauses()["authorize.not-the-owner"].answers)
    still_asks(stories, judge, change)


def asked_for_the_number(provisioning: Provisioning, partner: Partner) -> Person:
    """A person whose number waits for its confirmation."""
    return ask_for_number(provisioning, partner).person


def wrongly_confirmed_the_number(provisioning: Provisioning, partner: Partner) -> Person:
    """A person whose number was confirmed by a wrong token."""
    asked = ask_for_number(provisioning, partner)
    confirm_number(asked.person, another(asked.otp))
    return asked.person


@clause("authorize.number-not-verified")
@pytest.mark.parametrize(
    "make",
    [Provisioning.person, Provisioning.unverified, asked_for_the_number, wrongly_confirmed_the_number],
    ids=["no-number", "unverified", "asked", "wrongly-confirmed"],
)
def test_no_tan_goes_to_a_number_that_is_not_verified(
    make: Callable[[Provisioning, Partner], Person],
    stories: Stories,
    provisioning: Provisioning,
    partner: Partner,
    judge: Judge,
) -> None:
    person = make(provisioning, partner)
    before, sent = stories.beside(partial(values, person), partial(stories.sent, person))
    fields = new_email()
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
    done, later = stories.beside(
        partial(begin, stories, customer, way), partial(begin, stories, customer, by_static_tan)
    )
    judge.works(done.confirm())
    device, confirmed = stories.beside(lambda: done.device or stories.bind(customer), later.confirm)
    judge.works(confirmed)
    sent = stories.sent(customer)
    bodies = {"static": to_nobody(customer), "a number": to_number(customer), "a device": to_device(device)}
    judge.accepts_each(authorize_each(stories, done.change, bodies))
    now, again = stories.beside(
        partial(stories.sent, customer), partial(done.change.confirm, by_tan(customer, STATIC_TAN))
    )
    judge.holds(now == sent, "an SMS was sent for a completed request", "none")
    judge.holds(not again.answer.ok, "a completed request was confirmed again", "a refusal", again)
    judge.holds(later.change.is_done(), "a completed request came back to life", "the later value stays")


@clause("authorize.finished")
@pytest.mark.parametrize("way", [by_number, by_device], ids=["mobile-number", "device-signing"])
def test_a_request_that_a_wrong_confirmation_ended_cannot_be_authorized_again(
    way: Way, stories: Stories, customer: Person, judge: Judge
) -> None:
    waiting = begin(stories, customer, way)
    wrong = waiting.confirm(spoilt(waiting))
    judge.holds(not wrong.answer.ok, "a wrong confirmation was taken", "a refusal", wrong)
    right = waiting.confirm()
    before, sent = stories.beside(partial(values, customer), partial(stories.sent, customer))
    again = waiting.change.authorize(to_number(customer))
    if again.answer.ok and right.status not in (*SUCCESS, *GONE_FOR_GOOD):
        # That refusal may as well say that the wrong try took back the authorization, and no more.
        judge.notes_that("after a wrong confirmation the request can be authorized again", "it is dead, or goes on")
        return
    judge.accepts(again)
    judge.accepts(waiting.change.authorize(to_nobody(customer)))
    late, now = stories.beside(
        partial(waiting.change.confirm, by_tan(customer, STATIC_TAN)), partial(stories.sent, customer)
    )
    judge.holds(now == sent, "an SMS was sent for a request that is over", "none")
    judge.holds(not late.answer.ok, "a request that is over was confirmed", "a refusal", late)
    judge.unchanged(before, values(customer))
