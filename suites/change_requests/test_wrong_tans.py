"""Contract 7: TANs that are wrong, or right elsewhere. One may be the end of its request, so each has its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from contract.clauses import clauses
from contract.judge import Judge, NotTestable, document
from suites.change_requests.changes import (
    STATIC_TAN,
    Authorized,
    Change,
    begin_all,
    by_number,
    by_static_tan,
    by_tan,
    values,
)
from suites.general.odd_ids import unknown_like
from suites.law import clause
from suites.stories import Stories
from target.provisioning import Person

WRONG: dict[str, Callable[[str], Any]] = {
    "the last digit": lambda tan: tan[:-1] + str((int(tan[-1]) + 1) % 10),
    "the first digit": lambda tan: str((int(tan[0]) + 1) % 10) + tan[1:],
    "five of its digits": lambda tan: tan[:-1],
    "one digit more": lambda tan: tan + "0",
    "a digit before it": lambda tan: "0" + tan,
    "a placeholder": lambda _: "%" * 6,
    "all digits": lambda _: "0123456789",
    "two TANs": lambda tan: f"{tan},000000",
    "zeros": lambda tan: "000000" if tan != "000000" else "111111",
}

NO_TEXT: dict[str, Callable[[str], Any]] = {
    "an empty text": lambda _: "",
    "true": lambda _: True,
    "an array of it": lambda tan: [tan],
    "an object": lambda _: {"$ne": None},
    "zero": lambda _: 0,
}

REFUSED = clauses()["confirm.missing-fields"].answers


def digits_of(waiting: Authorized) -> str:
    """The right TAN. Raises NotTestable where it is none."""
    tan = waiting.body["tan"]
    if not (isinstance(tan, str) and tan.isascii() and tan.isdecimal()):
        raise NotTestable("prerequisite failed: authorize.sms: the TAN is not of digits")
    return tan


def differ(one: Authorized, tan: str) -> None:
    """Raises NotTestable where two TANs are the same, as it happens by chance."""
    if one.body["tan"] == tan:
        raise NotTestable("needs two TANs that differ")


@clause("confirm.wrong-tan")
@pytest.mark.parametrize("way", [by_number, by_static_tan], ids=["mobile-number", "static"])
def test_a_wrong_tan_changes_nothing(
    way: Callable[..., Authorized], stories: Stories, customer: Person, judge: Judge
) -> None:
    before, spare = values(customer), way(stories, Change.begin(customer))
    waiting = begin_all(stories, customer, way, len(WRONG))
    confirmed = stories.together(
        [
            partial(one.confirm, one.with_tan(spoil(digits_of(one))))
            for one, spoil in zip(waiting, WRONG.values(), strict=True)
        ]
    )
    judge.accepts_each(dict(zip(WRONG, confirmed, strict=True)))
    judge.unchanged(before, values(customer))
    judge.still_works(spare.confirm())


@clause("confirm.missing-fields")
def test_what_is_no_tan_changes_nothing(stories: Stories, customer: Person, judge: Judge) -> None:
    before, spare = values(customer), by_number(stories, Change.begin(customer))
    waiting = begin_all(stories, customer, by_number, len(NO_TEXT))
    for (what, spoil), one in zip(NO_TEXT.items(), waiting, strict=True):
        judge.accepts_each({what: one.confirm(one.with_tan(spoil(one.body["tan"])))}, REFUSED)
    judge.unchanged(before, values(customer))
    judge.still_works(spare.confirm())


@clause("confirm.wrong-tan")
@pytest.mark.usefixtures("drawn_tans")
def test_the_static_tan_confirms_nothing_that_was_authorized_by_sms(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    before, waiting = values(customer), by_number(stories, Change.begin(customer))
    differ(waiting, STATIC_TAN)
    judge.accepts(waiting.confirm(waiting.with_tan(STATIC_TAN)))
    judge.unchanged(before, values(customer))


@clause("confirm.wrong-tan")
@pytest.mark.usefixtures("drawn_tans")
def test_the_tan_of_another_request_changes_nothing(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    mine, done, waiting, spare = begin_all(stories, customer, by_number, 4)
    theirs = by_number(stories, Change.begin(another_customer))
    judge.works(done.confirm())
    before = values(customer)
    for attempt, other in ((mine, spare), (waiting, done)):
        differ(attempt, other.body["tan"])
        judge.accepts(attempt.confirm(attempt.with_tan(other.body["tan"])))
    attempt = by_number(stories, Change.begin(customer))
    differ(attempt, theirs.body["tan"])
    judge.accepts(attempt.confirm(attempt.with_tan(theirs.body["tan"])))
    judge.unchanged(before, values(customer))
    judge.still_works(spare.confirm())
    judge.still_works(theirs.confirm())


@clause("confirm.wrong-tan")
@pytest.mark.usefixtures("drawn_tans")
def test_an_otp_that_was_sent_for_something_else_changes_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    before = values(customer)
    challenge = document(customer.partner.call("create-sms-challenge", json={"person_id": customer.id}))
    [code] = stories.otps(customer, [challenge["id"]])
    binding = stories.begin(customer)
    for otp in (code, binding.secret):
        waiting = by_number(stories, Change.begin(customer))
        differ(waiting, otp.reveal())
        judge.accepts(waiting.confirm(waiting.with_tan(otp.reveal())))
    judge.unchanged(before, values(customer))
    judge.still_works(binding.verify())


@clause("confirm.another-person")
def test_another_person_does_not_confirm_with_the_right_tan(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    before, others_before = values(customer), values(another_customer)
    for way in (by_number, by_static_tan):
        waiting = way(stories, Change.begin(customer))
        judge.accepts(waiting.confirm(by_tan(another_customer, waiting.body["tan"])))
        waiting = way(stories, Change.begin(customer))
        unknown = Person(unknown_like(customer.id), customer.partner)
        judge.accepts(waiting.confirm(by_tan(unknown, waiting.body["tan"])))
    judge.unchanged((before, others_before), (values(customer), values(another_customer)))


@clause("general.foreign-body", "confirm-change-request")
def test_another_partners_person_does_not_confirm_with_the_right_tan(
    stories: Stories, customer: Person, foreign_customer: Person, judge: Judge
) -> None:
    before, waiting = values(customer), by_number(stories, Change.begin(customer))
    refused = waiting.confirm(by_tan(foreign_customer, waiting.body["tan"]))
    judge.accepts(refused, clauses()["confirm.another-person"].answers)
    judge.unchanged(before, values(customer))
