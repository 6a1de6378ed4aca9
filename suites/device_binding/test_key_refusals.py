"""Contract 3, POST /v1/mfa/devices/{id}/keys: who may not add a key, and how not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from contract.answers import Answers
from contract.judge import Judge, document
from signer import KeyPair
from suites.device_binding.additions import PURPOSES, add, addition, authorization, other
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE
from suites.stories import Binding, Stories, signed
from target.provisioning import Person


@dataclass(frozen=True, slots=True)
class Attempt:
    """A new key, the device that it is for, another device of the same person, and what has to be signed."""

    binding: Binding
    sibling: Binding
    new: KeyPair
    message: str | bytes
    message_of_another: str | bytes


WRONG_SIGNATURES: dict[str, Callable[[Attempt], str]] = {
    "by-the-new-key": lambda it: signed(it.new, it.message),
    "by-an-unregistered-key": lambda it: signed(KeyPair.generate(), it.message),
    "by-another-device": lambda it: signed(it.sibling.keys, it.message),
    "over-another-new-key": lambda it: signed(it.binding.keys, it.message_of_another),
    "over-the-key-present": lambda it: signed(it.binding.keys, it.binding.keys.public_hex),
    "over-the-device-id": lambda it: signed(it.binding.keys, it.binding.device_id),
    "over-the-person-id": lambda it: signed(it.binding.keys, it.binding.person.id),
    "over-the-otp-of-the-binding": lambda it: it.binding.signature(),
    "over-nothing": lambda it: signed(it.binding.keys, ""),
}


@clause("keys.wrong-device-signature")
@pytest.mark.parametrize("wrong", WRONG_SIGNATURES)
def test_a_wrong_device_signature_adds_nothing(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge, wrong: str
) -> None:
    binding, sibling, new = stories.bind(customer), stories.bind(customer), KeyPair.generate()
    messages = key_addition.message(new), key_addition.message(KeyPair.generate())
    good = key_addition.body(binding, new)
    signature = WRONG_SIGNATURES[wrong](Attempt(binding, sibling, new, *messages))
    before = stories.state(customer)
    judge.accepts(add(binding, {**good, "device_signature": {**good["device_signature"], "signature": signature}}))
    judge.unchanged(before, stories.state(customer))
    judge.still_works(add(binding, good), DEAD_OR_ALIVE)


@clause("keys.wrong-device-signature")
def test_a_key_of_another_persons_device_adds_nothing(
    stories: Stories, customer: Person, another_customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding, stranger, new = stories.bind(customer), stories.bind(another_customer), KeyPair.generate()
    before = stories.state(customer), stories.state(another_customer)
    judge.accepts(add(binding, key_addition.body(stranger, new)))
    judge.unchanged(before, (stories.state(customer), stories.state(another_customer)))
    judge.still_works(add(binding, key_addition.body(binding, new)), DEAD_OR_ALIVE)


@clause("keys.wrong-device-signature")
def test_the_signature_of_an_earlier_addition_adds_nothing_else(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    phone, tablet, new = stories.bind(customer), stories.bind(customer), KeyPair.generate()
    earlier = key_addition.body(phone, KeyPair.generate())
    document(add(phone, earlier))
    before = stories.state(customer)
    judge.accepts(add(tablet, {**key_addition.body(tablet, new), "device_signature": earlier["device_signature"]}))
    judge.unchanged(before, stories.state(customer))
    judge.still_works(add(tablet, key_addition.body(tablet, new)), DEAD_OR_ALIVE)


@clause("keys.device-signature-missing")
def test_a_device_signature_that_is_not_whole_is_refused(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding = stories.bind(customer)
    good = key_addition.body(binding, KeyPair.generate())
    whole: dict[str, Any] = good["device_signature"]
    before = stories.state(customer)
    without = {name: value for name, value in good.items() if name != "device_signature"}
    judge.accepts(add(binding, without))
    for broken in (
        None,
        {},
        {"signature": whole["signature"]},
        {"signature_key_purpose": whole["signature_key_purpose"]},
        {**whole, "signature": None},
        {**whole, "signature_key_purpose": None},
        {**whole, "signature_key_purpose": ""},
    ):
        judge.accepts(add(binding, {**good, "device_signature": broken}))
    # What is empty is not DER, either.
    empty = add(binding, {**good, "device_signature": {**whole, "signature": ""}})
    judge.accepts(empty, Answers((400,), (403,)))
    judge.unchanged(before, stories.state(customer))
    judge.still_works(add(binding, good), DEAD_OR_ALIVE)


@clause("keys.purpose-without-key")
@pytest.mark.parametrize("signer", ["first-key", "new-key"])
@pytest.mark.parametrize("first", PURPOSES)
def test_a_purpose_that_the_device_has_no_key_for_adds_nothing(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge, first: str, signer: str
) -> None:
    binding, new = stories.bind(customer, key_purpose=first), KeyPair.generate()
    keys = {"first-key": binding.keys, "new-key": new}[signer]
    missing = authorization(keys, key_addition.message(new), other(first))
    before = stories.state(customer)
    judge.accepts(add(binding, addition(key_addition, binding, new, first, device_signature=missing)))
    judge.unchanged(before, stories.state(customer))
    judge.still_works(add(binding, addition(key_addition, binding, new, first)), DEAD_OR_ALIVE)


@clause("keys.unbound-device")
def test_a_device_that_is_not_bound_takes_no_further_key(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding = stories.begin(customer)
    body = key_addition.body(binding, KeyPair.generate())
    judge.accepts(add(binding, body))
    assert not stories.is_bound(binding), "a refused key bound the device"
    judge.still_works(binding.verify())
    assert list(stories.keys(binding)) == [binding.key_id], "a key that was refused before the binding is there now"
    judge.still_works(add(binding, body))


@clause("keys.key-registered")
def test_a_key_that_is_registered_for_the_person_is_refused(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding, sibling, added = stories.bind(customer), stories.bind(customer), KeyPair.generate()
    document(add(sibling, key_addition.body(sibling, added)))
    before = stories.state(customer)
    for registered in (sibling.keys, added, binding.keys):
        for spelled in (registered.public_hex, registered.public_hex.upper()):
            judge.accepts(add(binding, key_addition.body(binding, registered, spelled=spelled)))
    judge.unchanged(before, stories.state(customer))
    judge.still_works(add(binding, key_addition.body(binding, KeyPair.generate())))


@clause("binding.key-registered-elsewhere")
def test_whether_a_key_of_another_person_may_be_added(
    stories: Stories, customer: Person, another_customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding, stranger = stories.bind(customer), stories.bind(another_customer)
    judge.observes("added for another person", add(binding, key_addition.body(binding, stranger.keys)).status)
