"""Contract 4, POST /v1/mfa/challenges/devices: which key of the device is to sign."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.judge import Judge, document
from signer import KeyPair
from suites.device_binding.additions import PURPOSES, add, addition, authorization, other
from suites.device_signing.signing import Signing, begin
from suites.device_signing.two_keys import TwoKeys, add_second_key, two_keys
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.stories import Stories
from target.provisioning import Person

each_purpose = pytest.mark.parametrize("purpose", PURPOSES)


@clause("signing-challenge.named-purpose")
def test_the_only_key_signs_when_its_purpose_is_named(stories: Stories, customer: Person, judge: Judge) -> None:
    devices = stories.together([partial(stories.bind, customer, key_purpose=purpose) for purpose in PURPOSES])
    asks = [
        partial(begin, device, fields={"key_purpose": purpose})
        for purpose, device in zip(PURPOSES, devices, strict=True)
    ]
    for device, begun in zip(devices, stories.together(asks), strict=True):
        judge.accepts(begun)
        document(Signing(device, document(begun)).verify())


@each_purpose
@clause("signing-challenge.named-purpose")
def test_the_key_of_the_purpose_that_was_named_signs(
    purpose: str, stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    both = two_keys(stories, customer, key_addition, first=purpose)
    asked = {named: partial(begin, both.device, fields={"key_purpose": named}) for named in (other(purpose), purpose)}
    for named, begun in stories.each(asked).items():
        judge.accepts(begun)
        verified = Signing(both.device, document(begun)).by(both.keys[named]).verify()
        judge.holds(verified.answer.ok, f"the {named} key's signature got {verified.status}", "a success", verified)


@clause("signing-challenge.other-key")
def test_the_other_key_of_the_device_does_not_sign(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    both = two_keys(stories, customer, key_addition)
    begun = {purpose: partial(Signing.begin_all, stories, both.device, 2, key_purpose=purpose) for purpose in PURPOSES}
    signings = stories.each(begun)
    for right in stories.together([signings[purpose][0].by(both.keys[purpose]).verify for purpose in PURPOSES]):
        document(right)
    before = stories.state(customer)
    wrong = {f"{purpose} named": signings[purpose][1].by(both.keys[other(purpose)]).verify for purpose in PURPOSES}
    judge.accepts_each(stories.each(wrong))
    judge.unchanged(before, stories.state(customer))


@each_purpose
@clause("signing-challenge.other-key")
def test_a_key_that_was_added_meanwhile_does_not_sign(
    purpose: str, stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    device = stories.bind(customer, key_purpose=purpose)
    twin, signing = Signing.begin_all(stories, device, 2, key_purpose=purpose)
    both = add_second_key(device, key_addition, present=purpose)
    judge.accepts(signing.by(both.keys[other(purpose)]).verify())
    document(twin.verify())


@each_purpose
@clause("signing-challenge.other-key")
def test_a_verification_cannot_name_another_key(
    purpose: str, stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    both = two_keys(stories, customer, key_addition)
    wrong, right = Signing.begin_all(stories, both.device, 2, key_purpose=purpose)
    wish = {"key_purpose": other(purpose), "signature_key_purpose": other(purpose)}
    judge.accepts(wrong.put({"signature": wrong.by(both.keys[other(purpose)]).signature(), **wish}))
    judge.still_works(right.by(both.keys[purpose]).verify())


@clause("signing-challenge.wrong-signature")
def test_the_key_of_the_same_purpose_of_another_device_does_not_sign(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    both, *others = stories.beside(
        partial(two_keys, stories, customer, key_addition),
        *(partial(stories.bind, customer, key_purpose=purpose) for purpose in PURPOSES),
    )
    strangers = dict(zip(PURPOSES, others, strict=True))
    begun = {purpose: partial(Signing.begin_all, stories, both.device, 2, key_purpose=purpose) for purpose in PURPOSES}
    signings = stories.each(begun)
    tries = {f"{purpose} named": signings[purpose][0].by(strangers[purpose].keys).verify for purpose in PURPOSES}
    judge.accepts_each(stories.each(tries))
    for purpose in PURPOSES:
        judge.still_works(signings[purpose][1].by(both.keys[purpose]).verify())


def default_key(both: TwoKeys, **fields: str | None) -> str:
    """The purpose of the key that signs a challenge; "none" where neither does. Raises PrerequisiteFailed."""
    for purpose in PURPOSES:
        if Signing.begin(both.device, **fields).by(both.keys[purpose]).verify().answer.ok:
            return purpose
    return "none"


@clause("signing-challenge.default-key")
@pytest.mark.parametrize("first", PURPOSES)
def test_which_key_signs_when_none_is_named(
    first: str, stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    both = two_keys(stories, customer, key_addition, first=first)
    judge.observes("default key", default_key(both))
    signing = Signing.begin(both.device)
    both_tried = [signing.by(both.keys[purpose]).verify().status for purpose in reversed(PURPOSES)]
    judge.observes("either key in turn", both_tried)


@clause("signing-challenge.empty-purpose")
def test_an_empty_purpose_names_none(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    fields: dict[str, dict[str, Any]] = {"empty": {"key_purpose": ""}, "null": {"key_purpose": None}, "absent": {}}
    begun = stories.each({name: partial(begin, device, fields=it) for name, it in fields.items()})
    document(Signing(device, document(begun.pop("absent"))).verify())
    judge.accepts_each(begun)
    for verified in stories.together([Signing(device, document(exchange)).verify for exchange in begun.values()]):
        judge.holds(verified.answer.ok, f"the device's only key got {verified.status}", "a success", verified)


@clause("signing-challenge.empty-purpose")
@pytest.mark.parametrize("first", PURPOSES)
def test_an_empty_purpose_means_the_same_key_as_none(
    first: str, stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    both = two_keys(stories, customer, key_addition, first=first)
    absent, *others = stories.beside(
        partial(default_key, both),
        partial(default_key, both, key_purpose=""),
        partial(default_key, both, key_purpose=None),
    )
    for same in others:
        judge.holds(same == absent, f"the key that signs is {same}", f"{absent}, as when none is named")


@clause("signing-challenge.empty-purpose")
def test_an_empty_purpose_equals_none_for_a_restricted_key(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer, key_purpose="restricted")
    absent, empty = stories.beside(partial(begin, device), partial(begin, device, fields={"key_purpose": ""}))
    judge.holds(empty.status == absent.status, f"answered {empty.status}", f"{absent.status}, as without it", empty)


@clause("signing-challenge.unknown-purpose")
def test_a_purpose_that_is_none_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    unknown = (
        "other",
        "null",
        "restricted,unrestricted",
        " ",
        "Restricted",
        "UNRESTRICTED",
        "unrestricted ",
        "restricted\n",
    )
    judge.accepts_each(
        stories.each({repr(purpose): partial(begin, device, fields={"key_purpose": purpose}) for purpose in unknown})
    )
    judge.still_works(begin(device))


@each_purpose
@clause("signing-challenge.purpose-without-key")
def test_a_purpose_without_a_key_is_refused(
    purpose: str, stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    device = stories.bind(customer, key_purpose=purpose)
    wanted = {"key_purpose": other(purpose)}
    judge.accepts(begin(device, fields=wanted))
    own, _ = stories.beside(
        partial(begin, device, fields={"key_purpose": purpose}),
        partial(add_second_key, device, key_addition, present=purpose),
    )
    judge.still_works(own)
    judge.still_works(begin(device, fields=wanted))


@clause("signing-challenge.purpose-without-key")
def test_the_key_of_another_device_does_not_count(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    _, _, device = stories.beside(
        partial(two_keys, stories, customer, key_addition),
        partial(stories.bind, customer, key_purpose="restricted"),
        partial(stories.bind, customer),
    )
    judge.accepts(begin(device, fields={"key_purpose": "restricted"}))


@clause("signing-challenge.purpose-without-key")
def test_a_key_whose_addition_was_refused_does_not_count(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    device, new = stories.bind(customer), KeyPair.generate()
    own = authorization(new, key_addition.message(new))
    refused = add(device, addition(key_addition, device, new, "unrestricted", device_signature=own))
    judge.holds(not refused.answer.ok, "a key authorized itself", "a refusal", refused)
    judge.accepts(begin(device, fields={"key_purpose": "restricted"}))
    mine, right = Signing.begin_all(stories, device, 2)
    signed = mine.by(new).verify()
    judge.holds(not signed.answer.ok, "a key that was refused signs", "a refusal", signed)
    judge.still_works(right.verify())
    judge.still_works(begin(device, fields={"key_purpose": "unrestricted"}))
