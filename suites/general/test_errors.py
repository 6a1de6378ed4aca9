"""Contract 1.3: the shape, the status and the id of errors.

The rules of `contract.everywhere` judge each exchange of the whole run; these tests see to it that each operation
gives each of the errors that it can be brought to give.
"""

from __future__ import annotations

from typing import Any

from contract.everywhere import error_entries
from contract.exchange import Exchange, NotJson
from contract.judge import Judge
from contract.schemas import defect
from signer import KeyPair
from suites.general.cells import each_with_body, each_with_path_ids
from suites.general.odd_ids import unknown_like
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.specimens import Specimen, each_operation
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person
from target.secret import Secret


def is_an_error(judge: Judge, exchange: Exchange, *statuses: int) -> None:
    """The answer is one of the refusals that were provoked, and its body is an error."""
    judge.holds(exchange.status in statuses, f"answered {exchange.status}", f"an error of {statuses}", exchange)
    judge.holds(entries(exchange), f"a {exchange.status} has neither error shape", "one of the two", exchange)


def entries(exchange: Exchange) -> list[dict[str, Any]]:
    """The errors of an answer; none where its body has neither shape."""
    try:
        body = exchange.answer.json()
    except NotJson:
        return []
    return error_entries(body) if not defect("error", body) or not defect("errors", body) else []


@each_operation
@clause("general.error-shape")
def test_a_401_has_the_documented_shape(judge: Judge, specimen: Specimen) -> None:
    is_an_error(judge, specimen.send(token=None), 401)
    is_an_error(judge, specimen.send(token=Secret("unknown-token")), 401)


@each_operation
@clause("general.error-shape")
def test_a_403_has_the_documented_shape(judge: Judge, specimen: Specimen, restricted_partner: Partner) -> None:
    is_an_error(judge, specimen.send(partner=restricted_partner), 403)


@each_with_path_ids
@clause("general.error-shape")
def test_a_404_has_the_documented_shape(judge: Judge, specimen: Specimen, other_partner: Partner) -> None:
    is_an_error(judge, specimen.send(ids=tuple(map(unknown_like, specimen.ids))), 404)
    is_an_error(judge, specimen.send(partner=other_partner), 403, 404)


@each_with_body
@clause("general.error-shape")
def test_a_400_has_the_documented_shape(judge: Judge, specimen: Specimen) -> None:
    is_an_error(judge, specimen.send(content=b"{not json"), 400)
    is_an_error(judge, specimen.send(json={}), 400)


@clause("general.error-shape")
def test_the_refusals_of_a_binding_have_the_documented_shape(
    judge: Judge, partner: Partner, customer: Person, stories: Stories
) -> None:
    body = stories.registration(customer, KeyPair.generate())
    unknown = {**body, "person_id": unknown_like(customer.id)}
    is_an_error(judge, partner.call("create-device", json=unknown), 400, 404)
    without_code = {**body, "challenge_type": "activation_code"}
    is_an_error(judge, partner.call("create-device", json=without_code), 400, 403, 404, 409)


@clause("general.error-shape")
def test_the_refusals_of_a_verification_have_the_documented_shape(
    judge: Judge, customer: Person, stories: Stories
) -> None:
    wrong, right = stories.begin(customer), stories.begin(customer)
    other_signature = stories.begin(customer).signature()
    is_an_error(judge, wrong.verify(other_signature), 400, 403)
    judge.works(right.verify())
    repeated = right.verify()
    if not repeated.answer.ok:
        is_an_error(judge, repeated, 400, 403, 404, 409)


@clause("general.error-shape")
def test_the_refusals_of_a_key_addition_have_the_documented_shape(
    judge: Judge, customer: Person, stories: Stories, key_addition: KeyAddition
) -> None:
    binding = stories.bind(customer)
    is_an_error(judge, key_addition.add(binding, KeyPair.generate(), key_purpose="unrestricted"), 400, 403, 409)
    body = key_addition.body(binding, KeyPair.generate())
    foreign = {**body, "key": KeyPair.generate().public_hex}
    is_an_error(judge, binding.partner.call("add-key", binding.device_id, json=foreign), 400, 403)


def refusals(good: Specimen) -> list[Exchange]:
    """An error of each kind that every operation of this sort gives."""
    found = [good.send(token=None)]
    if good.ids:
        found.append(good.send(ids=tuple(map(unknown_like, good.ids))))
    if good.operation.body:
        found.append(good.send(content=b"{not json"))
    return found


@each_operation
@clause("general.error-status")
def test_the_status_in_the_body_is_the_status_of_the_answer(judge: Judge, specimen: Specimen) -> None:
    for refused in refusals(specimen):
        said = {str(entry["status"]).lstrip("0") for entry in entries(refused)}
        judge.holds(said <= {str(refused.status)}, "the body names another status", str(refused.status), refused)


@each_operation
@clause("general.error-id")
def test_no_two_errors_have_the_same_id(judge: Judge, specimen: Specimen) -> None:
    ids = [one for _ in range(2) for refused in refusals(specimen) for one in {row["id"] for row in entries(refused)}]
    judge.holds(len(set(ids)) == len(ids), "two errors have the same id", "an id of its own for each error")
