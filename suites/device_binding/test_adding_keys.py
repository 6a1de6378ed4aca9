"""Contract 3, POST /v1/mfa/devices/{id}/keys: a key of the other purpose."""

from __future__ import annotations

import itertools
from functools import partial

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
    binding, sibling = stories.beside(
        partial(stories.bind, customer, key_purpose=first), partial(stories.bind, customer)
    )
    added = judge.works(add(binding, addition(key_addition, binding, KeyPair.generate(), first)))
    expected = {binding.key_id: first, added["id"]: other(first)}
    found, untouched = stories.together([partial(purposes, stories, device) for device in (binding, sibling)])
    assert found == expected, "the device does not have the first key and the added one"
    assert list(untouched) == [sibling.key_id], "the key was added to another device, too"


@clause("keys.added")
def test_each_device_of_a_person_takes_a_key_of_the_other_purpose(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    for device in stories.bind_all(customer, 2):
        new = KeyPair.generate()
        added = judge.works(add(device, addition(key_addition, device, new, "unrestricted")))
        expected = {device.key_id: "unrestricted", added["id"]: "restricted"}
        assert purposes(stories, device) == expected, "the device does not have the first key and the added one"
        assert sign(device, new, "restricted").answer.ok, "the added key cannot sign"


@clause("keys.added")
def test_a_key_can_be_added_after_another_was_refused_and_after_a_binding_by_code(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding, new = stories.begin_with_code(customer, stories.activation_code(customer)), KeyPair.generate()
    document(binding.verify())
    good = addition(key_addition, binding, new, "unrestricted")
    refused = [add(binding, {**good, **bad}) for bad in ({"device_signature": None}, {"key_purpose": "both"})]
    assert not any(exchange.answer.ok for exchange in refused), "a bad addition is taken"
    judge.works(add(binding, {**good, "device_data": None, "name": "Another", "person_id": "another"}))
    assert sign(binding, new, "restricted").answer.ok, "the added key cannot sign"
    assert sign(binding, binding.keys, "unrestricted").answer.ok, "after the addition the first key cannot sign"


@clause("keys.signed-message")
def test_what_a_device_signature_is_made_over(stories: Stories, customer: Person, judge: Judge) -> None:
    choices = ("hex-text", "raw-bytes")
    devices = stories.bind_all(customer, len(choices))
    tries = {
        choice: partial(KeyAddition(choice).add, device, KeyPair.generate())
        for choice, device in zip(choices, devices, strict=True)
    }
    for choice, tried in stories.each(tries).items():
        judge.observes(choice, tried.status)


@clause("keys.added")
@each_first_purpose
def test_each_key_signs_for_its_own_purpose_only(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge, first: str
) -> None:
    binding, new = stories.bind(customer, key_purpose=first), KeyPair.generate()
    judge.works(add(binding, addition(key_addition, binding, new, first)))
    by_added, by_first = stories.beside(
        partial(sign, binding, new, other(first)), partial(sign, binding, binding.keys, first)
    )
    assert by_added.answer.ok, "the added key cannot sign"
    assert by_first.answer.ok, "after the addition the first key cannot sign"
    by_first, by_added = stories.beside(
        partial(sign, binding, binding.keys, other(first)), partial(sign, binding, new, first)
    )
    assert not by_first.answer.ok, "the first key signs for the added one's purpose"
    assert not by_added.answer.ok, "the added key signs for the first one's purpose"


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
    key_id = document(added)["id"]
    found, used = stories.beside(partial(purposes, stories, binding), partial(sign, binding, new, "unrestricted"))
    assert found.get(key_id) == "unrestricted", "a key without key_purpose is not unrestricted"
    assert used.answer.ok, "a key without key_purpose cannot sign as unrestricted"


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
    by_first, by_refused = stories.beside(
        partial(sign, binding, binding.keys, first), partial(sign, binding, new, first)
    )
    assert by_first.answer.ok, "after the refusal the key of that purpose cannot sign"
    assert not by_refused.answer.ok, "the refused key signs"
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
    present = {"unrestricted": binding.keys, "restricted": second}
    tries = {}
    for purpose, wanted in itertools.product(PURPOSES, repeat=2):
        third = KeyPair.generate()
        by_present_key = authorization(present[purpose], key_addition.message(third), purpose)
        body = key_addition.body(binding, third, key_purpose=wanted, device_signature=by_present_key)
        tries[f"a further {wanted} key by the {purpose} one"] = partial(add, binding, body)
    judge.accepts_each(stories.each(tries))
    judge.unchanged(before, stories.state(customer))
    for signed in stories.together([partial(sign, binding, keys, purpose) for purpose, keys in present.items()]):
        assert signed.answer.ok, "after the refusals a key of the device cannot sign"
