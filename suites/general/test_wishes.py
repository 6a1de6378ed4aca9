"""Contract 1.2: what the target decides, a request cannot decide by a field that is not documented for it."""

from __future__ import annotations

from typing import Any

import pytest

from contract.answers import Answers
from contract.judge import Judge, NotTestable, document
from contract.operations import Operation, operations
from contract.schemas import documented
from signer import KeyPair
from suites.access.numbers import begin_binding
from suites.change_requests.changes import STATIC_TAN, Change, by_tan, new_email, to_nobody, values
from suites.general.cells import each
from suites.general.deltas import SPENDS_A_TRY
from suites.general.odd_ids import unknown_like
from suites.general.tolerance import tolerates
from suites.general.trespass import altered
from suites.law import clause
from suites.specimens import Workshop
from suites.stories import Stories, signed
from target.provisioning import Person, Provisioning

PAST, FUTURE = "2001-01-01T00:00:00Z", "2101-01-01T00:00:00Z"
WRONG = Answers((403,), (400,))
WISHED_TAN = "535353"

WISHES: dict[str, Any] = {
    "created_at": PAST,
    "updated_at": PAST,
    "expires_at": FUTURE,
    "used_at": PAST,
    "deleted_at": PAST,
    "usage_count": 7,
    "max_usage_count": 4711,
    "string_to_sign": "a text of the client's own",
    "code": WISHED_TAN,
    "otp": WISHED_TAN,
    "tan": WISHED_TAN,
    "token": WISHED_TAN,
    "type": "wished",
    "url": "https://example.org/wished",
    "status": "VERIFIED",
    "bound": True,
    "verified": True,
    "authorized": True,
    "confirmed": True,
}
"""What answers show, and what a target may keep besides. The ids are made up, as they are like the target's own."""

IDS = ("id", "key_id", "device_id", "challenge_id", "person_id")


def wishes_for(operation: Operation, like: str) -> dict[str, Any]:
    """The wishes that are no documented fields of the operation's body. like: some id of the target."""
    known = {field.name for field in operation.body}
    every = {**{name: unknown_like(like) for name in IDS}, **WISHES}
    return {name: value for name, value in every.items() if name not in known}


@each(lambda operation: operation.body and operation.answer)
@clause("general.unknown-fields")
def test_nothing_is_as_an_unknown_field_wished(operation: str, workshop: Workshop, judge: Judge) -> None:
    good = workshop.make(operation)
    wishes = wishes_for(good.operation, workshop.person.id)
    sent = good.send(json={**(good.json or {}), **wishes})
    created = tolerates(judge, sent, good)
    shown = documented(good.operation.other_answers.get(sent.status) or good.operation.answer or "", created)
    places = (shown, shown.get("challenge", {}))
    granted = [name for name in wishes for place in places if place.get(name) == wishes[name]]
    judge.holds(not granted, f"{', '.join(granted)} as the request named it", "what the target decides", sent)


@clause("general.unknown-fields")
def test_a_code_that_a_request_wished_for_verifies_nothing(
    stories: Stories, customer: Person, provisioning: Provisioning, judge: Judge
) -> None:
    def asked(operation: str, *ids: str, **fields: Any) -> Any:
        wishes = wishes_for(operations()[operation], customer.id)
        return tolerates(judge, call(operation, *ids, json={**fields, **wishes}))

    call, keys, person = customer.partner.call, KeyPair.generate(), provisioning.unverified(customer.partner)
    device = asked("create-device", **stories.registration(customer, keys))["challenge"]["id"]
    judge.accepts(call("verify-signature-challenge", device, json={"signature": signed(keys, WISHED_TAN)}), WRONG)
    challenge = asked("create-sms-challenge", person_id=customer.id)["id"]
    judge.accepts(call("verify-sms-challenge", challenge, json={"code": WISHED_TAN}), WRONG)
    number = {"number": person.number.reveal() if person.number else ""}
    asked("authorize-mobile-number", person.id, **number)
    judge.accepts(call("confirm-mobile-number", person.id, json={**number, "token": WISHED_TAN}), WRONG)


@each(lambda operation: any(operation.id == name for name, _ in SPENDS_A_TRY))
@clause("general.unknown-fields")
def test_nothing_is_verified_because_a_field_says_so(operation: str, workshop: Workshop, judge: Judge) -> None:
    good = workshop.make(operation)
    body = dict(good.json or {})
    wrong = {name: altered(str(body[name])) for of, name in SPENDS_A_TRY if of == operation and name in body}
    tried = good.send(json={**body, **wrong, **wishes_for(good.operation, workshop.person.id)})
    judge.accepts(tried, WRONG)


@clause("general.unknown-fields")
@pytest.mark.parametrize("operation", ["add-mobile-number", "authorize-mobile-number"])
def test_a_number_is_not_verified_because_a_field_says_so(
    operation: str, workshop: Workshop, stories: Stories, judge: Judge
) -> None:
    asking, twin = workshop.make(operation), workshop.make(operation)
    wishes = wishes_for(asking.operation, workshop.person.id)
    judge.works(twin.send())
    tolerates(judge, asking.send(json={**(asking.json or {}), **wishes}), asking)
    begun, of_twin = (begin_binding(stories, Person(it.ids[0], it.partner)) for it in (asking, twin))
    if of_twin.answer.ok:
        raise NotTestable("needs a target that binds no device by a number that is not verified")
    judge.holds(not begun.answer.ok, "a field verified the number", "an OTP verifies it", begun)


@clause("general.unknown-fields")
def test_a_change_is_what_was_asked_for_and_confirmed(customer: Person, judge: Judge) -> None:
    before = values(customer)
    wishes = wishes_for(operations()["change-person"], customer.id)
    fields = new_email()
    sent = customer.partner.call("change-person", customer.id, json={**fields, **wishes})
    asked = tolerates(judge, sent)
    if sent.status != 202:
        raise NotTestable("needs a change that is to be confirmed")
    judge.holds(values(customer) == before, "a field changed the person", "no change but by a confirmation")
    change = Change(customer, asked["id"], fields)
    tolerates(judge, change.authorize({**to_nobody(customer), "tan": WISHED_TAN}))
    refused = change.confirm(by_tan(customer, WISHED_TAN))
    judge.accepts(refused, WRONG)
    judge.holds(values(customer) == before, "a TAN of the client's own confirmed", "the TAN that the target chose")


@clause("general.unknown-fields")
def test_a_confirmation_changes_nothing_that_it_names_itself(customer: Person, judge: Judge) -> None:
    change = Change.begin(customer)
    document(change.authorize(to_nobody(customer)))
    before = values(customer)
    wishes = {**new_email(), "last_name": "Wished", "changes": {"last_name": "Wished"}}
    tolerates(judge, change.confirm({**by_tan(customer, STATIC_TAN), **wishes}))
    after = values(customer)
    judge.holds(after["email"] != wishes["email"], "the person has what a confirmation named", "what was asked for")
    moved = [name for name in after if name not in change.fields and after[name] != before[name]]
    judge.holds(not moved, f"a confirmation changed {', '.join(moved)}", "what was asked for alone")
