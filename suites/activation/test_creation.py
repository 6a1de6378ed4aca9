"""Contract 6, POST /v1/mfa/challenges/activation: a code is made."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from contract.everywhere import instant
from contract.judge import Judge, document
from suites.activation.codes import code_ids, codes, event_on, make, replacement, state
from suites.clocks import answered_at, is_about
from suites.general.odd_ids import nearly, unknown_like
from suites.law import clause
from suites.lifetimes import lifetime
from suites.stories import Stories, activation_request
from target.partner import Partner
from target.provisioning import Person

ORIGINS = ("MOBILE_APP", "WEB", "WEBUI")

UNLISTED = ("OTHER", "MOBILE_APPS", "mobile_app", "WEB ", "")

FAR = "2101-01-01T00:00:00Z"


@clause("activation.created")
@pytest.mark.parametrize("origin", ORIGINS)
def test_a_code_is_made_with_what_was_sent(origin: str, newcomer: Person, judge: Judge) -> None:
    made = judge.works(make(newcomer, origin=origin))
    sent = {**activation_request(newcomer), "origin": origin}
    assert {name: made[name] for name in sent} == sent, "the answer does not show what was sent"
    assert 0 == made["usage_count"] < made["max_usage_count"], "a new code was used, or cannot be"
    assert code_ids(newcomer) == [made["id"]], "a new code is not listed"


@clause("activation.created")
def test_each_person_gets_a_code_of_their_own(stories: Stories, partner: Partner, judge: Judge) -> None:
    asked = stories.together([lambda: make(stories.newcomer(partner))] * 3)
    made = [judge.works(exchange) for exchange in asked]
    assert len({code["code"] for code in made}) == 3, "two persons have the same code"
    assert len({code["id"] for code in made}) == 3, "two codes have the same id"


@clause("activation.expires-later")
def test_a_code_expires_later_than_it_was_made(newcomer: Person, judge: Judge) -> None:
    exchange = make(newcomer)
    made = judge.works(exchange)
    assert lifetime(made) > 0, "a code expires no later than it was made"
    assert instant(made["expires_at"]) > answered_at(exchange), "a code that was just made has expired"


@clause("activation.lifetime")
def test_how_long_a_code_lives(newcomer: Person, judge: Judge) -> None:
    judge.observes("seconds", round(lifetime(judge.works(make(newcomer)))))


@clause("general.created-now", "create-activation-challenge")
@pytest.mark.usefixtures("clock")
@pytest.mark.parametrize("offset", [-3600, 3600], ids=["an-hour-ago", "in-an-hour"])
def test_a_code_that_is_made_with_a_clock_offset_is_created_then(
    offset: int, stories: Stories, newcomer: Person, judge: Judge
) -> None:
    exchange = stories.ask_for_code(newcomer, clock_offset=offset)
    made = judge.works(exchange)
    judge.holds(is_about(made["created_at"], exchange, offset), "created_at leaves out the offset", "60 s", exchange)
    judge.holds(lifetime(made) > 0, "it expires before", "later", exchange)


@clause("general.unknown-fields", "create-activation-challenge")
def test_a_code_cannot_be_given_what_the_target_decides(stories: Stories, newcomer: Person, judge: Judge) -> None:
    wishes: dict[str, Any] = {"id": uuid4().hex, "code": "wished", "usage_count": -5, "expires_at": FAR}
    usual = judge.works(stories.ask_for_code(stories.newcomer(newcomer.partner)))
    wishes["max_usage_count"] = usual["max_usage_count"] + 1
    made = judge.works(make(newcomer, **wishes, created_at="2001-01-01T00:00:00Z"))
    granted = [name for name, wish in wishes.items() if made[name] == wish]
    assert not granted, "a field that the target decides can be wished for"
    assert made["max_usage_count"] == usual["max_usage_count"], "max_usage_count can be wished for"


@clause("activation.unknown-origin")
def test_an_unknown_origin_is_refused_or_taken(stories: Stories, partner: Partner, judge: Judge) -> None:
    def tried(origin: str) -> None:
        person = stories.newcomer(partner)
        exchange = make(person, origin=origin)
        judge.accepts(exchange)
        assert len(codes(person)) == exchange.answer.ok, "a refusal made a code, or a success did not"
        if exchange.answer.ok:
            assert document(exchange)["origin"] == origin, "an origin that was taken is not the one that was sent"
        else:
            judge.still_works(make(person))

    stories.together([partial(tried, origin) for origin in UNLISTED])


@clause("activation.reserved-origin")
def test_the_reserved_origin_is_refused_or_taken(newcomer: Person, judge: Judge) -> None:
    exchange = make(newcomer, origin="SOLARISBANK")
    judge.accepts(exchange)
    assert len(codes(newcomer)) == exchange.answer.ok, "a refusal made a code, or a success did not"
    if not exchange.answer.ok:
        judge.still_works(make(newcomer))


@clause("activation.other-purpose")
def test_another_purpose_is_refused(stories: Stories, newcomer: Person, judge: Judge) -> None:
    tried = ("LOGIN", "DEVICE_BINDINGS", "device_binding", "SNAILMAIL", "")
    makes = {f"purpose = {purpose!r}": partial(make, newcomer, purpose=purpose) for purpose in tried}
    judge.accepts_each(stories.each(makes))
    judge.unchanged([], state(newcomer))
    judge.still_works(make(newcomer))


@clause("activation.other-delivery")
def test_another_delivery_method_is_refused(stories: Stories, newcomer: Person, judge: Judge) -> None:
    tried = ("SMS", "EMAIL", "SNAILMAILS", "snailmail", "DEVICE_BINDING", "")
    makes = {f"delivery_method = {way!r}": partial(make, newcomer, delivery_method=way) for way in tried}
    judge.accepts_each(stories.each(makes))
    judge.unchanged([], state(newcomer))
    judge.still_works(make(newcomer))


@clause("activation.field-absent")
def test_what_a_code_gets_that_lacks_a_field(stories: Stories, partner: Partner, judge: Judge) -> None:
    def tried(name: str) -> int:
        left_out: dict[str, Any] = {name: None}
        return make(stories.newcomer(partner), **left_out).status

    names = ("origin", "purpose", "delivery_method")
    for name, status in stories.each({name: partial(tried, name) for name in names}).items():
        judge.observes(f"without {name}", status)


@clause("activation.unknown-person")
def test_an_unknown_person_gets_no_code(stories: Stories, newcomer: Person, judge: Judge) -> None:
    unknown = (uuid4().hex, unknown_like(newcomer.id), *nearly(newcomer.id).values())
    for refused in stories.together([partial(make, newcomer, person_id=one) for one in unknown]):
        judge.accepts(refused)
    judge.unchanged([], state(newcomer))
    judge.still_works(make(newcomer))


@clause("activation.no-sms")
@pytest.mark.usefixtures("outbox")
def test_no_message_is_sent_for_a_code(stories: Stories, customer: Person, judge: Judge) -> None:
    before = stories.sent(customer)
    judge.works(stories.ask_for_code(customer))
    code = stories.activation_code(customer, invalidate_existing=True)
    document(event_on(customer.partner, code.id))
    stories.begin_with_code(customer, code).verify()
    customer.partner.call("delete-activation-challenge", code.id)
    assert stories.sent(customer) == before, "an SMS was sent for an activation code"


@clause("activation.created")
def test_each_code_of_a_person_is_a_new_one(newcomer: Person) -> None:
    made = [replacement(newcomer) for _ in range(5)]
    assert len({code.code.reveal() for code in made}) == 5, "a code of a person comes again"
    assert len({code.id for code in made}) == 5, "two codes have the same id"
