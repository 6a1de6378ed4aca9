"""Contract 1.9: an internal error, provoked by the fault hook. The shape of its status is judged on every exchange."""

from __future__ import annotations

import pytest

from contract.judge import Judge
from suites.change_requests.changes import Way, begin, by_device, by_number, to_nobody, to_number
from suites.general.deltas import spoilt
from suites.general.error_bodies import entries
from suites.general.trespass import TRIES, altered, spends_a_try
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.specimens import each_operation
from suites.stories import Stories
from target.provisioning import Person


@each_operation
@clause("general.server-error")
@pytest.mark.usefixtures("fault")
def test_an_internal_error_changes_nothing(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        for name in spends_a_try(good.operation):
            wrong = spoilt(good.json, name, altered(str((good.json or {})[name])))
            for _ in range(TRIES):
                judge.accepts(good.send(json=wrong, fault=True))
        failed = good.send(fault=True)
        judge.accepts(failed)
        judge.holds(entries(failed), "a 500 has neither error shape", "the documented shape", failed)


@clause("general.server-error")
@pytest.mark.usefixtures("fault")
def test_an_internal_error_ends_no_code_and_uses_none(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    binding = stories.begin_with_code(customer, code)
    judge.accepts(stories.ask_for_code(customer, invalidate_existing=True, fault=True))
    judge.accepts(binding.verify(fault=True))
    judge.accepts(customer.partner.call("delete-device", binding.device_id, fault=True))
    judge.holds(not stories.is_bound(binding), "an internal error bound the device", "nothing changed")
    judge.still_works(binding.verify())


@clause("general.server-error")
@pytest.mark.usefixtures("fault")
@pytest.mark.parametrize("way", [by_number, by_device])
def test_an_internal_error_leaves_an_authorization_as_it_was(
    way: Way, stories: Stories, customer: Person, judge: Judge
) -> None:
    waiting = begin(stories, customer, way)
    for body in (to_nobody(customer), to_number(customer)):
        judge.accepts(waiting.change.authorize(body, fault=True))
    judge.accepts(waiting.confirm(fault=True))
    judge.holds(not waiting.change.is_done(), "an internal error changed the person", "nothing changed")
    judge.still_works(waiting.confirm())
