"""Contract 1.4: who has no good token gets nothing, and changes nothing."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from typing import Any

import pytest

from contract.judge import Judge
from contract.operations import Gate, operations
from suites.general.cells import each_path, unsupported_methods
from suites.general.odd_ids import made_up_ids
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.specimens import each_operation
from suites.stories import Stories
from target.connection import Target
from target.partner import Partner
from target.profile import Role
from target.secret import Secret

ONE = {"page[size]": 1}
"""The query of a list that is as short as can be."""


@each_operation
@clause("general.token-absent")
def test_a_request_without_a_token_is_refused(refusal: ProvedRefusal, judge: Judge, partner: Partner) -> None:
    cookie = f"access_token={partner.token.reveal()}; Authorization={partner.token.reveal()}"
    with refusal as good:
        bare: dict[str, dict[str, Any]] = {"no token": {}, "a cookie": {"headers": {"Cookie": cookie}}}
        if good.json is not None:
            bare["a field"] = {"json": {**good.json, "access_token": partner.token.reveal()}}
        judge.accepts_each(good.send_each({what: {"token": None, **delta} for what, delta in bare.items()}))


@clause("general.token-absent")
def test_a_good_token_in_another_header_is_none(judge: Judge, partner: Partner) -> None:
    token = partner.token.reveal()
    headers = {"X-Access-Token": token, "X-Auth-Token": token, "X-Authorization": f"Bearer {token}"}
    for name, value in headers.items():
        judge.accepts(partner.call("list-devices", params=ONE, token=None, headers={name: value}))


def altered(token: str) -> str:
    """A token with another letter in its middle."""
    middle = len(token) // 2
    return token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]


@each_operation
@clause("general.token-unknown")
def test_a_token_that_nobody_issued_is_refused(refusal: ProvedRefusal, judge: Judge, partner: Partner) -> None:
    with refusal as good:
        tokens = {"a word": "unknown-token", "a token with another letter": altered(partner.token.reveal())}
        judge.accepts_each(good.send_each({what: {"token": Secret(text)} for what, text in tokens.items()}))


@clause("general.token-unknown")
def test_what_only_looks_like_a_token_is_refused(judge: Judge, partner: Partner, target: Target) -> None:
    token = partner.token.reveal()
    texts = {
        "two words": "a b",
        "a dot": ".",
        "the scheme twice": "Bearer",
        "the scheme and a good token twice": f"Bearer {token}",
        "half a token": token[: len(token) // 2],
        "a token but for its last 8 letters": token[:-8],
        "a token in another case": token.swapcase() if token.swapcase() != token else "another-case",
        "a token with more behind it": f"{token}AAAA",
        "two tokens": f"{token}, {token}",
        "the word null": "null",
        "the client id": target.profile.credentials[Role.PARTNER].client_id,
    }
    judge.accepts(partner.call("list-devices", params=ONE, token=None, headers={"Authorization": "Bearer"}))
    judge.accepts_each(
        {what: partner.call("list-devices", params=ONE, token=Secret(text)) for what, text in texts.items()}
    )


@each_operation
@clause("general.token-expired")
def test_an_expired_token_is_refused(refusal: ProvedRefusal, judge: Judge, expired_token: Secret) -> None:
    with refusal as good:
        judge.accepts(good.send(token=expired_token))


@each_operation
@clause("general.token-scheme")
def test_a_good_token_under_another_scheme_is_refused(refusal: ProvedRefusal, judge: Judge, partner: Partner) -> None:
    with refusal as good:
        headers = {scheme: {"Authorization": f"{scheme} {partner.token.reveal()}"} for scheme in ("Basic", "Token")}
        judge.accepts_each(good.send_each({what: {"token": None, "headers": sent} for what, sent in headers.items()}))


@clause("general.token-scheme")
def test_nothing_but_a_bearer_token_is_let_in(judge: Judge, partner: Partner, target: Target) -> None:
    token = partner.token.reveal()
    credentials = target.profile.credentials[Role.PARTNER]
    pair = b64encode(f"{credentials.client_id}:{credentials.client_secret.reveal()}".encode()).decode()
    values = {
        "Basic with the client's credentials": f"Basic {pair}",
        "Digest": f"Digest {token}",
        "no scheme": token,
        "Bearer and no space": f"Bearer{token}",
        "Bearer after another word": f"Token Bearer {token}",
        "Basic with the token as the user": f"Basic {b64encode(f'{token}:'.encode()).decode()}",
        "Basic with the token as the password": f"Basic {b64encode(f'x:{token}'.encode()).decode()}",
    }
    judge.accepts_each(
        {
            what: partner.call("list-devices", params=ONE, token=None, headers={"Authorization": value})
            for what, value in values.items()
        }
    )


@each_operation
@clause("general.token-in-query")
def test_a_good_token_in_the_query_is_refused(refusal: ProvedRefusal, judge: Judge, partner: Partner) -> None:
    with refusal as good:
        params = {**(good.params or {}), "access_token": partner.token.reveal()}
        judge.accepts(good.send(token=None, params=params))


@clause("general.token-in-query")
def test_a_good_token_under_any_name_in_the_query_is_refused(judge: Judge, partner: Partner) -> None:
    token = partner.token.reveal()
    for name, value in {"token": token, "Authorization": f"Bearer {token}", "bearer_token": token}.items():
        judge.accepts(partner.call("list-devices", params={**ONE, name: value}, token=None))
    good_and_bad = {**ONE, "access_token": token}
    judge.accepts(partner.call("list-devices", params=good_and_bad, token=Secret("unknown-token")))


@pytest.mark.parametrize("operation", [name for name in operations() if name != "fetch-token"])
@clause("general.token-first")
def test_the_token_is_looked_at_before_anything_else(
    operation: str, judge: Judge, partner: Partner, stories: Stories
) -> None:
    bad = partial(partner.call, operation, *made_up_ids(operation))
    bad_tokens = (None, Secret("unknown-token"))
    unfit = [partial(bad, token=token) for token in bad_tokens]
    unfit += [partial(bad, token=token, content=b"{not json") for token in bad_tokens]
    unfit += [partial(bad, token=token, params={"page[size]": "-1"}) for token in bad_tokens]
    for refused in stories.together(unfit):
        judge.accepts(refused)


@pytest.mark.usefixtures("clock")
@clause("general.token-first")
def test_the_token_is_looked_at_before_the_permission(
    judge: Judge, target: Target, restricted_partner: Partner, stories: Stories
) -> None:
    # No other bad token says whose it is: of an absent or unknown one no permission can be looked at.
    expired = target.tokens.expired(Role.RESTRICTED)
    names = [operation.id for operation in operations().values() if operation.gate is Gate.PERMISSION]
    calls = [partial(restricted_partner.call, name, *made_up_ids(name), token=expired) for name in names]
    judge.accepts_each(dict(zip(names, stories.together(calls), strict=True)))


@clause("general.unknown-path-without-token")
@pytest.mark.parametrize("path", ["/v1/mfa/nothing", "/v1/nothing", "/v1/mfa/devices/a/b/c"])
def test_an_unknown_path_without_a_token_is_refused(path: str, judge: Judge, partner: Partner) -> None:
    judge.accepts(partner.request("GET", path, token=None))
    judge.accepts(partner.request("POST", path, token=None, json={}))


@clause("general.unknown-path-without-token")
def test_a_path_written_in_another_way_is_guarded(judge: Judge, partner: Partner) -> None:
    # A router may take each of them for the path of a list, though who guards that does not.
    for path in ("/v1/mfa/%64evices", "/v1/mfa/devices.json", "/v1/mfa/devices;a=b", "/v1/MFA/Devices"):
        judge.accepts(partner.request("GET", path, params=ONE, token=None))


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
