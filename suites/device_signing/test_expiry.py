"""Contract 4: a signing challenge dies when its lifetime is over, not before and not later."""

from __future__ import annotations

from functools import partial

import pytest

from contract.judge import Judge, document
from signer import KeyPair
from suites.clocks import until_midnight
from suites.device_signing.signing import Signing, begin, used_at
from suites.law import clause
from suites.lifetimes import INSIDE, OUTSIDE, after_expiry, before_expiry, lifetime
from suites.stories import Stories
from suites.waiting import Story, waits
from target.provisioning import Person


@clause("signing-challenge.alive-before-expiry")
@waits
def test_until_just_before_its_expiry_a_challenge_can_be_verified(
    stories: Stories, customer: Person, judge: Judge
) -> Story:
    signing = Signing.begin(stories.bind(customer))
    early = yield before_expiry(signing.challenge)
    judge.accepts(signing.verify(clock_offset=early))


@clause("signing-challenge.alive-before-expiry")
@waits
def test_a_later_challenge_does_not_end_the_life_of_another(stories: Stories, customer: Person, judge: Judge) -> Story:
    signing = Signing.begin(stories.bind(customer))
    early = yield before_expiry(signing.challenge)
    later = Signing(signing.device, judge.works(begin(signing.device, clock_offset=early)))
    judge.works(later.verify(clock_offset=early))
    judge.accepts(signing.verify(clock_offset=early))


@clause("signing-challenge.alive-before-expiry")
@pytest.mark.usefixtures("clock")
def test_a_challenge_lives_however_old_its_device_is(stories: Stories, customer: Person, judge: Judge) -> None:
    keys, long_ago = KeyPair.generate(), -86_400
    begin_device = partial(customer.partner.call, "create-device", clock_offset=long_ago)
    device = stories.binding(customer, keys, document(begin_device(json=stories.registration(customer, keys))))
    document(device.verify(clock_offset=long_ago))
    judge.accepts(Signing.begin(device).verify())


@clause("signing-challenge.expired")
@waits
def test_an_expired_challenge_is_refused(stories: Stories, customer: Person, judge: Judge) -> Story:
    signing, other = Signing.begin_all(stories, stories.bind(customer), 2)
    judge.works(other.verify())
    before = used_at(signing.device)
    late = yield after_expiry(signing.challenge)
    for _ in range(2):
        judge.accepts(signing.verify(clock_offset=late))
    judge.unchanged(before, used_at(signing.device))


@clause("signing-challenge.expired")
@waits
def test_a_challenge_with_a_named_purpose_expires_too(stories: Stories, customer: Person, judge: Judge) -> Story:
    signing = Signing.begin(stories.bind(customer, key_purpose="restricted"), key_purpose="restricted")
    late = yield after_expiry(signing.challenge)
    judge.accepts(signing.verify(clock_offset=late))


@clause("signing-challenge.expired")
@pytest.mark.usefixtures("clock")
def test_the_lifetime_counts_from_the_beginning(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    known = lifetime(Signing.begin(device).challenge)
    old = Signing(device, judge.works(begin(device, clock_offset=-known - OUTSIDE)))
    judge.accepts(old.verify())


@clause("signing-challenge.expired")
@waits
def test_reading_a_challenge_does_not_lengthen_its_life(stories: Stories, customer: Person, judge: Judge) -> Story:
    signing = Signing.begin(stories.bind(customer))
    early = yield before_expiry(signing.challenge)
    judge.works(signing.read(clock_offset=early))
    late = yield after_expiry(signing.challenge)
    judge.accepts(signing.verify(clock_offset=late))


@clause("signing-challenge.expired")
@waits
def test_a_later_challenge_does_not_lengthen_the_life_of_another(
    stories: Stories, customer: Person, judge: Judge
) -> Story:
    old = Signing.begin(stories.bind(customer))
    early = yield before_expiry(old.challenge)
    later = Signing(old.device, judge.works(begin(old.device, clock_offset=early)))
    judge.works(later.verify(clock_offset=early))
    late = yield after_expiry(old.challenge)
    judge.accepts(old.verify(clock_offset=late))


@clause("signing-challenge.expired")
@waits
def test_a_wrong_signature_does_not_lengthen_the_life_of_a_challenge(
    stories: Stories, customer: Person, judge: Judge
) -> Story:
    signing = Signing.begin(stories.bind(customer))
    early = yield before_expiry(signing.challenge)
    signing.by(KeyPair.generate()).verify(clock_offset=early)
    late = yield after_expiry(signing.challenge)
    judge.accepts(signing.verify(clock_offset=late))


@clause("signing-challenge.alive-before-expiry")
@pytest.mark.usefixtures("clock")
def test_a_challenge_of_some_minutes_ago_can_be_verified(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    known = lifetime(Signing.begin(device).challenge)
    for age in (known / 2 + 0.5, known - 3 * INSIDE):
        judge.accepts(Signing(device, judge.works(begin(device, clock_offset=-age))).verify())


@clause("signing-challenge.expired")
@pytest.mark.usefixtures("clock")
def test_a_challenge_that_is_long_over_stays_over(stories: Stories, customer: Person, judge: Judge) -> None:
    *old, still_open = Signing.begin_all(stories, stories.bind(customer), 3)
    # A little more than a whole hour and a whole day: the rest alone is less than the lifetime.
    for signing, offset in zip(old, (3_630.0, 86_430.0), strict=True):
        judge.accepts(signing.verify(clock_offset=offset))
    judge.still_works(still_open.verify())


@clause("signing-challenge.expired")
@pytest.mark.usefixtures("clock")
def test_a_challenge_lives_and_dies_across_midnight_as_ever(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    asked = begin(device)
    known = lifetime(judge.works(asked))
    evening = until_midnight(asked) - known / 2
    alive, dead = (Signing(device, judge.works(begin(device, clock_offset=evening))) for _ in range(2))
    judge.accepts(alive.verify(clock_offset=evening + 0.8 * known), clause="signing-challenge.alive-before-expiry")
    judge.accepts(dead.verify(clock_offset=evening + known + OUTSIDE))
