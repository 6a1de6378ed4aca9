"""Contract 5, GET /v1/mfa/challenges/sms/{id}; and 1.3: the OTP stands in no answer."""

from __future__ import annotations

from functools import partial

import pytest

from contract.judge import Judge, document
from suites.challenges import reads_as_begun
from suites.law import clause
from suites.lifetimes import after_expiry
from suites.sms_challenges.codes import Coded, another, ask, begin_all
from suites.stories import Stories, signing_challenge
from suites.waiting import Story, waits
from target.provisioning import Person


@clause("sms-challenge.read")
def test_a_challenge_reads_as_the_answer_said_that_began_it(stories: Stories, customer: Person, judge: Judge) -> None:
    first, second = begin_all(stories, customer, 2)
    for coded in (second, first, first):
        reads_as_begun(judge, coded.challenge, judge.works(coded.read()))


@clause("sms-challenge.read")
@pytest.mark.usefixtures("clock")
def test_a_challenge_reads_the_same_later(stories: Stories, customer: Person, judge: Judge) -> None:
    coded = Coded.begin(stories, customer)
    earlier = Coded(customer, judge.works(ask(customer, clock_offset=-60.5)), coded.code)
    for challenge in (coded, earlier):
        reads_as_begun(judge, challenge.challenge, judge.works(challenge.read(clock_offset=120)))
        reads_as_begun(judge, challenge.challenge, judge.works(challenge.read()))


@clause("sms-challenge.read")
def test_a_refused_code_does_not_change_what_is_read(stories: Stories, customer: Person, judge: Judge) -> None:
    coded, other = begin_all(stories, customer, 2)
    coded.verify(another(coded.code))
    read = coded.read()
    # One wrong try may have been the last one.
    if read.answer.ok:
        reads_as_begun(judge, coded.challenge, judge.works(read))
    reads_as_begun(judge, other.challenge, judge.works(other.read()))


@clause("general.unknown-id", "read-sms-challenge")
def test_a_challenge_of_another_kind_is_no_sms_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    own, pending, signing = stories.beside(
        partial(Coded.begin, stories, customer),
        partial(stories.begin, customer),
        lambda: signing_challenge(stories.bind(customer)),
    )
    strangers = {
        "a signature challenge": pending.challenge_id,
        "a signing challenge": signing["id"],
        "a person": customer.id,
    }
    # Ids are unique among things of a kind alone.
    read = partial(customer.partner.call, "read-sms-challenge")
    reads = {what: partial(read, stranger) for what, stranger in strangers.items() if stranger != own.id}
    judge.accepts_each(stories.each(reads))


@clause("sms-challenge.read-after-success")
def test_a_challenge_can_be_read_after_success_or_is_gone(stories: Stories, customer: Person, judge: Judge) -> None:
    coded = Coded.begin(stories, customer)
    document(coded.verify())
    read = coded.read()
    judge.accepts(read)
    if read.answer.ok:
        reads_as_begun(judge, coded.challenge, judge.works(read))


@clause("sms-challenge.read-after-expiry")
@waits
def test_a_challenge_can_be_read_after_its_expiry_or_is_gone(stories: Stories, customer: Person, judge: Judge) -> Story:
    coded = Coded.begin(stories, customer)
    late = yield after_expiry(coded.challenge)
    judge.accepts(coded.read(clock_offset=late))
    coded.verify(clock_offset=late)
    judge.accepts(coded.read(clock_offset=late))


@clause("general.no-leak", "verify-sms-challenge")
def test_no_answer_of_a_challenge_holds_the_otp(stories: Stories, customer: Person, judge: Judge) -> None:
    """The rule of `contract.leaks` judges the exchanges."""
    mistaken, coded = begin_all(stories, customer, 2)
    mistaken.verify(another(mistaken.code))
    mistaken.read()
    mistaken.put({"code": mistaken.code.reveal() + "0"})
    # The OTP of one challenge is given to another one, whose answer must not echo it.
    _, read = stories.beside(partial(mistaken.verify, coded.code), coded.read)
    judge.works(read)
    judge.works(coded.verify())
    coded.verify()
    coded.read()
