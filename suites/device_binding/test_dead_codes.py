"""Contract 3: an activation code that died or was used up between POST and PUT binds nothing."""

from __future__ import annotations

import pytest

from contract.judge import Judge, NotTestable
from suites.device_binding.codes import kill, use_up
from suites.law import clause
from suites.lifetimes import INSIDE, OUTSIDE, lifetime
from suites.stories import Binding, Stories
from target.partner import Partner
from target.provisioning import Person

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
    binding = stories.begin_with_code(customer, stories.activation_code(customer))
    stories.activation_code(customer, invalidate_existing=True)
    judge.accepts(binding.verify())
    unbound(binding, stories, judge)


@clause("signature-challenge.dead-activation-code")
def test_a_replaced_code_binds_nothing_while_the_new_one_does(stories: Stories, customer: Person, judge: Judge) -> None:
    old = stories.activation_code(customer)
    new = stories.activation_code(customer, invalidate_existing=True)
    judge.accepts(stories.begin_with_code(customer, old).verify())
    judge.unchanged([], stories.devices(customer))
    judge.still_works(stories.begin_with_code(customer, new).verify())


@clause("signature-challenge.dead-activation-code")
@pytest.mark.usefixtures("clock")
def test_a_code_that_expired_meanwhile_binds_nothing(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    begun = max(0.0, code.lifetime - TURN)
    alive = stories.begin_with_code(customer, code, clock_offset=begun)
    late = stories.begin_with_code(customer, code, clock_offset=begun)
    if lifetime(late.challenge) <= TURN + OUTSIDE:
        raise NotTestable("needs a challenge lifetime above 106 s")
    judge.accepts(late.verify(clock_offset=code.lifetime + OUTSIDE))
    unbound(late, stories, judge)
    judge.works(alive.verify(clock_offset=code.lifetime - INSIDE))


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
def test_a_used_code_stays_used_when_its_device_is_deleted(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    code = stories.activation_code(customer)
    late = stories.begin_with_code(customer, code)
    for bound in use_up(stories, customer, code):
        judge.works(partner.call("delete-device", bound.device_id))
    judge.accepts(late.verify())
    unbound(late, stories, judge)


def unbound(binding: Binding, stories: Stories, judge: Judge) -> None:
    judge.holds(not stories.is_bound(binding), "the device is bound", "it stays unbound")
