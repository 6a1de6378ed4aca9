"""Binding a device (contract 3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from tests.sandbox.driver import ORDER, STATIC_OTP, DeviceKey, Partner, ahead, fresh_number


def der(r: int, s: int) -> str:
    """The DER of any two integers, in hex."""
    r_bytes, s_bytes = (n.to_bytes(n.bit_length() // 8 + 1, "big", signed=True) for n in (r, s))
    content = b"\x02%c%b\x02%c%b" % (len(r_bytes), r_bytes, len(s_bytes), s_bytes)
    return (b"\x30%c%b" % (len(content), content)).hex()


def test_a_verified_challenge_binds_the_device(partner: Partner, person: str) -> None:
    key = DeviceKey()
    begun = partner.begin(person, key, name="Phone")
    listed = {"filter[person_id]": person}
    assert partner.http.get("/v1/mfa/devices", params=listed).json() == []
    assert partner.http.get(f"/v1/mfa/devices/{begun['id']}").status_code == 404
    assert partner.verify_binding(begun["challenge"]["id"], key.sign(STATIC_OTP)).status_code == 204
    bound = partner.http.get(f"/v1/mfa/devices/{begun['id']}").json()
    assert partner.http.get("/v1/mfa/devices", params=listed).json() == [bound]
    assert (bound["name"], bound["person_id"]) == ("Phone", person)


def test_the_challenge_lives_300_seconds_and_reads_as_it_was_made(partner: Partner, person: str) -> None:
    challenge = partner.begin(person, DeviceKey())["challenge"]
    created, expires = (datetime.fromisoformat(challenge[name]) for name in ("created_at", "expires_at"))
    assert (expires - created).total_seconds() == 300
    assert challenge["type"] == "signature"
    assert partner.http.get(f"/v1/mfa/challenges/signatures/{challenge['id']}").json() == challenge


@pytest.mark.parametrize("name", ["person_id", "key"])
@pytest.mark.parametrize("value", [None, "", 7, True, [], {}])
def test_required_fields_have_to_be_texts(partner: Partner, person: str, name: str, value: object) -> None:
    body = {"person_id": person, "key": DeviceKey().hex, name: value}
    assert partner.http.post("/v1/mfa/devices", json=body).status_code == 400


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("key_type", "rsa"),
        ("key_type", "ECDSA-P256"),
        ("key_type", ""),
        ("challenge_type", "SMS"),
        ("challenge_type", 1),
        ("key_purpose", "Restricted"),
        ("key_purpose", ""),
        ("language", "es"),
        ("language", "DE"),
        ("name", 5),
        ("device_data", {}),
        ("sms_challenge", "x"),
        ("sms_challenge", {"app_signature": 1}),
    ],
)
def test_fields_with_other_values_are_refused(partner: Partner, person: str, name: str, value: object) -> None:
    body = {"person_id": person, "key": DeviceKey().hex, name: value}
    assert partner.http.post("/v1/mfa/devices", json=body).status_code == 400


def test_a_null_field_equals_an_absent_one_and_unknown_fields_are_ignored(partner: Partner, person: str) -> None:
    nothing = dict.fromkeys(
        ("key_type", "challenge_type", "key_purpose", "name", "language", "sms_challenge", "device_data")
    )
    partner.begin(person, DeviceKey(), unknown={"deep": [1]}, **nothing)


def test_only_points_of_the_curve_in_hex_are_keys(partner: Partner, person: str) -> None:
    key = DeviceKey().hex
    off_curve = key[:-2] + f"{int(key[-2:], 16) ^ 1:02x}"
    bad = [key[:-1], key[:-2], f"{key}00", f"0x{key}", f" {key}", "zz" * 65, "00", "04" + "00" * 64, off_curve]
    hybrid = f"{6 + int(key[-1], 16) % 2:02x}{key[2:]}"
    for text in [*bad, hybrid, DeviceKey().spki, key[2:], "05" + key[2:], "０４" + key[2:]]:
        answer = partner.http.post("/v1/mfa/devices", json={"person_id": person, "key": text})
        assert answer.status_code == 400, text


def test_upper_case_hex_and_compressed_points_are_keys(partner: Partner, person: str) -> None:
    for text in (DeviceKey().hex.upper(), DeviceKey().compressed):
        body = {"person_id": person, "key": text}
        assert partner.http.post("/v1/mfa/devices", json=body).status_code == 202


def test_an_unknown_person_is_404(partner: Partner) -> None:
    body = {"person_id": "nobody", "key": DeviceKey().hex}
    assert partner.http.post("/v1/mfa/devices", json=body).status_code == 404


def test_a_person_without_a_verified_number_is_400(partner: Partner) -> None:
    person = partner.person()
    body = {"person_id": person, "key": DeviceKey().hex}
    assert partner.http.post("/v1/mfa/devices", json=body).status_code == 400
    partner.http.post(f"/v1/persons/{person}/mobile_number", json={"number": fresh_number()})
    assert partner.http.post("/v1/mfa/devices", json=body).status_code == 400


def test_a_signature_by_another_key_binds_nothing(partner: Partner, person: str) -> None:
    key = DeviceKey()
    begun = partner.begin(person, key)
    refused = partner.verify_binding(begun["challenge"]["id"], DeviceKey().sign(STATIC_OTP))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (403, "invalid_tan")
    assert partner.http.get(f"/v1/mfa/devices/{begun['id']}").status_code == 404
    assert partner.verify_binding(begun["challenge"]["id"], key.sign(STATIC_OTP)).status_code == 204


def test_the_fifth_wrong_signature_is_the_end_of_the_challenge(partner: Partner, person: str) -> None:
    key = DeviceKey()
    begun = partner.begin(person, key)
    wrong = [partner.verify_binding(begun["challenge"]["id"], key.sign("000000")) for _ in range(5)]
    assert [answer.status_code for answer in wrong] == [403] * 5
    assert partner.verify_binding(begun["challenge"]["id"], key.sign(STATIC_OTP)).status_code == 404
    assert partner.http.get(f"/v1/mfa/devices/{begun['id']}").status_code == 404


@pytest.mark.parametrize(
    "value",
    [None, "", 5, True, [], "zz", "30", "3006020101", pytest.param("ab" * 1025, id="too-long")],
)
def test_a_malformed_signature_is_400_and_costs_no_try(partner: Partner, person: str, value: object) -> None:
    key = DeviceKey()
    path = f"/v1/mfa/challenges/signatures/{partner.begin(person, key)['challenge']['id']}"
    for _ in range(6):
        assert partner.http.put(path, json={"signature": value}).status_code == 400
    assert partner.http.put(path, json={"signature": key.sign(STATIC_OTP)}).status_code == 204


def test_an_expired_challenge_binds_nothing(partner: Partner, person: str) -> None:
    key = DeviceKey()
    begun = partner.begin(person, key)
    late = partner.verify_binding(begun["challenge"]["id"], key.sign(STATIC_OTP), **ahead(310))
    assert late.status_code == 404
    assert partner.http.get(f"/v1/mfa/devices/{begun['id']}").status_code == 404
    assert partner.verify_binding(begun["challenge"]["id"], key.sign(STATIC_OTP), **ahead(290)).status_code == 204


def test_a_repeated_verification_is_409_and_revives_nothing(partner: Partner, person: str) -> None:
    device = partner.bind(person)
    assert partner.verify_binding(device.challenge_id, device.key.sign(STATIC_OTP)).status_code == 409
    partner.http.delete(f"/v1/mfa/devices/{device.id}")
    assert partner.verify_binding(device.challenge_id, device.key.sign(STATIC_OTP)).status_code == 409
    assert partner.http.get(f"/v1/mfa/devices/{device.id}").status_code == 404


def test_a_sixth_device_is_refused_until_a_place_is_free(partner: Partner, person: str) -> None:
    waiting_key = DeviceKey()
    waiting = partner.begin(person, waiting_key)["challenge"]["id"]
    devices = [partner.bind(person) for _ in range(5)]
    body = {"person_id": person, "key": DeviceKey().hex}
    assert partner.http.post("/v1/mfa/devices", json=body).status_code == 409
    assert partner.verify_binding(waiting, waiting_key.sign(STATIC_OTP)).status_code == 409
    partner.http.delete(f"/v1/mfa/devices/{devices[0].id}")
    assert partner.verify_binding(waiting, waiting_key.sign(STATIC_OTP)).status_code == 204


def test_a_key_is_bound_once_per_person(partner: Partner, person: str) -> None:
    key = DeviceKey()
    first, second = (partner.begin(person, key)["challenge"]["id"] for _ in range(2))
    assert partner.verify_binding(first, key.sign(STATIC_OTP)).status_code == 204
    assert partner.verify_binding(second, key.sign(STATIC_OTP)).status_code == 409
    for text in (key.hex, key.hex.upper(), key.compressed):
        again = partner.http.post("/v1/mfa/devices", json={"person_id": person, "key": text})
        assert again.status_code == 409
    partner.begin(partner.reachable_person(), key)


def test_a_pending_device_can_be_deleted_and_its_challenge_dies(partner: Partner, person: str) -> None:
    key = DeviceKey()
    begun = partner.begin(person, key)
    assert partner.http.delete(f"/v1/mfa/devices/{begun['id']}").status_code == 204
    assert partner.verify_binding(begun["challenge"]["id"], key.sign(STATIC_OTP)).status_code == 404
    everything = {"filter[person_id]": person, "filter[include_deleted]": "true"}
    assert partner.http.get("/v1/mfa/devices", params=everything).json() == []


@pytest.mark.parametrize("half", [lambda s: s, lambda s: ORDER - s], ids=["as-signed", "other-half"])
def test_both_halves_of_s_and_both_cases_of_hex_verify(
    partner: Partner, person: str, half: Callable[[int], int]
) -> None:
    key = DeviceKey()
    challenge = partner.begin(person, key)["challenge"]["id"]
    r, s = decode_dss_signature(bytes.fromhex(key.sign(STATIC_OTP)))
    signature = encode_dss_signature(r, half(s)).hex()
    assert partner.verify_binding(challenge, signature.upper()).status_code == 204


@pytest.mark.parametrize("number", [0, -1, ORDER, ORDER + 1])
def test_numbers_out_of_range_are_wrong_signatures(partner: Partner, person: str, number: int) -> None:
    challenge = partner.begin(person, DeviceKey())["challenge"]["id"]
    for r, s in ((number, 1), (1, number), (number, number)):
        assert partner.verify_binding(challenge, der(r, s)).status_code == 403
