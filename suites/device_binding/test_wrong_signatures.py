"""Contract 3, PUT /v1/mfa/challenges/signatures/{id}: a wrong signature, or one of something else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contract.answers import Answers
from contract.judge import Judge, NotTestable
from signer import KeyPair
from suites.device_binding.beginnings import Begin, each_beginning, none_bound
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE
from suites.stories import Binding, Stories, signed
from target.partner import Partner
from target.provisioning import Person

STATIC_OTP = "212212"
"""The OTP of numbers that begin with +1555, and of no other (contract 8)."""

Forge = Callable[[Binding, Binding], str]

# A signature for `mine`, made of what belongs to `other`.
CROSSED: dict[str, Forge] = {
    "other-otp-by-own-key": lambda mine, other: signed(mine.keys, other.secret.reveal()),
    "own-otp-by-other-key": lambda mine, other: signed(other.keys, mine.secret.reveal()),
    "other-otp-by-other-key": lambda _, other: other.signature(),
}


def with_two_otps(mine: Binding, other: Binding) -> None:
    """Raises NotTestable where the two OTPs are the same, as static ones are."""
    if mine.secret == other.secret:
        raise NotTestable("needs outbox hook: two different OTPs")


@clause("signature-challenge.another-otp")
@pytest.mark.parametrize("forge", CROSSED.values(), ids=CROSSED)
def test_two_devices_of_a_person_cannot_be_mixed_up(
    forge: Forge, stories: Stories, customer: Person, judge: Judge
) -> None:
    other, mine = stories.begin_all(customer, 2)
    with_two_otps(mine, other)
    judge.accepts(mine.verify(forge(mine, other)))
    none_bound(stories, customer, judge)
    judge.still_works(other.verify())
    judge.still_works(mine.verify(), DEAD_OR_ALIVE)


@clause("signature-challenge.another-otp")
@pytest.mark.parametrize("forge", CROSSED.values(), ids=CROSSED)
def test_the_devices_of_two_persons_cannot_be_mixed_up(
    forge: Forge, stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    mine, other = stories.begin(customer), stories.begin(another_customer)
    with_two_otps(mine, other)
    judge.accepts(mine.verify(forge(mine, other)))
    none_bound(stories, customer, judge)
    none_bound(stories, another_customer, judge)
    judge.still_works(other.verify())


@clause("signature-challenge.another-otp")
def test_the_otp_of_a_verified_challenge_binds_no_other_device(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    bound, mine = stories.begin_all(customer, 2)
    with_two_otps(mine, bound)
    judge.works(bound.verify())
    judge.accepts(mine.verify(signed(mine.keys, bound.secret.reveal())))
    judge.holds(not stories.is_bound(mine), "the device is bound", "it stays unbound")


@clause("signature-challenge.another-otp")
def test_the_static_otp_binds_no_device_of_another_number(stories: Stories, customer: Person, judge: Judge) -> None:
    attempt = stories.begin(customer)
    if attempt.secret.reveal() == STATIC_OTP:
        raise NotTestable("needs outbox hook: a number whose OTP is not the static one")
    judge.accepts(attempt.verify(signed(attempt.keys, STATIC_OTP)))
    none_bound(stories, customer, judge)


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_the_key_of_a_bound_device_binds_no_other_one(stories: Stories, customer: Person, judge: Judge) -> None:
    bound, attempt = stories.bind(customer), stories.begin(customer)
    judge.accepts(attempt.verify(signed(bound.keys, attempt.secret.reveal())))
    judge.holds(not stories.is_bound(attempt), "the device is bound", "it stays unbound")


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_a_signature_over_the_challenges_own_id_binds_nothing(stories: Stories, customer: Person, judge: Judge) -> None:
    for text in ("challenge_id", "device_id", "key_id"):
        attempt = stories.begin(customer)
        judge.accepts(attempt.verify(signed(attempt.keys, getattr(attempt, text))))
    none_bound(stories, customer, judge)


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_an_activation_code_does_not_replace_the_otp(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    by_sms = stories.begin(customer)
    judge.accepts(by_sms.verify(signed(by_sms.keys, code.code.reveal())))
    none_bound(stories, customer, judge)


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_an_otp_does_not_replace_the_activation_code(stories: Stories, customer: Person, judge: Judge) -> None:
    by_sms = stories.begin(customer)
    code = stories.activation_code(customer)
    for text in (by_sms.secret.reveal(), "212212", code.id):
        by_code = stories.begin_with_code(customer, code)
        judge.accepts(by_code.verify(signed(by_code.keys, text)))
    none_bound(stories, customer, judge)


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_the_code_of_another_person_binds_nothing(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    code_of_another(stories, customer, another_customer, judge)


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_the_code_of_a_person_of_another_partner_binds_nothing(
    stories: Stories, customer: Person, foreign_customer: Person, judge: Judge
) -> None:
    code_of_another(stories, customer, foreign_customer, judge)


def code_of_another(stories: Stories, person: Person, stranger: Person, judge: Judge) -> None:
    attempt = stories.begin_with_code(person, stories.activation_code(person))
    strange = stories.activation_code(stranger)
    judge.accepts(attempt.verify(signed(attempt.keys, strange.code.reveal())))
    none_bound(stories, person, judge)
    judge.works(stories.begin_with_code(stranger, strange).verify())


@clause("signature-challenge.right-after-wrong")
@each_beginning
def test_after_a_wrong_signature_the_right_one_works_or_the_challenge_is_dead(
    begin: Begin, stories: Stories, customer: Person, judge: Judge
) -> None:
    attempt = begin(stories, customer)
    wrong = attempt.verify(signed(KeyPair.generate(), attempt.secret.reveal()))
    judge.accepts(wrong, Answers((403,), (400,)))
    right = attempt.verify()
    judge.accepts(right)
    judge.holds(
        stories.is_bound(attempt) == right.answer.ok, "the device's state is not what the answer says", "as answered"
    )


@clause("signature-challenge.wrong-tries")
def test_how_many_wrong_signatures_a_challenge_takes(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    attempt = stories.begin(customer)
    statuses = [attempt.verify(signed(KeyPair.generate(), attempt.secret.reveal())).status for _ in range(10)]
    judge.observes("ten wrong signatures", statuses)
    judge.observes("the right one then", attempt.verify().status)
    judge.observes("the challenge then", partner.call("read-signature-challenge", attempt.challenge_id).status)
