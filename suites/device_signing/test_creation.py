"""Contract 4, POST /v1/mfa/challenges/devices: a bound device gets a challenge, and no text comes twice."""

from __future__ import annotations

from functools import partial

import pytest

from contract.judge import Judge, NotTestable, document
from signer import KeyPair
from suites.change_requests.changes import Change, by_device
from suites.device_signing.signing import Signing, begin
from suites.device_signing.two_keys import two_keys
from suites.general.tolerance import tolerates
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.lifetimes import after_expiry, lifetime
from suites.stories import Stories
from suites.waiting import Story, waits
from target.connection import Target
from target.provisioning import Person


@clause("signing-challenge.created")
def test_a_bound_device_gets_a_signing_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    fields = {"key_purpose": "unrestricted", "device_data": "YW55IGRldmljZSBkYXRh"}
    for begun in stories.together([partial(begin, device), partial(begin, device, fields=fields)]):
        judge.works(begun)


@clause("signing-challenge.created")
def test_each_challenge_has_an_id_of_its_own(stories: Stories, customer: Person, judge: Judge) -> None:
    one, other = stories.bind_all(customer, 2)
    signings = stories.together([partial(Signing.begin, device) for device in (one, one, other, one)])
    ids = [signing.id for signing in signings]
    judge.holds(len(set(ids)) == len(ids), "two signing challenges have the same id", "an id of its own for each")


def lasts(signing: Signing, target: Target, judge: Judge) -> None:
    seconds, documented = lifetime(signing.challenge), target.profile.challenge_lifetime
    judge.holds(abs(seconds - documented) <= 5, f"it lives for {seconds:g} s", f"{documented:g} s, 5 s more or less")


@clause("signing-challenge.lifetime")
def test_a_signing_challenge_lives_as_long_as_documented(
    stories: Stories, customer: Person, target: Target, judge: Judge
) -> None:
    lasts(Signing.begin(stories.bind(customer)), target, judge)


@clause("signing-challenge.lifetime")
@pytest.mark.usefixtures("clock")
def test_a_signing_challenge_of_tomorrow_lives_as_long(
    stories: Stories, customer: Person, target: Target, judge: Judge
) -> None:
    device = stories.bind(customer)
    lasts(Signing(device, judge.works(begin(device, clock_offset=86_400))), target, judge)


def never_repeats(judge: Judge, *signings: Signing) -> None:
    texts = [signing.text for signing in signings]
    judge.holds(len(set(texts)) == len(texts), "a string_to_sign came twice", "a text of its own for each challenge")


@clause("signing-challenge.never-repeats")
def test_no_two_challenges_of_a_device_have_the_same_text(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    first = Signing.begin(device)
    second = Signing.begin(device)
    document(second.verify())
    at_once = Signing.begin_all(stories, device, 8)
    stories.together([partial(refused.verify, second.signature()) for refused in at_once[:2]])
    never_repeats(judge, first, second, *at_once, Signing.begin(device))


@clause("signing-challenge.never-repeats")
@waits
def test_the_text_of_an_expired_challenge_does_not_come_again(
    stories: Stories, customer: Person, judge: Judge
) -> Story:
    device = stories.bind(customer)
    expired = Signing.begin(device)
    late = yield after_expiry(expired.challenge)
    expired.verify(clock_offset=late)
    never_repeats(judge, expired, Signing(device, judge.works(begin(device, clock_offset=late))))


@clause("signing-challenge.never-repeats")
def test_no_two_devices_get_the_same_text(
    stories: Stories, customer: Person, another_customer: Person, foreign_customer: Person, judge: Judge
) -> None:
    persons = (customer, customer, another_customer, foreign_customer)
    devices = stories.together([partial(stories.bind, person) for person in persons])
    never_repeats(judge, *stories.together([partial(Signing.begin, device) for device in devices * 2]))


@clause("signing-challenge.never-repeats")
def test_a_key_that_is_bound_anew_gets_other_texts(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    first, second = Signing.begin(device), Signing.begin(device)
    document(first.verify())
    document(customer.partner.call("delete-device", device.device_id))
    registered = customer.partner.call("create-device", json=stories.registration(customer, device.keys))
    if not registered.answer.ok:
        raise NotTestable("needs a target that binds the key of a deleted device anew")
    again = stories.binding(customer, device.keys, document(registered))
    document(again.verify())
    never_repeats(judge, first, second, Signing.begin(again), Signing.begin(again))


@clause("signing-challenge.never-repeats")
def test_no_two_keys_get_the_same_text(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    device = two_keys(stories, customer, key_addition).device
    purposes = ("unrestricted", "restricted", "", None)
    begun = stories.together([partial(Signing.begin, device, key_purpose=purpose) for purpose in purposes * 2])
    never_repeats(judge, *begun)


@clause("signing-challenge.never-repeats")
def test_the_text_of_a_change_request_is_that_of_no_signing_challenge(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    device, change = stories.beside(partial(stories.bind, customer), partial(Change.begin, customer))
    before = Signing.begin(device).text
    text = by_device(stories, change, device).text
    texts = [before, text, Signing.begin(device).text]
    judge.holds(len(set(texts)) == len(texts), "a string_to_sign came twice", "a text of its own for each")


@clause("general.unknown-fields", "create-signing-challenge")
def test_a_challenge_cannot_be_given_what_the_target_decides(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    wishes = {"string_to_sign": "Pay 1 EUR", "id": device.device_id, "expires_at": "2101-01-01T00:00:00Z", "key": "0"}
    for fields in (wishes, {**wishes, "key_id": device.key_id, "type": "sms", "verified": True, "used": False}):
        signing = Signing(device, tolerates(judge, begin(device, fields=fields)))
        judge.holds(signing.text != wishes["string_to_sign"], "the request names the text to sign", "a text of its own")
        judge.holds(lifetime(signing.challenge) < 86_400, "the request names the expiry", "the documented lifetime")
        wrong, right = signing.by(KeyPair.generate()).verify(), Signing.begin(device).verify()
        judge.holds(not wrong.answer.ok, "a wrong signature was verified", "a refusal", wrong)
        judge.works(right)
