"""Contract 1.4 to 1.8 on the operations of contract 8: persons and mobile numbers."""

from __future__ import annotations

from typing import Any

import pytest

from contract.judge import Judge
from contract.operations import operations
from suites.general.nasty import TEXTS
from suites.general.odd_ids import IMPOSSIBLE, made_up_ids, unknown_like
from suites.law import clause
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.secret import Secret

PERSONS = [name for name, operation in operations().items() if operation.path.startswith("/v1/persons")]

each_access_operation = pytest.mark.parametrize("operation", PERSONS)
each_of_a_person = pytest.mark.parametrize("operation", [name for name in PERSONS if operations()[name].parameters])
each_posting = pytest.mark.parametrize("operation", [name for name in PERSONS if operations()[name].method == "POST"])


def good_body(operation: str, provisioning: Provisioning, person: Person) -> dict[str, Any] | None:
    """A body that is good but for the token of a confirmation, which nobody was sent."""
    if operation == "create-person":
        return provisioning.fields()
    if operation == "read-person":
        return None
    number = person.number or provisioning.number()
    return {"number": number.reveal(), **({"token": "000000"} if operation == "confirm-mobile-number" else {})}


def path_ids(operation: str, person: Person) -> list[str]:
    return [person.id] if operations()[operation].parameters else []


@pytest.fixture
def person(operation: str, provisioning: Provisioning, partner: Partner) -> Person:
    """A person for whom the operation is the next step: without a number, or with one that is not verified."""
    needs_number = operation in ("authorize-mobile-number", "confirm-mobile-number")
    return provisioning.unverified(partner) if needs_number else provisioning.person(partner)


@each_access_operation
@clause("general.token-absent")
def test_a_request_without_a_token_is_refused(
    operation: str, judge: Judge, partner: Partner, person: Person, provisioning: Provisioning
) -> None:
    body = good_body(operation, provisioning, person)
    judge.accepts(partner.call(operation, *path_ids(operation, person), json=body, token=None))


@each_access_operation
@clause("general.token-unknown")
def test_a_token_that_nobody_issued_is_refused(operation: str, judge: Judge, partner: Partner) -> None:
    judge.accepts(partner.call(operation, *made_up_ids(operation), token=Secret("unknown-token")))


@each_of_a_person
@clause("general.foreign-path")
def test_another_partners_person_is_unknown(
    operation: str, judge: Judge, other_partner: Partner, person: Person, provisioning: Provisioning
) -> None:
    body = good_body(operation, provisioning, person)
    judge.accepts(other_partner.call(operation, person.id, json=body))


@clause("general.foreign-path")
def test_another_partner_confirms_no_number(
    judge: Judge, partner: Partner, other_partner: Partner, provisioning: Provisioning
) -> None:
    person = provisioning.unverified(partner)
    assert person.number is not None
    number = {"number": person.number.reveal()}
    judge.accepts(other_partner.call("authorize-mobile-number", person.id, json=number))
    judge.works(partner.call("authorize-mobile-number", person.id, json=number))
    confirmation = {**number, "token": provisioning.otp(partner, person.number, None).reveal()}
    judge.accepts(other_partner.call("confirm-mobile-number", person.id, json=confirmation))
    judge.still_works(partner.call("confirm-mobile-number", person.id, json=confirmation))


@each_of_a_person
@clause("general.unknown-id")
def test_an_unknown_person_is_not_found(
    operation: str, judge: Judge, partner: Partner, person: Person, provisioning: Provisioning
) -> None:
    judge.accepts(partner.call(operation, unknown_like(person.id), json=good_body(operation, provisioning, person)))


@clause("general.impossible-id")
def test_an_id_that_cannot_be_a_persons_is_refused(judge: Judge, partner: Partner) -> None:
    judge.accepts_each({what: partner.call("read-person", odd, hostile=True) for what, odd in IMPOSSIBLE.items()})


@each_posting
@clause("general.body-not-json")
def test_a_body_that_is_not_json_is_refused(operation: str, judge: Judge, partner: Partner, person: Person) -> None:
    for body in (b"nonsense", b'{"number": '):
        judge.accepts(partner.call(operation, *path_ids(operation, person), content=body))


@each_posting
@clause("general.body-not-an-object")
def test_a_body_that_is_no_object_is_refused(operation: str, judge: Judge, partner: Partner, person: Person) -> None:
    for body in (b"", b"[]", b"5", b"null", b'"text"'):
        judge.accepts(partner.call(operation, *path_ids(operation, person), content=body))


@clause("general.field-type")
def test_a_persons_field_of_the_wrong_type_is_refused(
    judge: Judge, partner: Partner, provisioning: Provisioning
) -> None:
    good = provisioning.fields()
    for name, value in (("first_name", 5), ("last_name", ["a"]), ("email", {}), ("address", "text"), ("address", 5)):
        judge.accepts(partner.call("create-person", json={**good, name: value}))
    judge.accepts(partner.call("add-mobile-number", provisioning.person(partner).id, json={"number": 5}))


@clause("general.no-server-error")
def test_no_text_of_a_person_or_a_number_gets_a_5xx(judge: Judge, partner: Partner, provisioning: Provisioning) -> None:
    person = provisioning.unverified(partner)
    for what, text in TEXTS.items():
        answers = [
            partner.call("create-person", json={**provisioning.fields(), "first_name": text}, hostile=True),
            partner.call("add-mobile-number", person.id, json={"number": text}, hostile=True),
            partner.call("authorize-mobile-number", person.id, json={"number": text}, hostile=True),
            partner.call("confirm-mobile-number", person.id, json={"number": text, "token": text}, hostile=True),
        ]
        for answer in answers:
            judge.holds(answer.status < 500, f"{what} got {answer.status}", "no 5xx", answer)
