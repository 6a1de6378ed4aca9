"""Contract 8, mobile numbers: added once, authorized, confirmed."""

from __future__ import annotations

from functools import partial

import pytest

from contract.judge import Judge, document
from contract.operations import operations
from suites.access.numbers import add, ask, authorize, begin_binding, confirm
from suites.law import clause
from suites.messages.inbox import inbox
from suites.stories import Stories
from target.connection import Target
from target.outbox import messages
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.volley import volley


@pytest.fixture
def unverified(provisioning: Provisioning, partner: Partner) -> Person:
    """A person with a number that is not verified."""
    return provisioning.unverified(partner)


@clause("mobile-number.added")
def test_a_person_gets_a_number_whatever_numbers_others_have(
    provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    for _ in range(2):
        judge.accepts(add(provisioning.person(partner), provisioning.number()))


@clause("mobile-number.second")
def test_a_second_number_is_refused_while_the_first_is_unverified(
    stories: Stories, provisioning: Provisioning, unverified: Person, judge: Judge
) -> None:
    assert unverified.number is not None
    numbers = (provisioning.number(), unverified.number)
    for refused in stories.together([partial(add, unverified, number) for number in numbers]):
        judge.accepts(refused)
    judge.still_works(authorize(unverified))
    judge.still_works(confirm(unverified, provisioning.otp(unverified.partner, unverified.number, None)))
    assert begin_binding(stories, unverified).answer.ok, "after the refusal the first number is not verified"


@clause("mobile-number.second")
def test_a_second_number_is_refused_while_the_first_waits_for_its_confirmation(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    asked = ask(provisioning, partner)
    assert asked.person.number is not None
    for number in (provisioning.number(), asked.person.number):
        judge.accepts(add(asked.person, number))
    judge.still_works(confirm(asked.person, asked.otp))
    assert begin_binding(stories, asked.person).answer.ok, "after the refusal the first number is not verified"


@clause("mobile-number.second")
def test_a_second_number_is_refused_once_the_first_is_verified(
    stories: Stories, provisioning: Provisioning, customer: Person, judge: Judge
) -> None:
    assert customer.number is not None
    numbers = (provisioning.number(), customer.number)
    for refused in stories.together([partial(add, customer, number) for number in numbers]):
        judge.accepts(refused)
    judge.still_works(begin_binding(stories, customer))


@clause("mobile-number.second")
@pytest.mark.usefixtures("outbox")
def test_a_second_number_that_was_refused_gets_no_message(
    stories: Stories, provisioning: Provisioning, partner: Partner, customer: Person, judge: Judge
) -> None:
    second = provisioning.number()
    assert customer.number is not None
    judge.accepts(add(customer, second))
    challenge_id = document(begin_binding(stories, customer))["challenge"]["id"]
    to_second, to_first = stories.together([partial(messages, partner, to) for to in (second, customer.number)])
    assert to_second == [], "a message went to a number that was refused"
    sent = [message.challenge_id for message in to_first]
    assert challenge_id in sent, "after the refusal no message goes to the first number"


@clause("mobile-number.second")
def test_one_of_simultaneous_numbers_is_added(
    target: Target, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    person = provisioning.person(partner)
    numbers = [provisioning.number() for _ in range(min(8, target.profile.concurrency))]
    exchanges = volley(
        target.client,
        [
            partner.prepare(operations()["add-mobile-number"], person.id, json={"number": number.reveal()})
            for number in numbers
        ],
    )
    added = sum(exchange.answer.ok for exchange in exchanges)
    judge.holds(added == 1, f"{added} simultaneous numbers were added to one person", "exactly one")


@clause("mobile-number.authorized")
def test_a_number_is_authorized(unverified: Person, judge: Judge) -> None:
    judge.accepts(authorize(unverified))


@clause("mobile-number.confirmed")
def test_sms_bindings_work_from_the_confirmation_on(
    stories: Stories, provisioning: Provisioning, partner: Partner, unverified: Person, judge: Judge
) -> None:
    assert unverified.number is not None
    assert not begin_binding(stories, unverified).answer.ok, "a number that was just added gets an SMS"
    document(authorize(unverified))
    otp = provisioning.otp(partner, unverified.number, None)
    assert not begin_binding(stories, unverified).answer.ok, "a number that was just authorized gets an SMS"
    confirmed = confirm(unverified, otp)
    judge.works(confirmed)
    judge.accepts(confirmed)
    assert begin_binding(stories, unverified).answer.ok, "after the confirmation no binding by SMS begins"
    bound = stories.begin(unverified).verify()
    assert bound.answer.ok, "after the confirmation an SMS binds no device"


@clause("mobile-number.confirmed")
@pytest.mark.usefixtures("outbox")
def test_neither_adding_nor_confirming_a_number_sends_an_sms(
    provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    asked = ask(provisioning, partner)
    judge.works(confirm(asked.person, asked.otp))
    sent = len(inbox(asked.person))
    judge.holds(sent == 1, f"{sent} messages were sent to the number", "the one of its authorization")


@clause("mobile-number.confirmed")
def test_the_confirmation_of_one_number_verifies_no_other(
    stories: Stories, provisioning: Provisioning, partner: Partner, unverified: Person, judge: Judge
) -> None:
    first, asked, last = (ask(provisioning, partner) for _ in range(3))
    judge.works(confirm(asked.person, asked.otp))
    for person in (unverified, first.person, last.person):
        assert not begin_binding(stories, person).answer.ok, "the confirmation verified another person's number"
    # Each has an OTP of their own, whichever was asked for first, and whoever confirms in between.
    for waiting in (last, first):
        judge.works(confirm(waiting.person, waiting.otp))
        assert begin_binding(stories, waiting.person).answer.ok, "after the confirmation no binding by SMS begins"
