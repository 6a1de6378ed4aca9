"""Contract 4: a signing challenge dies when its lifetime is over, not before and not later."""

from __future__ import annotations

import pytest

from contract.judge import Judge
from suites.device_signing.signing import Signing, begin, used_at
from suites.law import clause
from suites.lifetimes import OUTSIDE, just_after_expiry, just_before_expiry, lifetime
from suites.stories import Stories
from target.provisioning import Person

pytestmark = pytest.mark.usefixtures("clock")


@clause("signing-challenge.alive-before-expiry")
def test_until_just_before_its_expiry_a_challenge_can_be_verified(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    signing = Signing.begin(stories.bind(customer))
    judge.accepts(signing.verify(clock_offset=just_before_expiry(signing.challenge)))


@clause("signing-challenge.alive-before-expiry")
def test_a_later_challenge_does_not_end_the_life_of_another(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    before = just_before_expiry(signing.challenge)
    later = Signing(signing.device, judge.works(begin(signing.device, clock_offset=before)))
    judge.works(later.verify(clock_offset=before))
    judge.accepts(signing.verify(clock_offset=before))


@clause("signing-challenge.expired")
def test_an_expired_challenge_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    judge.works(Signing.begin(signing.device).verify())
    before = used_at(signing.device)
    judge.accepts(signing.verify(clock_offset=just_after_expiry(signing.challenge)))
    judge.unchanged(before, used_at(signing.device))


@clause("signing-challenge.expired")
def test_a_challenge_with_a_named_purpose_expires_too(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer, key_purpose="restricted"), key_purpose="restricted")
    judge.accepts(signing.verify(clock_offset=just_after_expiry(signing.challenge)))


@clause("signing-challenge.expired")
def test_the_lifetime_counts_from_the_beginning(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    known = lifetime(Signing.begin(device).challenge)
    old = Signing(device, judge.works(begin(device, clock_offset=-known - OUTSIDE)))
    judge.accepts(old.verify())


@clause("signing-challenge.expired")
def test_reading_a_challenge_does_not_lengthen_its_life(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    judge.works(signing.read(clock_offset=just_before_expiry(signing.challenge)))
    judge.accepts(signing.verify(clock_offset=just_after_expiry(signing.challenge)))


@clause("signing-challenge.expired")
def test_a_later_challenge_does_not_lengthen_the_life_of_another(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    old = Signing.begin(stories.bind(customer))
    later = judge.works(begin(old.device, clock_offset=just_before_expiry(old.challenge)))
    after = just_after_expiry(old.challenge)
    judge.accepts(old.verify(clock_offset=after))
    judge.works(Signing(old.device, later).verify(clock_offset=after))
