"""Adding and reading keys (contract 3)."""

from __future__ import annotations

import pytest

from tests.sandbox.driver import Bound, DeviceKey, Partner


def test_a_vouched_key_is_added(partner: Partner, device: Bound) -> None:
    key = DeviceKey()
    added = partner.add_key(device, key)
    assert added.status_code == 201
    (owner,) = partner.http.get(f"/v1/mfa/devices/{device.id}/keys").json()
    assert owner["device_id"] == device.id
    assert [(shown["key_id"], shown["key_purpose"]) for shown in owner["keys"]] == [
        (device.key_id, "unrestricted"),
        (added.json()["id"], "restricted"),
    ]
    one = partner.http.get(f"/v1/mfa/devices/{device.id}/keys/{added.json()['id']}").json()
    assert one == owner["keys"][1]
    challenge = partner.signing_challenge(device, key_purpose="restricted")
    assert partner.verify_signing(challenge, key.sign(challenge["string_to_sign"])).status_code == 204


def test_the_message_is_the_hex_text_exactly_as_sent(partner: Partner, device: Bound) -> None:
    key = DeviceKey()
    shouted = key.hex.upper()
    assert partner.add_key(device, key, key=shouted).status_code == 403
    proof = device.proof(shouted)
    assert partner.add_key(device, key, key=shouted, device_signature=proof).status_code == 201


def test_the_purpose_defaults_to_unrestricted_which_is_present(partner: Partner, device: Bound) -> None:
    assert partner.add_key(device, DeviceKey(), key_purpose=None).status_code == 409


def test_a_second_key_of_a_purpose_is_409(partner: Partner, device: Bound) -> None:
    assert partner.add_key(device, DeviceKey()).status_code == 201
    assert partner.add_key(device, DeviceKey()).status_code == 409


def test_nobody_but_the_device_vouches_for_a_key(partner: Partner, person: str, device: Bound) -> None:
    key, neighbour = DeviceKey(), partner.bind(person)
    for stranger in (key, neighbour.key, DeviceKey()):
        proof = {"signature_key_purpose": "unrestricted", "signature": stranger.sign(key.hex)}
        assert partner.add_key(device, key, device_signature=proof).status_code == 403
    assert len(partner.http.get(f"/v1/mfa/devices/{device.id}/keys").json()[0]["keys"]) == 1
    assert partner.add_key(device, key).status_code == 201


@pytest.mark.parametrize(
    "broken",
    [
        {"device_signature": None},
        {"device_signature": "x"},
        {"device_signature": {}},
        {"device_signature": {"signature_key_purpose": "unrestricted"}},
        {"device_signature": {"signature_key_purpose": "unrestricted", "signature": ""}},
        {"device_signature": {"signature_key_purpose": "unrestricted", "signature": "00"}},
        {"key": "04"},
        {"key": None},
        {"key_purpose": "both"},
        {"key_type": "rsa"},
    ],
)
def test_incomplete_requests_are_400(partner: Partner, device: Bound, broken: dict[str, object]) -> None:
    key = DeviceKey()
    assert partner.add_key(device, key, **broken).status_code == 400
    assert partner.add_key(device, key).status_code == 201


@pytest.mark.parametrize("purpose", [None, "", "restricted", "Unrestricted", 1])
def test_the_vouching_purpose_has_to_be_one_that_the_device_has(
    partner: Partner, device: Bound, purpose: object
) -> None:
    key = DeviceKey()
    proof = {"signature_key_purpose": purpose, "signature": device.key.sign(key.hex)}
    assert partner.add_key(device, key, device_signature=proof).status_code == 400


def test_a_registered_key_is_not_added_again(partner: Partner, person: str, device: Bound) -> None:
    neighbour = partner.bind(person)
    for key in (device.key, neighbour.key):
        assert partner.add_key(device, key).status_code == 409


def test_a_pending_device_takes_no_key(partner: Partner, person: str) -> None:
    key = DeviceKey()
    begun = partner.begin(person, key)
    pending = Bound(begun["id"], begun["key_id"], key, begun["challenge"]["id"])
    assert partner.add_key(pending, DeviceKey()).status_code == 404
    assert partner.http.get(f"/v1/mfa/devices/{pending.id}/keys").status_code == 404


def test_the_key_of_another_device_is_404(partner: Partner, person: str, device: Bound) -> None:
    neighbour = partner.bind(person)
    path = f"/v1/mfa/devices/{device.id}/keys"
    assert partner.http.get(f"{path}/{neighbour.key_id}").status_code == 404
    assert partner.http.get(f"{path}/{device.key_id}").json()["key_type"] == "ecdsa-p256"
