"""Contract 3, POST /v1/mfa/devices: a binding by activation code needs a live code of that very person."""

from __future__ import annotations

from typing import Any

from contract.exchange import Exchange
from contract.judge import Judge
from signer import KeyPair
from suites.device_binding.codes import kill, use_up
from suites.law import clause
from suites.lifetimes import shortly_after, shortly_before
from suites.stories import Stories
from suites.waiting import Story, waits
from target.partner import Partner
from target.provisioning import Person


def ask(stories: Stories, person: Person, **options: Any) -> Exchange:
    """POST /v1/mfa/devices by activation code."""
    body = stories.registration(person, KeyPair.generate(), challenge_type="activation_code")
    return person.partner.call("create-device", json=body, **options)


@clause("binding.activation-code")
def test_the_signature_over_a_live_code_binds_the_device(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.begin_with_code(customer, stories.activation_code(customer))
    judge.holds(not stories.is_bound(binding), "the device is bound before the signature", "it is unbound")
    exchange = binding.verify()
    judge.holds(exchange.answer.ok, f"the signature was answered {exchange.status}", "the device is bound", exchange)
    judge.holds(stories.is_bound(binding), "the device is not bound", "it is bound")


@clause("binding.no-live-code")
def test_a_person_without_a_code_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    judge.accepts(ask(stories, customer))
    judge.unchanged([], stories.devices(customer))
    stories.activation_code(customer)
    judge.still_works(ask(stories, customer))


@clause("binding.no-live-code")
def test_the_code_of_another_person_does_not_count(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    stories.activation_code(another_customer)
    judge.accepts(ask(stories, customer))
    judge.still_works(ask(stories, another_customer))


@clause("binding.no-live-code")
def test_the_code_of_a_person_of_another_partner_does_not_count(
    stories: Stories, customer: Person, foreign_customer: Person, judge: Judge
) -> None:
    stories.activation_code(foreign_customer)
    judge.accepts(ask(stories, customer))
    judge.still_works(ask(stories, foreign_customer))


@clause("binding.no-live-code")
def test_a_deleted_code_does_not_count(stories: Stories, customer: Person, partner: Partner, judge: Judge) -> None:
    code = stories.activation_code(customer)
    judge.works(ask(stories, customer))
    kill(partner, code)
    judge.accepts(ask(stories, customer))
    judge.unchanged([], stories.devices(customer))


@clause("binding.no-live-code")
@waits
def test_an_expired_code_does_not_count(stories: Stories, customer: Person, judge: Judge) -> Story:
    code = stories.activation_code(customer)
    early = yield shortly_before(code.lifetime)
    judge.works(ask(stories, customer, clock_offset=early))
    late = yield shortly_after(code.lifetime)
    judge.accepts(ask(stories, customer, clock_offset=late))


@clause("binding.no-live-code")
def test_a_code_that_was_used_up_does_not_count(stories: Stories, customer: Person, judge: Judge) -> None:
    bound = use_up(stories, customer, stories.activation_code(customer))
    judge.accepts(ask(stories, customer))
    judge.unchanged(sorted(binding.device_id for binding in bound), device_ids(stories, customer))


def device_ids(stories: Stories, person: Person) -> list[str]:
    return sorted(row["id"] for row in stories.devices(person))
