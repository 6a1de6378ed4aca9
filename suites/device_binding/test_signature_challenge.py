"""Contract 3, /v1/mfa/challenges/signatures/{id}: the challenge is read, and the right signature binds."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.exchange import Exchange
from contract.judge import Judge, document
from signer import KeyPair
from suites.challenges import reads_as_begun
from suites.law import clause
from suites.lifetimes import OUTSIDE, lifetime
from suites.stories import Binding, Stories, signed, signing_challenge
from target.provisioning import Person

DAY = 86_400

LONG = 16
"""Characters of an id that is no number that counts."""


def read(binding: Binding, **options: Any) -> Exchange:
    """GET the signature challenge."""
    return binding.partner.call("read-signature-challenge", binding.challenge_id, **options)


@clause("signature-challenge.read")
def test_a_challenge_reads_as_the_answer_said_that_began_it(stories: Stories, customer: Person, judge: Judge) -> None:
    by_sms, by_code = stories.beside(
        partial(stories.begin_all, customer, 2),
        lambda: stories.begin_with_code(customer, stories.activation_code(customer)),
    )
    bindings = (*by_sms, by_code)
    for binding, shown in zip(bindings, stories.together([partial(read, one) for one in bindings]), strict=True):
        reads_as_begun(judge, binding.challenge, judge.works(shown))


@clause("general.unknown-id", "read-signature-challenge")
def test_a_challenge_of_another_kind_is_no_signature_challenge(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    bound, pending, code = stories.beside(
        partial(stories.bind, customer), partial(stories.begin, customer), partial(stories.activation_code, customer)
    )
    ask = partial(customer.partner.call, "create-sms-challenge", json={"person_id": customer.id})
    signing, asked = stories.beside(partial(signing_challenge, bound), ask)
    strangers = {
        "a signing challenge": signing["id"],
        "an SMS challenge": document(asked)["id"],
        "an activation challenge": code.id,
        "a device": pending.device_id,
        "a key": pending.key_id,
    }
    # Ids are unique among things of a kind alone: what is short may be a number that is a challenge's, too.
    own = (bound.challenge_id, pending.challenge_id)
    others = {what: it for what, it in strangers.items() if len(it) >= LONG and it not in own}
    call, body = customer.partner.call, {"signature": pending.signature()}
    reads = {what: partial(call, "read-signature-challenge", it) for what, it in others.items()}
    verify = partial(call, "verify-signature-challenge")
    puts = {f"the PUT of {what}": partial(verify, it, json=body) for what, it in others.items()}
    judge.accepts_each(stories.each(reads | puts))
    judge.still_works(pending.verify())


@clause("signature-challenge.read")
@pytest.mark.usefixtures("clock")
def test_a_challenge_reads_the_same_later(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.begin(customer)
    for shown in stories.beside(partial(read, binding, clock_offset=120), partial(read, binding)):
        reads_as_begun(judge, binding.challenge, judge.works(shown))


@clause("signature-challenge.read")
@pytest.mark.usefixtures("clock")
def test_what_is_tried_in_vain_does_not_change_what_a_challenge_reads(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    binding, other = stories.begin_all(customer, 2)
    for wrong in ("zz", signed(other.keys, binding.secret.reveal())):
        binding.verify(wrong, clock_offset=120)
    judge.works(other.verify())
    shown = read(binding)
    # Wrong tries may be the end of a challenge (contract 1.11).
    if shown.answer.ok:
        reads_as_begun(judge, binding.challenge, judge.works(shown))


@clause("signature-challenge.read-after-success")
def test_a_challenge_can_be_read_after_success_or_is_gone(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.bind(customer)
    exchange = read(binding)
    judge.accepts(exchange)
    if exchange.answer.ok:
        reads_as_begun(judge, binding.challenge, judge.works(exchange))


@clause("signature-challenge.binds")
def test_the_right_signature_binds_its_device_and_no_other(stories: Stories, customer: Person, judge: Judge) -> None:
    binding, other = stories.begin_all(customer, 2)
    judge.holds(not stories.is_bound(binding), "the device is bound before the signature", "it is unbound")
    judge.works(binding.verify())
    bound = {row["id"] for row in stories.devices(customer)}
    judge.holds(binding.device_id in bound, "the device is not bound", "it is bound")
    judge.holds(other.device_id not in bound, "another device is bound too", "the challenge's device only")
    judge.works(other.verify())


@clause("signature-challenge.binds")
def test_a_signature_with_device_data_binds(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.begin(customer)
    body = {"signature": binding.signature(), "device_data": "YW55IGRldmljZSBkYXRh"}
    judge.works(customer.partner.call("verify-signature-challenge", binding.challenge_id, json=body))
    judge.holds(stories.is_bound(binding), "the device is not bound", "it is bound")


@clause("signature-challenge.binds")
def test_the_challenges_of_a_person_can_be_verified_in_any_order(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    bindings = stories.begin_all(customer, 3)
    for binding in reversed(bindings):
        judge.works(binding.verify())
    bound = {row["id"] for row in stories.devices(customer)}
    judge.holds(bound == {binding.device_id for binding in bindings}, "not all three devices are bound", "all three")


TRIES = 6
"""Wrong signatures that a challenge may not outlive."""


@clause("signature-challenge.binds")
def test_the_wrong_tries_of_one_person_do_not_count_against_another(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    tried, untouched = stories.together([partial(stories.begin, one) for one in (customer, another_customer)])
    for _ in range(TRIES):
        wrong = tried.verify(signed(KeyPair.generate(), tried.secret.reveal()))
        judge.holds(not wrong.answer.ok, "a wrong signature is taken", "a refusal", wrong)
    judge.works(untouched.verify())


@clause("signature-challenge.alive-before-expiry")
@pytest.mark.usefixtures("clock")
def test_a_look_from_the_future_ends_no_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    binding, late = stories.begin(customer), partial(customer.partner.call, clock_offset=10 * DAY)
    late("read-signature-challenge", binding.challenge_id)
    late("list-devices", params={"filter[person_id]": customer.id})
    late("read-device", binding.device_id)
    refused = binding.verify(clock_offset=lifetime(binding.challenge) + OUTSIDE)
    judge.holds(not refused.answer.ok, "an expired challenge is verified", "a refusal", refused)
    judge.accepts(binding.verify())
    judge.holds(stories.is_bound(binding), "the device is not bound", "it is bound")
