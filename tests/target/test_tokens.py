"""Access tokens: fetched once, replaced in time, lent to other processes."""

from __future__ import annotations

import itertools
import threading
import time
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor

import pytest

from contract.judge import PrerequisiteFailed
from target.client import Client, TargetUnreachable
from target.profile import LOOPBACK_CREDENTIALS, Role
from target.tokens import Tokens, request_token
from tests.target.conftest import Serve
from tests.target.profiles import profile
from tests.target.servers import Behaviour, Received, Reply


def issuing(expires_in: int = 1800) -> Behaviour:
    serial = itertools.count(1)

    def issue(_: Received) -> Reply:
        return Reply(200, {"access_token": f"t{next(serial)}", "token_type": "bearer", "expires_in": expires_in})

    return issue


def test_a_token_is_fetched_with_the_partners_credentials(client: Client, serve: Serve) -> None:
    site = serve(issuing())
    assert Tokens(client, profile(site.url)).of(Role.OTHER).reveal() == "t1"
    (request,) = site.received
    assert (request.method, request.path) == ("POST", "/oauth2/token")
    assert request.body == b"grant_type=client_credentials&scope=partners"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    pair = b64decode(request.headers["Authorization"].removeprefix("Basic ")).decode()
    assert pair == "embedded-other-partner:embedded-other-partner-secret"


def test_sixteen_threads_fetch_one_token(client: Client, serve: Serve) -> None:
    site, together = serve(issuing()), threading.Barrier(16)
    tokens = Tokens(client, profile(site.url))

    def ask(_: int) -> str:
        together.wait(10)
        return tokens.of(Role.PARTNER).reveal()

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(ask, range(16))) == {"t1"}
    assert len(site.received) == 1


def test_each_partner_has_a_token_of_its_own(client: Client, serve: Serve) -> None:
    site = serve(issuing())
    tokens = Tokens(client, profile(site.url))
    assert [tokens.of(role).reveal() for role in (Role.PARTNER, Role.OTHER, Role.PARTNER)] == ["t1", "t2", "t1"]
    assert [token.reveal() for token in tokens.issued] == ["t1", "t2"]


@pytest.mark.parametrize(("lifetime", "left"), [(1800, 60), (300, 60), (100, 20), (30, 6), (1, 0.2)])
def test_a_token_is_replaced_well_before_it_expires(client: Client, serve: Serve, lifetime: int, left: float) -> None:
    tokens = Tokens(client, profile(serve(issuing(lifetime)).url))
    before = time.time()
    tokens.of(Role.PARTNER)
    _, refresh_at = tokens.lend()["partner"]
    assert before + lifetime - left <= refresh_at <= time.time() + lifetime - left


def test_a_token_that_is_about_to_expire_is_replaced_and_stays_a_secret(client: Client, serve: Serve) -> None:
    borrowed = {"partner": ("old", time.time() - 1), "other_partner": ("good", time.time() + 60)}
    tokens = Tokens(client, profile(serve(issuing()).url), borrowed)
    assert tokens.of(Role.PARTNER).reveal() == "t1"
    assert tokens.of(Role.OTHER).reveal() == "good"
    assert {token.reveal() for token in tokens.issued} == {"old", "good", "t1"}


def test_what_one_process_lends_another_borrows_without_a_request(client: Client, serve: Serve) -> None:
    site = serve(issuing())
    first = Tokens(client, profile(site.url))
    first.of(Role.PARTNER)
    second = Tokens(client, profile(site.url), first.lend())
    assert second.of(Role.PARTNER) == first.of(Role.PARTNER)
    assert second.lend() == first.lend()
    assert len(site.received) == 1


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401, {"error": "invalid_client"}),
        Reply(200, {"access_token": "", "token_type": "bearer", "expires_in": 5}),
        Reply(200, {"access_token": "s3cr3t", "token_type": "mac", "expires_in": 5}),
        Reply(200, {"access_token": "s3cr3t", "token_type": "bearer", "expires_in": 0}),
        Reply(200, b"s3cr3t"),
    ],
    ids=["refused", "empty", "another type", "expired", "no JSON"],
)
def test_without_a_good_token_the_prerequisite_failed(client: Client, serve: Serve, reply: Reply) -> None:
    replies = iter([reply])
    tokens = Tokens(client, profile(serve(lambda _: next(replies, None) or issuing()(_)).url))
    with pytest.raises(PrerequisiteFailed) as caught:
        tokens.of(Role.PARTNER)
    assert caught.value.finding.clause == "token.issued"
    assert "s3cr3t" not in str(caught.value)
    assert tokens.of(Role.PARTNER).reveal() == "t1"


def test_a_token_endpoint_that_is_gone_is_unreachable(client: Client, gone: str) -> None:
    with pytest.raises(TargetUnreachable):
        Tokens(client, profile(gone)).of(Role.PARTNER)


def test_a_token_exchange_is_never_written_down(client: Client, serve: Serve) -> None:
    site = serve(issuing())
    exchange = request_token(client, profile(site.url), LOOPBACK_CREDENTIALS[Role.PARTNER], clock_offset=-4000)
    assert exchange.confidential
    assert exchange.clock_offset == -4000
    assert site.received[0].headers["X-Test-Clock-Offset"] == "-4000"


def test_a_token_may_be_asked_for_without_credentials(client: Client, serve: Serve) -> None:
    site = serve(issuing())
    request_token(client, profile(site.url), None, form="grant_type=password")
    assert "Authorization" not in site.received[0].headers
    assert site.received[0].body == b"grant_type=password"
