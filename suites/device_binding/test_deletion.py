"""Contract 3, DELETE /v1/mfa/devices/{id}: what is left of a deleted device, and what is not."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.clauses import clauses
from contract.exchange import Exchange, NotJson
from contract.judge import Judge, NotTestable, document, flaw
from signer import KeyPair
from suites.device_binding.beginnings import Begin, each_beginning
from suites.device_binding.pages import device_ids, documented, rows
from suites.device_signing.signing import Signing
from suites.device_signing.two_keys import two_keys
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.stories import Binding, Stories, signing_challenge, verify_signing_challenge
from target.partner import Partner
from target.provisioning import Person

NO_CHALLENGE = clauses()["deletion.signing-challenge"].answers


def delete(binding: Binding, **options: Any) -> None:
    """Delete a device. Raises PrerequisiteFailed."""
    document(binding.partner.call("delete-device", binding.device_id, **options))


def shows_deletion(exchange: Exchange) -> bool:
    """Whether an answer says of all that it shows, and it shows something, that it is deleted."""
    try:
        body = exchange.answer.json()
    except NotJson:
        return False
    shown = body if isinstance(body, list) else [body]
    return bool(shown) and all(isinstance(thing, dict) and thing.get("deleted_at") for thing in shown)


@clause("deletion.deletes")
def test_a_deleted_device_is_gone(stories: Stories, partner: Partner, customer: Person, judge: Judge) -> None:
    binding = stories.bind(customer)
    judge.works(partner.call("delete-device", binding.device_id))
    assert not stories.is_bound(binding), "the device is still listed after its deletion"


@clause("deletion.deletes")
def test_a_device_that_has_two_keys_and_has_signed_can_be_deleted(
    stories: Stories, partner: Partner, customer: Person, judge: Judge, key_addition: KeyAddition
) -> None:
    both, used = stories.beside(partial(two_keys, stories, customer, key_addition), partial(stories.bind, customer))
    document(verify_signing_challenge(used, signing_challenge(used)))
    for device in (both.device, used):
        judge.works(partner.call("delete-device", device.device_id))
    assert rows(partner, customer) == [], "a device is still listed after its deletion"


@clause("deletion.deletes")
def test_a_deletion_takes_no_other_device_with_it(
    stories: Stories,
    partner: Partner,
    customer: Person,
    another_customer: Person,
    judge: Judge,
    key_addition: KeyAddition,
) -> None:
    bound, other = stories.beside(partial(stories.bind_all, customer, 3), partial(stories.bind, another_customer))
    document(key_addition.add(bound[0], KeyPair.generate()))
    devices = {device.device_id: device for device in bound}
    # One that is neither first nor last wherever it stands.
    found = device_ids(rows(partner, customer))
    assert sorted(found) == sorted(devices), "the list does not hold the three bound devices"
    first, middle, last = found
    binding, siblings = devices[middle], [devices[first], devices[last]]
    keys = [partial(stories.keys, device) for device in (*siblings, other)]
    before = stories.together(keys)
    judge.works(partner.call("delete-device", binding.device_id))
    listed, of_another = stories.together([partial(rows, partner, person) for person in (customer, another_customer)])
    assert sorted(device_ids(listed)) == sorted((first, last)), "not just the one device of the person is gone"
    assert device_ids(of_another) == [other.device_id], "another person's device is gone, too"
    assert stories.together(keys) == before, "a deletion changed another device's keys"
    for sibling in siblings:
        signed = verify_signing_challenge(sibling, signing_challenge(sibling, key_purpose="unrestricted"))
        assert signed.answer.ok, "after a deletion the person's other device cannot sign"


@clause("deletion.read")
def test_a_deleted_device_is_not_found_or_says_so(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    binding = stories.bind(customer)
    document(partner.call("read-device", binding.device_id))
    delete(binding)
    exchange = partner.call("read-device", binding.device_id)
    judge.accepts(exchange)
    assert not exchange.answer.ok or shows_deletion(exchange), "a deleted device reads without deleted_at"
    assert not exchange.answer.ok or document(exchange)["id"] == binding.device_id, "another device was read"


@clause("deletion.unlisted")
def test_a_deleted_device_is_listed_only_among_the_deleted(
    stories: Stories, partner: Partner, customer: Person
) -> None:
    binding = stories.bind(customer)
    assert device_ids(rows(partner, customer)) == [binding.device_id], "a bound device is not listed"
    delete(binding)
    live, shown = stories.beside(
        partial(rows, partner, customer), partial(rows, partner, customer, include_deleted="true")
    )
    assert live == [], "a deleted device is listed"
    assert device_ids(shown) == [binding.device_id], "a deleted device is not listed with include_deleted=true"
    assert shown[0].get("deleted_at"), "a deleted device is listed without deleted_at"


@clause("deletion.deleted-at")
def test_a_device_is_not_deleted_before_it_was_created(stories: Stories, partner: Partner, customer: Person) -> None:
    binding = stories.bind(customer)
    delete(binding)
    shown = [documented(row) for row in rows(partner, customer, include_deleted="true")]
    assert device_ids(shown) == [binding.device_id], "a deleted device is not listed with include_deleted=true"
    assert "deleted_at" in shown[0], "a deleted device has no deleted_at"
    assert shown[0]["deleted_at"] >= shown[0]["created_at"], "deleted_at is before created_at"


@clause("deletion.repeated")
def test_a_second_deletion_is_refused_or_passed_over(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    binding, sibling = stories.bind_all(customer, 2)
    delete(binding)
    judge.accepts(partner.call("delete-device", binding.device_id))
    assert device_ids(rows(partner, customer)) == [sibling.device_id], "a second deletion changed who is bound"


@clause("deletion.repeated")
@pytest.mark.usefixtures("clock")
def test_a_second_deletion_that_is_refused_leaves_deleted_at_alone(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    binding = stories.bind(customer)
    delete(binding)
    before = stories.state(customer)
    repeated = partner.call("delete-device", binding.device_id, clock_offset=100)
    judge.accepts(repeated)
    if not repeated.answer.ok:
        judge.unchanged(before, stories.state(customer))


@clause("deletion.keys-unreadable")
def test_the_keys_of_a_deleted_device_cannot_be_listed(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    binding = stories.bind(customer)
    assert stories.keys(binding), "the keys of a bound device cannot be listed"
    delete(binding)
    exchange = partner.call("list-keys", binding.device_id)
    judge.accepts(exchange)
    assert not exchange.answer.ok or shows_deletion(exchange), "a deleted device's keys are listed without deleted_at"


@clause("deletion.key-unreadable")
def test_a_key_of_a_deleted_device_cannot_be_read(
    stories: Stories, partner: Partner, customer: Person, judge: Judge, key_addition: KeyAddition
) -> None:
    binding = stories.bind(customer)
    added = document(key_addition.add(binding, KeyPair.generate()))
    reads = [partial(partner.call, "read-key", binding.device_id, key_id) for key_id in (binding.key_id, added["id"])]
    for read in stories.together(reads):
        document(read)
    delete(binding)
    for exchange in stories.together(reads):
        judge.accepts(exchange)
        assert not exchange.answer.ok or shows_deletion(exchange), "a deleted device's key reads without deleted_at"


@clause("deletion.no-key-added")
def test_a_deleted_device_takes_no_further_key(
    stories: Stories, customer: Person, judge: Judge, key_addition: KeyAddition
) -> None:
    twin, binding = stories.bind_all(customer, 2)
    added, _ = stories.beside(partial(key_addition.add, twin, KeyPair.generate()), partial(delete, binding))
    document(added)
    before = stories.state(customer)
    news = {"restricted": KeyPair.generate(), "unrestricted": KeyPair.generate()}
    tries = {
        f"a key of purpose {purpose}": partial(key_addition.add, binding, new, key_purpose=purpose)
        for purpose, new in news.items()
    }
    judge.accepts_each(stories.each(tries))
    judge.unchanged(before, stories.state(customer))


@clause("deletion.signing-challenge")
def test_a_deleted_device_gets_no_signing_challenge(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    binding = stories.bind(customer)
    device = {"device_id": binding.device_id}
    bodies = {"no purpose": device, "a purpose": {**device, "key_purpose": "unrestricted"}}
    asks = {what: partial(partner.call, "create-signing-challenge", json=body) for what, body in bodies.items()}
    for asked in stories.each(asks).values():
        document(asked)
    delete(binding)
    judge.accepts_each(stories.each(asks))


@clause("deletion.open-signing-challenge")
def test_an_open_signing_challenge_of_a_deleted_device_cannot_be_verified(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    binding = stories.bind(customer)
    twin, *open_challenges = stories.together([partial(signing_challenge, binding)] * 3)
    document(verify_signing_challenge(binding, twin))
    delete(binding)
    for open_challenge in open_challenges:
        judge.accepts(verify_signing_challenge(binding, open_challenge))


@clause("deletion.open-signing-challenge")
def test_no_open_signing_challenge_of_either_key_can_be_verified(
    stories: Stories, customer: Person, judge: Judge, key_addition: KeyAddition
) -> None:
    both = two_keys(stories, customer, key_addition)
    begun = [partial(Signing.begin, both.device, key_purpose=purpose) for purpose in both.keys]
    signings = dict(zip(both.keys, stories.together(begun), strict=True))
    delete(both.device)
    verified = {f"the {purpose} key": signing.by(both.keys[purpose]).verify for purpose, signing in signings.items()}
    judge.accepts_each(stories.each(verified))


@clause("deletion.open-signing-challenge")
def test_a_deleted_device_does_not_come_back_when_its_key_is_bound_to_another_one(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    old = stories.bind(customer)
    signings = {"no purpose": Signing.begin(old), "a purpose": Signing.begin(old, key_purpose="unrestricted")}
    delete(old)
    again = partner.call("create-device", json=stories.registration(customer, old.keys))
    if not again.answer.ok or not (new := stories.binding(customer, old.keys, document(again))).verify().answer.ok:
        raise NotTestable("needs a target that takes the key of a deleted device")
    judge.accepts_each(stories.each({what: signing.verify for what, signing in signings.items()}))
    judge.accepts(partner.call("create-signing-challenge", json={"device_id": old.device_id}), NO_CHALLENGE)
    assert device_ids(rows(partner, customer)) == [new.device_id], "not just the device with the key is listed"
    assert Signing.begin(new).verify().answer.ok, "the key of a deleted device cannot sign for its new one"


@clause("deletion.deletes")
def test_a_deletion_ends_no_open_challenge_of_another_device(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    (doomed, sibling), pending = stories.beside(
        partial(stories.bind_all, customer, 2), partial(stories.begin, customer)
    )
    challenge = signing_challenge(sibling)
    judge.works(partner.call("delete-device", doomed.device_id))
    signed = verify_signing_challenge(sibling, challenge)
    assert signed.answer.ok, "a deletion ended a signing challenge of another device"
    assert pending.verify().answer.ok, "a deletion ended the person's pending binding"
    assert sorted(device_ids(rows(partner, customer))) == sorted((sibling.device_id, pending.device_id))


@clause("deletion.frees-its-place")
def test_the_place_of_a_deleted_device_is_free_again(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    bound = stories.bind_all(customer, 5)
    delete(bound[0])
    keys = KeyPair.generate()
    begun = partner.call("create-device", json=stories.registration(customer, keys))
    judge.holds(flaw(begun) is None, "the place of a deleted device cannot be taken", "a new binding begins", begun)
    verified = stories.binding(customer, keys, document(begun)).verify()
    judge.holds(verified.answer.ok, "a device in a deleted one's place is not bound", "it is bound", verified)
    assert len(rows(partner, customer)) == 5, "after a device took a deleted one's place there are not five"


@clause("deletion.unbound")
@each_beginning
def test_a_deleted_unbound_device_has_a_dead_challenge_or_was_not_deleted(
    begin: Begin, stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    binding, sibling, pending = stories.beside(
        partial(begin, stories, customer), partial(stories.bind, customer), partial(stories.begin, customer)
    )
    deleted = partner.call("delete-device", binding.device_id)
    judge.accepts(deleted)
    verified = binding.verify()
    dies = deleted.status == 204
    expected = "no 2xx after a 204" if dies else "success after a refused deletion"
    judge.holds(verified.answer.ok != dies, f"the right signature got {verified.status}", expected, verified)
    bound = {row["id"] for row in stories.devices(customer)}
    assert (binding.device_id in bound) != dies, "an unbound device is bound after its deletion, or not after a refusal"
    assert sibling.device_id in bound, "the deletion of an unbound device took another device"
    assert pending.verify().answer.ok, "the deletion of an unbound device ended another binding"


@clause("general.foreign-path", "delete-device")
def test_another_partner_deletes_no_device_that_is_not_bound_yet(
    stories: Stories, customer: Person, other_partner: Partner, judge: Judge
) -> None:
    binding = stories.begin(customer)
    judge.accepts(other_partner.call("delete-device", binding.device_id))
    judge.still_works(binding.verify())
