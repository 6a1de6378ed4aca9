"""Contract 1.4, 1.6, 1.7 and 1.8 for persons and mobile numbers."""

from __future__ import annotations

from uuid import uuid4

import pytest

from contract.judge import Judge
from suites.access.specimens import ACCESS_SPECIMENS, AccessWorkshop
from suites.general.nasty import TEXTS
from suites.general.odd_ids import IMPOSSIBLE, unknown_like
from suites.law import clause
from suites.proof import ProvedRefusal
from target.connection import Target
from target.partner import Partner
from target.provisioning import Provisioning
from target.secret import Secret
from target.tokens import expired_token

each_operation = pytest.mark.parametrize("operation", list(ACCESS_SPECIMENS))
each_with_body = pytest.mark.parametrize("operation", [name for name in ACCESS_SPECIMENS if name != "read-person"])


@each_operation
@clause("general.token-absent")
def test_a_request_without_a_token_is_refused(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        judge.accepts(good.send(token=None))


@each_operation
@clause("general.token-unknown")
def test_a_token_that_nobody_issued_is_refused(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        judge.accepts(good.send(token=Secret("unknown-token")))


@each_operation
@clause("general.token-expired")
@pytest.mark.usefixtures("clock")
def test_an_expired_token_is_refused(refusal: ProvedRefusal, judge: Judge, target: Target) -> None:
    expired = expired_token(target.client, target.profile)
    with refusal as good:
        judge.accepts(good.send(token=expired))


@each_operation
@clause("general.token-scheme")
def test_a_good_token_under_another_scheme_is_refused(refusal: ProvedRefusal, judge: Judge, partner: Partner) -> None:
    with refusal as good:
        judge.accepts(good.send(token=None, headers={"Authorization": f"Basic {partner.token.reveal()}"}))


@each_operation
@clause("general.token-in-query")
def test_a_token_in_the_query_is_refused(refusal: ProvedRefusal, partner: Partner, judge: Judge) -> None:
    with refusal as good:
        judge.accepts(good.send(token=None, params={"access_token": partner.token.reveal()}))


@each_operation
@clause("general.token-first")
def test_the_token_counts_before_the_person(partner: Partner, operation: str, judge: Judge) -> None:
    judge.accepts(partner.call(operation, uuid4().hex, token=None, content=b"{"))


@each_operation
@clause("general.foreign-path")
def test_another_partners_person_is_unknown(refusal: ProvedRefusal, other_partner: Partner, judge: Judge) -> None:
    with refusal as good:
        judge.accepts(good.send(partner=other_partner))


@each_operation
@clause("general.unknown-id")
def test_an_unknown_person_is_not_found(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        judge.accepts(good.send(ids=(unknown_like(good.ids[0]),)))


@each_with_body
@clause("general.body-not-json")
def test_a_body_that_is_not_json_is_refused(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        judge.accepts(good.send(json=None, content=b'{"number": '))


@each_with_body
@clause("general.body-not-an-object")
def test_a_body_that_is_no_object_is_refused(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        for content in (b"", b"[]", b'"text"', b"null", b"7"):
            judge.accepts(good.send(json=None, content=content))


@each_with_body
@clause("general.field-type")
def test_a_field_of_the_wrong_type_is_refused(refusal: ProvedRefusal, judge: Judge) -> None:
    values = {"an integer": 7, "a boolean": True, "an array": ["+"], "an object": {"a": "b"}}
    with refusal as good:
        for name in good.json or {}:
            judge.accepts_each(
                good.send_each(
                    {
                        f"{what} for {name}": {"json": {**(good.json or {}), name: value}}
                        for what, value in values.items()
                    }
                )
            )


@each_operation
@clause("general.impossible-id")
def test_an_id_that_cannot_be_a_persons_is_refused(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        judge.accepts_each(good.send_each({what: {"ids": (odd,), "hostile": True} for what, odd in IMPOSSIBLE.items()}))


@each_with_body
@clause("general.no-server-error")
def test_no_text_in_a_field_gets_a_5xx(operation: str, access: AccessWorkshop, judge: Judge) -> None:
    good = access.make(operation)
    for name in good.json or {}:
        bodies = {f"{name}: {what}": {**(good.json or {}), name: text} for what, text in TEXTS.items()}
        for what, tried in good.send_each(
            {what: {"json": body, "hostile": True} for what, body in bodies.items()}
        ).items():
            judge.holds(tried.status < 500, f"{what} got {tried.status}", "no 5xx", tried)


@clause("general.no-server-error")
def test_no_text_of_a_person_gets_a_5xx(provisioning: Provisioning, partner: Partner, judge: Judge) -> None:
    for what, text in TEXTS.items():
        created = partner.call("create-person", json={**provisioning.fields(), "first_name": text}, hostile=True)
        judge.holds(created.status < 500, f"{what} got {created.status}", "no 5xx", created)


@clause("general.token-absent")
def test_nobody_creates_a_person_without_a_token(provisioning: Provisioning, partner: Partner, judge: Judge) -> None:
    judge.accepts(partner.call("create-person", json=provisioning.fields(), token=None))


@clause("general.body-not-json")
def test_a_person_is_not_created_from_a_body_that_is_not_json(partner: Partner, judge: Judge) -> None:
    judge.accepts(partner.call("create-person", content=b'{"first_name": '))


@clause("general.body-not-an-object")
@pytest.mark.parametrize("content", [b"", b"[]", b'"text"', b"null"], ids=["empty", "array", "text", "null"])
def test_a_person_is_not_created_from_a_body_that_is_no_object(partner: Partner, judge: Judge, content: bytes) -> None:
    judge.accepts(partner.call("create-person", content=content))


@clause("general.field-type")
@pytest.mark.parametrize("name", ["first_name", "address", "birth_date", "email"])
def test_a_person_is_not_created_with_a_field_of_the_wrong_type(
    provisioning: Provisioning, partner: Partner, judge: Judge, name: str
) -> None:
    judge.works(partner.call("create-person", json=provisioning.fields()))
    judge.accepts(partner.call("create-person", json={**provisioning.fields(), name: 7}))
