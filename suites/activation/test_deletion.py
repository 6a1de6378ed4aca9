"""Contract 6, GET and DELETE /v1/mfa/challenges/activation/{id}."""

from __future__ import annotations

from functools import partial

import pytest

from contract.clauses import clauses
from contract.judge import Judge, document
from signer import KeyPair
from suites.activation.codes import EVENT, WITH_EXPIRED, as_made, code_ids, codes, live, make, state
from suites.device_binding.codes import kill, use_up
from suites.law import clause
from suites.lifetimes import lifetime, shortly_after
from suites.stories import ActivationCode, Stories, signed
from suites.waiting import Story, waits
from target.partner import Partner
from target.provisioning import Person
from target.secret import Secret

NO_LIVE_CODE = clauses()["binding.no-live-code"].answers
DEAD = clauses()["signature-challenge.dead-activation-code"].answers
USED_UP = clauses()["activation.deleted-again"].answers
"""What the deletion of a code may get that may be dead already."""


@clause("activation.read")
def test_a_code_reads_as_it_was_made(stories: Stories, partner: Partner, judge: Judge) -> None:
    asked = stories.together([lambda: stories.ask_for_code(stories.newcomer(partner))] * 2)
    made = [judge.works(exchange) for exchange in asked]
    for _ in range(2):
        reads = [partial(partner.call, "read-activation-challenge", code["id"]) for code in made]
        for code, read in zip(made, stories.together(reads), strict=True):
            assert as_made(judge.works(read)) == as_made(code), "a code reads otherwise than it was made"


@clause("activation.read")
@pytest.mark.usefixtures("clock")
def test_what_happens_before_its_use_does_not_change_what_a_code_reads(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    made = judge.works(make(customer))
    code = ActivationCode(made["id"], Secret(made["code"]), int(made["max_usage_count"]), lifetime(made))
    begun = stories.begin_with_code(customer, code, clock_offset=120)
    begun.verify(signed(KeyPair.generate(), made["code"]), clock_offset=120)
    partner.call("create-delivery-event", code.id, json=EVENT, clock_offset=120)
    refused = stories.ask_for_code(customer, clock_offset=120)
    assert not refused.answer.ok, "a second code was made"
    read, listed = stories.beside(
        partial(partner.call, "read-activation-challenge", code.id, clock_offset=120),
        partial(codes, customer, clock_offset=120),
    )
    assert as_made(judge.works(read)) == as_made(made), "a code reads otherwise than it was made"
    assert [as_made(row) for row in listed] == [as_made(made)], "a code is listed otherwise than it was made"


def dead(partner: Partner, judge: Judge, code: ActivationCode, offset: float = 0.0) -> None:
    """The code is gone, or reads as the code that it was."""
    exchange = partner.call("read-activation-challenge", code.id, clock_offset=offset)
    judge.accepts(exchange)
    if exchange.answer.ok:
        read = document(exchange)
        same = (read["id"], read["code"]) == (code.id, code.code.reveal())
        assert same, "a dead code reads as another one"


@clause("activation.read-dead")
@pytest.mark.parametrize("death", ["deleted", "replaced", "used-up"])
def test_a_dead_code_can_be_read_or_is_gone(
    death: str, stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    code = stories.activation_code(customer)
    if death == "deleted":
        kill(partner, code)
    elif death == "replaced":
        stories.activation_code(customer, invalidate_existing=True)
    else:
        use_up(stories, customer, code)
    dead(partner, judge, code)


@clause("activation.read-dead")
@waits
def test_an_expired_code_can_be_read_or_is_gone(
    stories: Stories, newcomer: Person, partner: Partner, judge: Judge
) -> Story:
    code = stories.activation_code(newcomer)
    late = yield shortly_after(code.lifetime)
    dead(partner, judge, code, late)


@clause("activation.deleted")
def test_a_deleted_code_binds_no_device(stories: Stories, customer: Person, partner: Partner, judge: Judge) -> None:
    code = stories.activation_code(customer)
    begun = stories.begin_with_code(customer, code)
    deleted = partner.call("delete-activation-challenge", code.id)
    judge.works(deleted)
    judge.accepts(begun.verify(), DEAD)
    body = stories.registration(customer, KeyPair.generate(), challenge_type="activation_code")
    judge.accepts(partner.call("create-device", json=body), NO_LIVE_CODE)
    assert not stories.devices(customer), "a deleted code bound a device"


@clause("activation.deleted")
def test_a_deleted_code_is_listed_only_among_the_expired(
    stories: Stories, newcomer: Person, partner: Partner, judge: Judge
) -> None:
    code = stories.activation_code(newcomer)
    assert code_ids(newcomer) == [code.id], "a live code is not listed"
    judge.works(partner.call("delete-activation-challenge", code.id))
    listed, expired = stories.together([partial(code_ids, newcomer), partial(code_ids, newcomer, WITH_EXPIRED)])
    assert listed == [], "a deleted code is listed"
    assert expired == [code.id], "a deleted code is not among the expired"


@clause("activation.deleted")
def test_a_deletion_takes_no_other_code_with_it(
    stories: Stories, customer: Person, another_customer: Person, partner: Partner, judge: Judge
) -> None:
    persons = (customer, another_customer)
    code, other = stories.together([partial(stories.activation_code, person) for person in persons])
    begun = stories.begin_with_code(another_customer, other)
    before = state(another_customer), live(another_customer)
    judge.works(partner.call("delete-activation-challenge", code.id))
    assert (state(another_customer), live(another_customer)) == before, "another person's code changed, or died"
    assert begun.verify().answer.ok, "another person's code is dead, too"


@clause("activation.deleted")
def test_a_device_outlives_the_code_that_bound_it(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    code = stories.activation_code(customer)
    bound = stories.begin_with_code(customer, code)
    document(bound.verify())
    exchange = partner.call("delete-activation-challenge", code.id)
    judge.accepts(exchange, USED_UP)
    assert stories.is_bound(bound), "the device is gone with its code"


@clause("activation.deleted-again")
@pytest.mark.parametrize("death", ["deleted", "replaced"])
def test_a_second_deletion_changes_nothing(
    death: str, stories: Stories, newcomer: Person, partner: Partner, judge: Judge
) -> None:
    old = stories.activation_code(newcomer)
    if death == "deleted":
        kill(partner, old)
    new = stories.activation_code(newcomer, invalidate_existing=death == "replaced")
    before = state(newcomer)
    judge.accepts(partner.call("delete-activation-challenge", old.id))
    listed, after = stories.beside(partial(code_ids, newcomer), partial(state, newcomer))
    assert listed == [new.id], "a second deletion revived or killed a code"
    assert ids_of(before) == ids_of(after), "a second deletion changed the list"


def ids_of(rows: list[dict[str, object]]) -> list[object]:
    return [row["id"] for row in rows]


@clause("activation.deleted-again")
def test_the_deletion_of_a_used_code_takes_no_other_code_with_it(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    used = stories.activation_code(customer)
    use_up(stories, customer, used)
    new = stories.activation_code(customer)
    judge.accepts(partner.call("delete-activation-challenge", used.id))
    judge.works(stories.begin_with_code(customer, new).verify())
