"""Contract 5: an SMS challenge dies when its lifetime is over, not before and not later."""

from __future__ import annotations

import pytest

from contract.judge import Judge
from suites.law import clause
from suites.lifetimes import INSIDE, OUTSIDE, after_expiry, before_expiry, lifetime
from suites.sms_challenges.codes import Coded, another, ask, begin_all
from suites.stories import Stories
from suites.waiting import Story, waits
from target.provisioning import Person


@clause("sms-challenge.alive-before-expiry")
@waits
def test_until_just_before_its_expiry_a_challenge_can_be_verified(
    stories: Stories, customer: Person, judge: Judge
) -> Story:
    coded = Coded.begin(stories, customer)
    early = yield before_expiry(coded.challenge)
    judge.accepts(coded.verify(clock_offset=early))


@clause("sms-challenge.alive-before-expiry")
def test_a_later_challenge_does_not_end_the_life_of_another(stories: Stories, customer: Person, judge: Judge) -> None:
    for verified in stories.together([coded.verify for coded in begin_all(stories, customer, 3)]):
        judge.accepts(verified)


@clause("sms-challenge.expired")
@waits
def test_an_expired_challenge_is_refused(stories: Stories, customer: Person, judge: Judge) -> Story:
    twin, coded = begin_all(stories, customer, 2)
    judge.works(twin.verify())
    late = yield after_expiry(coded.challenge)
    for _ in range(2):
        judge.accepts(coded.verify(clock_offset=late))
    judge.works(ask(customer, clock_offset=late))


@clause("sms-challenge.expired")
@pytest.mark.usefixtures("clock")
def test_the_lifetime_counts_from_the_beginning(stories: Stories, customer: Person, judge: Judge) -> None:
    known = lifetime(judge.works(ask(customer)))
    old = Coded.of(stories, customer, judge.works(ask(customer, clock_offset=-known - OUTSIDE)))
    judge.accepts(old.verify())


@clause("sms-challenge.expired")
@waits
def test_reading_a_challenge_does_not_lengthen_its_life(stories: Stories, customer: Person, judge: Judge) -> Story:
    coded = Coded.begin(stories, customer)
    early = yield before_expiry(coded.challenge)
    judge.works(coded.read(clock_offset=early))
    late = yield after_expiry(coded.challenge)
    judge.accepts(coded.verify(clock_offset=late))


@clause("sms-challenge.expired")
@waits
def test_a_later_challenge_does_not_lengthen_the_life_of_another(
    stories: Stories, customer: Person, judge: Judge
) -> Story:
    old = Coded.begin(stories, customer)
    early = yield before_expiry(old.challenge)
    judge.works(ask(customer, clock_offset=early))
    late = yield after_expiry(old.challenge)
    judge.accepts(old.verify(clock_offset=late))


@clause("sms-challenge.expired")
@waits
def test_a_wrong_code_does_not_lengthen_the_life_of_a_challenge(
    stories: Stories, customer: Person, judge: Judge
) -> Story:
    coded = Coded.begin(stories, customer)
    early = yield before_expiry(coded.challenge)
    coded.verify(another(coded.code), clock_offset=early)
    late = yield after_expiry(coded.challenge)
    judge.accepts(coded.verify(clock_offset=late))


@clause("sms-challenge.alive-before-expiry")
@pytest.mark.usefixtures("clock")
def test_a_challenge_of_some_minutes_ago_can_be_verified(stories: Stories, customer: Person, judge: Judge) -> None:
    known = lifetime(judge.works(ask(customer)))
    for age in (known / 2 + 0.5, known - 3 * INSIDE):
        judge.accepts(Coded.of(stories, customer, judge.works(ask(customer, clock_offset=-age))).verify())
