"""Contract 3: a signature challenge that was verified is over."""

from __future__ import annotations

from functools import partial

import pytest

from contract.answers import Answers
from contract.exchange import Exchange
from contract.judge import Judge, document
from signer import KeyPair
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.lifetimes import OUTSIDE, SPENT, lifetime
from suites.stories import Stories, signed, signing_challenge, verify_signing_challenge
from target.partner import Partner
from target.provisioning import Person

REFUSED = Answers((409,), (400, 403, 404))


@clause("signature-challenge.repeated")
def test_a_repeated_verification_changes_nothing(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.begin(customer)
    first = binding.signature()
    judge.works(binding.verify(first))
    before = stories.state(customer)
    for again in (first, binding.signature()):
        judge.accepts(binding.verify(again))
    judge.unchanged(before, stories.state(customer))


@clause("signature-challenge.repeated")
def test_a_repeated_verification_by_activation_code_changes_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    code = stories.activation_code(customer)
    binding = stories.begin_with_code(customer, code)
    judge.works(binding.verify())
    read = partial(customer.partner.call, "read-activation-challenge", code.id)
    before, of_code = stories.state(customer), read()
    judge.accepts(binding.verify())
    judge.unchanged(before, stories.state(customer))
    judge.unchanged(uses_in(of_code), uses_in(read()))


def uses_in(exchange: Exchange) -> object:
    """How often a code was used; the status where it cannot be read any more."""
    return document(exchange)["usage_count"] if exchange.answer.ok else exchange.status


@clause("signature-challenge.repeated")
def test_a_repeated_verification_changes_nothing_whatever_happened_since(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding, second = stories.begin(customer), KeyPair.generate()
    first = binding.signature()
    judge.works(binding.verify(first))
    judge.works(key_addition.add(binding, second))
    judge.works(verify_signing_challenge(binding, signing_challenge(binding, key_purpose="unrestricted")))
    stories.bind(customer)
    before = stories.state(customer)
    for again in (first, binding.signature()):
        judge.accepts(binding.verify(again))
    by_second = signed(second, binding.secret.reveal())
    judge.accepts(binding.verify(by_second), REFUSED)
    judge.unchanged(before, stories.state(customer))


@clause("signature-challenge.repeated")
def test_a_wrong_signature_on_a_verified_challenge_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.bind(customer)
    before = stories.state(customer)
    judge.accepts(binding.verify(signed(KeyPair.generate(), binding.secret.reveal())), REFUSED)
    judge.unchanged(before, stories.state(customer))


@clause("signature-challenge.repeated")
@pytest.mark.usefixtures("clock")
def test_a_verification_that_is_repeated_too_late_changes_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    binding = stories.bind(customer)
    before, late = stories.state(customer), lifetime(binding.challenge) + OUTSIDE
    allowed = judge.clause.answers
    assert allowed is not None
    assert SPENT is not None
    judge.accepts(binding.verify(clock_offset=late), allowed | SPENT)
    judge.accepts(
        binding.verify(signed(KeyPair.generate(), binding.secret.reveal()), clock_offset=late), REFUSED | SPENT
    )
    customer.partner.call("read-signature-challenge", binding.challenge_id, clock_offset=late)
    judge.unchanged(before, stories.state(customer))
    signing = verify_signing_challenge(binding, signing_challenge(binding))
    judge.holds(signing.answer.ok, "afterwards the device cannot sign", "it can", signing)


@clause("signature-challenge.deleted-stays-deleted")
def test_a_repeated_verification_does_not_bring_a_deleted_device_back(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    binding, other = stories.beside(partial(stories.begin, customer), partial(stories.bind, customer))
    first = binding.signature()
    judge.works(binding.verify(first))
    judge.works(partner.call("delete-device", binding.device_id))
    before = stories.state(customer)
    for again in (first, binding.signature()):
        judge.accepts(binding.verify(again))
    live = {row["id"] for row in stories.devices(customer)}
    judge.holds(live == {other.device_id}, "the deleted device is back", "it stays deleted")
    judge.unchanged(before, stories.state(customer))
