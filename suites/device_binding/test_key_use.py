"""Contract 3, GET /v1/mfa/devices/{id}/keys/{key_id}: used_at."""

from __future__ import annotations

from typing import Any

import pytest

from contract.exchange import Exchange
from contract.judge import Judge, document
from signer import KeyPair
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
    assert is_about(used_at(binding), verified, offset), "used_at is not the time of the verified signing challenge"
    listed = stories.keys(binding).get(binding.key_id, {}).get("used_at")
    assert listed is None or is_about(listed, verified, offset), (
        "in the list of keys used_at is not the time of the verified signing challenge"
    )


@clause("keys.unused")
def test_a_key_is_unused_right_after_the_binding(stories: Stories, customer: Person) -> None:
    binding = stories.bind(customer)
    assert used_at(binding) is None, "right after the binding a key has a used_at"
    assert stories.keys(binding).get(binding.key_id, {}).get("used_at") is None, (
        "right after the binding used_at is listed"
    )


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
    document(verify_signing_challenge(binding, signing_challenge(binding)))
    challenge = signing_challenge(binding)
    offset = before_expiry(challenge).offset
    later = verify_signing_challenge(binding, challenge, clock_offset=offset)
    document(later)
    shows_use(stories, binding, later, offset)


@clause("keys.used-at")
def test_a_signature_marks_only_the_key_that_signed(
    stories: Stories, customer: Person, key_addition: KeyAddition
) -> None:
    binding, new = stories.bind(customer), KeyPair.generate()
    added = document(add(binding, addition(key_addition, binding, new, "unrestricted")))["id"]
    before = used_at(binding, added)
    first = sign(binding, binding.keys, "unrestricted")
    document(first)
    assert used_at(binding, added) == before, "the signature of one key moved used_at of the other"
    shows_use(stories, binding, first)
    before = used_at(binding)
    second = sign(binding, new, "restricted")
    document(second)
    assert used_at(binding) == before, "the signature of the added key moved used_at of the first"
    assert is_about(used_at(binding, added), second), "used_at of the added key is not the time when it signed"


@clause("keys.used-at")
def test_a_wrong_signature_does_not_mark_the_key_as_used(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.bind(customer)
    challenge = signing_challenge(binding)
    before = used_at(binding)
    for wrong in (signed(binding.keys, "another text"), signed(KeyPair.generate(), challenge["string_to_sign"])):
        tried = binding.partner.call("verify-signing-challenge", challenge["id"], json={"signature": wrong})
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


@clause("keys.used-at-otherwise")
def test_what_else_marks_a_key_as_used(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding, new = stories.bind(customer), KeyPair.generate()
    judge.observes("by its binding", used_at(binding) is not None)
    added = document(add(binding, addition(key_addition, binding, new, "unrestricted")))["id"]
    judge.observes("by its device_signature", used_at(binding) is not None)
    judge.observes("by its own addition", used_at(binding, added) is not None)
