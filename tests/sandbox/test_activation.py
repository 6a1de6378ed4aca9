"""Activation challenges and their delivery events (contract 6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.sandbox.driver import DeviceKey, Partner, ahead

PATH = "/v1/mfa/challenges/activation"


def codes_of(partner: Partner, person: str, **filters: str) -> list[str]:
    """The ids in the list of a person's codes."""
    params = {"filter[person_id]": person} | {f"filter[{name}]": value for name, value in filters.items()}
    answer = partner.http.get(PATH, params=params)
    assert answer.status_code == 200
    return [code["id"] for code in answer.json()]


def binds(partner: Partner, person: str, code: dict[str, Any], **headers: str) -> list[int]:
    """The statuses of a binding with a code: of its beginning, and of its end where it comes so far."""
    key = DeviceKey()
    body = {"person_id": person, "key": key.hex, "challenge_type": "activation_code"}
    begun = partner.http.post("/v1/mfa/devices", json=body, headers=headers)
    if begun.status_code != 202:
        return [begun.status_code]
    ended = partner.verify_binding(begun.json()["challenge"]["id"], key.sign(code["code"]), **headers)
    return [202, ended.status_code]


def test_a_code_binds_one_device(partner: Partner) -> None:
    person = partner.person()
    code = partner.code(person)
    assert (code["usage_count"], code["max_usage_count"]) == (0, 1)
    assert binds(partner, person, code) == [202, 204]
    assert partner.http.get(f"{PATH}/{code['id']}").json()["usage_count"] == 1
    assert binds(partner, person, code) == [409]


def test_a_code_that_was_used_meanwhile_binds_nothing(partner: Partner) -> None:
    person, key = partner.person(), DeviceKey()
    code = partner.code(person)
    begun = partner.begin(person, key, challenge_type="activation_code")
    assert binds(partner, person, code) == [202, 204]
    assert partner.verify_binding(begun["challenge"]["id"], key.sign(code["code"])).status_code == 409
    assert partner.http.get(f"/v1/mfa/devices/{begun['id']}").status_code == 404


def test_without_a_code_there_is_no_binding_by_code(partner: Partner, person: str) -> None:
    assert binds(partner, person, {"code": "x"}) == [409]


def test_a_code_lives_for_thirty_days(partner: Partner) -> None:
    person = partner.person()
    code = partner.code(person)
    created, expires = (datetime.fromisoformat(code[name]) for name in ("created_at", "expires_at"))
    assert (expires - created).days == 30
    assert binds(partner, person, code, **ahead(31 * 86_400)) == [409]
    assert binds(partner, person, code, **ahead(29 * 86_400)) == [202, 204]


def test_a_live_code_is_replaced_only_on_demand(partner: Partner) -> None:
    person = partner.person()
    old = partner.code(person)
    assert partner.request_code(person).status_code == 409
    assert partner.request_code(person, invalidate_existing_code=False).status_code == 409
    new = partner.code(person, invalidate_existing_code=True)
    assert new["code"] != old["code"]
    assert codes_of(partner, person) == [new["id"]]
    assert codes_of(partner, person, include_expired="true") == [old["id"], new["id"]]
    assert binds(partner, person, old) == [202, 403]
    assert binds(partner, person, new) == [202, 204]


def test_the_query_may_ask_for_the_replacement_as_well(partner: Partner) -> None:
    person = partner.person()
    body = {"person_id": person, "origin": "WEB", "purpose": "DEVICE_BINDING", "delivery_method": "SNAILMAIL"}
    partner.code(person)
    flag = {"invalidate_existing_code": "true"}
    assert partner.http.post(PATH, params=flag, json=body).status_code == 201
    assert partner.http.post(PATH, json=body).status_code == 409


def test_an_old_code_is_not_live_again_when_the_clock_goes_back(partner: Partner) -> None:
    person = partner.person()
    old = partner.code(person)
    body = {"person_id": person, "origin": "WEB", "purpose": "DEVICE_BINDING", "delivery_method": "SNAILMAIL"}
    new = partner.http.post(PATH, json=body, headers=ahead(31 * 86_400))
    assert new.status_code == 201
    assert codes_of(partner, person) == [new.json()["id"]]
    assert binds(partner, person, old) == [202, 403]


def test_a_deleted_code_is_dead(partner: Partner) -> None:
    person, key = partner.person(), DeviceKey()
    code = partner.code(person)
    begun = partner.begin(person, key, challenge_type="activation_code")
    assert partner.http.delete(f"{PATH}/{code['id']}").status_code == 204
    assert partner.verify_binding(begun["challenge"]["id"], key.sign(code["code"])).status_code == 409
    assert binds(partner, person, code) == [409]
    assert codes_of(partner, person) == []
    assert codes_of(partner, person, include_expired="true") == [code["id"]]
    assert partner.http.get(f"{PATH}/{code['id']}").status_code == 200
    assert partner.http.delete(f"{PATH}/{code['id']}").status_code == 204
    assert partner.request_code(person).status_code == 201


def test_every_filter_filters(partner: Partner) -> None:
    person = partner.person()
    code = partner.code(person, origin="WEBUI")
    assert codes_of(partner, person, origin="WEBUI", purpose="DEVICE_BINDING", delivery_method="SNAILMAIL") == [
        code["id"]
    ]
    for name in ("origin", "purpose", "delivery_method"):
        assert codes_of(partner, person, **{name: "OTHER"}) == []
    assert codes_of(partner, "nobody") == []


@pytest.mark.parametrize(
    "broken",
    [
        {"person_id": None},
        {"person_id": 1},
        {"origin": None},
        {"origin": "web"},
        {"origin": "SOLARISBANK"},
        {"purpose": "OTHER"},
        {"purpose": None},
        {"delivery_method": "EMAIL"},
        {"invalidate_existing_code": "true"},
        {"invalidate_existing_code": 1},
    ],
)
def test_other_requests_are_400(partner: Partner, broken: dict[str, object]) -> None:
    person = partner.person()
    assert partner.request_code(person, **broken).status_code == 400
    assert partner.request_code(person).status_code == 201


def test_unknown_ids_are_404(partner: Partner) -> None:
    assert partner.request_code("nobody").status_code == 404
    event = {"type": "DISPATCHED", "timestamp": "2018-06-18T13:06:54.000Z"}
    assert partner.http.get(f"{PATH}/x").status_code == 404
    assert partner.http.delete(f"{PATH}/x").status_code == 404
    assert partner.http.post(f"{PATH}/x/delivery_events", json=event).status_code == 404
    assert partner.http.get(f"{PATH}/x/delivery_events").status_code == 404
    code = partner.code(partner.person())
    assert partner.http.get(f"{PATH}/{code['id']}/delivery_events/x").status_code == 404


def test_delivery_events_are_kept_newest_first(partner: Partner) -> None:
    code = partner.code(partner.person())
    path = f"{PATH}/{code['id']}/delivery_events"
    stamps = ["2018-06-18T13:06:54.000Z", "2018-06-18T16:00:00+02:00", "2018-06-17T23:59:60Z"]
    for stamp in stamps:
        told = partner.http.post(path, json={"type": "DISPATCHED", "timestamp": stamp, "provider": "POST"})
        assert (told.status_code, told.json()) == (201, code)
    events = partner.http.get(path).json()
    assert [event["timestamp"] for event in events] == [stamps[1], stamps[0], stamps[2]]
    assert partner.http.get(f"{path}/{events[0]['id']}").json() == events[0]
    assert events[0]["provider"] == "POST"


@pytest.mark.parametrize(
    "broken",
    [
        {"type": None},
        {"type": ""},
        {"type": 1},
        {"timestamp": None},
        {"timestamp": "yesterday"},
        {"timestamp": "2018-06-18"},
        {"timestamp": "2018-13-18T13:06:54Z"},
        {"timestamp": "0000-01-01T00:00:00Z"},
        {"timestamp": "2018-06-18T13:06:54"},
        {"timestamp": "2018-06-18T13:06:54+24:00"},
        {"timestamp": "2018-06-18T13:06:61Z"},
        {"timestamp": 1529327214},
        {"provider": 1},
        {"additional_details": {}},
    ],
)
def test_incomplete_events_are_400(partner: Partner, broken: dict[str, object]) -> None:
    path = f"{PATH}/{partner.code(partner.person())['id']}/delivery_events"
    event = {"type": "DISPATCHED", "timestamp": "2018-06-18T13:06:54.000Z"} | broken
    assert partner.http.post(path, json=event).status_code == 400
    assert partner.http.get(path).json() == []
