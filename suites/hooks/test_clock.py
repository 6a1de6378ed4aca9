"""Contract 9: the clock hook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from contract.clauses import clauses
from contract.exchange import Exchange
from contract.judge import Judge, document, flaw
from contract.operations import operations
from signer import KeyPair
from suites.change_requests.changes import STATIC_TAN, Change, ask, by_tan, new_email, to_nobody
from suites.clocks import is_about
from suites.device_binding.pages import page
from suites.law import clause
from suites.lifetimes import lifetime as duration
from suites.specimens import Specimen, Workshop
from suites.stories import PAGE, Stories, activation_request, verify_signing_challenge
from target.connection import Target
from target.partner import Partner
from target.provisioning import Person
from target.secret import Secret
from target.tokens import request_token

pytestmark = pytest.mark.usefixtures("clock")

LONG = 1_000_000.0
"""Seconds: longer than any access token lives."""

AGES = 400_000_000.0
"""Seconds: longer than any activation code lives."""

LIVING = (
    "verify-signature-challenge",
    "verify-signing-challenge",
    "verify-sms-challenge",
    "authorize-change-request",
    "confirm-change-request",
    "confirm-mobile-number",
)
"""Operations on what comes to its end with time."""

READ = ("read-key", "read-delivery-event")
"""Operations that read what lasts: all other readings are on the way to one of these, or of those above."""


@pytest.fixture
def newcomer(stories: Stories, partner: Partner) -> Person:
    """A person without an activation code."""
    return stories.newcomer(partner)


@pytest.fixture
def lifetime(target: Target) -> float:
    """Seconds that a challenge lives."""
    return target.profile.challenge_lifetime


@clause("hooks.clock-moves")
def test_a_request_writes_the_time_to_which_it_was_moved(stories: Stories, customer: Person, lifetime: float) -> None:
    def created(offset: float) -> Exchange:
        body = stories.registration(customer, KeyPair.generate())
        return customer.partner.call("create-device", json=body, clock_offset=offset)

    offsets = (-86_400.0, -1_000.5, 1_000.25, 86_400.0)
    for offset, exchange in zip(offsets, stories.together([partial(created, one) for one in offsets]), strict=True):
        challenge = document(exchange)["challenge"]
        assert is_about(challenge["created_at"], exchange, offset), f"created_at is not moved by {offset:g} s"
        assert is_about(challenge["expires_at"], exchange, offset + lifetime), "expires_at is not moved by the offset"


@clause("hooks.clock-moves")
@pytest.mark.parametrize("offset", [-7_200.0, 7_200.75])
def test_whatever_a_request_makes_is_made_at_the_time_to_which_it_was_moved(
    stories: Stories, customer: Person, newcomer: Person, offset: float
) -> None:
    device = stories.bind(customer)
    call = partial(customer.partner.call, clock_offset=offset)
    made = {
        "an SMS challenge": partial(call, "create-sms-challenge", json={"person_id": customer.id}),
        "a signing challenge": partial(call, "create-signing-challenge", json={"device_id": device.device_id}),
        "an activation code": partial(call, "create-activation-challenge", json=activation_request(newcomer)),
    }
    for what, exchange in stories.each(made).items():
        times = document(exchange)
        assert is_about(times["created_at"], exchange, offset), f"created_at of {what} is not moved"
        ends = is_about(times["expires_at"], exchange, offset + duration(times))
        assert ends, f"expires_at of {what} is not moved"


@clause("hooks.clock-moves")
def test_the_use_of_a_key_is_written_down_at_the_time_to_which_it_was_moved(stories: Stories, customer: Person) -> None:
    device = stories.bind(customer)
    create = partial(customer.partner.call, "create-signing-challenge", json={"device_id": device.device_id})
    challenge = document(create(clock_offset=5_000.5))
    used = verify_signing_challenge(device, challenge, clock_offset=5_120.5)
    document(used)
    read = document(customer.partner.call("read-key", device.device_id, device.key_id))
    assert is_about(read.get("used_at"), used, 5_120.5), "used_at is not moved by the offset"


@clause("hooks.clock-moves")
def test_each_step_of_a_change_is_dated_by_the_time_to_which_it_was_moved(customer: Person) -> None:
    def steps(offset: float) -> Iterator[tuple[str, Exchange]]:
        change = Change(customer, "", new_email())
        asked = ask(customer, change.fields, clock_offset=offset)
        change = replace(change, id=document(asked)["id"])
        yield "the change", asked
        yield "its authorization", change.authorize(to_nobody(customer), clock_offset=offset)
        yield "its confirmation", change.confirm(by_tan(customer, STATIC_TAN), clock_offset=offset)

    # What updated_at is the time of, only a target that dates it now without an offset shows.
    for (what, now), (_, moved) in zip(list(steps(0.0)), list(steps(9_000.5)), strict=True):
        told, then = (document(exchange).get("updated_at") for exchange in (now, moved))
        assert not is_about(told, now) or is_about(then, moved, 9_000.5), f"updated_at of {what} is not moved"


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
    document(customer.partner.call("delete-device", binding.device_id, clock_offset=5_000.5))
    exchange = page(customer.partner, customer, include_deleted="true")
    times = [row.get("deleted_at") for row in document(exchange) if row["id"] == binding.device_id]
    assert times, "a deleted device is not listed with include_deleted=true"
    assert is_about(times[0], exchange, 5_000.5), "deleted_at is not moved by the offset"


@clause("hooks.clock-one-request")
@pytest.mark.parametrize("offset", [-5_000.0, 5_000.0])
def test_the_request_after_a_moved_one_is_not_moved(stories: Stories, customer: Person, offset: float) -> None:
    for moved in (offset, 0.0):
        body = stories.registration(customer, KeyPair.generate())
        exchange = customer.partner.call("create-device", json=body, clock_offset=moved)
        time = document(exchange)["challenge"]["created_at"]
        assert is_about(time, exchange, moved), "the offset of one request moves another, or not its own"


@clause("hooks.clock-one-request")
def test_the_request_after_a_moved_one_that_was_refused_is_not_moved(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    create = partial(customer.partner.call, "create-device")
    body = stories.registration(customer, KeyPair.generate())
    bad: list[dict[str, Any]] = [{"json": {}}, {"json": body, "token": None}]
    for delta in bad:
        refused = create(**delta, clock_offset=5_000.5)
        judge.holds(not refused.answer.ok, "a bad request succeeded", "a refusal", refused)
    exchange = create(json=body)
    time = document(exchange)["challenge"]["created_at"]
    judge.holds(is_about(time, exchange), "the offset of a refused request moves the next one", "no offset", exchange)


@clause("hooks.clock-one-request")
@pytest.mark.parametrize("offset", [-AGES, AGES])
def test_what_was_read_at_another_time_works_as_before(
    workshop: Workshop, another_customer: Person, judge: Judge, offset: float
) -> None:
    def by_code() -> Callable[[], Exchange]:
        code = workshop.stories.activation_code(workshop.person, invalidate_existing=True)
        return workshop.stories.begin_with_code(workshop.person, code).verify

    things = workshop.stories.each({name: partial(workshop.make, name) for name in (*LIVING, *READ)})
    acts: dict[str, Callable[[], Exchange]] = {name: things[name].send for name in LIVING}
    bind = by_code()
    readings = readings_of(workshop.person, things.values())
    workshop.stories.together([partial(reading, clock_offset=offset) for reading in readings])
    # So does what is written at another time, as long as it is about somebody else.
    workshop.stories.together([partial(write, clock_offset=offset) for write in writings_of(another_customer)])
    for name, last in {"a binding by activation code": bind(), **{name: act() for name, act in acts.items()}}.items():
        if flaw(last):
            # Another one tells what was moved from what never works.
            judge.works(workshop.make(name).send() if name in acts else by_code()())
        seen = f"after readings at another time {name} answered {last.status}"
        judge.holds(flaw(last) is None, seen, "the answer that it gets without them", last)


def readings_of(person: Person, things: Iterable[Specimen]) -> Iterator[Callable[..., Exchange]]:
    """All that can be read of a person and of some things: whatever is on the way to them, and the person's lists."""
    ways = [other for other in operations().values() if other.idempotent and other.parameters]
    for thing in things:
        for way in ways:
            if thing.operation.path.startswith(way.path):
                yield replace(thing, operation=way, ids=thing.ids[: len(way.parameters)], json=None).send
    by_person = {"filter[person_id]": person.id, "page[size]": PAGE}
    for name, dead in (("list-devices", "deleted"), ("list-activation-challenges", "expired")):
        yield partial(person.partner.call, name, params=by_person)
        yield partial(person.partner.call, name, params={**by_person, f"filter[include_{dead}]": "true"})


def writings_of(person: Person) -> Iterator[Callable[..., Exchange]]:
    """What can be begun for a person."""
    bodies = {
        "create-device": {"person_id": person.id, "key": KeyPair.generate().public_hex},
        "create-sms-challenge": {"person_id": person.id},
        "create-activation-challenge": activation_request(person),
    }
    yield from (partial(person.partner.call, name, json=body) for name, body in bodies.items())
    yield partial(ask, person)


@clause("hooks.clock-one-request")
def test_an_offset_that_is_not_a_number_is_ignored(stories: Stories, customer: Person) -> None:
    def created(offset: str) -> Exchange:
        body = stories.registration(customer, KeyPair.generate())
        return customer.partner.call("create-device", json=body, headers={"X-Test-Clock-Offset": offset})

    words = ("tomorrow", "9000 seconds", "9000s", "PT9000S", "nan", "")
    numerals = ("9000,5", "9000 9000", "9_000", "2:30", "--9000", "-")
    odd = (*words, *numerals)
    for offset, exchange in stories.each({offset: partial(created, offset) for offset in odd}).items():
        assert exchange.answer.ok, f"the offset {offset!r} is not ignored"
        assert is_about(document(exchange)["challenge"]["created_at"], exchange), f"the offset {offset!r} moves"


@clause("hooks.clock-spares-tokens")
@pytest.mark.parametrize("offset", [-LONG, LONG])
def test_the_offset_does_not_move_the_check_of_the_token(partner: Partner, judge: Judge, offset: float) -> None:
    for listing in ("list-devices", "list-activation-challenges"):
        judge.accepts(partner.call(listing, params={"page[size]": 1}, clock_offset=offset))


@clause("hooks.clock-spares-tokens")
def test_no_offset_revives_a_token_that_has_expired(target: Target, partner: Partner, judge: Judge) -> None:
    expired = target.tokens.expired(partner.role)
    read = partial(partner.call, "list-devices", params={"page[size]": 1}, token=expired)
    for offset in (-LONG, -5_000.5, 5_000.0):
        judge.accepts(read(clock_offset=offset), clauses()["general.token-expired"].answers)


@clause("hooks.clock-dates-tokens")
def test_a_token_that_was_dated_back_by_half_of_its_life_is_good(target: Target, partner: Partner) -> None:
    _, lifetime = target.tokens.another(partner.role)
    token, _ = target.tokens.another(partner.role, clock_offset=-lifetime / 2)
    still_good = partner.call("list-devices", params={"page[size]": 1}, token=token)
    assert still_good.status == 200, "a token that was dated back has expired before its time"


@clause("hooks.clock-dates-tokens")
def test_a_token_that_was_dated_back_has_expired(target: Target, partner: Partner, judge: Judge) -> None:
    credentials = target.profile.credentials[partner.role]
    lifetime = document(request_token(target.client, target.profile, credentials))["expires_in"]
    dated = request_token(target.client, target.profile, credentials, clock_offset=-max(4_000, lifetime + 400) - 0.5)
    token = Secret(document(dated)["access_token"])
    judge.accepts(partner.call("list-devices", params={"page[size]": 1}, token=token))
    still_good = partner.call("list-devices", params={"page[size]": 1})
    assert still_good.status == 200, "a token that was dated back ended another one"
