"""Contract 1.4: who has no good token gets nothing, and changes nothing."""

from __future__ import annotations

import secrets
from base64 import b64encode

import pytest

from contract.judge import Judge, document
from contract.operations import operations
from suites.general.cells import each_path, unsupported_methods
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.specimens import each_operation
from target.connection import Target
from target.partner import Partner
from target.profile import Role
from target.secret import Secret
from target.tokens import request_token


def made_up_ids(operation: str) -> list[str]:
    return [secrets.token_hex(16) for _ in operations()[operation].parameters]


@each_operation
@clause("general.token-absent")
def test_a_request_without_a_token_is_refused(refusal: ProvedRefusal, judge: Judge, partner: Partner) -> None:
    cookie = f"access_token={partner.token.reveal()}; Authorization={partner.token.reveal()}"
    with refusal as good:
        judge.accepts(good.send(token=None))
        judge.accepts(good.send(token=None, headers={"Cookie": cookie}))


@each_operation
@clause("general.token-unknown")
def test_a_token_that_nobody_issued_is_refused(
    refusal: ProvedRefusal, judge: Judge, partner: Partner, target: Target
) -> None:
    token = partner.token.reveal()
    middle = len(token) // 2
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    texts = {
        "an unknown token": "unknown-token",
        "two words": "a b",
        "a dot": ".",
        "the scheme twice": "Bearer",
        "a token with another letter in it": changed,
        "half a token": token[:middle],
        "a token with more behind it": f"{token}AAAA",
        "two tokens": f"{token}, {token}",
        "the word null": "null",
        "the client id": target.profile.credentials[Role.PARTNER].client_id,
    }
    with refusal as good:
        empty = good.send(token=None, headers={"Authorization": "Bearer"})
        judge.accepts_each(
            {"no token at all": empty, **{what: good.send(token=Secret(text)) for what, text in texts.items()}}
        )


@each_operation
@clause("general.token-expired")
@pytest.mark.usefixtures("clock")
def test_an_expired_token_is_refused(refusal: ProvedRefusal, judge: Judge, target: Target) -> None:
    credentials = target.profile.credentials[Role.PARTNER]
    fetched = document(request_token(target.client, target.profile, credentials, clock_offset=-4000))
    expired = Secret(fetched["access_token"])
    with refusal as good:
        judge.accepts(good.send(token=expired))


@each_operation
@clause("general.token-scheme")
def test_a_good_token_under_another_scheme_is_refused(
    refusal: ProvedRefusal, judge: Judge, partner: Partner, target: Target
) -> None:
    token = partner.token.reveal()
    credentials = target.profile.credentials[Role.PARTNER]
    pair = b64encode(f"{credentials.client_id}:{credentials.client_secret.reveal()}".encode()).decode()
    values = {
        "Basic with a token": f"Basic {token}",
        "Basic with the client's credentials": f"Basic {pair}",
        "Token": f"Token {token}",
        "Digest": f"Digest {token}",
        "no scheme": token,
        "Bearer and no space": f"Bearer{token}",
        "Bearer after another word": f"Token Bearer {token}",
    }
    with refusal as good:
        judge.accepts_each(
            {what: good.send(token=None, headers={"Authorization": value}) for what, value in values.items()}
        )


@each_operation
@clause("general.token-in-query")
def test_a_good_token_in_the_query_is_refused(refusal: ProvedRefusal, judge: Judge, partner: Partner) -> None:
    token = partner.token.reveal()
    with refusal as good:
        for name, value in {"access_token": token, "token": token, "Authorization": f"Bearer {token}"}.items():
            judge.accepts(good.send(token=None, params={**(good.params or {}), name: value}))


@each_operation
@clause("general.token-first")
def test_the_token_is_looked_at_before_anything_else(operation: str, judge: Judge, partner: Partner) -> None:
    for token in (None, Secret("unknown-token")):
        judge.accepts(partner.call(operation, *made_up_ids(operation), token=token))
        judge.accepts(partner.call(operation, *made_up_ids(operation), token=token, content=b"{not json"))
        judge.accepts(partner.call(operation, *made_up_ids(operation), token=token, params={"page[size]": "-1"}))


@clause("general.unknown-path-without-token")
@pytest.mark.parametrize("path", ["/v1/mfa/nothing", "/v1/nothing", "/v1/mfa/devices/a/b/c"])
def test_an_unknown_path_without_a_token_is_refused(path: str, judge: Judge, partner: Partner) -> None:
    judge.accepts(partner.request("GET", path, token=None))
    judge.accepts(partner.request("POST", path, token=None, json={}))


@each_path
@clause("general.unsupported-method-without-token")
def test_an_unsupported_method_without_a_token_is_refused(operation: str, judge: Judge, partner: Partner) -> None:
    path = operations()[operation].url_path(*made_up_ids(operation))
    for method in unsupported_methods(operations()[operation]):
        judge.accepts(partner.request(method, path, token=None))


@clause("general.scheme-case")
@pytest.mark.parametrize("scheme", ["bearer", "BEARER"])
def test_whether_the_case_of_the_scheme_matters(scheme: str, judge: Judge, partner: Partner) -> None:
    header = {"Authorization": f"{scheme} {partner.token.reveal()}"}
    answer = partner.call("list-devices", params={"page[size]": 1}, token=None, headers=header)
    judge.observes(scheme, answer.status)
