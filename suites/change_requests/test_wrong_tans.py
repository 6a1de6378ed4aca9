"""Contract 7: TANs that are wrong, or right elsewhere. One may be the end of its request, so each has its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from contract.answers import Answers
from contract.clauses import clauses
from contract.judge import Judge, NotTestable
from suites.access.numbers import ask, confirm
from suites.change_requests.changes import (
    STATIC_TAN,
    Authorized,
    begin,
    begin_all,
    by_number,
    by_static_tan,
    by_tan,
    confirm_each,
    values,
)
from suites.general.odd_ids import unknown_like
from suites.law import clause
from suites.sms_challenges.codes import Coded
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person, Provisioning

WRONG: dict[str, Callable[[str], Any]] = {
    "the last digit": lambda tan: tan[:-1] + str((int(tan[-1]) + 1) % 10),
    "the first digit": lambda tan: str((int(tan[0]) + 1) % 10) + tan[1:],
    "five of its digits": lambda tan: tan[:-1],
    "one digit more": lambda tan: tan + "0",
    "a digit before it": lambda tan: "0" + tan,
    "its digits in another order": lambda tan: tan[1:] + tan[0] if len(set(tan)) > 1 else "123456",
    "a sign before it": lambda tan: f"+{tan}",
    "digits of another script": lambda tan: "".join(chr(0xFF10 + int(digit)) for digit in tan),
    "a placeholder": lambda _: "%" * 6,
    "all digits": lambda _: "0123456789",
    "two TANs": lambda tan: f"{tan},000000",
    "zeros": lambda tan: "000000" if tan != "000000" else "111111",
}

NO_TEXT: dict[str, Callable[[str], Any]] = {
    "an empty text": lambda _: "",
    "true": lambda _: True,
    "an array of it": lambda tan: [tan],
    "a number": lambda tan: int(tan),
    "an object": lambda _: {"$ne": None},
    "zero": lambda _: 0,
}

REFUSED = clauses()["confirm.missing-fields"].answers
WRONG_OR_DEAD = Answers((403, 404), (400, 409, 410, 422))
"""What a further wrong TAN gets: the request may be dead by then."""


def digits_of(waiting: Authorized) -> str:
    """The right TAN. Raises NotTestable where it is none."""
    tan = waiting.body["tan"]
    if not (isinstance(tan, str) and tan.isascii() and tan.isdecimal()):
        raise NotTestable("prerequisite failed: authorize.sms: the TAN is not of digits")
    return tan


def zero_led_first(waiting: list[Authorized]) -> list[Authorized]:
    """The requests, first those whose TAN begins with a zero, as about one in ten does: it is the one that works."""
    return sorted(waiting, key=lambda one: not str(one.body["tan"]).startswith("0"))


def differ(one: Authorized, tan: str) -> None:
    """Raises NotTestable where two TANs are the same, as it happens by chance."""
    if one.body["tan"] == tan:
        raise NotTestable("needs two TANs that differ")


@clause("confirm.wrong-tan")
@pytest.mark.parametrize("way", [by_number, by_static_tan], ids=["mobile-number", "static"])
def test_a_wrong_tan_changes_nothing(
    way: Callable[..., Authorized], stories: Stories, customer: Person, judge: Judge
) -> None:
    begun, before = stories.beside(
        partial(begin_all, stories, customer, way, len(WRONG) + 1), partial(values, customer)
    )
    spare, *waiting = zero_led_first(begun)
    bodies = {
        what: one.with_tan(spoil(digits_of(one))) for (what, spoil), one in zip(WRONG.items(), waiting, strict=True)
    }
    judge.accepts_each(confirm_each(stories, waiting, bodies))
    judge.unchanged(before, values(customer))
    judge.still_works(spare.confirm())


@clause("confirm.missing-fields")
def test_what_is_no_tan_changes_nothing(stories: Stories, customer: Person, judge: Judge) -> None:
    begun, before = stories.beside(
        partial(begin_all, stories, customer, by_number, len(NO_TEXT) + 1), partial(values, customer)
    )
    spare, *waiting = zero_led_first(begun)
    bodies = {
        what: one.with_tan(spoil(digits_of(one))) for (what, spoil), one in zip(NO_TEXT.items(), waiting, strict=True)
    }
    judge.accepts_each(confirm_each(stories, waiting, bodies), REFUSED)
    judge.unchanged(before, values(customer))
    judge.still_works(spare.confirm())


@clause("confirm.wrong-tan")
@pytest.mark.usefixtures("drawn_tans")
def test_the_static_tan_confirms_nothing_that_was_authorized_by_sms(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    (waiting, wishing), before = stories.beside(
        partial(begin_all, stories, customer, by_number, 2), partial(values, customer)
    )
    for one in (waiting, wishing):
        differ(one, STATIC_TAN)
    judge.accepts(waiting.confirm(waiting.with_tan(STATIC_TAN)))
    judge.accepts(wishing.confirm({**wishing.with_tan(STATIC_TAN), "delivery_method": "static"}))
    judge.unchanged(before, values(customer))


@clause("confirm.wrong-tan")
def test_no_number_of_wrong_tans_changes_anything(stories: Stories, customer: Person, judge: Judge) -> None:
    waiting, before = stories.beside(partial(begin, stories, customer, by_number), partial(values, customer))
    wrong = waiting.with_tan(WRONG["the last digit"](digits_of(waiting)))
    judge.accepts(waiting.confirm(wrong))
    judge.accepts_each({f"try {number}": waiting.confirm(wrong) for number in range(2, 7)}, WRONG_OR_DEAD)
    judge.unchanged(before, values(customer))


@clause("confirm.wrong-tan")
@pytest.mark.usefixtures("drawn_tans")
def test_the_tan_of_another_request_changes_nothing(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    (done, spare, *waiting), static, theirs = stories.beside(
        partial(begin_all, stories, customer, by_number, 5),
        partial(begin, stories, customer, by_static_tan),
        partial(begin, stories, another_customer, by_number),
    )
    judge.works(done.confirm())
    before = values(customer)
    tans = {
        f"the TAN of {what}": one.body["tan"]
        for what, one in {"an open request": spare, "a completed one": done, "another person": theirs}.items()
    }
    for one, tan in zip(waiting, tans.values(), strict=True):
        differ(one, tan)
    differ(static, spare.body["tan"])
    bodies = {what: one.with_tan(tan) for (what, tan), one in zip(tans.items(), waiting, strict=True)}
    bodies["an open request, where the static one is asked for"] = spare.body
    judge.accepts_each(confirm_each(stories, [*waiting, static], bodies))
    judge.unchanged(before, values(customer))
    for still_open in stories.together([spare.confirm, theirs.confirm]):
        judge.still_works(still_open)


@clause("confirm.wrong-tan")
@pytest.mark.usefixtures("drawn_tans")
def test_an_otp_that_was_sent_for_something_else_changes_nothing(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    asked = ask(provisioning, partner)
    customer = asked.person
    judge.works(confirm(customer, asked.otp))
    coded, binding, waiting = stories.beside(
        partial(Coded.begin, stories, customer),
        partial(stories.begin, customer),
        partial(begin_all, stories, customer, by_number, 3),
    )
    before = values(customer)
    otps = {
        "an SMS challenge's": coded.code.reveal(),
        "a binding's": binding.secret.reveal(),
        "the number's": asked.otp.reveal(),
    }
    for one, otp in zip(waiting, otps.values(), strict=True):
        differ(one, otp)
    bodies = {what: one.with_tan(otp) for (what, otp), one in zip(otps.items(), waiting, strict=True)}
    judge.accepts_each(confirm_each(stories, waiting, bodies))
    judge.unchanged(before, values(customer))
    judge.still_works(binding.verify())
    judge.still_works(coded.verify())


@clause("confirm.another-person")
def test_another_person_does_not_confirm_with_the_right_tan(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    read_both = [partial(values, customer), partial(values, another_customer)]
    sent, static, before = stories.beside(
        partial(begin_all, stories, customer, by_number, 2),
        partial(begin_all, stories, customer, by_static_tan, 2),
        partial(stories.together, read_both),
    )
    own, others = stories.together([partial(stories.bind, person) for person in (customer, another_customer)])
    both = stories.together([partial(begin, stories, customer, way) for way in (by_number, by_static_tan)])
    unknown = Person(unknown_like(customer.id), customer.partner)
    tried = {
        "another person beside the owner's device": partial(
            both[0].confirm, {"device_id": own.device_id, **by_tan(another_customer, both[0].body["tan"])}
        ),
        "another person and device, static": partial(
            both[1].confirm, {"device_id": others.device_id, **by_tan(another_customer, STATIC_TAN)}
        ),
        "another person": partial(sent[0].confirm, by_tan(another_customer, sent[0].body["tan"])),
        "nobody": partial(sent[1].confirm, by_tan(unknown, sent[1].body["tan"])),
        "another person, static": partial(static[0].confirm, by_tan(another_customer, STATIC_TAN)),
        "nobody, static": partial(static[1].confirm, by_tan(unknown, STATIC_TAN)),
    }
    judge.accepts_each(stories.each(tried))
    judge.unchanged(before, stories.together(read_both))


@clause("general.foreign-body", "confirm-change-request")
def test_another_partners_person_does_not_confirm_with_the_right_tan(
    stories: Stories, customer: Person, foreign_customer: Person, judge: Judge
) -> None:
    waiting, before = stories.beside(partial(begin, stories, customer, by_number), partial(values, customer))
    refused = waiting.confirm(by_tan(foreign_customer, waiting.body["tan"]))
    judge.accepts(refused, clauses()["confirm.another-person"].answers)
    judge.unchanged(before, values(customer))
