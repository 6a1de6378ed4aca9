"""Device signing challenges (contract 4)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.sandbox.driver import Bound, DeviceKey, Partner, ahead


def test_a_signed_challenge_is_done_and_marks_its_key_as_used(partner: Partner, device: Bound) -> None:
    key_path = f"/v1/mfa/devices/{device.id}/keys/{device.key_id}"
    assert partner.http.get(key_path).json()["used_at"] is None
    challenge = partner.signing_challenge(device)
    path = f"/v1/mfa/challenges/devices/{challenge['id']}"
    assert partner.http.get(path).json() == challenge
    signature = device.key.sign(challenge["string_to_sign"])
    assert partner.verify_signing(challenge, signature).status_code == 204
    used_at = datetime.fromisoformat(partner.http.get(key_path).json()["used_at"])
    assert abs((datetime.now(UTC) - used_at).total_seconds()) < 5
    assert partner.http.get(path).json() == challenge


def test_a_challenge_is_verified_once(partner: Partner, device: Bound) -> None:
    challenge = partner.signing_challenge(device)
    for status in (204, 404, 404):
        signature = device.key.sign(challenge["string_to_sign"])
        assert partner.verify_signing(challenge, signature).status_code == status


def test_a_signature_of_one_challenge_is_worth_nothing_for_another(partner: Partner, device: Bound) -> None:
    first, second = partner.signing_challenge(device), partner.signing_challenge(device)
    assert first["string_to_sign"] != second["string_to_sign"]
    signature = device.key.sign(first["string_to_sign"])
    assert partner.verify_signing(second, signature).status_code == 403
    assert partner.verify_signing(first, signature).status_code == 204


def test_an_expired_challenge_verifies_nothing(partner: Partner, device: Bound) -> None:
    challenge = partner.signing_challenge(device)
    signature = device.key.sign(challenge["string_to_sign"])
    assert partner.verify_signing(challenge, signature, **ahead(310)).status_code == 404
    key_path = f"/v1/mfa/devices/{device.id}/keys/{device.key_id}"
    assert partner.http.get(key_path).json()["used_at"] is None
    assert partner.verify_signing(challenge, signature, **ahead(290)).status_code == 204


def test_five_wrong_signatures_are_the_end(partner: Partner, device: Bound) -> None:
    challenge = partner.signing_challenge(device)
    wrong = DeviceKey()
    answers = [partner.verify_signing(challenge, wrong.sign(challenge["string_to_sign"])) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [403] * 5
    assert partner.verify_signing(challenge, device.key.sign(challenge["string_to_sign"])).status_code == 404


def test_the_key_of_the_named_purpose_signs_and_no_other(partner: Partner, device: Bound) -> None:
    restricted = DeviceKey()
    assert partner.add_key(device, restricted).status_code == 201
    keys = {"unrestricted": device.key, "restricted": restricted}
    for purpose, other_purpose in (("unrestricted", "restricted"), ("restricted", "unrestricted")):
        challenge = partner.signing_challenge(device, key_purpose=purpose)
        text = challenge["string_to_sign"]
        assert partner.verify_signing(challenge, keys[other_purpose].sign(text)).status_code == 403
        assert partner.verify_signing(challenge, keys[purpose].sign(text)).status_code == 204


@pytest.mark.parametrize("purpose", [None, ""])
def test_without_a_purpose_the_unrestricted_key_signs(partner: Partner, device: Bound, purpose: str | None) -> None:
    restricted = DeviceKey()
    partner.add_key(device, restricted)
    challenge = partner.signing_challenge(device, key_purpose=purpose)
    assert partner.verify_signing(challenge, restricted.sign(challenge["string_to_sign"])).status_code == 403
    assert partner.verify_signing(challenge, device.key.sign(challenge["string_to_sign"])).status_code == 204


def test_the_only_key_signs_whatever_its_purpose(partner: Partner, person: str) -> None:
    device = partner.bind(person, key_purpose="restricted")
    challenge = partner.signing_challenge(device)
    assert partner.verify_signing(challenge, device.key.sign(challenge["string_to_sign"])).status_code == 204


@pytest.mark.parametrize(
    "broken",
    [
        {"device_id": None},
        {"device_id": ""},
        {"device_id": 5},
        {"device_id": "unknown"},
        {"key_purpose": "restricted"},
        {"key_purpose": "UNRESTRICTED"},
        {"key_purpose": 1},
        {"device_data": []},
    ],
)
def test_other_requests_are_400(partner: Partner, device: Bound, broken: dict[str, object]) -> None:
    body = {"device_id": device.id} | broken
    assert partner.http.post("/v1/mfa/challenges/devices", json=body).status_code == 400


def test_a_pending_device_is_400(partner: Partner, person: str) -> None:
    pending = partner.begin(person, DeviceKey())["id"]
    assert partner.http.post("/v1/mfa/challenges/devices", json={"device_id": pending}).status_code == 400
