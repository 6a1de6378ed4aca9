"""Contract 3: a signature challenge dies when its lifetime is over, not before and not later."""

from __future__ import annotations

import pytest

from contract.judge import Judge
from signer import KeyPair
from suites.device_binding.beginnings import Begin, each_beginning
from suites.law import clause
from suites.lifetimes import OUTSIDE, after_expiry, before_expiry, lifetime
from suites.stories import Stories, signed
from suites.waiting import Story, waits
from target.partner import Partner
from target.provisioning import Person


@each_beginning
@clause("signature-challenge.alive-before-expiry")
@waits
def test_until_just_before_its_expiry_a_challenge_can_be_verified(
    begin: Begin, stories: Stories, customer: Person, judge: Judge
) -> Story:
    binding = begin(stories, customer)
    early = yield before_expiry(binding.challenge)
    judge.accepts(binding.verify(clock_offset=early))
    judge.holds(stories.is_bound(binding), "the device is not bound", "it is bound")


@each_beginning
@clause("signature-challenge.expired")
@waits
def test_an_expired_challenge_binds_nothing(begin: Begin, stories: Stories, customer: Person, judge: Judge) -> Story:
    binding = begin(stories, customer)
    late = yield after_expiry(binding.challenge)
    judge.accepts(binding.verify(clock_offset=late))
    judge.holds(not stories.is_bound(binding), "the device is bound", "it stays unbound")


@clause("signature-challenge.expired")
@pytest.mark.usefixtures("clock")
def test_the_lifetime_counts_from_the_beginning(stories: Stories, customer: Person, judge: Judge) -> None:
    known = lifetime(stories.begin(customer).challenge)
    keys = KeyPair.generate()
    body = stories.registration(customer, keys)
    created = judge.works(customer.partner.call("create-device", json=body, clock_offset=-known - OUTSIDE))
    binding = stories.binding(customer, keys, created)
    judge.accepts(binding.verify())
    judge.holds(not stories.is_bound(binding), "the device is bound", "it stays unbound")


@clause("signature-challenge.expired")
@waits
def test_neither_reading_nor_a_wrong_signature_lengthens_the_life_of_a_challenge(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> Story:
    binding = stories.begin(customer)
    early = yield before_expiry(binding.challenge)
    judge.works(partner.call("read-signature-challenge", binding.challenge_id, clock_offset=early))
    binding.verify(signed(KeyPair.generate(), binding.secret.reveal()), clock_offset=early)
    late = yield after_expiry(binding.challenge)
    judge.accepts(binding.verify(clock_offset=late))
    judge.holds(not stories.is_bound(binding), "the device is bound", "it stays unbound")


@clause("signature-challenge.expired")
@waits
def test_a_later_binding_does_not_lengthen_the_life_of_a_challenge(
    stories: Stories, customer: Person, judge: Judge
) -> Story:
    old = stories.begin(customer)
    early = yield before_expiry(old.challenge)
    body = stories.registration(customer, KeyPair.generate())
    judge.works(customer.partner.call("create-device", json=body, clock_offset=early))
    late = yield after_expiry(old.challenge)
    judge.accepts(old.verify(clock_offset=late))
    judge.holds(not stories.is_bound(old), "the device is bound", "it stays unbound")


@clause("signature-challenge.expired")
@pytest.mark.usefixtures("clock")
def test_an_expired_challenge_binds_nothing_at_any_time(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.begin(customer)
    end = lifetime(binding.challenge) + OUTSIDE
    for later in (1e9, 86_400.0, 0.25):
        judge.accepts(binding.verify(clock_offset=end + later))
    judge.holds(not stories.is_bound(binding), "the device is bound", "it stays unbound")


@clause("signature-challenge.read-after-expiry")
@waits
def test_a_challenge_can_be_read_after_its_expiry_or_is_gone(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> Story:
    binding = stories.begin(customer)
    late = yield after_expiry(binding.challenge)
    judge.accepts(partner.call("read-signature-challenge", binding.challenge_id, clock_offset=late))
    binding.verify(clock_offset=late)
    judge.accepts(partner.call("read-signature-challenge", binding.challenge_id, clock_offset=late))
