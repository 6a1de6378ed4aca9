"""Contract 1.5: a partner without permission for device management."""

from __future__ import annotations

import secrets

import pytest

from contract.judge import Judge, NotTestable, document
from contract.operations import Gate, operations
from signer import KeyPair
from suites.general.cells import each
from suites.general.odd_ids import made_up_ids
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.secret import Secret

each_under_permission = each(lambda operation: operation.gate is Gate.PERMISSION)
"""Persons are not under the permission: what such a partner may do with them is written down only."""


@each_under_permission
@clause("general.permission")
def test_a_partner_without_permission_is_refused(
    refusal: ProvedRefusal, judge: Judge, restricted_partner: Partner
) -> None:
    with refusal as good:
        as_it_is = {"partner": restricted_partner}
        judge.accepts_each(
            good.send_each({"the good request": as_it_is, "it without a query": {**as_it_is, "params": None}})
        )


@clause("general.permission")
@pytest.mark.parametrize("challenge_type", ["sms", "activation_code"])
def test_a_partner_without_permission_binds_no_device_of_its_own_persons_either(
    challenge_type: str, judge: Judge, restricted_partner: Partner, provisioning: Provisioning, stories: Stories
) -> None:
    created = restricted_partner.call("create-person", json=provisioning.fields())
    if not created.answer.ok:
        raise NotTestable("needs persons of a partner without permission")
    own = Person(document(created)["id"], restricted_partner)
    body = stories.registration(own, KeyPair.generate(), challenge_type=challenge_type)
    judge.accepts(restricted_partner.call("create-device", json=body))


@each_under_permission
@clause("general.permission-first")
def test_permission_is_looked_at_before_the_request(operation: str, judge: Judge, restricted_partner: Partner) -> None:
    unknown = made_up_ids(operation)
    empty = {"page[size]": "-1", "filter[person_id]": secrets.token_hex(16)}
    judge.accepts(restricted_partner.call(operation, *unknown, params=empty))
    if operations()[operation].body:
        judge.accepts(restricted_partner.call(operation, *unknown, content=b"{not json"))
        judge.accepts(restricted_partner.call(operation, *unknown, json={}))


NO_OTP = Secret("000000")


def otp_of(provisioning: Provisioning, partner: Partner, number: Secret) -> Secret:
    """The OTP that was sent to a number; none, where the partner may not read it."""
    try:
        return provisioning.otp(partner, number, None)
    except NotTestable:
        return NO_OTP


@clause("general.permission-elsewhere")
def test_what_a_partner_without_permission_may_do_elsewhere(
    judge: Judge, restricted_partner: Partner, provisioning: Provisioning, customer: Person
) -> None:
    created = restricted_partner.call("create-person", json=provisioning.fields())
    judge.observes("create a person", created.status)
    person_id = document(created)["id"] if created.answer.ok else customer.id
    judge.observes("read a person", restricted_partner.call("read-person", person_id).status)
    changed = restricted_partner.call("change-person", person_id, json={"email": "changed@example.org"})
    judge.observes("change a person", changed.status)
    secret = provisioning.number()
    number = {"number": secret.reveal()}
    judge.observes("add a number", restricted_partner.call("add-mobile-number", person_id, json=number).status)
    authorized = restricted_partner.call("authorize-mobile-number", person_id, json=number)
    judge.observes("authorize a number", authorized.status)
    outbox = restricted_partner.request("GET", "/__test__/outbox", params={"to": number["number"]}, confidential=True)
    judge.observes("read the outbox", outbox.status)
    token = otp_of(provisioning, restricted_partner, secret) if authorized.answer.ok else NO_OTP
    body = {**number, "token": token.reveal()}
    judge.observes("confirm a number", restricted_partner.call("confirm-mobile-number", person_id, json=body).status)
