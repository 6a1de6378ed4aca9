"""Contract 9: the clock hook."""

from __future__ import annotations

from functools import partial

import pytest

from contract.exchange import Exchange
from contract.judge import Judge, document
from signer import KeyPair
from suites.clocks import is_about
from suites.device_binding.pages import page
from suites.law import clause
from suites.stories import Stories
from target.connection import Target
from target.partner import Partner
from target.provisioning import Person
from target.secret import Secret
from target.tokens import request_token

pytestmark = pytest.mark.usefixtures("clock")

LONG = 1_000_000.0
"""Seconds: longer than any access token lives."""


@pytest.fixture
def lifetime(target: Target) -> float:
    """Seconds that a challenge lives."""
    return target.profile.challenge_lifetime


@clause("hooks.clock-moves")
def test_a_request_writes_the_time_to_which_it_was_moved(stories: Stories, customer: Person, lifetime: float) -> None:
    def created(offset: float) -> Exchange:
        body = stories.registration(customer, KeyPair.generate())
        return customer.partner.call("create-device", json=body, clock_offset=offset)

    offsets = (-86_400.0, -1_000.0, 1_000.0, 86_400.0)
    for offset, exchange in zip(offsets, stories.together([partial(created, one) for one in offsets]), strict=True):
        challenge = document(exchange)["challenge"]
        assert is_about(challenge["created_at"], exchange, offset), f"created_at is not moved by {offset:g} s"
        assert is_about(challenge["expires_at"], exchange, offset + lifetime), "expires_at is not moved by the offset"


@clause("hooks.clock-moves")
def test_a_challenge_that_was_made_in_the_past_lives_from_then_on(
    stories: Stories, customer: Person, lifetime: float
) -> None:
    def lives(ago: float) -> bool:
        keys = KeyPair.generate()
        body = stories.registration(customer, keys)
        created = document(customer.partner.call("create-device", json=body, clock_offset=-ago))
        return stories.binding(customer, keys, created).verify().answer.ok

    young, old = stories.together([partial(lives, ago) for ago in (lifetime / 2, lifetime * 3)])
    assert young, "a challenge that was made in the past is dead before its time"
    assert not old, "a challenge that was made in the past does not live from then on"


@clause("hooks.clock-moves")
def test_a_deletion_writes_the_time_to_which_it_was_moved(stories: Stories, customer: Person) -> None:
    binding = stories.bind(customer)
    document(customer.partner.call("delete-device", binding.device_id, clock_offset=5_000))
    exchange = page(customer.partner, customer, include_deleted="true")
    times = [row.get("deleted_at") for row in document(exchange) if row["id"] == binding.device_id]
    assert times, "a deleted device is not listed with include_deleted=true"
    assert is_about(times[0], exchange, 5_000), "deleted_at is not moved by the offset"


@clause("hooks.clock-one-request")
@pytest.mark.parametrize("offset", [-5_000.0, 5_000.0])
def test_the_request_after_a_moved_one_is_not_moved(stories: Stories, customer: Person, offset: float) -> None:
    for moved in (offset, 0.0):
        body = stories.registration(customer, KeyPair.generate())
        exchange = customer.partner.call("create-device", json=body, clock_offset=moved)
        time = document(exchange)["challenge"]["created_at"]
        assert is_about(time, exchange, moved), "the offset of one request moves another, or not its own"


@clause("hooks.clock-one-request")
def test_an_offset_that_is_not_a_number_is_ignored(stories: Stories, customer: Person) -> None:
    def created(offset: str) -> Exchange:
        body = stories.registration(customer, KeyPair.generate())
        return customer.partner.call("create-device", json=body, headers={"X-Test-Clock-Offset": offset})

    odd = ("tomorrow", "12 seconds", "1,000", "nan", "--5", "-")
    for offset, exchange in stories.each({offset: partial(created, offset) for offset in odd}).items():
        assert exchange.answer.ok, f"the offset {offset!r} is not ignored"
        assert is_about(document(exchange)["challenge"]["created_at"], exchange), f"the offset {offset!r} moves"


@clause("hooks.clock-spares-tokens")
@pytest.mark.parametrize("offset", [-LONG, LONG])
def test_the_offset_does_not_move_the_check_of_the_token(partner: Partner, judge: Judge, offset: float) -> None:
    judge.accepts(partner.call("list-devices", params={"page[size]": 1}, clock_offset=offset))


@clause("hooks.clock-dates-tokens")
def test_a_token_that_was_dated_back_has_expired(target: Target, partner: Partner, judge: Judge) -> None:
    credentials = target.profile.credentials[partner.role]
    lifetime = document(request_token(target.client, target.profile, credentials))["expires_in"]
    dated = request_token(target.client, target.profile, credentials, clock_offset=-max(4_000, lifetime + 400))
    token = Secret(document(dated)["access_token"])
    judge.accepts(partner.call("list-devices", params={"page[size]": 1}, token=token))
    still_good = partner.call("list-devices", params={"page[size]": 1})
    assert still_good.status == 200, "a token that was dated back ended another one"
