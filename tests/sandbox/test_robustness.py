"""No input of a client gets a 5xx (contract 1.7, 1.8)."""

from __future__ import annotations

import json
import socket

import httpx
import pytest

from tests.sandbox.driver import Bound, DeviceKey, Partner, ahead
from tests.sandbox.test_access import OPERATIONS

JSON = {"Content-Type": "application/json"}
WRITES = [(method, path) for method, path in OPERATIONS if method in ("POST", "PUT", "PATCH")]
NOT_OBJECTS = [b"", b"{", b"nonsense", b"[]", b"null", b'"x"', b"7", b"NaN", b'{"a":NaN}', b'{"a":1e999}', b"\xff\xfe"]
MALFORMED = [
    b'{"a":"\xff"}',
    b'{"a":"\\ud800"}',
    b'{"a":"\xed\xa0\x80"}',
    b"\xef\xbb\xbf{}",
    b'{"a":' * 5000 + b"1" + b"}" * 5000,
    b"[" * 100_000,
    b'{"a":1}{"a":1}',
    b"{'a':1}",
    b'{"a":1,}',
    b'{"a":"\x00"}',
]
ODD_VALUES: list[object] = [
    True,
    -1,
    10**30,
    1.5,
    "",
    " ",
    "\x00",
    "😀",
    "\u202e",
    "x" * 100_000,
    [],
    {},
    [[[]]],
    {"a": {"b": None}},
    "../x",
    "%00",
    "'; --",
]
FIELDS = [
    "person_id",
    "key",
    "key_type",
    "key_purpose",
    "challenge_type",
    "name",
    "language",
    "sms_challenge",
    "device_data",
    "signature",
    "device_signature",
    "device_id",
    "code",
    "app_signature",
    "origin",
    "purpose",
    "delivery_method",
    "invalidate_existing_code",
    "type",
    "timestamp",
    "provider",
    "additional_details",
    "tan",
    "number",
    "token",
    "first_name",
    "address",
    "salutation",
    "fatca_relevant",
]

WIRE = {
    "path-not-ascii": b"GET /v1/\xff\xfe HTTP/1.1",
    "asterisk": b"GET * HTTP/1.1",
    "bad-percent": b"GET /%\x80 HTTP/1.1",
    "absolute-url": b"GET http://x/v1/mfa/devices HTTP/1.1",
    "slashes": b"GET //// HTTP/1.1",
    "long-path": b"GET /" + b"a" * 20_000 + b" HTTP/1.1",
    "options-asterisk": b"OPTIONS * HTTP/1.1",
    "nonsense": b"nonsense",
    "negative-length": b"POST /oauth2/token HTTP/1.1\r\nContent-Length: -1",
    "huge-length": b"POST /oauth2/token HTTP/1.1\r\nContent-Length: 9" + b"9" * 5000,
    "basic-not-ascii": b"POST /oauth2/token HTTP/1.1\r\nAuthorization: Basic \xff\x80",
    "bearer-not-ascii": b"GET /v1/mfa/devices HTTP/1.1\r\nAuthorization: Bearer \xff\x80",
    "long-header": b"GET /v1/mfa/devices HTTP/1.1\r\nX: " + b"x" * 20_000,
}


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_what_is_no_json_object_is_400(partner: Partner, method: str, path: str) -> None:
    for body in NOT_OBJECTS + MALFORMED:
        answer = partner.http.request(method, path, content=body, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json"), body[:40]


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/xml", "application/jsonx", "\xff"])
def test_another_content_type_is_400(partner: Partner, person: str, content_type: str | None) -> None:
    body = json.dumps({"person_id": person}).encode()
    headers = {} if content_type is None else {b"Content-Type": content_type.encode("latin-1")}
    answer = partner.http.post("/v1/mfa/challenges/sms", content=body, headers=headers)
    assert answer.status_code == 400


def test_parameters_of_the_content_type_do_not_matter(partner: Partner, person: str) -> None:
    body = json.dumps({"person_id": person}).encode()
    headers = {"Content-Type": "Application/JSON ; charset=utf-8"}
    assert partner.http.post("/v1/mfa/challenges/sms", content=body, headers=headers).status_code == 201


@pytest.mark.parametrize(("method", "path"), WRITES)
def test_odd_values_in_every_field_are_never_a_5xx(partner: Partner, device: Bound, method: str, path: str) -> None:
    real = path.replace("/x", f"/{device.id}")
    good = {"person_id": "nobody", "device_id": device.id, "number": "+15550101", "delivery_method": "static"}
    for value in ODD_VALUES:
        for target in {path, real}:
            body = good | dict.fromkeys(FIELDS, value)
            assert partner.http.request(method, target, json=body).status_code < 500, value
    for field in FIELDS:
        assert partner.http.request(method, path, json=good | {field: [field]}).status_code < 500, field


def test_odd_texts_are_kept_as_they_were_sent(partner: Partner, person: str) -> None:
    for name in ("\x00", "😀\u202e", "x" * 50_000, "a\r\nSet-Cookie: b"):
        device = partner.bind(person, name=name)
        assert partner.http.get(f"/v1/mfa/devices/{device.id}").json()["name"] == name
        partner.http.delete(f"/v1/mfa/devices/{device.id}")


def test_of_a_repeated_member_one_counts(partner: Partner, person: str) -> None:
    body = f'{{"person_id": "nobody", "person_id": "{person}"}}'.encode()
    answer = partner.http.post("/v1/mfa/challenges/sms", content=body, headers=JSON)
    assert answer.status_code in (201, 404)


@pytest.mark.parametrize(
    "prefix", ["", "/v1/persons", "/v1/mfa/challenges/sms", "/v1/change_requests", "/v1/mfa/devices/x/keys"]
)
@pytest.mark.parametrize(
    "odd",
    [
        "%00",
        "%",
        "%zz",
        "%ff",
        "%ED%A0%80",
        "..%2f..",
        "x" * 1000,
        "%F0%9F%98%80",
        "a;b",
        "a%3Fb",
        "{}",
        "%7B%7D",
        "~!*'()",
    ],
)
def test_odd_paths_are_never_a_5xx(partner: Partner, prefix: str, odd: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = partner.http.request(method, f"{prefix}/{odd}", json={})
        assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    "query",
    [
        "page[size]=1&page[size]=x",
        "page[size]",
        "=",
        "&&&",
        "%",
        "%zz=%zz",
        "%ff=%ff",
        "filter[person_id]=%00",
        "filter[person_id]=%ED%A0%80",
        "filter[person_id]=" + "x" * 30_000,
        "filter[include_deleted]=1",
        "a=" * 5000,
        "page[number]=-0",
    ],
)
def test_odd_queries_are_never_a_5xx(partner: Partner, query: str) -> None:
    for path in ("/v1/mfa/devices", "/v1/mfa/challenges/activation", "/__test__/outbox"):
        assert partner.http.get(f"{path}?{query}").status_code < 500


@pytest.mark.parametrize(
    "offset", ["soon", "", "nan", "inf", "-inf", "1e999", "1_000", "0x10", "٣", "1e", "--1", "\xff"]
)
def test_an_offset_that_is_no_number_is_ignored(partner: Partner, person: str, offset: str) -> None:
    headers = [(b"X-Test-Clock-Offset", offset.encode("utf-8"))]
    answer = partner.http.post("/v1/mfa/challenges/sms", json={"person_id": person}, headers=headers)
    undisturbed = partner.sms_challenge(person)
    assert answer.json()["created_at"][:16] <= undisturbed["created_at"][:16]
    assert partner.verify_sms(answer.json(), "212212").status_code == 204


@pytest.mark.parametrize("offset", [1e15, -1e15, 1e300, -1e300, 0.5, -0.0])
def test_an_extreme_offset_breaks_nothing(partner: Partner, person: str, offset: float) -> None:
    headers = ahead(offset)
    body = {"person_id": person}
    assert partner.http.post("/v1/mfa/challenges/sms", json=body, headers=headers).status_code == 201
    assert partner.token_request(**headers).status_code == 200
    begun = {"person_id": person, "key": DeviceKey().hex}
    assert partner.http.post("/v1/mfa/devices", json=begun, headers=headers).status_code == 202


@pytest.mark.parametrize("size", [(1 << 20) + 1, 3 << 20])
def test_a_body_beyond_1_mib_is_413(partner: Partner, size: int) -> None:
    whole = partner.http.post("/v1/persons", content=b"x" * size, headers=JSON)
    chunked = partner.http.post("/v1/persons", content=iter([b"x" * size]), headers=JSON)
    assert [whole.status_code, chunked.status_code] == [413, 413]
    assert partner.http.get("/v1/mfa/devices").status_code == 200


def test_a_body_of_1_mib_is_read(partner: Partner) -> None:
    name = "x" * ((1 << 20) - len('{"first_name":""}'))
    body = json.dumps({"first_name": name}, separators=(",", ":")).encode()
    assert len(body) == 1 << 20
    assert partner.http.post("/v1/persons", content=body, headers=JSON).status_code == 200


@pytest.mark.parametrize("name", WIRE)
def test_odd_requests_on_the_wire_are_a_4xx(url: str, name: str) -> None:
    with socket.create_connection(("127.0.0.1", httpx.URL(url).port), timeout=5) as connection:
        connection.sendall(WIRE[name] + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 4"), answer[:60]
