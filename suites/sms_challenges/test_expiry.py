"""Contract 5: an SMS challenge dies when its lifetime is over, not before and not later."""

from __future__ import annotations

import pytest

from contract.judge import Judge
from suites.law import clause
from suites.lifetimes import OUTSIDE, just_after_expiry, just_before_expiry, lifetime
from suites.sms_challenges.codes import Coded, ask, begin_all
from suites.stories import Stories
from target.provisioning import Person

CLOCK = pytest.mark.usefixtures("clock")


@CLOCK
@clause("sms-challenge.alive-before-expiry")
def test_until_just_before_its_expiry_a_challenge_can_be_verified(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    coded = Coded.begin(stories, customer)
    judge.accepts(coded.verify(clock_offset=just_before_expiry(coded.challenge)))


@clause("sms-challenge.alive-before-expiry")
def test_a_later_challenge_does_not_end_the_life_of_another(stories: Stories, customer: Person, judge: Judge) -> None:
    for coded in begin_all(stories, customer, 3):
        judge.accepts(coded.verify())


@CLOCK
@clause("sms-challenge.expired")
def test_an_expired_challenge_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    twin, coded = begin_all(stories, customer, 2)
    judge.works(twin.verify())
    judge.accepts(coded.verify(clock_offset=just_after_expiry(coded.challenge)))


@CLOCK
@clause("sms-challenge.expired")
def test_the_lifetime_counts_from_the_beginning(stories: Stories, customer: Person, judge: Judge) -> None:
    known = lifetime(judge.works(ask(customer)))
    old = Coded.of(stories, customer, judge.works(ask(customer, clock_offset=-known - OUTSIDE)))
    judge.accepts(old.verify())


@CLOCK
@clause("sms-challenge.expired")
def test_reading_a_challenge_does_not_lengthen_its_life(stories: Stories, customer: Person, judge: Judge) -> None:
    coded = Coded.begin(stories, customer)
    judge.works(coded.read(clock_offset=just_before_expiry(coded.challenge)))
    judge.accepts(coded.verify(clock_offset=just_after_expiry(coded.challenge)))


@CLOCK
@clause("sms-challenge.expired")
def test_a_later_challenge_does_not_lengthen_the_life_of_another(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    old = Coded.begin(stories, customer)
    before, after = just_before_expiry(old.challenge), just_after_expiry(old.challenge)
    later = Coded.of(stories, customer, judge.works(ask(customer, clock_offset=before)))
    judge.accepts(old.verify(clock_offset=after))
    judge.works(later.verify(clock_offset=after))
