"""Contract 3, POST /v1/mfa/devices/{id}/keys: a key of the other purpose."""

from __future__ import annotations

import pytest

from contract.judge import Judge, document
from signer import KeyPair
from suites.device_binding.additions import PURPOSES, add, addition, authorization, other, sign
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.stories import Binding, Stories
from target.provisioning import Person

each_first_purpose = pytest.mark.parametrize("first", PURPOSES)


def purposes(stories: Stories, binding: Binding) -> dict[str, str]:
    """The purposes of a device's keys by their ids."""
    return {key_id: key["key_purpose"] for key_id, key in stories.keys(binding).items()}


@clause("keys.added")
@each_first_purpose
def test_a_key_of_the_other_purpose_is_added(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge, first: str
) -> None:
    binding, sibling = stories.bind(customer, key_purpose=first), stories.bind(customer)
    added = judge.works(add(binding, addition(key_addition, binding, KeyPair.generate(), first)))
    expected = {binding.key_id: first, added["id"]: other(first)}
    assert purposes(stories, binding) == expected, "the device does not have the first key and the added one"
    assert list(purposes(stories, sibling)) == [sibling.key_id], "the key was added to another device, too"


@clause("keys.signed-message")
def test_what_a_device_signature_is_made_over(stories: Stories, customer: Person, judge: Judge) -> None:
    choices = ("hex-text", "raw-bytes")
    for choice, device in zip(choices, stories.bind_all(customer, len(choices)), strict=True):
        judge.observes(choice, KeyAddition(choice).add(device, KeyPair.generate()).status)


@clause("keys.added")
@each_first_purpose
def test_each_key_signs_for_its_own_purpose_only(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge, first: str
) -> None:
    binding, new = stories.bind(customer, key_purpose=first), KeyPair.generate()
    judge.works(add(binding, addition(key_addition, binding, new, first)))
    assert sign(binding, new, other(first)).answer.ok, "the added key cannot sign"
    assert sign(binding, binding.keys, first).answer.ok, "after the addition the first key cannot sign"
    assert not sign(binding, binding.keys, other(first)).answer.ok, "the first key signs for the added one's purpose"
    assert not sign(binding, new, first).answer.ok, "the added key signs for the first one's purpose"


@clause("keys.purpose-default")
@pytest.mark.parametrize("absence", ["absent", "null"])
def test_an_added_key_without_a_purpose_is_unrestricted(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge, absence: str
) -> None:
    binding, new = stories.bind(customer, key_purpose="restricted"), KeyPair.generate()
    body = {**addition(key_addition, binding, new, "restricted"), "key_purpose": None}
    if absence == "absent":
        del body["key_purpose"]
    added = add(binding, body)
    judge.accepts(added)
    found = purposes(stories, binding).get(document(added)["id"])
    assert found == "unrestricted", "a key without key_purpose is not unrestricted"
    assert sign(binding, new, "unrestricted").answer.ok, "a key without key_purpose cannot sign as unrestricted"


@clause("keys.purpose-present")
@each_first_purpose
def test_a_second_key_of_the_same_purpose_is_refused(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge, first: str
) -> None:
    binding, new = stories.bind(customer, key_purpose=first), KeyPair.generate()
    good = addition(key_addition, binding, new, first)
    before = stories.state(customer)
    judge.accepts(add(binding, {**good, "key_purpose": first}))
    judge.unchanged(before, stories.state(customer))
    assert sign(binding, binding.keys, first).answer.ok, "after the refusal the key of that purpose cannot sign"
    assert not sign(binding, new, first).answer.ok, "the refused key signs"
    judge.still_works(add(binding, good))


@clause("keys.purpose-present")
def test_a_key_without_a_purpose_is_refused_where_an_unrestricted_one_is_present(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding, new = stories.bind(customer), KeyPair.generate()
    good = addition(key_addition, binding, new, "unrestricted")
    before = stories.state(customer)
    judge.accepts(add(binding, {name: value for name, value in good.items() if name != "key_purpose"}))
    judge.unchanged(before, stories.state(customer))
    judge.still_works(add(binding, good))


@clause("keys.purpose-present")
def test_a_device_with_both_purposes_takes_no_third_key(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding, second = stories.bind(customer), KeyPair.generate()
    document(add(binding, addition(key_addition, binding, second, "unrestricted")))
    before = stories.state(customer)
    for keys, purpose in ((binding.keys, "unrestricted"), (second, "restricted")):
        third = KeyPair.generate()
        by_present_key = authorization(keys, key_addition.message(third), purpose)
        for wanted in PURPOSES:
            body = key_addition.body(binding, third, key_purpose=wanted, device_signature=by_present_key)
            judge.accepts(add(binding, body))
    judge.unchanged(before, stories.state(customer))
    for keys, purpose in ((binding.keys, "unrestricted"), (second, "restricted")):
        assert sign(binding, keys, purpose).answer.ok, "after the refusals a key of the device cannot sign"
