"""Contract 7: when an SMS is sent, and when none is. What is in it: `suites.messages`."""

from __future__ import annotations

from functools import partial

import pytest

from contract.judge import Judge
from suites.change_requests.changes import Change, Way, begin, by_device, by_number, by_static_tan, to_number
from suites.law import clause
from suites.messages.inbox import inbox
from suites.stories import Stories
from target.provisioning import Person

pytestmark = pytest.mark.usefixtures("outbox")


@clause("authorize.sms")
def test_the_change_itself_and_a_refused_authorization_send_no_sms(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    before = len(inbox(customer))
    change = Change.begin(customer)
    bodies = ({"delivery_method": "mobile_number"}, {**to_number(customer), "delivery_method": "Mobile_Number"})
    tried = stories.together([partial(change.authorize, body) for body in bodies])
    accepted = sum(exchange.answer.ok for exchange in tried)
    sent = len(inbox(customer)) - before - accepted
    judge.holds(sent <= 0, f"{sent} messages were sent before the authorization", "none")


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
    waiting = begin(stories, customer, by_number)
    before = len(inbox(customer))
    judge.works(waiting.confirm())
    sent = len(inbox(customer)) - before
    judge.holds(sent == 0, f"{sent} messages were sent", "none")
