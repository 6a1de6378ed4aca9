"""Contract 6: a person has one live code at most; a new one takes the place of a dead one, or of one that it kills."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.answers import Answers
from contract.clauses import clauses
from contract.judge import Judge, document
from signer import KeyPair
from suites.activation.codes import WITH_EXPIRED, code_ids, event_on, live, make, replacement, state
from suites.device_binding.codes import kill, use_up
from suites.law import clause
from suites.lifetimes import INSIDE, OUTSIDE, shortly_after, shortly_before
from suites.stories import Stories, activation_request, signed
from suites.waiting import Story, waits
from target.partner import Partner
from target.provisioning import Person

DEAD = clauses()["signature-challenge.dead-activation-code"].answers


@clause("activation.live-code-exists")
def test_a_second_code_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    before = state(customer)
    seconds: dict[str, dict[str, Any]] = {
        "a plain one": {},
        "one that is to invalidate none": {"invalidate_existing_code": False},
        "one of another origin": {"origin": "WEB"},
    }
    tried = {what: partial(make, customer, **fields) for what, fields in seconds.items()}
    tried["one that is to invalidate none, as the query says"] = partial(
        stories.ask_for_code, customer, params={"invalidate_existing_code": "false"}
    )
    tried["one that says null"] = partial(
        customer.partner.call,
        "create-activation-challenge",
        json={**activation_request(customer), "invalidate_existing_code": None},
    )
    for _ in range(2):
        judge.accepts_each(stories.each(tried))
    judge.unchanged(before, state(customer))
    judge.still_works(stories.begin_with_code(customer, code).verify())


@clause("activation.live-code-exists")
def test_another_persons_code_is_no_hindrance(stories: Stories, partner: Partner, judge: Judge) -> None:
    one, other = stories.together([partial(stories.newcomer, partner)] * 2)
    stories.activation_code(one)
    judge.works(stories.ask_for_code(other))
    for again in stories.together([partial(stories.ask_for_code, person) for person in (one, other)]):
        judge.accepts(again)


@clause("activation.live-code-exists")
@waits
def test_a_code_is_in_the_way_until_it_expires(stories: Stories, newcomer: Person, judge: Judge) -> Story:
    code = stories.activation_code(newcomer)
    early = yield shortly_before(code.lifetime)
    judge.accepts(stories.ask_for_code(newcomer, clock_offset=early))


@clause("activation.live-code-exists")
def test_a_code_that_waits_for_a_signature_is_in_the_way(stories: Stories, customer: Person, judge: Judge) -> None:
    begun = stories.begin_with_code(customer, stories.activation_code(customer))
    judge.accepts(stories.ask_for_code(customer))
    judge.still_works(begun.verify())


@clause("activation.live-code-exists")
def test_a_code_that_was_tried_in_vain_is_in_the_way(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    code = stories.activation_code(customer)
    begun, other = stories.together([partial(stories.begin_with_code, customer, code)] * 2)
    for _ in range(6):
        begun.verify(signed(KeyPair.generate(), code.code.reveal()))
    partner.call("delete-device", other.device_id)
    document(event_on(partner, code.id))
    judge.accepts(stories.ask_for_code(customer))
    assert code_ids(customer) == [code.id], "wrong signatures ended the code"
    judge.still_works(stories.begin_with_code(customer, code).verify())


@clause("activation.replaced")
def test_a_code_that_was_replaced_does_not_come_back(stories: Stories, customer: Person, judge: Judge) -> None:
    old = stories.activation_code(customer)
    begun = stories.begin_with_code(customer, old)
    new = stories.activation_code(customer, invalidate_existing=True)
    kill(customer.partner, new)
    assert code_ids(customer) == [], "with the end of the new code the old one came back"
    judge.accepts(begun.verify(), DEAD)
    judge.works(stories.ask_for_code(customer))


@clause("activation.replaced")
def test_a_replacement_disturbs_no_binding_by_sms(stories: Stories, customer: Person, judge: Judge) -> None:
    begun = stories.begin(customer)
    stories.activation_code(customer)
    kill(customer.partner, stories.activation_code(customer, invalidate_existing=True))
    judge.holds(begun.verify().answer.ok, "the death of a code ended a binding by SMS", "it goes on")


@clause("activation.replaced")
def test_a_new_code_takes_the_place_of_the_old_one(stories: Stories, customer: Person, judge: Judge) -> None:
    old = stories.activation_code(customer)
    begun = stories.begin_with_code(customer, old)
    new = stories.activation_code(customer, invalidate_existing=True)
    assert new.id != old.id, "the new code has the id of the old one"
    assert new.code.reveal() != old.code.reveal(), "the new code is the old one"
    listed, expired = stories.together([partial(code_ids, customer), partial(code_ids, customer, WITH_EXPIRED)])
    assert listed == [new.id], "not just the new code is listed"
    assert expired == sorted([old.id, new.id]), "not both codes are among the expired"
    judge.accepts(begun.verify(), DEAD)
    assert not stories.devices(customer), "a code that was replaced bound a device"
    assert stories.begin_with_code(customer, new).verify().answer.ok, "the new code binds no device"


@clause("activation.replaced")
def test_a_code_is_replaced_whatever_the_origins_are(stories: Stories, customer: Person, judge: Judge) -> None:
    code, begun = stories.activation_code(customer), []
    for origin in ("WEB", "WEBUI", "MOBILE_APP"):
        begun.append(stories.begin_with_code(customer, code))
        code = replacement(customer, origin=origin)
        assert code_ids(customer) == [code.id], f"not just the new code, of {origin}, is live"
    for late in stories.together([binding.verify for binding in begun]):
        judge.accepts(late, DEAD)
    assert not stories.devices(customer), "a code that was replaced bound a device"
    assert stories.begin_with_code(customer, code).verify().answer.ok, "the new code binds no device"


@clause("activation.replaced")
@pytest.mark.usefixtures("clock")
def test_a_new_code_has_a_life_of_its_own(stories: Stories, newcomer: Person) -> None:
    old = stories.activation_code(newcomer)
    offset = old.lifetime - INSIDE
    new = stories.activation_code(newcomer, invalidate_existing=True, clock_offset=offset)
    moments = (old.lifetime + OUTSIDE, offset + new.lifetime + OUTSIDE)
    then, late = stories.together([partial(code_ids, newcomer, clock_offset=moment) for moment in moments])
    assert then == [new.id], "the new code dies with the old one"
    assert late == [], "the new code outlives its time"


@clause("activation.replaced")
def test_a_replacement_touches_no_other_person(stories: Stories, partner: Partner, judge: Judge) -> None:
    one, other = stories.together([partial(stories.newcomer, partner)] * 2)
    stories.together([partial(stories.activation_code, person) for person in (one, other)])
    before = state(other), live(other)
    judge.accepts(stories.ask_for_code(one, invalidate_existing=True))
    assert (state(other), live(other)) == before, "the code of another person changed, or died"


@clause("activation.replaced")
def test_a_replacement_needs_no_code_to_replace(stories: Stories, newcomer: Person, judge: Judge) -> None:
    exchange = stories.ask_for_code(newcomer, invalidate_existing=True)
    judge.accepts(exchange)
    assert code_ids(newcomer) == [document(exchange)["id"]], "the code is not listed"
    judge.accepts(stories.ask_for_code(newcomer), Answers((409,)))


@clause("activation.invalidated-one-way")
def test_whether_one_of_the_two_ways_to_invalidate_is_enough(stories: Stories, newcomer: Person, judge: Judge) -> None:
    stories.activation_code(newcomer)
    judge.observes("in the body", make(newcomer, invalidate_existing_code=True).status)
    in_the_query = stories.ask_for_code(newcomer, params={"invalidate_existing_code": "true"})
    judge.observes("in the query", in_the_query.status)


@clause("general.refusal-changes-nothing", "create-activation-challenge")
def test_a_refused_replacement_kills_no_code(
    stories: Stories, customer: Person, other_partner: Partner, judge: Judge
) -> None:
    code = stories.activation_code(customer)
    before = state(customer)
    bad: list[dict[str, Any]] = [
        {"purpose": "LOGIN"},
        {"purpose": []},
        {"delivery_method": "SMS"},
        {"delivery_method": 5},
        {"origin": 5},
        {"person_id": 5},
        {"invalidate_existing_code": "true"},
    ]
    tried = [partial(make, customer, replacing=True, **fields) for fields in bad]
    for refused in stories.together(tried):
        judge.accepts(refused, Answers((400,)))
    stranger = Person(customer.id, other_partner)
    judge.accepts(stories.ask_for_code(stranger, invalidate_existing=True), Answers((404,), (400, 403)))
    judge.unchanged(before, state(customer))
    judge.still_works(stories.begin_with_code(customer, code).verify())


@clause("general.refusal-changes-nothing", "create-activation-challenge")
def test_a_replacement_that_need_not_be_taken_kills_no_code_if_it_is_refused(newcomer: Person) -> None:
    live_id = replacement(newcomer).id
    doubtful: list[dict[str, Any]] = [
        {"origin": "OTHER"},
        {"origin": "SOLARISBANK"},
        {"origin": "web"},
        {"origin": None},
        {"purpose": None},
        {"delivery_method": None},
    ]
    for fields in doubtful:
        tried = make(newcomer, replacing=True, **fields)
        live_id = document(tried)["id"] if tried.answer.ok else live_id
        assert code_ids(newcomer) == [live_id], f"after {tried.status} for {fields} another code is live, or none"


@clause("activation.place-is-free")
def test_after_a_deletion_a_new_code_can_be_made(
    stories: Stories, newcomer: Person, partner: Partner, judge: Judge
) -> None:
    old = stories.activation_code(newcomer)
    kill(partner, old)
    exchange = stories.ask_for_code(newcomer)
    judge.accepts(exchange)
    made = document(exchange)
    assert made["code"] != old.code.reveal(), "the new code is the deleted one"
    assert code_ids(newcomer) == [made["id"]], "not just the new code is listed"
    judge.accepts(stories.ask_for_code(newcomer), Answers((409,)))


@clause("activation.place-is-free")
def test_where_a_code_is_used_up_a_new_one_can_be_made(stories: Stories, customer: Person, judge: Judge) -> None:
    use_up(stories, customer, stories.activation_code(customer))
    bound = len(stories.devices(customer))
    exchange = stories.ask_for_code(customer)
    judge.accepts(exchange)
    assert document(exchange)["usage_count"] == 0, "a new code has the uses of the one before"
    judge.accepts(stories.ask_for_code(customer), Answers((409,)))
    new = stories.activation_code(customer, invalidate_existing=True)
    assert stories.begin_with_code(customer, new).verify().answer.ok, "the new code binds no device"
    assert len(stories.devices(customer)) == bound + 1, "the new code bound no device"


@clause("activation.place-is-free")
@waits
def test_where_a_code_expired_a_new_one_can_be_made(stories: Stories, newcomer: Person, judge: Judge) -> Story:
    code = stories.activation_code(newcomer)
    late = yield shortly_after(code.lifetime)
    exchange = stories.ask_for_code(newcomer, clock_offset=late)
    judge.accepts(exchange)
    assert code_ids(newcomer, clock_offset=late) == [document(exchange)["id"]], "not just the new code is listed"
    judge.accepts(stories.ask_for_code(newcomer, clock_offset=late), Answers((409,)))
