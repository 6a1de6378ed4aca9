"""Tokens, gates and the fault hook (contract 1.4, 1.5, 1.10, 8, 9)."""

from __future__ import annotations

import base64

import httpx
import pytest

from tests.sandbox.driver import DeviceKey, Partner, ahead

FORM = {"grant_type": "client_credentials", "scope": "partners"}
CREDENTIALS = ("embedded-partner", "embedded-partner-secret")

DEVICE_MANAGEMENT = [
    ("POST", "/v1/mfa/devices"),
    ("GET", "/v1/mfa/devices"),
    ("GET", "/v1/mfa/devices/x"),
    ("DELETE", "/v1/mfa/devices/x"),
    ("POST", "/v1/mfa/devices/x/keys"),
    ("GET", "/v1/mfa/devices/x/keys"),
    ("GET", "/v1/mfa/devices/x/keys/y"),
    ("GET", "/v1/mfa/challenges/signatures/x"),
    ("PUT", "/v1/mfa/challenges/signatures/x"),
    ("POST", "/v1/mfa/challenges/devices"),
    ("GET", "/v1/mfa/challenges/devices/x"),
    ("PUT", "/v1/mfa/challenges/devices/x"),
    ("POST", "/v1/mfa/challenges/sms"),
    ("GET", "/v1/mfa/challenges/sms/x"),
    ("PUT", "/v1/mfa/challenges/sms/x"),
    ("POST", "/v1/mfa/challenges/activation"),
    ("GET", "/v1/mfa/challenges/activation"),
    ("GET", "/v1/mfa/challenges/activation/x"),
    ("DELETE", "/v1/mfa/challenges/activation/x"),
    ("POST", "/v1/mfa/challenges/activation/x/delivery_events"),
    ("GET", "/v1/mfa/challenges/activation/x/delivery_events"),
    ("GET", "/v1/mfa/challenges/activation/x/delivery_events/y"),
    ("POST", "/v1/change_requests/x/authorize"),
    ("POST", "/v1/change_requests/x/confirm"),
]
PROVISIONING = [
    ("POST", "/v1/persons"),
    ("GET", "/v1/persons/x"),
    ("PATCH", "/v1/persons/x"),
    ("POST", "/v1/persons/x/mobile_number"),
    ("GET", "/v1/persons/x/mobile_number"),
    ("POST", "/v1/persons/x/mobile_number/authorize"),
    ("POST", "/v1/persons/x/mobile_number/confirm"),
]
OPERATIONS = DEVICE_MANAGEMENT + PROVISIONING
FLAT_403 = {
    ("GET", "/v1/mfa/devices"),
    ("DELETE", "/v1/mfa/devices/x"),
    ("GET", "/v1/mfa/devices/x/keys"),
}


@pytest.mark.parametrize(
    ("method", "path"), [*OPERATIONS, ("GET", "/__test__/outbox"), ("GET", "/x"), ("PUT", "/v1/persons")]
)
def test_401_comes_before_everything(stranger: httpx.Client, method: str, path: str) -> None:
    headers = {"X-Test-Fault": "internal_error"}
    refused = stranger.request(method, path, headers=headers, content=b"{")
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (401, "token_required")
    for wrong in ("Bearer nonsense", "Bearer", "Bearer a b", "Bearer \xff"):
        again = stranger.request(method, path, headers=[(b"Authorization", wrong.encode("latin-1"))])
        assert (again.status_code, again.json()["errors"][0]["code"]) == (401, "invalid_token")


def test_only_the_bearer_header_carries_a_token(stranger: httpx.Client, partner: Partner) -> None:
    token = partner.http.headers["Authorization"].split()[1]
    for headers, query in (
        ({}, {"access_token": token}),
        ({"Authorization": token}, {}),
        ({"Authorization": f"Basic {token}"}, {}),
        ({"Authorization": f"Token {token}"}, {}),
        ({"Authorization": f"Bearer {token}x"}, {}),
    ):
        assert stranger.get("/v1/mfa/devices", headers=headers, params=query).status_code == 401
    assert stranger.get("/v1/mfa/devices", headers={"Authorization": f"bearer {token}"}).status_code == 200


@pytest.mark.parametrize(("method", "path"), DEVICE_MANAGEMENT)
def test_403_comes_before_400_and_404(restricted: Partner, method: str, path: str) -> None:
    refused = restricted.http.request(method, path, content=b"{")
    assert refused.status_code == 403
    error = refused.json() if (method, path) in FLAT_403 else refused.json()["errors"][0]
    assert error["code"] == "unauthorized_partner"


def test_a_restricted_partner_still_has_persons(restricted: Partner) -> None:
    restricted.reachable_person()


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_a_fault_is_the_documented_500_before_400_and_404(partner: Partner, method: str, path: str) -> None:
    broken = partner.http.request(method, path, content=b"{", headers={"X-Test-Fault": "internal_error"})
    assert broken.status_code == 500
    assert broken.json() == {
        "id": broken.json()["id"],
        "status": 500,
        "code": "generic_error",
        "title": "Generic Error",
        "detail": "There was an error.",
        "error_code": "generic_error",
    }


def test_a_fault_changes_nothing(partner: Partner, person: str) -> None:
    key = DeviceKey()
    begun = partner.begin(person, key)
    path, fault = f"/v1/mfa/devices/{begun['id']}", {"X-Test-Fault": "internal_error"}
    challenge, signature = begun["challenge"]["id"], key.sign("212212")
    assert partner.verify_binding(challenge, signature, **fault).status_code == 500
    assert partner.http.get(path).status_code == 404
    assert partner.verify_binding(challenge, signature).status_code == 204
    assert partner.http.delete(path, headers=fault).status_code == 500
    assert partner.http.get(path).status_code == 200
    assert partner.http.get(path, headers={"X-Test-Fault": "other"}).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/v1/mfa/devices", "GET, HEAD, POST"),
        ("PATCH", "/v1/mfa/devices/x", "DELETE, GET, HEAD"),
        ("DELETE", "/v1/persons", "POST"),
        ("GET", "/oauth2/token", "POST"),
        ("OPTIONS", "/v1/mfa/challenges/sms", "POST"),
        ("QUERY", "/v1/mfa/challenges/sms/x", "GET, HEAD, PUT"),
    ],
)
def test_an_unsupported_method_is_405_with_allow(partner: Partner, method: str, path: str, allowed: str) -> None:
    refused = partner.http.request(method, path)
    assert (refused.status_code, refused.headers["Allow"]) == (405, allowed)
    assert refused.json()["errors"][0]["status"] == 405


def test_an_unknown_path_is_404(partner: Partner) -> None:
    for path in ("/", "/v1", "/v2/mfa/devices", "/v1/mfa/devices/", "/v1//mfa/devices", "/v1/mfa/devices/../x"):
        assert partner.http.get(path).status_code == 404


def test_head_is_get_without_a_body(partner: Partner) -> None:
    head = partner.http.head("/v1/mfa/devices")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Type"] == "application/json"


def test_a_token_is_issued(partner: Partner) -> None:
    answer = partner.token_request()
    assert answer.status_code == 200
    token = answer.json()
    assert (token["token_type"], token["expires_in"], token["scope"]) == ("bearer", 3599, "partners")
    assert partner.token_request().json()["access_token"] != token["access_token"]


def test_the_clock_dates_a_token_but_does_not_move_its_check(stranger: httpx.Client, partner: Partner) -> None:
    dated = partner.token_request(**ahead(-4000)).json()["access_token"]
    expired = stranger.get("/v1/mfa/devices", headers={"Authorization": f"Bearer {dated}"})
    assert (expired.status_code, expired.json()["errors"][0]["code"]) == (401, "invalid_token")
    assert partner.http.get("/v1/mfa/devices", headers=ahead(10_000)).status_code == 200


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff\xff:x").decode(),
        "Basic " + base64.b64encode(b"embedded-partner").decode(),
        "Basic " + base64.b64encode(b"embedded-partner:wrong").decode(),
        "Basic " + base64.b64encode(b"embedded-partner:embedded-other-partner-secret").decode(),
        "Bearer " + base64.b64encode(b"embedded-partner:embedded-partner-secret").decode(),
    ],
)
def test_wrong_credentials_are_401(stranger: httpx.Client, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    refused = stranger.post("/oauth2/token", data=FORM, headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.json()["errors"][0]["status"] == 401


@pytest.mark.parametrize(
    ("form", "error"),
    [
        ({"grant_type": "password", "scope": "partners"}, "unsupported_grant_type"),
        ({"scope": "partners"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials", "scope": "admin"}, "invalid_scope"),
    ],
)
def test_other_grants_are_400(stranger: httpx.Client, form: dict[str, str], error: str) -> None:
    refused = stranger.post("/oauth2/token", data=form, auth=CREDENTIALS)
    assert (refused.status_code, refused.json()["error"]) == (400, error)
    assert refused.json()["status"] == 400


def test_a_token_request_has_to_be_a_form(stranger: httpx.Client) -> None:
    assert stranger.post("/oauth2/token", json=FORM, auth=CREDENTIALS).status_code == 400
