"""Contract 8, POST {auth}/oauth2/token: how long a token lives. The clock hook dates it back (contract 9)."""

from __future__ import annotations

import time

import pytest

from contract.exchange import Exchange
from contract.judge import Judge, NotTestable, document
from suites.law import clause
from suites.lifetimes import INSIDE, OUTSIDE, shortly_after
from suites.waiting import Story, waits
from target.connection import Target
from target.partner import Partner
from target.secret import Secret
from target.tokens import request_token


def issued(target: Target, offset: float = 0.0) -> dict[str, object]:
    """A token that was made so many seconds from now. Raises PrerequisiteFailed."""
    credentials = target.profile.credentials[target.partner.role]
    answer: dict[str, object] = document(request_token(target.client, target.profile, credentials, clock_offset=offset))
    return answer


def use(partner: Partner, token: dict[str, object]) -> Exchange:
    return partner.call("list-devices", params={"page[size]": 1}, token=Secret(str(token["access_token"])))


@pytest.fixture
def lifetime(target: Target) -> float:
    """Seconds that a dated token lives, as the target says; an undated one may be older than the request for it."""
    return float(str(issued(target, -60.0)["expires_in"]))


@clause("token.lives")
@pytest.mark.usefixtures("clock")
def test_a_token_works_until_just_before_it_expires(
    target: Target, partner: Partner, lifetime: float, judge: Judge
) -> None:
    judge.accepts(use(partner, issued(target, min(0.0, INSIDE - lifetime))))


@clause("token.expires")
def test_an_expired_token_does_not_work_again(
    target: Target, partner: Partner, expired_token: Secret, judge: Judge
) -> None:
    for _ in range(2):
        judge.accepts(partner.call("list-devices", params={"page[size]": 1}, token=expired_token))
        # Neither does a new token of the same partner bring it back to life.
        issued(target)
    judge.accepts(partner.call("list-devices", params={"page[size]": 1}, token=expired_token))


@clause("token.expires")
@pytest.mark.usefixtures("clock")
def test_a_token_does_not_work_as_soon_as_it_has_expired(
    target: Target, partner: Partner, lifetime: float, judge: Judge
) -> None:
    token = issued(target, -lifetime - OUTSIDE)
    judge.accepts(use(partner, token))
    judge.accepts(use(partner, token))


SOON, PAUSE = 3.0, 0.25
"""Seconds that a token lives yet when it is used, since no hook moves its check; seconds between two tries."""


@clause("token.lives")
@pytest.mark.usefixtures("clock")
def test_an_old_token_is_not_given_again_as_a_new_one(target: Target, lifetime: float, judge: Judge) -> None:
    old, new = issued(target, min(0.0, SOON - lifetime)), issued(target)
    again = old["access_token"] == new["access_token"] and float(str(new["expires_in"])) > SOON + 1
    judge.holds(not again, "a token that is about to expire was given with more life than it has", "its expires_in")


@clause("token.expires")
@waits
def test_a_token_that_was_used_while_it_lived_expires(target: Target, partner: Partner, judge: Judge) -> Story:
    is_dated = target.profile.clock
    lives = float(str(issued(target, -60.0 if is_dated else 0.0)["expires_in"]))
    token = issued(target, min(0.0, SOON - lives) if is_dated else 0.0)
    expired = time.monotonic() + min(SOON, lives) + OUTSIDE
    if not use(partner, token).answer.ok:
        raise NotTestable(f"needs faster answers: a token was not used within {SOON:g} s, or never works")
    yield shortly_after(0.0 if is_dated else lives)
    while (late := use(partner, token)).answer.ok and time.monotonic() < expired:
        time.sleep(PAUSE)
    judge.accepts(late)
