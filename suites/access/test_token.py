"""Contract 8, POST {auth}/oauth2/token: who gets a token."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from itertools import permutations
from urllib.parse import quote

import pytest

from contract.exchange import Exchange
from contract.judge import Judge, NotTestable, document
from suites.access.tokens import GRANT
from suites.law import clause
from target.connection import Target
from target.partner import Partner
from target.profile import Credentials, Role
from target.provisioning import Person
from target.secret import Secret
from target.tokens import request_token


@pytest.fixture
def credentials(target: Target) -> Credentials:
    return target.profile.credentials[Role.PARTNER]


def opens(partner: Partner, token: str) -> bool:
    """Whether a token opens the API."""
    return partner.call("list-devices", params={"page[size]": 1}, token=Secret(token)).status == 200


@clause("token.issued")
def test_a_token_is_issued_and_opens_the_api(
    target: Target, partner: Partner, credentials: Credentials, judge: Judge
) -> None:
    exchange = request_token(target.client, target.profile, credentials)
    issued = judge.works(exchange)
    judge.accepts(exchange)
    assert isinstance(issued.get("scope"), str), "the answer has no scope"
    assert opens(partner, issued["access_token"]), "the token that was issued does not open the API"


@clause("token.issued")
@pytest.mark.parametrize(
    "form", ["scope=partners&grant_type=client_credentials", "grant_type=client%5Fcredentials&scope=%70artners"]
)
def test_a_form_may_be_written_in_other_ways(
    target: Target, partner: Partner, credentials: Credentials, judge: Judge, form: str
) -> None:
    issued = judge.works(request_token(target.client, target.profile, credentials, form=form))
    judge.holds(opens(partner, issued["access_token"]), "the token does not open the API", "one that does")


@clause("token.issued")
def test_a_new_token_does_not_end_an_older_one(target: Target, partner: Partner, credentials: Credentials) -> None:
    tokens = [document(request_token(target.client, target.profile, credentials))["access_token"] for _ in range(2)]
    assert all(opens(partner, token) for token in tokens), "of two tokens in a row one does not open the API"


@clause("general.no-leak")
def test_a_token_stands_in_no_header_of_its_answer(target: Target, credentials: Credentials) -> None:
    exchange = request_token(target.client, target.profile, credentials)
    token = document(exchange)["access_token"]
    shown = [name for name, value in exchange.answer.headers.items() if token in value]
    assert not shown, f"the access token stands in the header {shown[0]}"


@clause("token.restricted")
def test_a_partner_without_permission_gets_a_token(target: Target, restricted_partner: Partner, judge: Judge) -> None:
    judge.accepts(request_token(target.client, target.profile, target.profile.credentials[restricted_partner.role]))


def in_other_case(secret: str) -> str:
    """The secret with small and capital letters swapped; one without letters gets one."""
    return secret.swapcase() if secret.swapcase() != secret else f"{secret}X"


Spoil = Callable[[str, str], tuple[str, str]]

WRONG: Mapping[str, Spoil] = {
    "wrong-secret": lambda client_id, _secret: (client_id, "wrong"),
    "empty-secret": lambda client_id, _secret: (client_id, ""),
    "secret-without-its-end": lambda client_id, secret: (client_id, secret[:-1]),
    "secret-with-more-after-it": lambda client_id, secret: (client_id, f"{secret}x"),
    "secret-in-other-case": lambda client_id, secret: (client_id, in_other_case(secret)),
    "unknown-client": lambda _id, secret: ("nobody", secret),
    "client-without-its-end": lambda client_id, secret: (client_id[:-1], secret),
    "client-with-more-after-it": lambda client_id, secret: (f"{client_id}x", secret),
    "empty-client": lambda _id, secret: ("", secret),
    "swapped": lambda client_id, secret: (secret, client_id),
    "secret-is-the-client-id": lambda client_id, _secret: (client_id, client_id),
}


def gives_nothing(exchange: Exchange, judge: Judge) -> None:
    """The refusal holds no token."""
    judge.accepts(exchange)
    assert b"access_token" not in exchange.answer.body, "a refusal holds an access_token"


@clause("token.wrong-credentials")
@pytest.mark.parametrize("wrong", WRONG)
def test_wrong_credentials_get_no_token(target: Target, credentials: Credentials, judge: Judge, wrong: str) -> None:
    client_id, secret = WRONG[wrong](credentials.client_id, credentials.client_secret.reveal())
    gives_nothing(request_token(target.client, target.profile, Credentials(client_id, Secret(secret))), judge)
    judge.works(request_token(target.client, target.profile, credentials))


@clause("token.wrong-credentials")
def test_the_secret_of_another_partner_gets_no_token(target: Target, other_partner: Partner, judge: Judge) -> None:
    clients = target.profile.credentials
    assert other_partner.role in clients
    for one, other in permutations(clients.values(), 2):
        crossed = Credentials(one.client_id, other.client_secret)
        gives_nothing(request_token(target.client, target.profile, crossed), judge)
    judge.works(request_token(target.client, target.profile, clients[other_partner.role]))


@clause("token.wrong-credentials")
@pytest.mark.parametrize("spoiled", ["absent", "no-base64", "no-colon", "client-id-alone", "bearer"])
def test_credentials_that_are_none_get_no_token(
    target: Target, credentials: Credentials, judge: Judge, spoiled: str
) -> None:
    client_id = b64encode(credentials.client_id.encode()).decode()
    headers = {
        "absent": {},
        "no-base64": {"Authorization": "Basic %%%"},
        "no-colon": {"Authorization": f"Basic {b64encode(b'nobody').decode()}"},
        "client-id-alone": {"Authorization": f"Basic {client_id}"},
        "bearer": {"Authorization": f"Bearer {client_id}"},
    }[spoiled]
    gives_nothing(request_token(target.client, target.profile, None, headers=headers), judge)


@clause("general.foreign-path", "read-person")
def test_a_form_that_names_another_partner_opens_nothing_of_theirs(
    target: Target, partner: Partner, foreign_customer: Person, credentials: Credentials, judge: Judge
) -> None:
    theirs = quote(target.profile.credentials[foreign_customer.partner.role].client_id)
    issued = request_token(target.client, target.profile, credentials, form=f"{GRANT}&client_id={theirs}")
    if not issued.answer.ok:
        raise NotTestable("needs a target that passes over a client's id in the form")
    token = Secret(document(issued)["access_token"])
    judge.holds(opens(partner, token.reveal()), "the token does not open the API", "one that does")
    judge.accepts(partner.call("read-person", foreign_customer.id, token=token))


@clause("token.other-grant")
@pytest.mark.parametrize(
    "form",
    [
        "scope=partners",
        "grant_type=&scope=partners",
        "grant_type=password&username=a&password=b&scope=partners",
        "grant_type=authorization_code&code=a&scope=partners",
        "grant_type=refresh_token&refresh_token=a&scope=partners",
        "grant_type=client_credentials_and_more&scope=partners",
        "grant_type=CLIENT_CREDENTIALS&scope=partners",
        "client_credentials=grant_type&scope=client_credentials",
    ],
    ids=["absent", "empty", "password", "authorization-code", "refresh-token", "more", "capitals", "elsewhere"],
)
def test_another_grant_gets_no_token(target: Target, credentials: Credentials, judge: Judge, form: str) -> None:
    gives_nothing(request_token(target.client, target.profile, credentials, form=form), judge)
