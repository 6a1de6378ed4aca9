"""Contract 3, POST /v1/mfa/devices: for whom a device can be bound."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from uuid import uuid4

from contract.clauses import clauses
from contract.exchange import Exchange
from contract.judge import Judge, NotTestable
from signer import KeyPair
from suites.general.odd_ids import nearly
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person, Provisioning

LONG = 16
"""Characters of an id that is no number that counts."""

NO_LIVE_CODE = clauses()["binding.no-live-code"].answers


@clause("binding.unknown-person")
def test_an_unknown_person_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    body = stories.registration(customer, KeyPair.generate())
    bound = stories.bind(customer)
    # Ids are unique among things of a kind alone: what is short may be a number that is a person's, too.
    ids = {"a device's id": bound.device_id, "a challenge's id": bound.challenge_id, "a key's id": bound.key_id}
    strangers = {what: text for what, text in ids.items() if len(text) >= LONG} | nearly(customer.id)
    strangers["an unknown id"] = str(uuid4())
    tries = {
        what: partial(customer.partner.call, "create-device", json={**body, "person_id": text})
        for what, text in strangers.items()
    }
    judge.accepts_each(stories.each(tries))
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
def test_a_person_without_a_number_is_refused(
    stories: Stories, provisioning: Provisioning, customer: Person, judge: Judge
) -> None:
    types = {"by default": None, "by SMS": "sms"}
    person, *_ = stories.beside(
        partial(provisioning.person, customer.partner),
        partial(stories.bind, customer, challenge_type=None),
        partial(stories.bind, customer, challenge_type="sms"),
    )
    bodies = {name: stories.registration(person, KeyPair.generate(), challenge_type=it) for name, it in types.items()}
    create = partial(customer.partner.call, "create-device")
    tries = {name: partial(create, json=body) for name, body in bodies.items()}
    judge.accepts_each(stories.each(tries))
    # A live code, which a target may refuse to such a person, is no number.
    stories.ask_for_code(person)
    judge.accepts_each(stories.each(tries))
    judge.unchanged([], stories.devices(person))


@clause("binding.number-unverified")
def test_a_person_whose_number_is_not_verified_is_refused(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    person = provisioning.unverified(partner)
    assert person.number is not None
    body = stories.registration(person, KeyPair.generate(), challenge_type="sms")
    not_authorized = partner.call("create-device", json=body)
    judge.works(partner.call("authorize-mobile-number", person.id, json={"number": person.number.reveal()}))
    not_confirmed = partner.call("create-device", json=body)
    judge.accepts_each({"a number not authorized": not_authorized, "a number not confirmed": not_confirmed})
    judge.unchanged([], stories.devices(person))
    provisioning.verify(person)
    judge.still_works(partner.call("create-device", json=body))


@clause("binding.number-unverified")
def test_a_wrong_token_or_a_live_code_verifies_no_number(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    person = provisioning.unverified(partner)
    assert person.number is not None
    number = {"number": person.number.reveal()}
    judge.works(partner.call("authorize-mobile-number", person.id, json=number))
    token = provisioning.otp(partner, person.number, None).reveal()
    wrong = token[:-1] + ("1" if token[-1] == "0" else "0")
    confirmed = partner.call("confirm-mobile-number", person.id, json={**number, "token": wrong})
    if confirmed.answer.ok:
        raise NotTestable("needs a target that refuses a wrong token")
    create = partial(partner.call, "create-device")
    body = stories.registration(person, KeyPair.generate())
    after_wrong_token = create(json=body)
    stories.ask_for_code(person)
    judge.accepts_each({"after a wrong token": after_wrong_token, "with a live code": create(json=body)})


@clause("binding.number-for-activation-code")
def test_whether_a_binding_by_activation_code_needs_a_verified_number(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    def tried(make: Callable[[Partner], Person]) -> tuple[Exchange, Exchange]:
        person = make(partner)
        asked = stories.ask_for_code(person)
        body = stories.registration(person, KeyPair.generate(), challenge_type="activation_code")
        return asked, partner.call("create-device", json=body)

    numbers = {"no number": provisioning.person, "unverified": provisioning.unverified}
    for name, (code, binding) in stories.each({it: partial(tried, make) for it, make in numbers.items()}).items():
        judge.observes(f"{name}: code", code.status)
        judge.observes(f"{name}: binding", binding.status)
