"""Contract 7: the SMS of a change request and its TAN, as the outbox shows them."""

from __future__ import annotations

import re

import pytest

from contract.judge import Judge
from suites.change_requests.changes import Change, Way, begin_all, by_device, by_number, by_static_tan, to_number
from suites.law import clause
from suites.stories import Stories
from target.outbox import Message, messages
from target.provisioning import Person

pytestmark = pytest.mark.usefixtures("outbox")


def inbox(person: Person) -> list[Message]:
    """All that was ever sent to the person's number."""
    assert person.number is not None
    return messages(person.partner, person.number)


@clause("authorize.sms")
def test_one_sms_with_six_digits_goes_to_the_number(customer: Person, judge: Judge) -> None:
    before, change = len(inbox(customer)), Change.begin(customer)
    judge.holds(len(inbox(customer)) == before, "the change itself sent a message", "none before the authorization")
    judge.works(change.authorize(to_number(customer)))
    sent = inbox(customer)[before:]
    judge.holds(len(sent) == 1, f"{len(sent)} messages were sent to the number", "one")
    judge.holds(sent[0].to == customer.number, "the message names another number", "the person's number")
    judge.holds(sent[0].challenge_id == change.id, "it is of something else", "the change request's id")
    tan, digits = sent[0].otp.reveal(), re.sub(r"\D", "", sent[0].text.reveal())
    judge.holds(re.fullmatch(r"[0-9]{6}", tan), "the TAN is not of 6 digits", "6 digits")
    judge.holds(tan in digits, "the text of the message does not hold the TAN", "the TAN in the text")


@clause("authorize.sms")
@pytest.mark.parametrize("way", [by_static_tan, by_device], ids=["static", "device-signing"])
def test_no_other_method_sends_an_sms(way: Way, stories: Stories, customer: Person, judge: Judge) -> None:
    device = [stories.bind(customer)] if way is by_device else []
    before = len(inbox(customer))
    judge.works(way(stories, Change.begin(customer), *device).confirm())
    sent = len(inbox(customer)) - before
    judge.holds(sent == 0, f"{sent} messages were sent", "none")


@clause("authorize.sms")
def test_a_confirmation_sends_no_further_sms(stories: Stories, customer: Person, judge: Judge) -> None:
    waiting = by_number(stories, Change.begin(customer))
    before = len(inbox(customer))
    judge.works(waiting.confirm())
    sent = len(inbox(customer)) - before
    judge.holds(sent == 0, f"{sent} messages were sent", "none")


@clause("authorize.sms")
def test_the_tans_of_requests_differ(stories: Stories, customer: Person, judge: Judge) -> None:
    tans = [waiting.body["tan"] for waiting in begin_all(stories, customer, by_number, 4)]
    judge.holds(len(set(tans)) >= 3, f"4 requests had {len(set(tans))} different TANs", "a TAN of its own for each")
