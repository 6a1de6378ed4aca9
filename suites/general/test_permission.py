"""Contract 1.5: a partner without permission for device management."""

from __future__ import annotations

import secrets
from functools import partial

import pytest

from contract.judge import Judge, NotTestable, document
from contract.operations import Gate, operations
from signer import KeyPair
from suites.change_requests.changes import STATIC_TAN, Change, ask, by_tan, to_nobody, to_number
from suites.general.cells import each
from suites.general.odd_ids import made_up_ids
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.stories import Stories, activation_request
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.secret import Secret


@pytest.fixture
def own(restricted_partner: Partner, provisioning: Provisioning) -> Person:
    """A person of the partner without permission; with a verified number, where it may give them one."""
    try:
        return provisioning.customer(restricted_partner)
    except NotTestable:
        fields = provisioning.fields()
    created = restricted_partner.call("create-person", json=fields)
    if not created.answer.ok:
        raise NotTestable("needs persons of a partner without permission")
    return Person(document(created)["id"], restricted_partner, fields=fields)


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
def test_a_partner_without_permission_manages_nothing_for_its_own_persons(
    judge: Judge, own: Person, stories: Stories
) -> None:
    codes = "create-activation-challenge"
    by_sms, by_code = (
        stories.registration(own, KeyPair.generate(), challenge_type=kind) for kind in ("sms", "activation_code")
    )
    of_own = {"filter[person_id]": own.id}
    tried = {
        "a binding by SMS": partial(own.partner.call, "create-device", json=by_sms),
        "a binding by activation code": partial(own.partner.call, "create-device", json=by_code),
        "an SMS challenge": partial(own.partner.call, "create-sms-challenge", json={"person_id": own.id}),
        "an activation code": partial(own.partner.call, codes, json=activation_request(own)),
        "the list of devices": partial(own.partner.call, "list-devices", params=of_own),
        "the list of activation codes": partial(own.partner.call, "list-activation-challenges", params=of_own),
    }
    judge.accepts_each(stories.each(tried))


@clause("general.permission")
def test_a_partner_without_permission_completes_no_change_request_of_its_own(
    judge: Judge, own: Person, stories: Stories
) -> None:
    asked = ask(own)
    if asked.status != 202:
        raise NotTestable("needs change requests of a partner without permission")
    change = Change(own, document(asked)["id"], {})
    bodies = {"the static TAN": to_nobody(own), "an SMS": to_number(own)}
    tried = {f"an authorization by {what}": partial(change.authorize, body) for what, body in bodies.items()}
    judge.accepts_each(stories.each(tried))
    judge.accepts(change.confirm(by_tan(own, STATIC_TAN)))


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
