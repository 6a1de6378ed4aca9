"""Contract 3: an activation code that died or was used up between POST and PUT binds nothing."""

from __future__ import annotations

from functools import partial

import pytest

from contract.answers import Answers
from contract.judge import Judge, NotTestable
from signer import KeyPair
from suites.device_binding.codes import kill, usage_count, use_up
from suites.law import clause
from suites.lifetimes import INSIDE, OUTSIDE, lifetime
from suites.stories import Binding, Stories, signed
from target.partner import Partner
from target.provisioning import Person

WRONG_OR_DEAD = Answers((403,), (400, 404, 409))
"""What a signature over another text than the challenge's own gets, where its code is dead besides."""

TURN = 100.0
"""Seconds that a code lives yet when the binding is begun; its challenge lives longer."""


@clause("signature-challenge.dead-activation-code")
def test_a_code_that_was_deleted_meanwhile_binds_nothing(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    code = stories.activation_code(customer)
    binding = stories.begin_with_code(customer, code)
    kill(partner, code)
    judge.accepts(binding.verify())
    unbound(binding, stories, judge)


@clause("signature-challenge.dead-activation-code")
def test_a_code_that_was_replaced_meanwhile_binds_nothing(stories: Stories, customer: Person, judge: Judge) -> None:
    old = stories.activation_code(customer)
    binding, other = stories.together([partial(stories.begin_with_code, customer, old)] * 2)
    new = stories.activation_code(customer, invalidate_existing=True)
    judge.accepts(binding.verify())
    judge.accepts(other.verify(signed(other.keys, new.code.reveal())), WRONG_OR_DEAD)
    unbound(binding, stories, judge)
    unbound(other, stories, judge)


@clause("signature-challenge.dead-activation-code")
def test_a_code_that_was_deleted_binds_nothing_though_a_new_one_lives(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    old = stories.activation_code(customer)
    late, other = stories.together([partial(stories.begin_with_code, customer, old)] * 2)
    kill(partner, old)
    new = stories.activation_code(customer)
    judge.accepts(late.verify())
    judge.accepts(other.verify(signed(other.keys, new.code.reveal())), WRONG_OR_DEAD)
    judge.unchanged([], stories.devices(customer))
    judge.still_works(stories.begin_with_code(customer, new).verify())


@clause("signature-challenge.dead-activation-code")
def test_a_replaced_code_binds_nothing_while_the_new_one_does(stories: Stories, customer: Person, judge: Judge) -> None:
    old = stories.activation_code(customer)
    new = stories.activation_code(customer, invalidate_existing=True)
    judge.accepts(stories.begin_with_code(customer, old).verify(), WRONG_OR_DEAD)
    judge.unchanged([], stories.devices(customer))
    judge.still_works(stories.begin_with_code(customer, new).verify())


@clause("signature-challenge.dead-activation-code")
@pytest.mark.usefixtures("clock")
def test_a_code_that_expired_meanwhile_binds_nothing(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    persons = (another_customer, customer)
    begun = stories.together([partial(begun_shortly_before_death, stories, person) for person in persons])
    (alive, alive_until), (late, late_from) = begun
    judge.works(alive.verify(clock_offset=alive_until - INSIDE))
    judge.accepts(late.verify(clock_offset=late_from + OUTSIDE))
    unbound(late, stories, judge)


def begun_shortly_before_death(stories: Stories, person: Person) -> tuple[Binding, float]:
    """A binding by a code that dies before the challenge does, and the clock offset at which it dies."""
    code = stories.activation_code(person)
    binding = stories.begin_with_code(person, code, clock_offset=max(0.0, code.lifetime - TURN))
    if lifetime(binding.challenge) <= TURN + OUTSIDE:
        raise NotTestable("needs a challenge lifetime above 106 s")
    return binding, code.lifetime


@clause("signature-challenge.used-activation-code")
def test_a_code_that_was_used_up_meanwhile_binds_no_further_device(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    code = stories.activation_code(customer)
    late = stories.begin_with_code(customer, code)
    use_up(stories, customer, code)
    judge.accepts(late.verify())
    unbound(late, stories, judge)


@clause("signature-challenge.used-activation-code")
def test_a_code_that_was_used_up_binds_nothing_though_a_new_one_lives(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    code = stories.activation_code(customer)
    late, other = stories.together([partial(stories.begin_with_code, customer, code)] * 2)
    bound = use_up(stories, customer, code)
    new = stories.activation_code(customer)
    judge.accepts(late.verify())
    judge.accepts(other.verify(signed(other.keys, new.code.reveal())), WRONG_OR_DEAD)
    judge.holds(len(stories.devices(customer)) == len(bound), "a further device is bound", "it stays unbound")
    judge.still_works(stories.begin_with_code(customer, new).verify())


@clause("signature-challenge.used-activation-code")
def test_a_used_code_stays_used_when_its_device_is_deleted(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    code = stories.activation_code(customer)
    late = stories.begin_with_code(customer, code)
    for bound in use_up(stories, customer, code):
        judge.works(partner.call("delete-device", bound.device_id))
    judge.accepts(late.verify())
    unbound(late, stories, judge)


@clause("general.refusal-changes-nothing", "create-device")
def test_a_refused_binding_does_not_use_the_code(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    before = usage_count(customer, code)
    body = stories.registration(customer, KeyPair.generate(), challenge_type="activation_code", key="00")
    judge.accepts(customer.partner.call("create-device", json=body), Answers((400,)))
    judge.unchanged(before, usage_count(customer, code))
    judge.still_works(stories.begin_with_code(customer, code).verify())


@clause("general.refusal-changes-nothing", "verify-signature-challenge")
def test_a_wrong_signature_does_not_use_the_code(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    before = usage_count(customer, code)
    binding = stories.begin_with_code(customer, code)
    judge.accepts(binding.verify(signed(KeyPair.generate(), code.code.reveal())), Answers((403,), (400,)))
    judge.unchanged(before, usage_count(customer, code))


def unbound(binding: Binding, stories: Stories, judge: Judge) -> None:
    judge.holds(not stories.is_bound(binding), "the device is bound", "it stays unbound")
