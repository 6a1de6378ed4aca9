"""Contract 3, GET /v1/mfa/devices/{id}/keys and /keys/{key_id}: what a device's keys look like."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from contract.everywhere import instant
from contract.judge import Judge, document
from signer import KeyPair
from suites.device_binding.additions import PURPOSES, add, addition, other
from suites.device_binding.pages import documented
from suites.general.odd_ids import unknown_like
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.stories import Binding, Stories
from target.partner import Partner
from target.provisioning import Person


def elements(binding: Binding) -> list[dict[str, Any]]:
    """The list of a device's keys as it is given. Raises PrerequisiteFailed."""
    found: list[dict[str, Any]] = document(binding.partner.call("list-keys", binding.device_id))
    return found


@clause("keys.listed")
def test_the_keys_are_listed_with_their_device(
    stories: Stories, partner: Partner, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding, sibling = stories.together(
        [partial(stories.bind, customer, name=name) for name in ("Two keys", "One key")]
    )
    added = document(add(binding, key_addition.body(binding, KeyPair.generate())))
    for device, name, key_ids in (
        (binding, "Two keys", {binding.key_id, added["id"]}),
        (sibling, "One key", {sibling.key_id}),
    ):
        shown, keys = stories.beside(
            partial(partner.call, "read-device", device.device_id), partial(partner.call, "list-keys", device.device_id)
        )
        read, listed = documented(document(shown)), judge.works(keys)
        found = [key["key_id"] for element in listed for key in element["keys"]]
        assert set(found) == key_ids, "the list does not hold just the keys of the device"
        assert len(found) == len(key_ids), "a key is listed twice"
        for element in listed:
            assert element.get("name") == name, "the keys are listed with another name than the device's"
            assert documented({**element, "id": element["device_id"]}) == read, (
                "the keys are listed with another device"
            )


@clause("keys.one-element")
def test_one_element_nests_all_keys(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding = stories.bind(customer)
    document(add(binding, key_addition.body(binding, KeyPair.generate())))
    listed = elements(binding)
    assert sum(len(element["keys"]) for element in listed) == 2, "the elements do not hold two keys together"
    if len(listed) > 1:
        judge.notes_that("the keys of one device are listed in several elements", "one element that nests all keys")


@clause("keys.first-key")
@pytest.mark.parametrize("first", PURPOSES)
def test_the_first_key_has_the_id_that_the_binding_named(
    stories: Stories, customer: Person, key_addition: KeyAddition, first: str
) -> None:
    binding = stories.bind(customer, key_purpose=first)
    assert list(stories.keys(binding)) == [binding.key_id], "the first key's key_id is not the one of POST devices"
    document(add(binding, addition(key_addition, binding, KeyPair.generate(), first)))
    keys, shown = stories.beside(
        partial(stories.keys, binding), partial(binding.partner.call, "read-key", binding.device_id, binding.key_id)
    )
    assert binding.key_id in keys, "after an addition the first key's key_id is not the one of POST devices"
    assert keys[binding.key_id]["key_purpose"] == first, "the key_id of POST devices is now that of another key"
    assert document(shown)["key_purpose"] == first, "the key_id of POST devices reads another key"


@clause("keys.read")
@pytest.mark.parametrize("first", PURPOSES)
def test_a_key_reads_as_it_was_registered_and_is_listed(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge, first: str
) -> None:
    binding = stories.bind(customer, key_purpose=first)
    added = document(add(binding, addition(key_addition, binding, KeyPair.generate(), first)))
    purposes = {binding.key_id: first, added["id"]: other(first)}
    reads = {key_id: partial(binding.partner.call, "read-key", binding.device_id, key_id) for key_id in purposes}
    listed, shown = stories.beside(partial(stories.keys, binding), partial(stories.each, reads))
    for key_id, purpose in purposes.items():
        read = judge.works(shown[key_id])
        assert read["key_id"] == key_id, "a key reads with another key_id"
        assert read["key_purpose"] == purpose, "a key reads with another key_purpose"
        assert key_id in listed, "a key that can be read is not listed"
        said = {name: listed[key_id].get(name) for name in ("key_purpose", "key_type", "used_at")}
        differing = [name for name, value in said.items() if value is not None and not same(value, read.get(name))]
        assert not differing, f"a key reads otherwise than it is listed: {', '.join(differing)}"


def same(one: Any, another: Any) -> bool:
    """Whether two values are equal, or are the same instant."""
    try:
        return one == another or instant(one) == instant(another)
    except (TypeError, ValueError):
        return False


ELSEWHERE: dict[str, Callable[[Binding, Binding, str], tuple[str, str]]] = {
    "unknown": lambda mine, _sibling, _added: (mine.device_id, unknown_like(mine.key_id)),
    "of another device": lambda mine, sibling, _added: (mine.device_id, sibling.key_id),
    "added to another device": lambda mine, _sibling, added: (mine.device_id, added),
    "under another device": lambda mine, sibling, _added: (sibling.device_id, mine.key_id),
    "under an unknown device": lambda mine, _sibling, _added: (unknown_like(mine.device_id), mine.key_id),
    "for the device's id": lambda mine, _sibling, _added: (mine.device_id, mine.device_id),
    "for the challenge's id": lambda mine, _sibling, _added: (mine.device_id, mine.challenge_id),
}


@clause("keys.unknown-key")
def test_a_key_is_found_under_its_own_device_only(
    stories: Stories, partner: Partner, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    mine, sibling = stories.bind_all(customer, 2)
    added = document(add(sibling, key_addition.body(sibling, KeyPair.generate())))["id"]
    read = partial(partner.call, "read-key")
    at_home = ((mine.device_id, mine.key_id), (sibling.device_id, sibling.key_id), (sibling.device_id, added))
    for shown in stories.together([partial(read, *ids) for ids in at_home]):
        judge.holds(shown.status == 200, "a key cannot be read", "200", shown)
    made_up = {where: ids(mine, sibling, added) for where, ids in ELSEWHERE.items()}
    # Ids are unique among things of a kind alone, so a device may have the id of its key.
    elsewhere = {where: ids for where, ids in made_up.items() if ids not in at_home}
    judge.accepts_each(stories.each({where: partial(read, *ids) for where, ids in elsewhere.items()}))


@clause("keys.unknown-key")
def test_no_key_of_another_persons_a_pending_or_a_deleted_device_is_found_under_mine(
    stories: Stories, partner: Partner, customer: Person, another_customer: Person, judge: Judge
) -> None:
    (mine, gone), theirs, pending = stories.beside(
        partial(stories.bind_all, customer, 2),
        partial(stories.bind, another_customer),
        partial(stories.begin, customer),
    )
    document(partner.call("delete-device", gone.device_id))
    judge.holds(partner.call("read-key", theirs.device_id, theirs.key_id).status == 200, "not found at home", "200")
    others = {"another person's": theirs, "a pending": pending, "a deleted": gone}
    reads = {
        f"{whose} device's": partial(partner.call, "read-key", mine.device_id, it.key_id)
        for whose, it in others.items()
    }
    judge.accepts_each(stories.each(reads))
