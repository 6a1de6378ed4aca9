"""The shapes of errors (contract 1.3); those of 401, 403 and 500 are in test_access."""

from __future__ import annotations

import httpx
import pytest

from tests.sandbox.driver import DeviceKey, Partner

FLAT = {"id", "status", "code", "title", "detail", "error_code"}


def is_flat(answer: httpx.Response) -> bool:
    """Whether an error has the flat shape, every member of it sound."""
    return answer.json().keys() == FLAT and is_sound(answer.json(), answer.status_code)


def is_array(answer: httpx.Response) -> bool:
    """Whether an error has the array shape, every member of it sound."""
    (error,) = answer.json()["errors"]
    return answer.json().keys() == {"errors"} and is_sound(error, answer.status_code)


def is_sound(error: dict[str, object], status: int) -> bool:
    texts = [error[name] for name in ("id", "code", "title", "detail")]
    return error["status"] == status and all(isinstance(text, str) and text for text in texts)


def test_400_and_404_are_flat(partner: Partner) -> None:
    assert is_flat(partner.http.post("/v1/mfa/devices", json={}))
    assert is_flat(partner.http.get("/v1/mfa/devices/x"))


def test_403_of_a_signature_and_409_are_arrays(partner: Partner, person: str) -> None:
    key = DeviceKey()
    challenge = partner.begin(person, key)["challenge"]["id"]
    assert is_array(partner.verify_binding(challenge, key.sign("000000")))
    partner.verify_binding(challenge, key.sign("212212"))
    assert is_array(partner.verify_binding(challenge, key.sign("212212")))


def test_the_array_names_the_field(partner: Partner, person: str) -> None:
    body = {"number": "+15550101"}
    (error,) = partner.http.post(f"/v1/persons/{person}/mobile_number", json=body).json()["errors"]
    assert error["source"] == {"field": "number", "message": error["detail"]}


def test_every_error_has_an_id_of_its_own(partner: Partner) -> None:
    ids = {partner.http.get("/v1/mfa/devices/x").json()["id"] for _ in range(5)}
    assert len(ids) == 5


@pytest.mark.parametrize("field", ["person_id", "key", "language", "challenge_type", "device_data"])
def test_no_error_quotes_the_request(partner: Partner, person: str, field: str) -> None:
    body = {"person_id": person, "key": DeviceKey().hex, "name": 1, field: "tell-tale"}
    answer = partner.http.post("/v1/mfa/devices?q=tell-tale", json=body)
    assert answer.status_code == 400
    assert "tell-tale" not in answer.text
