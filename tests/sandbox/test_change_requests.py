"""Change requests (contract 7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.driver import Bound, DeviceKey, Partner, ahead, fresh_number


def name_of(partner: Partner, person: str) -> str:
    return str(partner.http.get(f"/v1/persons/{person}").json()["last_name"])


def test_a_tan_confirms_the_change(partner: Partner) -> None:
    number = fresh_number("+4915")
    person = partner.reachable_person(number)
    answer = partner.http.patch(f"/v1/persons/{person}", json={"last_name": "Cern"})
    assert (answer.status_code, answer.json()["status"]) == (202, "AUTHORIZATION_REQUIRED")
    request = answer.json()["id"]
    assert answer.json()["url"].endswith(f"/v1/change_requests/{request}/authorize")
    assert name_of(partner, person) == "Beier"
    before = len(partner.outbox(number))
    authorized = partner.authorize(request, "mobile_number", person_id=person)
    assert (authorized.status_code, authorized.json()["status"]) == (201, "CONFIRMATION_REQUIRED")
    assert "string_to_sign" not in authorized.json()
    (message,) = partner.outbox(number)[before:]
    assert message["challenge_id"] == request
    confirmed = partner.confirm(request, person_id=person, tan=message["otp"])
    assert (confirmed.status_code, confirmed.json()["status"]) == (202, "COMPLETED")
    assert confirmed.json()["response_body"] == partner.http.get(f"/v1/persons/{person}").json()
    assert confirmed.json()["response_code"] == 200
    assert name_of(partner, person) == "Cern"
    assert partner.confirm(request, person_id=person, tan=message["otp"]).status_code == 404
    assert partner.authorize(request, "static", person_id=person).status_code == 404


def test_the_static_tan_needs_no_number_and_sends_nothing(partner: Partner) -> None:
    person = partner.person()
    request = partner.change_request(person)
    assert partner.authorize(request, "static", person_id=person).status_code == 201
    assert partner.confirm(request, person_id=person, tan="212212").status_code == 202
    assert name_of(partner, person) == "Cern"


def test_a_field_of_the_other_method_has_to_be_a_text_as_well(partner: Partner) -> None:
    person = partner.person()
    request = partner.change_request(person)
    assert partner.authorize(request, "static", person_id=person, device_id={}).status_code == 400
    assert partner.authorize(request, "static", person_id=person).status_code == 201
    assert partner.confirm(request, person_id=person, tan="212212", signature=[]).status_code == 400
    assert partner.confirm(request, person_id=person, tan="212212").status_code == 202


def test_a_device_confirms_the_change(partner: Partner, person: str, device: Bound) -> None:
    request = partner.change_request(person)
    authorized = partner.authorize(request, "device_signing", device_id=device.id).json()
    signature = device.key.sign(authorized["string_to_sign"])
    assert partner.confirm(request, device_id=device.id, signature=signature).status_code == 202
    assert name_of(partner, person) == "Cern"
    key = partner.http.get(f"/v1/mfa/devices/{device.id}/keys/{device.key_id}").json()
    assert key["used_at"] is None


def test_a_wrong_tan_is_the_end_of_the_request(partner: Partner, person: str) -> None:
    request = partner.change_request(person)
    partner.authorize(request, "mobile_number", person_id=person)
    refused = partner.confirm(request, person_id=person, tan="000000")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "invalid_tan")
    assert partner.confirm(request, person_id=person, tan="212212").status_code == 404
    assert name_of(partner, person) == "Beier"


def test_a_wrong_signature_is_the_end_of_the_request(partner: Partner, person: str, device: Bound) -> None:
    request = partner.change_request(person)
    text = partner.authorize(request, "device_signing", device_id=device.id).json()["string_to_sign"]
    wrong, right = DeviceKey().sign(text), device.key.sign(text)
    assert partner.confirm(request, device_id=device.id, signature="00").status_code == 400
    assert partner.confirm(request, device_id=device.id, signature=wrong).status_code == 403
    assert partner.confirm(request, device_id=device.id, signature=right).status_code == 404
    assert name_of(partner, person) == "Beier"


def test_nothing_is_confirmed_before_it_is_authorized(partner: Partner, person: str) -> None:
    request = partner.change_request(person)
    assert partner.confirm(request, person_id=person, tan="212212").status_code == 409
    assert name_of(partner, person) == "Beier"


def test_a_method_that_was_not_authorized_confirms_nothing(partner: Partner, person: str, device: Bound) -> None:
    by_tan = partner.change_request(person)
    partner.authorize(by_tan, "static", person_id=person)
    signature = device.key.sign("212212")
    assert partner.confirm(by_tan, device_id=device.id, signature=signature).status_code == 400
    by_device = partner.change_request(person)
    partner.authorize(by_device, "device_signing", device_id=device.id)
    assert partner.confirm(by_device, person_id=person, tan="212212").status_code == 400
    assert name_of(partner, person) == "Beier"


def test_the_time_counts_from_the_authorization(partner: Partner, person: str) -> None:
    request = partner.change_request(person)
    partner.authorize(request, "static", person_id=person)
    late = partner.confirm(request, ahead(310), person_id=person, tan="212212")
    assert late.status_code == 404
    assert name_of(partner, person) == "Beier"
    in_time = partner.confirm(request, ahead(290), person_id=person, tan="212212")
    assert in_time.status_code == 202


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"delivery_method": None}, 400),
        ({"delivery_method": "pigeon"}, 400),
        ({"delivery_method": "device_signing"}, 400),
        ({"delivery_method": "static", "person_id": None}, 400),
        ({"delivery_method": "static", "person_id": "nobody"}, 403),
        ({"delivery_method": "device_signing", "device_id": "nothing"}, 403),
    ],
)
def test_other_authorizations_are_refused(partner: Partner, person: str, fields: dict[str, Any], status: int) -> None:
    request = partner.change_request(person)
    body = {"person_id": person} | fields
    assert partner.http.post(f"/v1/change_requests/{request}/authorize", json=body).status_code == status


def test_only_the_owner_and_the_owners_devices_authorize(partner: Partner, person: str, device: Bound) -> None:
    stranger = partner.reachable_person()
    strange_device, pending = partner.bind(stranger), partner.begin(person, DeviceKey())
    request = partner.change_request(person)
    assert partner.authorize(request, "static", person_id=stranger).status_code == 403
    partner.http.delete(f"/v1/mfa/devices/{device.id}")
    for device_id in (strange_device.id, pending["id"], device.id):
        assert partner.authorize(request, "device_signing", device_id=device_id).status_code == 403


def test_a_device_that_was_deleted_meanwhile_confirms_nothing(partner: Partner, person: str, device: Bound) -> None:
    request = partner.change_request(person)
    text = partner.authorize(request, "device_signing", device_id=device.id).json()["string_to_sign"]
    partner.http.delete(f"/v1/mfa/devices/{device.id}")
    assert partner.confirm(request, device_id=device.id, signature=device.key.sign(text)).status_code == 403
    assert name_of(partner, person) == "Beier"


def test_a_tan_needs_a_verified_number(partner: Partner) -> None:
    person = partner.person()
    request = partner.change_request(person)
    assert partner.authorize(request, "mobile_number", person_id=person).status_code == 400


def test_unknown_requests_are_404(partner: Partner, person: str) -> None:
    assert partner.authorize("nothing", "static", person_id=person).status_code == 404
    assert partner.confirm("nothing", person_id=person, tan="212212").status_code == 404


@pytest.mark.parametrize("missing", [{"person_id": None}, {"tan": None}, {"tan": ""}, {"tan": 212212}])
def test_missing_fields_are_400_and_cost_nothing(partner: Partner, person: str, missing: dict[str, Any]) -> None:
    request = partner.change_request(person)
    partner.authorize(request, "static", person_id=person)
    fields: dict[str, Any] = {"person_id": person, "tan": "212212"}
    assert partner.confirm(request, **fields | missing).status_code == 400
    assert partner.confirm(request, **fields).status_code == 202


def test_a_field_that_is_not_set_is_changed_at_once(partner: Partner, person: str) -> None:
    path = f"/v1/persons/{person}"
    changed = partner.http.patch(path, json={"birth_city": "Ulm", "unknown": 1, "last_name": None})
    assert changed.status_code == 200
    assert partner.http.get(path).json() == changed.json()
    assert changed.json()["birth_city"] == "Ulm"
    assert changed.json()["last_name"] == "Beier"
    assert partner.http.patch(path, json={"birth_city": "Bonn"}).status_code == 202
