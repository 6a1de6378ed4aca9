"""Contract 5: an SMS challenge dies when its lifetime is over, not before and not later."""

from __future__ import annotations

import pytest

from contract.judge import Judge
from suites.clocks import until_midnight
from suites.law import clause
from suites.lifetimes import INSIDE, OUTSIDE, after_expiry, before_expiry, lifetime
from suites.sms_challenges.codes import Coded, another, ask, begin_all, distinct
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
    later = Coded.of(stories, customer, judge.works(ask(customer, clock_offset=early)))
    judge.works(later.verify(clock_offset=early))
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


@clause("sms-challenge.expired")
@pytest.mark.usefixtures("clock")
def test_a_challenge_that_is_long_over_stays_over(stories: Stories, customer: Person, judge: Judge) -> None:
    *old, still_open = begin_all(stories, customer, 3)
    # A little more than a whole hour and a whole day: the rest alone is less than the lifetime.
    for coded, offset in zip(old, (3_630.0, 86_430.0), strict=True):
        judge.accepts(coded.verify(clock_offset=offset))
    judge.still_works(still_open.verify())


@clause("sms-challenge.expired")
@pytest.mark.usefixtures("clock")
def test_a_challenge_lives_and_dies_across_midnight_as_ever(stories: Stories, customer: Person, judge: Judge) -> None:
    asked = ask(customer)
    known = lifetime(judge.works(asked))
    evening = until_midnight(asked) - known / 2
    alive, dead = (Coded.of(stories, customer, judge.works(ask(customer, clock_offset=evening))) for _ in range(2))
    judge.accepts(alive.verify(clock_offset=evening + 0.8 * known), clause="sms-challenge.alive-before-expiry")
    judge.accepts(dead.verify(clock_offset=evening + known + OUTSIDE))


@clause("sms-challenge.another-code")
@pytest.mark.usefixtures("clock")
def test_the_code_of_an_expired_challenge_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    before = Coded.begin(stories, customer)
    long_ago = -lifetime(before.challenge) - OUTSIDE
    old = Coded.of(stories, customer, judge.works(ask(customer, clock_offset=long_ago)))
    after = Coded.begin(stories, customer)
    distinct(before.code, old.code, after.code)
    for mine in (before, after):
        judge.accepts(mine.verify(old.code))
