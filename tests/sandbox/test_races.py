"""Sixteen requests at once on one thing (contract 10)."""

from __future__ import annotations

from tests.sandbox.driver import Bound, DeviceKey, Partner, at_once, statuses


def test_one_binding_verification_wins(partner: Partner, person: str) -> None:
    key = DeviceKey()
    challenge = partner.begin(person, key)["challenge"]["id"]
    answers = at_once(lambda _: partner.verify_binding(challenge, key.sign("212212")))
    assert statuses(answers) == [204] + [409] * 15


def test_one_signing_verification_wins(partner: Partner, device: Bound) -> None:
    challenge = partner.signing_challenge(device)
    answers = at_once(lambda _: partner.verify_signing(challenge, device.key.sign(challenge["string_to_sign"])))
    assert statuses(answers) == [204] + [404] * 15


def test_one_sms_verification_wins(partner: Partner, person: str) -> None:
    challenge = partner.sms_challenge(person)
    answers = at_once(lambda _: partner.verify_sms(challenge, "212212"))
    assert statuses(answers) == [204] + [404] * 15


def test_one_confirm_wins(partner: Partner, person: str) -> None:
    request = partner.change_request(person)
    partner.authorize(request, "static", person_id=person)
    answers = at_once(lambda _: partner.confirm(request, person_id=person, tan="212212"))
    assert statuses(answers) == [202] + [404] * 15


def test_one_key_per_purpose_wins(partner: Partner, device: Bound) -> None:
    keys = [DeviceKey() for _ in range(16)]
    answers = at_once(lambda number: partner.add_key(device, keys[number]))
    assert statuses(answers) == [201] + [409] * 15
    assert len(partner.http.get(f"/v1/mfa/devices/{device.id}/keys").json()[0]["keys"]) == 2


def test_one_live_code_wins(partner: Partner) -> None:
    person = partner.person()
    assert statuses(at_once(lambda _: partner.request_code(person))) == [201] + [409] * 15
    replaced = at_once(lambda _: partner.request_code(person, invalidate_existing_code=True))
    assert statuses(replaced) == [201] * 16
    listed = partner.http.get("/v1/mfa/challenges/activation", params={"filter[person_id]": person})
    assert len(listed.json()) == 1


def test_no_person_has_a_sixth_device(partner: Partner, person: str) -> None:
    keys = [DeviceKey() for _ in range(16)]
    challenges = [partner.begin(person, key)["challenge"]["id"] for key in keys]
    answers = at_once(lambda number: partner.verify_binding(challenges[number], keys[number].sign("212212")))
    assert statuses(answers) == [204] * 5 + [409] * 11
    listed = partner.http.get("/v1/mfa/devices", params={"filter[person_id]": person, "page[size]": 100})
    assert len(listed.json()) == 5


def test_one_mobile_number_wins(partner: Partner) -> None:
    path = f"/v1/persons/{partner.person()}/mobile_number"
    answers = at_once(lambda number: partner.http.post(path, json={"number": f"+1555020{number:03d}"}))
    assert statuses(answers) == [201] + [409] * 15


def test_one_deletion_wins(partner: Partner, device: Bound) -> None:
    answers = at_once(lambda _: partner.http.delete(f"/v1/mfa/devices/{device.id}"))
    assert statuses(answers) == [204] + [404] * 15
