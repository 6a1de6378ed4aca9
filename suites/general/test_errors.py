"""Contract 1.3: the shape, the status and the id of errors.

The rules of `contract.everywhere` judge each exchange of the whole run; these tests see to it that each operation
gives each of the errors that it can be brought to give.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.exchange import Exchange
from contract.judge import Judge
from contract.operations import operations
from signer import KeyPair
from suites.general.cells import TRIED
from suites.general.deltas import NEEDS_NO_FIELD
from suites.general.error_bodies import entries
from suites.general.odd_ids import made_up_ids, unknown_like
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.specimens import each_operation
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person
from target.secret import Secret

each_method = pytest.mark.parametrize(
    "operation", list({operation.method: operation.id for operation in reversed(TRIED)}.values())
)
"""One operation of each method; the errors of the others are judged wherever they come."""


def is_an_error(judge: Judge, exchange: Exchange) -> None:
    """The answer is a refusal, and its body is an error. Which refusal it is, other clauses judge."""
    judge.holds(400 <= exchange.status < 500, f"answered {exchange.status}", "a refusal", exchange)
    judge.holds(entries(exchange), f"a {exchange.status} has neither error shape", "one of the two", exchange)


def provoked(operation: str, partner: Partner, stories: Stories) -> list[Exchange]:
    """Errors that need nothing to be there: no token, a bad token, unknown ids, a bad body."""
    ids = made_up_ids(operation)
    bad: list[dict[str, Any]] = [{"token": None}, {"token": Secret("unknown-token")}]
    if ids:
        bad.append({})
    if operations()[operation].body:
        bad.append({"content": b"{not json"})
    if operations()[operation].body and operation not in NEEDS_NO_FIELD:
        bad.append({"json": {}})
    return stories.together([partial(partner.call, operation, *ids, **delta) for delta in bad])


@each_operation
@clause("general.error-shape")
def test_every_refusal_is_an_error(operation: str, judge: Judge, partner: Partner, stories: Stories) -> None:
    for refused in provoked(operation, partner, stories):
        is_an_error(judge, refused)


@clause("general.error-shape")
@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/mfa/nothing"), ("PATCH", "/v1/mfa/devices")])
def test_the_refusal_of_what_does_not_exist_is_an_error(method: str, path: str, judge: Judge, partner: Partner) -> None:
    refused = partner.request(method, path)
    if refused.answer.body:
        is_an_error(judge, refused)


@each_method
@clause("general.error-status")
def test_the_status_in_the_body_is_the_status_of_the_answer(
    operation: str, judge: Judge, partner: Partner, stories: Stories
) -> None:
    for refused in provoked(operation, partner, stories):
        said = {str(entry["status"]) for entry in entries(refused)}
        judge.holds(said <= {str(refused.status)}, "the body names another status", str(refused.status), refused)


@each_method
@clause("general.error-id")
def test_no_two_errors_have_the_same_id(operation: str, judge: Judge, partner: Partner, stories: Stories) -> None:
    refusals = provoked(operation, partner, stories) + provoked(operation, partner, stories)
    ids = [one for refused in refusals for one in {entry["id"] for entry in entries(refused)}]
    judge.holds(len(set(ids)) == len(ids), "two errors have the same id", "an id of its own for each error")


@clause("general.error-shape")
def test_the_refusals_of_a_binding_have_the_documented_shape(
    judge: Judge, partner: Partner, customer: Person, stories: Stories
) -> None:
    body = stories.registration(customer, KeyPair.generate())
    unknown = {**body, "person_id": unknown_like(customer.id)}
    is_an_error(judge, partner.call("create-device", json=unknown))
    without_code = {**body, "challenge_type": "activation_code"}
    is_an_error(judge, partner.call("create-device", json=without_code))


@clause("general.error-shape")
def test_the_refusals_of_a_verification_have_the_documented_shape(
    judge: Judge, customer: Person, stories: Stories
) -> None:
    wrong, right = stories.begin(customer), stories.begin(customer)
    other_signature = stories.begin(customer).signature()
    is_an_error(judge, wrong.verify(other_signature))
    judge.works(right.verify())
    repeated = right.verify()
    if not repeated.answer.ok:
        is_an_error(judge, repeated)


@clause("general.error-shape")
def test_the_refusals_of_a_key_addition_have_the_documented_shape(
    judge: Judge, customer: Person, stories: Stories, key_addition: KeyAddition
) -> None:
    binding = stories.bind(customer)
    is_an_error(judge, key_addition.add(binding, KeyPair.generate(), key_purpose="unrestricted"))
    body = key_addition.body(binding, KeyPair.generate())
    foreign = {**body, "key": KeyPair.generate().public_hex}
    is_an_error(judge, binding.partner.call("add-key", binding.device_id, json=foreign))
