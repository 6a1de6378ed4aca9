"""Contract 5, PUT /v1/mfa/challenges/sms/{id}: the right code, and whatever comes after it."""

from __future__ import annotations

from functools import partial

import pytest

from contract.clauses import clauses
from contract.judge import Judge
from suites.law import clause
from suites.sms_challenges.codes import Coded, another, begin_all
from suites.stories import Stories
from target.provisioning import Person

WRONG = clauses()["sms-challenge.wrong-code"].answers


@clause("sms-challenge.verified")
def test_the_code_that_was_sent_completes_the_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    judge.works(Coded.begin(stories, customer).verify())


@clause("sms-challenge.verified")
def test_the_challenges_of_two_persons_do_not_disturb_each_other(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    begun = stories.together([partial(Coded.begin, stories, person) for person in (customer, another_customer)])
    for verified in stories.together([coded.verify for coded in begun]):
        judge.works(verified)


@clause("sms-challenge.verified")
def test_a_challenge_and_a_binding_do_not_disturb_each_other(stories: Stories, customer: Person, judge: Judge) -> None:
    coded, binding = stories.beside(partial(Coded.begin, stories, customer), partial(stories.begin, customer))
    judge.works(coded.verify())
    judge.holds(not stories.is_bound(binding), "the code bound a device", "an SMS challenge binds none")
    judge.works(binding.verify())


@clause("sms-challenge.repeated")
def test_a_challenge_that_was_verified_cannot_be_verified_again(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    coded, open_one = begin_all(stories, customer, 2)
    judge.works(coded.verify())
    for _ in range(2):
        judge.accepts(coded.verify())
    coded.read()
    judge.accepts(coded.verify())
    judge.still_works(open_one.verify())


@clause("sms-challenge.repeated")
def test_a_later_challenge_does_not_open_it_again(stories: Stories, customer: Person, judge: Judge) -> None:
    coded = Coded.begin(stories, customer)
    judge.works(coded.verify())
    later = Coded.begin(stories, customer)
    judge.accepts(coded.verify())
    judge.works(later.verify())
    judge.accepts(coded.verify())


@clause("sms-challenge.repeated")
@pytest.mark.usefixtures("clock")
def test_a_challenge_that_was_verified_is_over_at_any_time(stories: Stories, customer: Person, judge: Judge) -> None:
    coded = Coded.begin(stories, customer)
    judge.works(coded.verify())
    for again in stories.together([partial(coded.verify, clock_offset=offset) for offset in (-120, 120, 400)]):
        judge.accepts(again)


@clause("sms-challenge.repeated")
def test_a_wrong_code_for_a_verified_challenge_is_refused_and_opens_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    coded = Coded.begin(stories, customer)
    judge.works(coded.verify())
    allowed = judge.clause.answers
    assert allowed is not None
    assert WRONG is not None
    judge.accepts(coded.verify(another(coded.code)), allowed | WRONG)
    judge.accepts(coded.verify())
