"""Contract 5: when an SMS is sent, and when none is. What is in it: `suites.messages`."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.judge import Judge
from suites.law import clause
from suites.messages.inbox import inbox
from suites.sms_challenges.codes import another, ask, begin_all
from suites.stories import Stories
from target.provisioning import Person

pytestmark = pytest.mark.usefixtures("outbox")


@clause("sms-challenge.sms")
def test_no_further_sms_is_sent_until_the_challenge_is_completed(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    before = len(inbox(customer))
    coded, mistaken = begin_all(stories, customer, 2)
    stories.beside(coded.read, partial(mistaken.verify, another(mistaken.code)), coded.verify)
    coded.verify()
    sent = len(inbox(customer)) - before
    judge.holds(sent == 2, f"{sent} messages were sent for two challenges", "one each")


@clause("sms-challenge.sms")
def test_a_refused_challenge_sends_no_sms(stories: Stories, customer: Person, judge: Judge) -> None:
    before = len(inbox(customer))
    deltas: list[dict[str, Any]] = [{"language": "xx"}, {"app_signature": 5}, {"person_id": [customer.id]}]
    asked = stories.together([partial(ask, customer, **delta) for delta in deltas])
    accepted = sum(exchange.answer.ok for exchange in asked)
    for_refused = len(inbox(customer)) - before - accepted
    judge.holds(for_refused <= 0, f"{for_refused} messages were sent for refused challenges", "none")
