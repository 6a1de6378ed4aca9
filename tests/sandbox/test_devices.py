"""Listing, reading and deleting bound devices (contract 3)."""

from __future__ import annotations

import pytest

from tests.sandbox.driver import Bound, DeviceKey, Partner, ahead


def test_pages_leave_nothing_out_and_do_not_overlap(partner: Partner, person: str) -> None:
    bound = [partner.bind(person).id for _ in range(5)]
    query: dict[str, str | int] = {"filter[person_id]": person, "page[size]": 2}
    pages = [partner.http.get("/v1/mfa/devices", params=query | {"page[number]": number}) for number in range(1, 5)]
    assert [len(page.json()) for page in pages] == [2, 2, 1, 0]
    assert [device["id"] for page in pages for device in page.json()] == bound
    assert {(page.headers["total"], page.headers["per-page"]) for page in pages} == {("5", "2")}
    assert pages[0].links["next"]["url"] == str(pages[1].url)
    assert pages[1].links["prev"]["url"] == str(pages[0].url)
    assert pages[1].links["last"]["url"] == str(pages[2].url)
    assert "next" not in pages[2].links


def test_a_page_holds_ten_when_no_size_is_named(other: Partner) -> None:
    people = [other.reachable_person() for _ in range(3)]
    for person in people:
        for _ in range(4):
            other.bind(person)
    answer = other.http.get("/v1/mfa/devices")
    assert len(answer.json()) == 10
    assert int(answer.headers["total"]) >= 12


@pytest.mark.parametrize("name", ["page[size]", "page[number]"])
@pytest.mark.parametrize("value", ["0", "-1", "x", "", "1.5", "٣", "00", "1e3", " 1"])
def test_a_page_that_is_none_is_400(partner: Partner, name: str, value: str) -> None:
    assert partner.http.get("/v1/mfa/devices", params={name: value}).status_code == 400


@pytest.mark.parametrize("value", ["1001", "9" * 5000])
def test_a_size_beyond_1000_is_1000(partner: Partner, value: str) -> None:
    answer = partner.http.get("/v1/mfa/devices", params={"page[size]": value})
    assert (answer.status_code, answer.headers["per-page"]) == (200, "1000")


def test_a_page_beyond_the_last_is_empty(partner: Partner, device: Bound) -> None:
    answer = partner.http.get("/v1/mfa/devices", params={"page[number]": "9" * 5000})
    assert (answer.status_code, answer.json()) == (200, [])
    assert partner.http.get(f"/v1/mfa/devices/{device.id}").status_code == 200


def test_an_unknown_person_has_an_empty_list(partner: Partner, device: Bound) -> None:
    assert partner.http.get(f"/v1/mfa/devices/{device.id}").status_code == 200
    assert partner.http.get("/v1/mfa/devices", params={"filter[person_id]": "nobody"}).json() == []
    assert partner.http.get("/v1/mfa/devices", params={"filter[person_id]": ""}).json() == []


def test_only_a_boolean_includes_the_deleted(partner: Partner) -> None:
    answer = partner.http.get("/v1/mfa/devices", params={"filter[include_deleted]": "maybe"})
    assert answer.status_code == 400


def test_a_deleted_device_is_gone_from_everything_but_the_full_list(
    partner: Partner, person: str, device: Bound
) -> None:
    path, kept = f"/v1/mfa/devices/{device.id}", partner.bind(person)
    challenge = partner.signing_challenge(device)
    assert partner.http.delete(path).status_code == 204
    assert [partner.http.get(path + tail).status_code for tail in ("", "/keys", f"/keys/{device.key_id}")] == [404] * 3
    assert partner.http.delete(path).status_code == 404
    assert partner.add_key(device, DeviceKey()).status_code == 404
    refused = partner.http.post("/v1/mfa/challenges/devices", json={"device_id": device.id})
    assert refused.status_code == 400
    signature = device.key.sign(challenge["string_to_sign"])
    assert partner.verify_signing(challenge, signature).status_code == 404
    listed = {"filter[person_id]": person}
    assert [shown["id"] for shown in partner.http.get("/v1/mfa/devices", params=listed).json()] == [kept.id]
    everything = partner.http.get("/v1/mfa/devices", params=listed | {"filter[include_deleted]": "true"}).json()
    assert [shown["id"] for shown in everything] == [device.id, kept.id]
    assert everything[0]["deleted_at"] >= everything[0]["created_at"]
    assert "deleted_at" not in everything[1]


def test_a_deleted_device_frees_its_place_and_its_key(partner: Partner, person: str) -> None:
    devices = [partner.bind(person) for _ in range(5)]
    partner.http.delete(f"/v1/mfa/devices/{devices[0].id}", headers=ahead(5))
    begun = partner.begin(person, devices[0].key)
    assert partner.verify_binding(begun["challenge"]["id"], devices[0].key.sign("212212")).status_code == 204


def test_unknown_ids_are_404(partner: Partner) -> None:
    for unknown in ("nothing", "%00", "x" * 1000, "%F0%9F%98%80", "..%2Fx", "%", "%zz", "%FF", ""):
        for method, tail in (("GET", ""), ("DELETE", ""), ("GET", "/keys"), ("GET", "/keys/x")):
            answer = partner.http.request(method, f"/v1/mfa/devices/{unknown}{tail}")
            assert answer.status_code == 404, (method, unknown, tail)
