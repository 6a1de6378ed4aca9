"""Contract 3, POST /v1/mfa/devices: which public keys are taken."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from contract.answers import Answers
from contract.judge import Judge
from signer import BAD_KEYS, TOLERATED_KEYS, BadKey, KeyPair, ToleratedKey
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.stories import Binding, Stories, signing_challenge, verify_signing_challenge
from target.partner import Partner
from target.provisioning import Person

SIZE = 32
BATCHES = [BAD_KEYS[first : first + SIZE] for first in range(0, len(BAD_KEYS), SIZE)]
TOLERATED = {key.name: key for key in TOLERATED_KEYS}

SPELLINGS: dict[str, Callable[[KeyPair], str]] = {
    "as before": lambda keys: keys.public_hex,
    "in upper case": lambda keys: keys.public_hex.upper(),
    "compressed": TOLERATED["compressed"].make,
}


@clause("binding.bad-key")
@pytest.mark.parametrize("bad_keys", BATCHES, ids=lambda batch: f"{batch[0].name}-to-{batch[-1].name}")
def test_a_key_that_is_no_point_of_the_curve_is_refused(
    bad_keys: tuple[BadKey, ...], stories: Stories, customer: Person, judge: Judge
) -> None:
    keys = KeyPair.generate()
    stories.bind(customer)
    before = stories.state(customer)
    bodies = [stories.registration(customer, keys, key=bad.make(keys)) for bad in bad_keys]
    tried = stories.together([partial(customer.partner.call, "create-device", json=body) for body in bodies])
    names = [f"{bad.name} ({bad.what})" for bad in bad_keys]
    judge.accepts_each(dict(zip(names, tried, strict=True)))
    judge.unchanged(before, stories.state(customer))
    judge.still_works(customer.partner.call("create-device", json=stories.registration(customer, keys)))


@clause("binding.bad-key")
def test_a_bad_key_is_refused_by_activation_code_and_for_restricted_use_too(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    code, keys = stories.activation_code(customer), KeyPair.generate()
    fields = {"challenge_type": "activation_code", "key_purpose": "restricted"}
    bodies = {bad.name: stories.registration(customer, keys, key=bad.make(keys), **fields) for bad in BAD_KEYS[::10]}
    create = partial(customer.partner.call, "create-device")
    judge.accepts_each(stories.each({name: partial(create, json=body) for name, body in bodies.items()}))
    judge.still_works(stories.begin_with_code(customer, code, keys).verify())


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(TOLERATED["compressed"], id="compressed", marks=clause("binding.compressed-key")),
        pytest.param(TOLERATED["hybrid"], id="hybrid", marks=clause("binding.hybrid-key")),
    ],
)
def test_a_point_in_another_form_can_be_bound_or_is_refused(
    key: ToleratedKey, stories: Stories, customer: Person, judge: Judge
) -> None:
    keys = KeyPair.generate()
    exchange = customer.partner.call("create-device", json=stories.registration(customer, keys, key=key.make(keys)))
    judge.accepts(exchange)
    if exchange.answer.ok:
        binding = stories.binding(customer, keys, judge.works(exchange))
        verified = binding.verify()
        judge.holds(verified.answer.ok, "a key that was taken cannot be bound", "the device is bound", verified)
        signing = verify_signing_challenge(binding, signing_challenge(binding))
        judge.holds(signing.answer.ok, "a key that was taken cannot sign", "it signs", signing)


@clause("binding.key-registered")
def test_the_key_of_a_bound_device_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    bound = stories.bind(customer)
    before = stories.state(customer)
    bodies = {
        name: stories.registration(customer, bound.keys, key=spell(bound.keys)) for name, spell in SPELLINGS.items()
    }
    create = partial(customer.partner.call, "create-device")
    stories.activation_code(customer)
    others = {"challenge_type": "activation_code", "key_purpose": "restricted", "name": "Another name"}
    bodies |= {
        f"with another {field}": stories.registration(customer, bound.keys, **{field: it})
        for field, it in others.items()
    }
    judge.accepts_each(stories.each({name: partial(create, json=body) for name, body in bodies.items()}))
    judge.unchanged(before, stories.state(customer))
    judge.works(stories.begin(customer).verify())


@clause("binding.key-registered")
def test_the_key_that_was_added_to_a_bound_device_is_refused(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    bound, added = stories.bind(customer), KeyPair.generate()
    judge.works(key_addition.add(bound, added))
    create = partial(customer.partner.call, "create-device")
    bodies = {name: stories.registration(customer, added, key=spell(added)) for name, spell in SPELLINGS.items()}
    judge.accepts_each(stories.each({name: partial(create, json=body) for name, body in bodies.items()}))


@clause("binding.key-registered")
def test_the_key_of_each_live_device_is_refused_however_it_was_bound(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    gone, plain, restricted, by_code = (
        *stories.bind_all(customer, 2),
        stories.bind(customer, key_purpose="restricted"),
        stories.begin_with_code(customer, stories.activation_code(customer)),
    )
    judge.works(by_code.verify())
    judge.works(customer.partner.call("delete-device", gone.device_id))
    live = {"a plain device's": plain, "a restricted one's": restricted, "that of one bound by a code": by_code}
    bodies = {whose: stories.registration(customer, device.keys) for whose, device in live.items()}
    create = partial(customer.partner.call, "create-device")
    judge.accepts_each(stories.each({whose: partial(create, json=body) for whose, body in bodies.items()}))


@clause("signature-challenge.key-registered-meanwhile")
def test_a_key_that_was_registered_meanwhile_is_not_bound_again(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    keys = KeyPair.generate()
    first, pending = stories.beside(partial(stories.begin, customer), partial(stories.begin, customer, keys))
    again = customer.partner.call("create-device", json=stories.registration(customer, keys))
    judge.works(pending.verify())
    if again.answer.ok:
        late = stories.binding(customer, keys, judge.works(again))
        judge.accepts(late.verify())
        judge.holds(not stories.is_bound(late), "the second device of the key is bound", "it stays unbound")
    else:
        judge.accepts(again, EARLY)
    judge.works(first.verify())


@clause("signature-challenge.key-registered-meanwhile")
def test_a_key_that_was_registered_meanwhile_is_not_bound_in_another_spelling_or_by_a_code(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    first, code = stories.begin(customer), stories.activation_code(customer)
    keys, create = first.keys, partial(customer.partner.call, "create-device")
    asked = [create(json=stories.registration(customer, keys, key=spell(keys))) for spell in SPELLINGS.values()]
    late = stories.bindings(customer, keys, [judge.works(exchange) for exchange in asked if exchange.answer.ok])
    body = stories.registration(customer, keys, challenge_type="activation_code")
    if (by_code := create(json=body)).answer.ok:
        made = judge.works(by_code)
        late.append(Binding(customer, keys, made["id"], made["key_id"], made["challenge"], code.code))
    judge.works(first.verify())
    for again in late:
        judge.accepts(again.verify())
    bound = [row["id"] for row in stories.devices(customer)]
    judge.holds(bound == [first.device_id], "a second device of the key is bound", "it stays unbound")


@clause("signature-challenge.key-registered-meanwhile")
def test_a_key_that_was_added_to_another_device_meanwhile_is_not_bound(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    keys = KeyPair.generate()
    device, pending, other = stories.beside(
        partial(stories.bind, customer), partial(stories.begin, customer, keys), partial(stories.begin, customer)
    )
    added = key_addition.add(device, keys)
    if added.answer.ok:
        judge.accepts(pending.verify())
        judge.holds(not stories.is_bound(pending), "a second device with the key is bound", "it stays unbound")
    else:
        judge.accepts(added, EARLY)
    judge.works(other.verify())


@clause("keys.key-registered")
def test_a_key_that_was_bound_meanwhile_is_not_added_to_another_device(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    device, pending = stories.beside(partial(stories.bind, customer), partial(stories.begin, customer))
    body = key_addition.body(device, pending.keys)
    judge.works(pending.verify())
    before = stories.state(customer)
    judge.accepts(customer.partner.call("add-key", device.device_id, json=body))
    judge.unchanged(before, stories.state(customer))


EARLY = Answers((409,), (400, 403))
"""POST or PUT may be the one that refuses; the key of a pending device may be refused, or not."""


@clause("binding.key-registered-elsewhere")
def test_which_keys_may_be_registered_again(
    stories: Stories, customer: Person, another_customer: Person, partner: Partner, judge: Judge
) -> None:
    pending, (deleted, bound) = stories.beside(partial(stories.begin, customer), partial(stories.bind_all, customer, 2))
    judge.works(partner.call("delete-device", deleted.device_id))
    bodies = {
        "of a pending device": stories.registration(customer, pending.keys),
        "of a deleted device": stories.registration(customer, deleted.keys),
        "of another person": stories.registration(another_customer, bound.keys),
    }
    asked = stories.each({name: partial(partner.call, "create-device", json=body) for name, body in bodies.items()})
    for name, exchange in asked.items():
        judge.observes(name, exchange.status)
