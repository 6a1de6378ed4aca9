"""Nobody sees, uses or changes what belongs to another partner (contract 1.6)."""

from __future__ import annotations

import pytest

from tests.sandbox.driver import Bound, DeviceKey, Partner


def test_every_path_to_a_foreign_thing_is_404(partner: Partner, other: Partner, person: str, device: Bound) -> None:
    signing, sms, code = partner.signing_challenge(device), partner.sms_challenge(person), partner.code(person)
    events = f"/v1/mfa/challenges/activation/{code['id']}/delivery_events"
    event = {"type": "DISPATCHED", "timestamp": "2018-06-18T13:06:54Z"}
    partner.http.post(events, json=event)
    signature = {"signature": device.key.sign(signing["string_to_sign"])}
    new_key = DeviceKey()
    key_body = {"key": new_key.hex, "key_purpose": "restricted", "device_signature": device.proof(new_key.hex)}
    number = {"number": "+15550101", "token": "212212"}
    request = partner.change_request(person)
    attempts: list[tuple[str, str, object]] = [
        ("GET", f"/v1/mfa/devices/{device.id}", None),
        ("DELETE", f"/v1/mfa/devices/{device.id}", None),
        ("POST", f"/v1/mfa/devices/{device.id}/keys", key_body),
        ("GET", f"/v1/mfa/devices/{device.id}/keys", None),
        ("GET", f"/v1/mfa/devices/{device.id}/keys/{device.key_id}", None),
        ("GET", f"/v1/mfa/challenges/signatures/{device.challenge_id}", None),
        ("PUT", f"/v1/mfa/challenges/signatures/{device.challenge_id}", signature),
        ("GET", f"/v1/mfa/challenges/devices/{signing['id']}", None),
        ("PUT", f"/v1/mfa/challenges/devices/{signing['id']}", signature),
        ("GET", f"/v1/mfa/challenges/sms/{sms['id']}", None),
        ("PUT", f"/v1/mfa/challenges/sms/{sms['id']}", {"code": "212212"}),
        ("GET", f"/v1/mfa/challenges/activation/{code['id']}", None),
        ("DELETE", f"/v1/mfa/challenges/activation/{code['id']}", None),
        ("POST", events, event),
        ("GET", events, None),
        ("GET", f"{events}/{partner.http.get(events).json()[0]['id']}", None),
        ("POST", f"/v1/change_requests/{request}/authorize", {"delivery_method": "static", "person_id": person}),
        ("POST", f"/v1/change_requests/{request}/confirm", {"person_id": person, "tan": "212212"}),
        ("GET", f"/v1/persons/{person}", None),
        ("PATCH", f"/v1/persons/{person}", {"birth_city": "Ulm"}),
        ("POST", f"/v1/persons/{person}/mobile_number", number),
        ("GET", f"/v1/persons/{person}/mobile_number", None),
        ("POST", f"/v1/persons/{person}/mobile_number/authorize", number),
        ("POST", f"/v1/persons/{person}/mobile_number/confirm", number),
    ]
    for method, path, body in attempts:
        assert other.http.request(method, path, json=body).status_code == 404, (method, path)
    assert partner.verify_signing(signing, signature["signature"]).status_code == 204
    assert partner.verify_sms(sms, "212212").status_code == 204
    assert partner.http.get("/v1/mfa/challenges/activation", params={"filter[person_id]": person}).json() == [code]
    assert len(partner.http.get(events).json()) == 1
    assert partner.add_key(device, new_key).status_code == 201


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("/v1/mfa/devices", {"key": DeviceKey().hex}, 404),
        ("/v1/mfa/challenges/sms", {}, 404),
        (
            "/v1/mfa/challenges/activation",
            {"origin": "WEB", "purpose": "DEVICE_BINDING", "delivery_method": "SNAILMAIL"},
            404,
        ),
        ("/v1/mfa/challenges/devices", {}, 400),
    ],
)
def test_a_foreign_id_in_a_body_is_an_unknown_one(
    other: Partner, person: str, device: Bound, path: str, fields: dict[str, str], status: int
) -> None:
    body = fields | {"person_id": person, "device_id": device.id}
    assert other.http.post(path, json=body).status_code == status


def test_a_foreign_device_or_person_authorizes_nothing(other: Partner, person: str, device: Bound) -> None:
    request = other.change_request(other.reachable_person())
    assert other.authorize(request, "device_signing", device_id=device.id).status_code == 403
    assert other.authorize(request, "static", person_id=person).status_code == 403


def test_lists_hold_nothing_foreign(partner: Partner, other: Partner, person: str, device: Bound) -> None:
    code = partner.code(person)
    for path, own in (("/v1/mfa/devices", device.id), ("/v1/mfa/challenges/activation", code["id"])):
        for params in ({"filter[person_id]": person}, {"page[size]": "1000"}):
            assert own not in other.http.get(path, params=params).text
            assert own in partner.http.get(path, params=params).text


def test_an_outbox_belongs_to_one_partner(partner: Partner, other: Partner) -> None:
    number = "+15559999999"
    partner.reachable_person(number)
    assert len(partner.outbox(number)) >= 1
    assert other.outbox(number) == []
