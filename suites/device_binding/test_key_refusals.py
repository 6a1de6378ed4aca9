"""Contract 3, POST /v1/mfa/devices/{id}/keys: who may not add a key, and how not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from contract.answers import Answers
from contract.judge import Judge, document
from signer import KeyPair
from suites.device_binding.additions import PURPOSES, add, addition, authorization, other
from suites.device_signing.signing import Signing
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
BATCHES = (tuple(WRONG_SIGNATURES)[:5], tuple(WRONG_SIGNATURES)[5:])
"""As many as a person has devices."""


@clause("keys.wrong-device-signature")
@pytest.mark.parametrize("wrong", BATCHES, ids=lambda batch: f"{batch[0]}-to-{batch[-1]}")
def test_a_wrong_device_signature_adds_nothing(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge, wrong: tuple[str, ...]
) -> None:
    # A target may take no further signature of a device after a wrong one, so each is tried on a device of its own.
    devices = stories.bind_all(customer, len(wrong))
    goods, bads = [], {}
    for name, binding, sibling in zip(wrong, devices, (*devices[1:], devices[0]), strict=True):
        new = KeyPair.generate()
        messages = key_addition.message(new), key_addition.message(KeyPair.generate())
        good = key_addition.body(binding, new)
        signature = WRONG_SIGNATURES[name](Attempt(binding, sibling, new, *messages))
        bad = {**good, "device_signature": {**good["device_signature"], "signature": signature}}
        goods.append(partial(add, binding, good))
        bads[name] = partial(add, binding, bad)
    before = stories.state(customer)
    judge.accepts_each(stories.each(bads))
    judge.unchanged(before, stories.state(customer))
    for added in stories.together(goods):
        judge.still_works(added, DEAD_OR_ALIVE)


@clause("keys.wrong-device-signature")
def test_a_key_of_another_persons_device_adds_nothing(
    stories: Stories, customer: Person, another_customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    persons, new = (customer, another_customer), KeyPair.generate()
    binding, stranger = stories.together([partial(stories.bind, person) for person in persons])
    read = [partial(stories.state, person) for person in persons]
    before = stories.together(read)
    judge.accepts(add(binding, key_addition.body(stranger, new)))
    judge.unchanged(before, stories.together(read))
    judge.still_works(add(binding, key_addition.body(binding, new)), DEAD_OR_ALIVE)


@clause("keys.wrong-device-signature")
def test_no_key_of_a_deleted_or_pending_device_nor_a_second_one_of_another_vouches(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    deleted = stories.bind(customer)
    judge.works(customer.partner.call("delete-device", deleted.device_id))
    devices, pending = stories.beside(partial(stories.bind_all, customer, 4), partial(stories.begin, customer))
    sibling, second = devices.pop(), KeyPair.generate()
    judge.works(key_addition.add(sibling, second))
    before = stories.state(customer)
    others = {
        "a deleted device's": deleted.keys,
        "a pending device's": pending.keys,
        "the second one of a sibling": second,
    }
    tries = {
        f"{whose} key": partial(add, device, key_addition.body(replace(device, keys=keys), KeyPair.generate()))
        for (whose, keys), device in zip(others.items(), devices, strict=True)
    }
    judge.accepts_each(stories.each(tries))
    judge.unchanged(before, stories.state(customer))


@clause("keys.wrong-device-signature")
def test_the_signature_of_an_earlier_addition_adds_nothing_else(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    (phone, tablet), new = stories.bind_all(customer, 2), KeyPair.generate()
    earlier = key_addition.body(phone, KeyPair.generate())
    document(add(phone, earlier))
    before = stories.state(customer)
    judge.accepts(add(tablet, {**key_addition.body(tablet, new), "device_signature": earlier["device_signature"]}))
    judge.unchanged(before, stories.state(customer))
    judge.still_works(add(tablet, key_addition.body(tablet, new)), DEAD_OR_ALIVE)


@clause("keys.wrong-device-signature")
def test_a_signature_that_the_key_has_made_for_something_else_adds_nothing(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    phone, tablet = stories.begin_all(customer, 2)
    of_binding = tablet.signature()
    for verified in stories.together([partial(phone.verify), partial(tablet.verify, of_binding)]):
        document(verified)
    signing = Signing.begin(phone)
    of_challenge = signing.signature()
    document(signing.verify(of_challenge))
    # The very signatures that were sent: each new one over the same text is another.
    tries = {}
    for what, device, used in (("a challenge's", phone, of_challenge), ("the binding's", tablet, of_binding)):
        good = key_addition.body(device, KeyPair.generate())
        bad = {**good["device_signature"], "signature": used}
        tries[what] = partial(add, device, {**good, "device_signature": bad})
    judge.accepts_each(stories.each(tries))


@clause("keys.device-signature-missing")
def test_a_device_signature_that_is_not_whole_is_refused(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding = stories.bind(customer)
    good = key_addition.body(binding, KeyPair.generate())
    whole: dict[str, Any] = good["device_signature"]
    before = stories.state(customer)
    broken: dict[str, Any] = {
        "null": None,
        "an empty object": {},
        "no purpose": {"signature": whole["signature"]},
        "no signature": {"signature_key_purpose": whole["signature_key_purpose"]},
        "signature null": {**whole, "signature": None},
        "purpose null": {**whole, "signature_key_purpose": None},
        "purpose empty": {**whole, "signature_key_purpose": ""},
    }
    bodies = {name: {**good, "device_signature": it} for name, it in broken.items()}
    bodies["absent"] = {name: value for name, value in good.items() if name != "device_signature"}
    judge.accepts_each(stories.each({name: partial(add, binding, body) for name, body in bodies.items()}))
    # What is empty is not DER, either.
    empty = add(binding, {**good, "device_signature": {**whole, "signature": ""}})
    judge.accepts(empty, Answers((400,), (403,)))
    judge.unchanged(before, stories.state(customer))
    judge.still_works(add(binding, good), DEAD_OR_ALIVE)


@clause("keys.purpose-without-key")
@pytest.mark.parametrize("first", PURPOSES)
def test_a_purpose_that_the_device_has_no_key_for_adds_nothing(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge, first: str
) -> None:
    phone, tablet = stories.bind_all(customer, 2, key_purpose=first)
    new = KeyPair.generate()
    tries, goods = {}, []
    for name, device, added, signer in (
        ("by the first key", phone, KeyPair.generate(), phone.keys),
        ("by the new key", tablet, new, new),
    ):
        good = addition(key_addition, device, added, first)
        missing = authorization(signer, key_addition.message(added), other(first))
        tries[name] = partial(add, device, {**good, "device_signature": missing})
        goods.append(partial(add, device, good))
    before = stories.state(customer)
    judge.accepts_each(stories.each(tries))
    judge.unchanged(before, stories.state(customer))
    for exchange in stories.together(goods):
        judge.still_works(exchange, DEAD_OR_ALIVE)


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


@clause("keys.unbound-device")
def test_a_device_whose_binding_failed_takes_no_key_though_its_person_has_bound_ones(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    bound = stories.bind(customer)
    (by_sms, deleted), by_code = stories.beside(
        partial(stories.begin_all, customer, 2),
        lambda: stories.begin_with_code(customer, stories.activation_code(customer)),
    )
    by_sms.verify(signed(bound.keys, by_sms.secret.reveal()))
    customer.partner.call("delete-device", deleted.device_id)
    before = stories.state(customer)
    tries = {
        f"{what}, {how}": partial(add, device, key_addition.body(replace(device, keys=keys), KeyPair.generate()))
        for what, device in (("after a wrong signature", by_sms), ("by a code", by_code), ("deleted", deleted))
        for how, keys in (("by its own key", device.keys), ("by the bound device's key", bound.keys))
    }
    judge.accepts_each(stories.each(tries))
    judge.unchanged(before, stories.state(customer))


@clause("keys.key-registered")
def test_a_key_that_is_registered_for_the_person_is_refused(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    (binding, sibling), added = stories.bind_all(customer, 2), KeyPair.generate()
    document(add(sibling, key_addition.body(sibling, added)))
    before = stories.state(customer)
    registered = {"another device's": sibling.keys, "one that was added": added, "its own": binding.keys}
    spelled = {name: (keys, keys.public_hex) for name, keys in registered.items()}
    spelled |= {f"{name} in upper case": (keys, keys.public_hex.upper()) for name, keys in registered.items()}
    bodies = {name: key_addition.body(binding, keys, spelled=text) for name, (keys, text) in spelled.items()}
    judge.accepts_each(stories.each({name: partial(add, binding, body) for name, body in bodies.items()}))
    judge.unchanged(before, stories.state(customer))
    judge.still_works(add(binding, key_addition.body(binding, KeyPair.generate())))


@clause("keys.key-registered-elsewhere")
def test_which_keys_that_are_registered_elsewhere_may_be_added(
    stories: Stories, customer: Person, another_customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    pending, stranger, (deleted, *devices) = stories.beside(
        partial(stories.begin, customer),
        partial(stories.bind, another_customer),
        partial(stories.bind_all, customer, 4),
    )
    judge.works(customer.partner.call("delete-device", deleted.device_id))
    registered = {"of a pending device": pending, "of a deleted device": deleted, "of another person": stranger}
    # Each on a device of its own, which has no key of the purpose yet.
    tries = {
        name: partial(add, device, key_addition.body(device, elsewhere.keys))
        for (name, elsewhere), device in zip(registered.items(), devices, strict=True)
    }
    for name, tried in stories.each(tries).items():
        judge.observes(name, tried.status)
