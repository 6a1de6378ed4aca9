"""Contract 8, mobile numbers: which OTP confirms which number."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest

from contract.clauses import clauses
from contract.judge import Judge, NotTestable
from suites.access.numbers import Asked, another, ask, authorize, begin_binding, confirm
from suites.change_requests.changes import Change, by_number
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE, SPENT
from suites.sms_challenges.codes import Coded
from suites.stories import Stories
from target.connection import Target
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.recording import current
from target.secret import Secret

STATIC_OTP = Secret("212212")
"""The OTP of every number that begins with +1555 (contract 8)."""

WRONG = clauses()["mobile-number.wrong-token"].answers
assert WRONG
assert SPENT
WRONG_OR_DEAD = WRONG | SPENT
"""What a further wrong token gets: the confirmation may be dead by then."""


def wrong_token_verifies_nothing(stories: Stories, asked: Asked, wrong: Secret, judge: Judge) -> None:
    """A wrong token is refused and leaves the number unverified; the right one works then, or is dead."""
    judge.accepts(confirm(asked.person, wrong))
    assert not begin_binding(stories, asked.person).answer.ok, "a wrong token verified the number"
    right = confirm(asked.person, asked.otp)
    judge.still_works(right, DEAD_OR_ALIVE)
    verified = begin_binding(stories, asked.person).answer.ok
    assert verified == right.answer.ok, "the number is verified though the right token was refused, or the reverse"


WRONG_TOKENS: dict[str, Callable[[Secret], Secret]] = {
    "another": another,
    "without-its-end": lambda otp: Secret(otp.reveal()[:-1]),
    "with-a-digit-more": lambda otp: Secret(f"{otp.reveal()}0"),
    "with-a-zero-before": lambda otp: Secret(f"0{otp.reveal()}"),
    "in-other-digits": lambda otp: Secret(otp.reveal().translate({48 + n: 0xFF10 + n for n in range(10)})),
    "static": lambda _: STATIC_OTP,
    "zeros": lambda _: Secret("000000"),
}


@clause("mobile-number.wrong-token")
def test_a_wrong_token_does_not_confirm_the_number(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    def tried(spoil: Callable[[Secret], Secret]) -> None:
        asked = ask(provisioning, partner)
        # By chance, or where there is but a static OTP, one of them is the right one.
        if (wrong := spoil(asked.otp)) != asked.otp:
            wrong_token_verifies_nothing(stories, asked, wrong, judge)

    stories.together([partial(tried, spoil) for spoil in WRONG_TOKENS.values()])


@clause("mobile-number.confirmed")
@pytest.mark.usefixtures("outbox")
def test_after_a_second_authorization_the_newest_otp_confirms_the_number(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    asked = ask(provisioning, partner)
    assert asked.person.number is not None
    if not authorize(asked.person).answer.ok or stories.sent(asked.person) != 2:
        raise NotTestable("needs a target that sends a second OTP to a number")
    judge.works(confirm(asked.person, provisioning.otp(partner, asked.person.number, None)))
    assert begin_binding(stories, asked.person).answer.ok, "after the confirmation no binding by SMS begins"


@clause("mobile-number.wrong-token")
@pytest.mark.usefixtures("outbox")
def test_the_token_of_another_number_does_not_confirm_the_number(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    asked, theirs = stories.together([partial(ask, provisioning, partner)] * 2)
    if theirs.otp == asked.otp:
        raise NotTestable("needs two different OTPs")
    wrong_token_verifies_nothing(stories, asked, theirs.otp, judge)
    judge.still_works(confirm(theirs.person, theirs.otp))


@clause("mobile-number.wrong-token")
@pytest.mark.usefixtures("outbox")
def test_what_was_sent_for_something_else_does_not_confirm_the_number(
    stories: Stories, provisioning: Provisioning, partner: Partner, customer: Person, judge: Judge
) -> None:
    asked, waiting, coded = stories.beside(
        partial(ask, provisioning, partner),
        lambda: by_number(stories, Change.begin(customer)),
        partial(Coded.begin, stories, customer),
    )
    others = [Secret(waiting.body["tan"]), coded.code, stories.begin(customer).secret]
    tried = {str(place): partial(confirm, asked.person, otp) for place, otp in enumerate(others) if otp != asked.otp}
    judge.accepts_each(stories.each(tried), WRONG_OR_DEAD)
    assert not begin_binding(stories, asked.person).answer.ok, "the OTP of something else verified the number"
    judge.still_works(confirm(asked.person, asked.otp), DEAD_OR_ALIVE)
    judge.still_works(coded.verify())


@clause("mobile-number.wrong-token")
@pytest.mark.usefixtures("outbox")
def test_another_persons_number_and_token_confirm_nothing(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    asked, theirs = stories.together([partial(ask, provisioning, partner)] * 2)
    refused = confirm(replace(asked.person, number=theirs.person.number), theirs.otp)
    judge.holds(not refused.answer.ok, "another person's number and token were taken", "a refusal", refused)
    for one in (asked, theirs):
        assert not begin_binding(stories, one.person).answer.ok, "a refused confirmation verified a number"
    judge.still_works(confirm(theirs.person, theirs.otp))


@clause("mobile-number.wrong-token")
def test_a_wrong_token_takes_nothing_from_a_verified_number(stories: Stories, customer: Person, judge: Judge) -> None:
    # What it is answered is left open, as the number is confirmed already.
    for wrong in ("000000", "1", "999999"):
        confirm(customer, Secret(wrong))
    judge.still_works(begin_binding(stories, customer))


@pytest.fixture
def static_number(target: Target) -> Secret:
    """A number that begins with +1555: made up where messages can be read, the target's own one elsewhere."""
    if target.profile.outbox:
        number = Secret(f"+1555{secrets.randbelow(10**7):07d}")
    elif target.profile.static_number:
        number = target.profile.static_number
    else:
        raise NotTestable("needs outbox hook or static OTP")
    current().numbers.append(number)
    return number


@clause("mobile-number.static-otp")
def test_a_number_that_begins_with_1555_has_the_static_otp(
    stories: Stories, provisioning: Provisioning, partner: Partner, static_number: Secret
) -> None:
    asked = ask(provisioning, partner, static_number)
    assert asked.otp == STATIC_OTP, "a number that begins with +1555 was sent another OTP than the static one"
    confirmed = confirm(asked.person, STATIC_OTP)
    assert confirmed.answer.ok, "the static OTP does not confirm a number that begins with +1555"
    binding = stories.begin(asked.person)
    assert binding.secret == STATIC_OTP, "for a binding a number that begins with +1555 was sent another OTP"
    assert binding.verify().answer.ok, "the static OTP binds no device"
    coded = Coded.begin(stories, asked.person)
    assert coded.code == STATIC_OTP, "for an SMS challenge a number that begins with +1555 was sent another OTP"
    assert coded.verify().answer.ok, "the static OTP verifies no SMS challenge"
    waiting = by_number(stories, Change.begin(asked.person))
    is_static = waiting.body["tan"] == STATIC_OTP.reveal()
    assert is_static, "for a change request a number that begins with +1555 was sent another TAN"
    assert waiting.confirm().answer.ok, "the static OTP confirms no change request"


@clause("mobile-number.static-otp")
def test_another_otp_does_not_confirm_a_number_that_begins_with_1555(
    stories: Stories, provisioning: Provisioning, partner: Partner, static_number: Secret
) -> None:
    asked = ask(provisioning, partner, static_number)
    refused = confirm(asked.person, another(STATIC_OTP))
    assert not refused.answer.ok, "another OTP than the static one confirms a number that begins with +1555"
    assert not begin_binding(stories, asked.person).answer.ok, "another OTP verified a number that begins with +1555"


@clause("mobile-number.random-otp")
@pytest.mark.usefixtures("outbox")
def test_numbers_with_1555_elsewhere_get_random_otps(
    stories: Stories, provisioning: Provisioning, partner: Partner
) -> None:
    inside = [Secret(f"+491555{secrets.randbelow(10**7):07d}") for _ in range(2)]
    current().numbers += inside
    # By chance the static OTP may be drawn, but not twice.
    asked = stories.together([partial(ask, provisioning, partner, number) for number in inside])
    drawn = [one.otp for one in asked]
    assert drawn.count(STATIC_OTP) < 2, "numbers that do not begin with +1555 got the static OTP"


@clause("mobile-number.random-otp")
@pytest.mark.usefixtures("outbox")
def test_numbers_that_nearly_begin_with_1555_get_random_otps(
    stories: Stories, provisioning: Provisioning, partner: Partner
) -> None:
    near = [Secret(f"+1556{secrets.randbelow(10**7):07d}") for _ in range(2)]
    current().numbers += near
    drawn = [one.otp for one in stories.together([partial(ask, provisioning, partner, number) for number in near])]
    assert drawn.count(STATIC_OTP) < 2, "numbers that nearly begin with +1555 got the static OTP"


@clause("mobile-number.random-otp")
@pytest.mark.usefixtures("outbox")
def test_the_static_otp_does_not_confirm_other_numbers(
    stories: Stories, provisioning: Provisioning, partner: Partner
) -> None:
    asked = ask(provisioning, partner)
    if asked.otp == STATIC_OTP:
        raise NotTestable("needs an OTP that is not the static one")
    assert not confirm(asked.person, STATIC_OTP).answer.ok, "the static OTP confirms any number"
    assert not begin_binding(stories, asked.person).answer.ok, "the static OTP verified a number it does not belong to"
