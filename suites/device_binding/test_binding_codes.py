"""Contract 3, POST /v1/mfa/devices: a binding by activation code needs a live code of that very person."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.exchange import Exchange
from contract.judge import Judge, document
from signer import KeyPair
from suites.device_binding.codes import kill, use_up
from suites.law import clause
from suites.lifetimes import shortly_after, shortly_before
from suites.stories import Binding, Stories
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


@clause("binding.activation-code")
@pytest.mark.parametrize("wanted", ["restricted", None])
def test_a_device_that_was_bound_by_a_code_is_as_it_was_asked_for(
    wanted: str | None, stories: Stories, customer: Person, judge: Judge
) -> None:
    code, keys = stories.activation_code(customer), KeyPair.generate()
    fields = {"challenge_type": "activation_code", "name": "Bound by a code", "key_purpose": wanted}
    body = stories.registration(customer, keys, **fields)
    begun = document(customer.partner.call("create-device", json=body))
    binding = Binding(customer, keys, begun["id"], begun["key_id"], begun["challenge"], code.code)
    judge.works(binding.verify())
    listed, shown, found = stories.beside(
        partial(stories.devices, customer),
        partial(customer.partner.call, "read-device", binding.device_id),
        partial(stories.keys, binding),
    )
    said = [(row["id"], row.get("name"), row["person_id"]) for row in (*listed, judge.works(shown))]
    expected = (binding.device_id, "Bound by a code", customer.id)
    judge.holds(said == [expected] * 2, "the device is shown otherwise than it was asked for", "its name and person")
    purposes = {key_id: key["key_purpose"] for key_id, key in found.items()}
    judge.holds(purposes == {binding.key_id: wanted or "unrestricted"}, "the key is another one", "as asked for")


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
    judge.works(customer.partner.call("delete-device", bound[0].device_id))
    judge.accepts(ask(stories, customer))
    judge.still_works(stories.begin_with_code(customer, stories.activation_code(customer)).verify())


@clause("binding.no-live-code")
def test_of_two_codes_one_after_the_other_neither_counts_once_it_is_deleted(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    kill(partner, stories.activation_code(customer))
    second = stories.activation_code(customer)
    judge.works(ask(stories, customer))
    kill(partner, second)
    judge.accepts(ask(stories, customer))


def device_ids(stories: Stories, person: Person) -> list[str]:
    return sorted(row["id"] for row in stories.devices(person))
