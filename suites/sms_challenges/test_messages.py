"""Contract 5, POST /v1/mfa/challenges/sms: the SMS and its OTP, as the outbox shows them."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from contract.judge import Judge
from suites.law import clause
from suites.sms_challenges.codes import Coded, another, ask, begin_all
from suites.stories import Stories
from target.outbox import Message, messages
from target.provisioning import Person

pytestmark = pytest.mark.usefixtures("outbox")


def inbox(person: Person) -> list[Message]:
    """All that was ever sent to the person's number."""
    assert person.number is not None
    return messages(person.partner, person.number)


def sms_of(coded: Coded) -> Message:
    """The message that the challenge's OTP came with."""
    return next(message for message in inbox(coded.person) if message.challenge_id == coded.id)


@clause("sms-challenge.sms")
def test_one_sms_with_six_digits_goes_to_the_number(customer: Person, judge: Judge) -> None:
    before = inbox(customer)
    created = judge.works(ask(customer))
    sent = inbox(customer)[len(before) :]
    judge.holds(len(sent) == 1, f"{len(sent)} messages were sent to the number", "one")
    judge.holds(sent[0].to == customer.number, "the message names another number", "the person's number")
    judge.holds(sent[0].challenge_id == created["id"], "it is of another challenge", "this challenge's")
    otp, digits = sent[0].otp.reveal(), re.sub(r"\D", "", sent[0].text.reveal())
    judge.holds(re.fullmatch(r"[0-9]{6}", otp), "the OTP is not of 6 digits", "6 digits")
    judge.holds(otp in digits, "the text of the message does not hold the OTP", "the OTP in the text")


@clause("sms-challenge.sms")
def test_no_further_sms_is_sent_until_the_challenge_is_completed(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    before = len(inbox(customer))
    coded, mistaken = begin_all(stories, customer, 2)
    coded.read()
    mistaken.verify(another(mistaken.code))
    coded.verify()
    coded.verify()
    sent = len(inbox(customer)) - before
    judge.holds(sent == 2, f"{sent} messages were sent for two challenges", "one each")


@clause("sms-challenge.sms")
def test_nobody_else_gets_the_sms(customer: Person, another_customer: Person, judge: Judge) -> None:
    before = len(inbox(another_customer))
    judge.works(ask(customer))
    judge.holds(len(inbox(another_customer)) == before, "another person got an SMS", "the person alone")


@clause("sms-challenge.sms")
def test_a_refused_challenge_sends_no_sms(customer: Person, judge: Judge) -> None:
    before, accepted = len(inbox(customer)), 0
    for delta in ({"language": "xx"}, {"app_signature": 5}, {"person_id": [customer.id]}):
        accepted += ask(customer, **delta).answer.ok
    for_refused = len(inbox(customer)) - before - accepted
    judge.holds(for_refused <= 0, f"{for_refused} messages were sent for refused challenges", "none")


@clause("sms-challenge.random-otp")
def test_the_otps_of_challenges_are_random(stories: Stories, customer: Person, judge: Judge) -> None:
    otps = [coded.code.reveal() for coded in begin_all(stories, customer, 5)]
    judge.holds(len(set(otps)) >= 4, f"5 challenges had {len(set(otps))} different OTPs", "an OTP of its own for each")
    if all(re.fullmatch(r"[0-9]{1,18}", otp) for otp in otps):
        steps = {(int(later) - int(earlier)) % 10**6 for earlier, later in pairwise(otps)}
        judge.holds(len(steps) > 1, "the OTPs go up by equal steps", "OTPs that cannot be foretold")


@clause("sms-challenge.message")
@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_the_sms_is_in_the_language_that_was_asked_for(
    language: str, stories: Stories, customer: Person, judge: Judge
) -> None:
    shown = sms_of(Coded.begin(stories, customer, language=language)).language
    judge.holds(shown == language, f"the message's language is {shown!r}", repr(language))


@clause("sms-challenge.message")
def test_the_sms_contains_the_app_signature_of_its_own_challenge(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    signature = "FA+9qCX9VSu"
    with_signature = Coded.begin(stories, customer, app_signature=signature)
    without = Coded.begin(stories, customer)
    judge.holds(signature in sms_of(with_signature).text.reveal(), "it is not in the text", "the app signature")
    judge.holds(signature not in sms_of(without).text.reveal(), "it is in the next SMS too", "no signature")
