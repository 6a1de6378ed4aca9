"""Contract 4, PUT /v1/mfa/challenges/devices/{id}: the right signature, and whatever comes after it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from contract.answers import Answers
from contract.judge import Judge
from signer import KeyPair
from suites.device_binding.additions import PURPOSES, other
from suites.device_signing.signing import Signing, used_at
from suites.device_signing.two_keys import two_keys
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.stories import Stories
from target.provisioning import Person


@clause("signing-challenge.verified")
def test_the_right_signature_completes_a_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    judge.works(Signing.begin(stories.bind(customer)).verify())


@clause("signing-challenge.verified")
def test_a_signature_with_device_data_completes_a_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer), device_data="YW55IGRldmljZSBkYXRh")
    judge.works(signing.put({"signature": signing.signature(), "device_data": "b3RoZXIgZGF0YQ=="}))


@clause("signing-challenge.verified")
def test_the_challenges_of_a_device_can_be_completed_in_any_order(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    device = stories.bind(customer)
    for signing in reversed(Signing.begin_all(stories, device, 3)):
        judge.works(signing.verify())


@clause("signing-challenge.verified")
def test_the_challenges_of_several_devices_do_not_disturb_each_other(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    persons = (customer, customer, another_customer)
    devices = stories.together([partial(stories.bind, person) for person in persons])
    for signing in stories.together([partial(Signing.begin, device) for device in devices]):
        judge.works(signing.verify())


SIGNATURES: dict[str, Callable[[Signing, str], str]] = {
    "the-same-signature": lambda _, first: first,
    "another-right-signature": lambda signing, _: signing.signature(),
}


@clause("signing-challenge.repeated")
@pytest.mark.parametrize("again", SIGNATURES.values(), ids=SIGNATURES)
def test_a_challenge_that_was_verified_cannot_be_verified_again(
    again: Callable[[Signing, str], str], stories: Stories, customer: Person, judge: Judge
) -> None:
    signing, open_one = Signing.begin_all(stories, stories.bind(customer), 2)
    first = signing.signature()
    judge.works(signing.verify(first))
    before = used_at(signing.device)
    for _ in range(2):
        judge.accepts(signing.verify(again(signing, first)))
    judge.unchanged(before, used_at(signing.device))
    judge.still_works(open_one.verify())


@clause("signing-challenge.repeated")
def test_reading_or_a_later_challenge_does_not_open_it_again(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    judge.works(signing.verify())
    _, later = stories.beside(signing.read, partial(Signing.begin, signing.device))
    judge.accepts(signing.verify())
    judge.works(later.verify())
    judge.accepts(signing.verify())


@clause("signing-challenge.repeated")
@pytest.mark.usefixtures("clock")
def test_a_challenge_that_was_verified_is_over_at_any_time(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    judge.works(signing.verify())
    before = used_at(signing.device)
    moments = (-120, 120, 400)
    for repeated in stories.together([partial(signing.verify, clock_offset=offset) for offset in moments]):
        judge.accepts(repeated)
    judge.unchanged(before, used_at(signing.device))


@clause("signing-challenge.repeated")
def test_a_wrong_signature_on_a_verified_challenge_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    judge.works(signing.verify())
    allowed = judge.clause.answers
    assert allowed is not None
    judge.accepts(signing.by(KeyPair.generate()).verify(), allowed | Answers((403,), (400,)))
    judge.accepts(signing.verify())


@clause("signing-challenge.repeated")
def test_the_other_key_of_the_device_does_not_open_it_again(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    both = two_keys(stories, customer, key_addition)
    begun = {purpose: partial(Signing.begin, both.device, key_purpose=purpose) for purpose in PURPOSES}
    for purpose, signing in stories.each(begun).items():
        judge.works(signing.by(both.keys[purpose]).verify())
        judge.accepts(signing.by(both.keys[other(purpose)]).verify())
        judge.accepts(signing.by(both.keys[purpose]).verify())


@clause("signing-challenge.repeated")
def test_not_each_of_two_keys_completes_a_challenge(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    both = two_keys(stories, customer, key_addition)
    for order in (PURPOSES, PURPOSES[::-1]):
        signing = Signing.begin(both.device)
        verified = [signing.by(both.keys[purpose]).verify().answer.ok for purpose in order]
        judge.holds(sum(verified) <= 1, "each of two keys completed the same challenge", "one success at most")
