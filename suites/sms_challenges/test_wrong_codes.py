"""Contract 5, PUT /v1/mfa/challenges/sms/{id}: a wrong code, none at all, or one of something else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from contract.answers import Answers
from contract.clauses import clauses
from contract.judge import Judge, NotTestable
from suites.change_requests.changes import Change, by_number
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE
from suites.sms_challenges.codes import Coded, another, begin_all, distinct
from suites.stories import Stories, signed
from target.provisioning import Person, Provisioning
from target.secret import Secret

STATIC_OTP = Secret("212212")
"""The OTP of numbers that begin with +1555, and of no other (contract 8)."""

WRONG = clauses()["sms-challenge.wrong-code"].answers
WRONG_OR_DEAD = Answers((403, 404), (400, 409, 410))
"""What a further wrong code gets: the challenge may be dead by then."""


def changed(code: str, place: int) -> str:
    """The code with another digit at a place, from 1."""
    return another(Secret(code[:place])).reveal() + code[place:]


WRONG_CODES: dict[str, Callable[[str], str]] = {
    "first digit": lambda code: another(Secret(code[::-1])).reveal()[::-1],
    "last digit": lambda code: another(Secret(code)).reveal(),
    **{f"digit {place}": partial(lambda place, code: changed(code, place), place) for place in range(2, 6)},
    "its digits in order": lambda code: "".join(sorted(code)),
    "backwards": lambda code: code[::-1],
    "turned": lambda code: code[3:] + code[:3],
    "nulls": lambda _: "000000",
    "nines": lambda _: "999999",
    "ascending": lambda _: "123456",
}


@clause("sms-challenge.wrong-code")
def test_a_wrong_code_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    *attempts, untouched = begin_all(stories, customer, len(WRONG_CODES) + 1)
    puts = {}
    for (what, spoil), coded in zip(WRONG_CODES.items(), attempts, strict=True):
        wrong = Secret(spoil(coded.code.reveal()))
        if wrong != coded.code:
            puts[what] = partial(coded.verify, wrong)
    judge.accepts_each(dict(zip(puts, stories.together(list(puts.values())), strict=True)))
    right, late = stories.together([untouched.verify, attempts[0].verify])
    judge.still_works(right)
    judge.still_works(late, DEAD_OR_ALIVE)


@clause("sms-challenge.wrong-code")
def test_the_static_otp_completes_no_challenge_of_another_number(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    coded = Coded.begin(stories, customer)
    if coded.code == STATIC_OTP:
        raise NotTestable("needs outbox hook: a number whose OTP is not the static one")
    judge.accepts(coded.verify(STATIC_OTP))


@clause("sms-challenge.wrong-code")
def test_no_number_of_wrong_codes_completes_a_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    coded = Coded.begin(stories, customer)
    wrong = another(coded.code)
    judge.accepts(coded.verify(wrong))
    judge.accepts_each({f"try {number}": coded.verify(wrong) for number in range(2, 9)}, WRONG_OR_DEAD)


MISSING: dict[str, Callable[[str], dict[str, Any]]] = {
    "absent": lambda _: {},
    "null": lambda _: {"code": None},
    "empty": lambda _: {"code": ""},
    "a number": lambda code: {"code": int(code) if code.isdecimal() else 212212},
    "zero": lambda _: {"code": 0},
    "true": lambda _: {"code": True},
    "false": lambda _: {"code": False},
    "a list of it": lambda code: {"code": [code]},
    "an empty list": lambda _: {"code": []},
    "an object": lambda _: {"code": {}},
    "under the name of an OTP": lambda code: {"otp": code},
    "under the name of a TAN": lambda code: {"tan": code},
    "under the name of a token": lambda code: {"token": code},
    "under a name in other case": lambda code: {"Code": code},
}


@clause("sms-challenge.code-missing")
def test_a_missing_code_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    attempts = begin_all(stories, customer, len(MISSING))
    puts = [
        partial(coded.put, body(coded.code.reveal())) for body, coded in zip(MISSING.values(), attempts, strict=True)
    ]
    judge.accepts_each(dict(zip(MISSING, stories.together(puts), strict=True)))
    # What is no code at all uses up no try, however often it is sent.
    for _ in range(5):
        judge.accepts(attempts[0].put({}))
    judge.still_works(attempts[0].verify())


@clause("sms-challenge.code-missing")
def test_a_code_in_the_query_is_none(stories: Stories, customer: Person, judge: Judge) -> None:
    coded = Coded.begin(stories, customer)
    judge.accepts(coded.put({}, params={"code": coded.code.reveal()}, confidential=True))
    judge.still_works(coded.verify())


NOT_SIX_DIGITS: dict[str, Callable[[str], str]] = {
    "five digits": lambda code: code[:-1],
    "without its first digit": lambda code: code[1:],
    "seven digits": lambda code: f"{code}0",
    "a zero in front": lambda code: f"0{code}",
    "a space behind": lambda code: f"{code} ",
    "a space in front": lambda code: f" {code}",
    "a newline behind": lambda code: f"{code}\n",
    "a space in the middle": lambda code: f"{code[:3]} {code[3:]}",
    "a hyphen in the middle": lambda code: f"{code[:3]}-{code[3:]}",
    "a NUL behind": lambda code: f"{code}\0",
    "a plus sign": lambda code: f"+{code}",
    "a decimal point": lambda code: f"{code}.0",
    "full-width digits": lambda code: code.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
    "Arabic digits": lambda code: code.translate({ord("0") + digit: 0x0660 + digit for digit in range(10)}),
    "letters": lambda _: "abcdef",
    "twice": lambda code: code * 2,
    "a wildcard": lambda _: "%",
    "underscores": lambda _: "______",
    "5,000 digits": lambda code: code.ljust(5_000, "0"),
}


@clause("sms-challenge.not-six-digits")
def test_a_code_that_is_not_six_digits_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    attempts = begin_all(stories, customer, len(NOT_SIX_DIGITS))
    puts = [
        partial(coded.verify, Secret(spoil(coded.code.reveal())))
        for spoil, coded in zip(NOT_SIX_DIGITS.values(), attempts, strict=True)
    ]
    judge.accepts_each(dict(zip(NOT_SIX_DIGITS, stories.together(puts), strict=True)))
    judge.still_works(attempts[-1].verify(), DEAD_OR_ALIVE)


@clause("sms-challenge.another-code")
def test_the_code_of_another_challenge_of_the_person_is_refused(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    older, mine, newer = begin_all(stories, customer, 3)
    distinct(older.code, mine.code, newer.code)
    second = Coded.begin(stories, customer)
    distinct(second.code, older.code)
    for refused in stories.together([partial(mine.verify, newer.code), partial(second.verify, older.code)]):
        judge.accepts(refused)
    *untouched, late = stories.together([older.verify, newer.verify, mine.verify])
    for right in untouched:
        judge.still_works(right)
    judge.still_works(late, DEAD_OR_ALIVE)


@clause("sms-challenge.another-code")
@pytest.mark.usefixtures("outbox")
def test_no_open_challenge_takes_the_code_of_another_because_both_have_the_same(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    def shared() -> set[str]:
        others = {
            "binding": stories.begin(customer).secret,
            "change request": Secret(by_number(stories, Change.begin(customer)).body["tan"]),
            "SMS challenge": Coded.begin(stories, customer).code,
        }
        mine = Coded.begin(stories, customer)
        others |= {
            "later change request": Secret(by_number(stories, Change.begin(customer)).body["tan"]),
            "later binding": stories.begin(customer).secret,
        }
        return {what for what, code in others.items() if code == mine.code}

    # By chance two codes are the same once in a million times, but not twice.
    same = shared() and shared()
    judge.holds(not same, f"it has the code of an open {', '.join(same)}, and once more", "a code of its own")


@clause("sms-challenge.another-code")
def test_the_code_of_a_verified_challenge_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    spent, mine = begin_all(stories, customer, 2)
    distinct(spent.code, mine.code)
    judge.works(spent.verify())
    judge.accepts(mine.verify(spent.code))
    later = Coded.begin(stories, customer)
    distinct(spent.code, later.code)
    judge.accepts(later.verify(spent.code))


@clause("sms-challenge.another-code")
def test_the_code_of_another_person_is_refused(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    taken_for(stories, judge, customer, another_customer)


@clause("sms-challenge.another-code")
def test_the_code_of_a_person_of_another_partner_is_refused(
    stories: Stories, customer: Person, foreign_customer: Person, judge: Judge
) -> None:
    taken_for(stories, judge, customer, foreign_customer)


def taken_for(stories: Stories, judge: Judge, person: Person, other: Person) -> None:
    """Neither person's challenge takes the code that the other one was sent, open or verified."""
    (mine, later), (theirs, unspent) = stories.together(
        [partial(begin_all, stories, one, 2) for one in (person, other)]
    )
    distinct(mine.code, later.code, theirs.code, unspent.code)
    judge.accepts(mine.verify(theirs.code))
    judge.still_works(theirs.verify())
    judge.accepts(later.verify(theirs.code))
    judge.still_works(unspent.verify())


@clause("sms-challenge.another-code")
def test_the_otp_of_a_binding_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    bindings, challenges = stories.beside(
        partial(stories.begin_all, customer, 2), partial(begin_all, stories, customer, 2)
    )
    bound, pending = bindings
    judge.works(bound.verify())
    for mine, binding in zip(challenges, bindings, strict=True):
        distinct(mine.code, binding.secret)
    tries = [partial(mine.verify, other.secret) for mine, other in zip(challenges, bindings, strict=True)]
    for refused in stories.together(tries):
        judge.accepts(refused)
    judge.still_works(pending.verify())


@clause("sms-challenge.another-code")
def test_the_otp_that_verified_the_number_is_refused(
    stories: Stories, provisioning: Provisioning, customer: Person, judge: Judge
) -> None:
    assert customer.number is not None
    mine, spent = stories.beside(
        partial(Coded.begin, stories, customer), partial(provisioning.otp, customer.partner, customer.number, None)
    )
    distinct(mine.code, spent)
    judge.accepts(mine.verify(spent))


@clause("sms-challenge.another-code")
def test_an_activation_code_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    mine, code = stories.beside(partial(Coded.begin, stories, customer), partial(stories.activation_code, customer))
    distinct(mine.code, code.code)
    # An activation code need not have six digits.
    judge.accepts(mine.verify(code.code), Answers((403, 400)))


@clause("sms-challenge.another-code")
@pytest.mark.usefixtures("outbox")
def test_the_tan_of_a_change_request_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    earlier, waiting = Coded.begin(stories, customer), by_number(stories, Change.begin(customer))
    tan, later = Secret(waiting.body["tan"]), Coded.begin(stories, customer)
    distinct(earlier.code, later.code, tan)
    for mine in (earlier, later):
        judge.accepts(mine.verify(tan))
    still_open = Coded.begin(stories, customer)
    judge.still_works(waiting.confirm())
    # Neither does the confirmation end what the person has open besides.
    judge.still_works(still_open.verify())


@clause("signature-challenge.another-otp")
def test_the_otp_of_an_sms_challenge_binds_no_device(stories: Stories, customer: Person, judge: Judge) -> None:
    coded, binding = stories.beside(partial(Coded.begin, stories, customer), partial(stories.begin, customer))
    distinct(coded.code, binding.secret)
    judge.accepts(binding.verify(signed(binding.keys, coded.code.reveal())))
    judge.holds(not stories.is_bound(binding), "the device is bound", "it stays unbound")
    judge.still_works(coded.verify())


@clause("sms-challenge.right-after-wrong")
def test_after_a_wrong_code_the_right_one_works_or_the_challenge_is_dead(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    coded = Coded.begin(stories, customer)
    judge.accepts(coded.verify(another(coded.code)), WRONG)
    judge.accepts(coded.verify())
    again = coded.verify()
    judge.holds(not again.answer.ok, "after a wrong code the right one works twice", "once", again)
    # The person is none the worse for it.
    judge.still_works(Coded.begin(stories, customer).verify())


@clause("sms-challenge.wrong-tries")
def test_how_many_wrong_codes_a_challenge_takes(stories: Stories, customer: Person, judge: Judge) -> None:
    coded = Coded.begin(stories, customer)
    statuses = [coded.verify(another(coded.code)).status for _ in range(10)]
    judge.observes("ten wrong codes", statuses)
    judge.observes("the right one then", coded.verify().status)
    judge.observes("the challenge then", coded.status())


@clause("general.refusal-changes-nothing", "verify-sms-challenge")
def test_wrong_codes_use_up_the_tries_of_their_own_challenge_alone(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    (tried, open_one), binding, theirs = stories.beside(
        partial(begin_all, stories, customer, 2),
        partial(stories.begin, customer),
        partial(Coded.begin, stories, another_customer),
    )
    for _ in range(6):
        judge.accepts(tried.verify(another(tried.code)), WRONG_OR_DEAD)
    later = Coded.begin(stories, customer)
    for untouched in (open_one, binding, theirs, later):
        judge.still_works(untouched.verify())
