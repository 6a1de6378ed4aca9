"""Contract 3, GET /v1/mfa/devices/{id}/keys/{key_id}: used_at."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.exchange import Exchange
from contract.judge import Judge, document
from signer import KeyPair
from suites.change_requests.changes import Change, by_device
from suites.clocks import is_about
from suites.device_binding.additions import add, addition, sign
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.lifetimes import before_expiry
from suites.stories import Binding, Stories, signed, signing_challenge, verify_signing_challenge
from target.provisioning import Person


def used_at(binding: Binding, key_id: str | None = None) -> Any:
    """When a key of the device, by default its first one, was last used. Raises PrerequisiteFailed."""
    return document(binding.partner.call("read-key", binding.device_id, key_id or binding.key_id)).get("used_at")


def shows_use(stories: Stories, binding: Binding, verified: Exchange, offset: float = 0.0) -> None:
    """The first key's used_at is the time of a verification, wherever it is shown."""
    shown, keys = stories.beside(partial(used_at, binding), partial(stories.keys, binding))
    assert is_about(shown, verified, offset), "used_at is not the time of the verified signing challenge"
    listed = keys.get(binding.key_id, {}).get("used_at")
    assert listed is None or is_about(listed, verified, offset), (
        "in the list of keys used_at is not the time of the verified signing challenge"
    )


def used_in_list(stories: Stories, binding: Binding) -> dict[str, bool]:
    """Which keys have a used_at in the list, by their ids; it may leave used_at out."""
    return {key_id: bool(key.get("used_at")) for key_id, key in stories.keys(binding).items()}


@clause("keys.unused")
def test_a_key_is_unused_right_after_the_binding(stories: Stories, customer: Person) -> None:
    used = stories.bind(customer)
    document(verify_signing_challenge(used, signing_challenge(used)))
    by_sms, by_code = stories.beside(
        partial(stories.bind, customer, key_purpose="restricted"),
        lambda: stories.begin_with_code(customer, stories.activation_code(customer)),
    )
    document(by_code.verify())
    for binding in (by_sms, by_code):
        shown, keys = stories.beside(partial(used_at, binding), partial(stories.keys, binding))
        assert shown is None, "right after the binding a key has a used_at"
        assert keys.get(binding.key_id, {}).get("used_at") is None, "right after the binding used_at is listed"


@clause("keys.used-at")
def test_a_signature_marks_its_key_as_used_now(stories: Stories, customer: Person) -> None:
    binding = stories.bind(customer)
    verified = verify_signing_challenge(binding, signing_challenge(binding))
    document(verified)
    shows_use(stories, binding, verified)


@clause("keys.used-at")
@pytest.mark.usefixtures("clock")
def test_the_latest_verification_counts_and_not_its_challenge(stories: Stories, customer: Person) -> None:
    binding = stories.bind(customer)
    earlier, challenge = stories.together([partial(signing_challenge, binding)] * 2)
    document(verify_signing_challenge(binding, earlier))
    offset = before_expiry(challenge).offset
    later = verify_signing_challenge(binding, challenge, clock_offset=offset)
    document(later)
    shows_use(stories, binding, later, offset)


@clause("keys.used-at")
@pytest.mark.usefixtures("clock")
def test_what_is_refused_later_does_not_mark_a_used_key(stories: Stories, customer: Person) -> None:
    binding = stories.bind(customer)
    used, failed = stories.together([partial(signing_challenge, binding)] * 2)
    verified = verify_signing_challenge(binding, used)
    document(verified)
    again = verify_signing_challenge(binding, used, clock_offset=150)
    by_stranger = {"signature": signed(KeyPair.generate(), failed["string_to_sign"])}
    verify = partial(binding.partner.call, "verify-signing-challenge", failed["id"], clock_offset=150)
    wrong = verify(json=by_stranger)
    assert not again.answer.ok, "a challenge is verified twice"
    assert not wrong.answer.ok, "a wrong signature was verified"
    shows_use(stories, binding, verified)


@clause("keys.used-at")
def test_a_signature_marks_only_the_key_that_signed(
    stories: Stories, customer: Person, key_addition: KeyAddition
) -> None:
    (binding, sibling), new = stories.bind_all(customer, 2), KeyPair.generate()
    untouched = used_at(sibling)
    added = document(add(binding, addition(key_addition, binding, new, "unrestricted")))["id"]
    both = [partial(used_at, binding), partial(used_at, binding, added)]
    before = used_at(binding, added)
    first = sign(binding, binding.keys, "unrestricted")
    document(first)
    of_first, of_added = stories.together(both)
    assert of_added == before, "the signature of one key moved used_at of the other"
    assert is_about(of_first, first), "used_at is not the time of the verified signing challenge"
    shown = used_in_list(stories, binding)
    assert bool(of_added) or not shown[added], "the list shows the key as used that has not signed"
    second = sign(binding, new, "restricted")
    document(second)
    then, of_added = stories.together(both)
    assert then == of_first, "the signature of the added key moved used_at of the first"
    assert is_about(of_added, second), "used_at of the added key is not the time when it signed"
    shown = used_in_list(stories, binding)
    assert shown[added] == shown[binding.key_id], "the list shows but one of two keys as used"
    assert used_at(sibling) == untouched, "the signature of one device moved used_at of another"


@clause("keys.used-at")
def test_a_wrong_signature_does_not_mark_the_key_as_used(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.bind(customer)
    one, other, before = stories.beside(
        partial(signing_challenge, binding), partial(signing_challenge, binding), partial(used_at, binding)
    )
    by_stranger = signed(KeyPair.generate(), other["string_to_sign"])
    wrong = ((one["id"], signed(binding.keys, "another text")), (other["id"], by_stranger))
    verify = partial(binding.partner.call, "verify-signing-challenge")
    for tried in stories.together([partial(verify, it, json={"signature": text}) for it, text in wrong]):
        assert not tried.answer.ok, "a wrong signature was verified"
    judge.unchanged(before, used_at(binding))


@clause("keys.not-used-by-asking")
def test_a_challenge_that_was_not_verified_does_not_mark_the_key_as_used(stories: Stories, customer: Person) -> None:
    binding = stories.bind(customer)
    before = used_at(binding)
    challenge = signing_challenge(binding)
    assert used_at(binding) == before, "a signing challenge that was only asked for moved used_at"
    verified = verify_signing_challenge(binding, challenge)
    document(verified)
    shows_use(stories, binding, verified)
    used = used_at(binding)
    signing_challenge(binding)
    assert used_at(binding) == used, "a further signing challenge that was only asked for moved used_at"


@clause("keys.used-at-otherwise")
def test_what_else_marks_a_key_as_used(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    (adding, confirming), change = stories.beside(
        partial(stories.bind_all, customer, 2), partial(Change.begin, customer)
    )
    judge.observes("by its binding", used_at(adding) is not None)
    # On a device of its own, whose key nothing else has used.
    added, asked = stories.beside(
        partial(add, adding, addition(key_addition, adding, KeyPair.generate(), "unrestricted")),
        partial(by_device, stories, change, confirming),
    )
    document(asked.confirm())
    signed_with, new, confirmed_with = stories.together(
        [partial(used_at, adding), partial(used_at, adding, document(added)["id"]), partial(used_at, confirming)]
    )
    judge.observes("by its device_signature", signed_with is not None)
    judge.observes("by its own addition", new is not None)
    judge.observes("by a confirmation", confirmed_with is not None)
