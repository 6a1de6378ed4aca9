"""Contract 1.2: what a target passes over: unknown fields, and optional fields that are null."""

from __future__ import annotations

import pytest

from contract.clauses import clauses
from contract.judge import Judge
from contract.operations import operations
from signer import KeyPair
from suites.general.cells import each, each_with_body
from suites.general.deltas import may_be_absent, spoilt, without_optional
from suites.general.odd_ids import unknown_like
from suites.general.tolerance import tolerates
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.specimens import Workshop, each_operation
from suites.stories import Stories, activation_request
from target.partner import Partner
from target.provisioning import Person

each_with_optional = each(lambda operation: any(may_be_absent(operation, field) for field in operation.body))

UNKNOWN = {
    "unknown": {"a": [1, None]},
    "status": "BOUND",
    "bound": True,
    "verified": True,
    "admin": True,
    "": "x",
    "_method": "DELETE",
}


@each_with_body
@clause("general.unknown-fields")
def test_an_unknown_field_in_a_body_is_ignored(operation: str, workshop: Workshop, judge: Judge) -> None:
    good = workshop.make(operation)
    tolerates(judge, good.send(json={**(good.json or {}), **UNKNOWN}), good)


@each_operation
@clause("general.unknown-fields")
def test_an_unknown_field_in_the_query_is_ignored(operation: str, workshop: Workshop, judge: Judge) -> None:
    good = workshop.make(operation)
    unknown = {"unknown": "1", "filter[unknown]": "x", "_method": "DELETE"}
    tolerates(judge, good.send(params={**(good.params or {}), **unknown}), good)


OF_OTHER_LISTS = {
    "limit": 1,
    "offset": 1,
    "per_page": 1,
    "sort": "-id",
    "id": "none",
    "person_id": "none",
    "filter[id]": "none",
    "filter[name]": "none",
    "filter[status]": "none",
}
"""Parameters that other lists have, and these have not."""


@clause("general.unknown-fields")
@pytest.mark.parametrize("operation", ["list-devices", "list-activation-challenges"])
def test_a_list_has_the_same_rows_with_parameters_of_other_lists(
    operation: str, workshop: Workshop, judge: Judge
) -> None:
    good = workshop.make(operation)
    person = Person(str((good.params or {})["filter[person_id]"]), good.partner)
    # So that there are two rows, one of them dead where there may be but one that lives.
    if operation == "list-devices":
        workshop.stories.bind(workshop.person)
    else:
        workshop.stories.activation_code(person, invalidate_existing=True)
    params = {"filter[person_id]": person.id, "filter[include_expired]": "true"}
    answers = (good.send(params=params), good.send(params={**params, **OF_OTHER_LISTS}))
    plain, shown = (sorted(row["id"] for row in tolerates(judge, answer, good)) for answer in answers)
    judge.holds(plain == shown, f"{len(shown)} of {len(plain)} rows are listed", "the same rows", answers[1])


@clause("general.unknown-fields")
def test_an_unknown_field_within_an_object_is_ignored(workshop: Workshop, judge: Judge) -> None:
    objects = {"create-device": "sms_challenge", "add-key": "device_signature", "create-person": "address"}
    for operation, name in objects.items():
        good = workshop.make(operation)
        body = dict(good.json or {})
        tolerates(judge, good.send(json={**body, name: {**body[name], **UNKNOWN}}), good)


@clause("general.unknown-fields")
def test_a_device_cannot_be_given_what_the_target_decides(
    judge: Judge, partner: Partner, customer: Person, another_customer: Person, stories: Stories
) -> None:
    other = stories.begin(another_customer)
    keys = KeyPair.generate()
    wishes = {
        "id": unknown_like(other.device_id),
        "key_id": unknown_like(other.key_id),
        "created_at": "2001-01-01T00:00:00Z",
        "deleted_at": "2001-01-01T00:00:00Z",
        "challenge": {"id": other.challenge_id, "expires_at": "2101-01-01T00:00:00Z"},
        **UNKNOWN,
    }
    created = tolerates(judge, partner.call("create-device", json=stories.registration(customer, keys, **wishes)))
    binding = stories.binding(customer, keys, created)
    judge.holds(binding.device_id != wishes["id"], "the device has the id that the request named", "an id of its own")
    judge.holds(binding.challenge_id != other.challenge_id, "the challenge has a named id", "an id of its own")
    judge.holds(not stories.is_bound(binding), "an unknown field bound the device", "a device that is not bound")
    judge.works(binding.verify())
    row = next((row for row in stories.devices(customer) if row["id"] == binding.device_id), {})
    judge.holds(
        row.get("person_id") == customer.id
        and not row.get("deleted_at")
        and not str(row.get("created_at")).startswith("2001"),
        "an unknown field of the request stands in the device",
        "what the target decides",
    )


@each_with_optional
@clause("general.null-is-absent")
def test_optional_fields_may_be_null(operation: str, workshop: Workshop, judge: Judge) -> None:
    good = workshop.make(operation)
    tolerates(judge, good.send(json=without_optional(good.operation, good.json)), good)


@clause("general.null-is-absent")
def test_a_binding_with_a_field_that_is_null_gets_the_default(
    judge: Judge, partner: Partner, customer: Person, stories: Stories
) -> None:
    operation = operations()["create-device"]
    for field in operation.body:
        if not field.required:
            good = stories.registration(customer, KeyPair.generate(), sms_challenge={"app_signature": "e2e-e2e-e2e"})
            tolerates(judge, partner.call("create-device", json=spoilt(good, field.name, None)))


@clause("general.null-is-absent")
def test_a_binding_whose_optional_fields_are_all_null_has_the_defaults(
    judge: Judge, partner: Partner, customer: Person, stories: Stories
) -> None:
    keys = KeyPair.generate()
    body = without_optional(operations()["create-device"], stories.registration(customer, keys))
    binding = stories.binding(customer, keys, tolerates(judge, partner.call("create-device", json=body)))
    judge.works(binding.verify())
    purpose = stories.keys(binding).get(binding.key_id, {}).get("key_purpose")
    judge.holds(purpose == "unrestricted", f"the key's purpose is {purpose}", "unrestricted, the default")
    names = [row.get("name") for row in stories.devices(customer) if row["id"] == binding.device_id]
    judge.holds(not any(names), "the device has a name", 'null, "" or absent')


@clause("general.null-is-absent")
def test_an_invalidation_that_is_null_is_not_wanted(judge: Judge, partner: Partner, stories: Stories) -> None:
    newcomer = stories.newcomer(partner)
    stories.activation_code(newcomer)
    body = {**activation_request(newcomer), "invalidate_existing_code": None}
    judge.accepts(
        partner.call("create-activation-challenge", json=body), clauses()["activation.live-code-exists"].answers
    )


@clause("general.null-is-absent")
def test_an_added_key_whose_purpose_is_null_is_unrestricted(
    judge: Judge, customer: Person, stories: Stories, key_addition: KeyAddition
) -> None:
    binding = stories.bind(customer, key_purpose="restricted")
    body = key_addition.body(binding, KeyPair.generate(), key_type=None, device_data=None)
    body = spoilt(spoilt(body, "key_purpose", None), "device_signature.signature_key_purpose", "restricted")
    added = tolerates(judge, binding.partner.call("add-key", binding.device_id, json=body))
    purpose = stories.keys(binding).get(added["id"], {}).get("key_purpose")
    judge.holds(purpose == "unrestricted", f"the key's purpose is {purpose}", "unrestricted, the default")
