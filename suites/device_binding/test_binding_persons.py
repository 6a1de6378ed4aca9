"""Contract 3, POST /v1/mfa/devices: for whom a device can be bound."""

from __future__ import annotations

from uuid import uuid4

import pytest

from contract.clauses import clauses
from contract.judge import Judge
from signer import KeyPair
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person, Provisioning

NO_LIVE_CODE = clauses()["binding.no-live-code"].answers


@clause("binding.unknown-person")
def test_an_unknown_person_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    body = stories.registration(customer, KeyPair.generate())
    judge.accepts(customer.partner.call("create-device", json={**body, "person_id": str(uuid4())}))
    judge.still_works(customer.partner.call("create-device", json=body))


@clause("binding.unknown-person")
def test_an_unknown_person_is_refused_by_activation_code_too(stories: Stories, customer: Person, judge: Judge) -> None:
    stories.activation_code(customer)
    body = stories.registration(customer, KeyPair.generate(), challenge_type="activation_code")
    refused = customer.partner.call("create-device", json={**body, "person_id": str(uuid4())})
    allowed = judge.clause.answers
    assert allowed is not None
    assert NO_LIVE_CODE is not None
    # Nobody has a live code who does not exist.
    judge.accepts(refused, allowed | NO_LIVE_CODE)
    judge.still_works(customer.partner.call("create-device", json=body))


@clause("binding.number-missing")
@pytest.mark.parametrize("challenge_type", [None, "sms"], ids=["default", "sms"])
def test_a_person_without_a_number_is_refused(
    challenge_type: str | None, stories: Stories, provisioning: Provisioning, customer: Person, judge: Judge
) -> None:
    judge.works(stories.begin(customer, challenge_type=challenge_type).verify())
    person = provisioning.person(customer.partner)
    body = stories.registration(person, KeyPair.generate(), challenge_type=challenge_type)
    judge.accepts(customer.partner.call("create-device", json=body))
    judge.unchanged([], stories.devices(person))


@clause("binding.number-unverified")
@pytest.mark.parametrize("authorized", [False, True], ids=["not-authorized", "not-confirmed"])
def test_a_person_whose_number_is_not_verified_is_refused(
    authorized: bool, stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    person = provisioning.unverified(partner)
    assert person.number is not None
    if authorized:
        judge.works(partner.call("authorize-mobile-number", person.id, json={"number": person.number.reveal()}))
    body = stories.registration(person, KeyPair.generate(), challenge_type="sms")
    judge.accepts(partner.call("create-device", json=body))
    judge.unchanged([], stories.devices(person))
    provisioning.verify(person)
    judge.still_works(partner.call("create-device", json=body))


@clause("binding.number-for-activation-code")
def test_whether_a_binding_by_activation_code_needs_a_verified_number(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    for name, person in (("no number", provisioning.person(partner)), ("unverified", provisioning.unverified(partner))):
        asked = stories.ask_for_code(person)
        judge.observes(f"{name}: code", asked.status)
        body = stories.registration(person, KeyPair.generate(), challenge_type="activation_code")
        judge.observes(f"{name}: binding", partner.call("create-device", json=body).status)
