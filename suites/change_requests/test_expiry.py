"""Contract 7: 300 s after its authorization a change request is over."""

from __future__ import annotations

from typing import Any

import pytest

from contract.judge import Judge
from suites.change_requests.changes import (
    STATIC_TAN,
    Change,
    Way,
    by_number,
    by_static_tan,
    by_tan,
    each_way,
    to_device,
    to_nobody,
    to_number,
    values,
)
from suites.law import clause
from suites.stories import Stories
from target.provisioning import Person

pytestmark = pytest.mark.usefixtures("clock")

OVER = 310.0
"""Seconds after the authorization, when the request is over at the latest."""


@each_way
@clause("confirm.expired")
def test_an_expired_request_cannot_be_confirmed(way: Way, stories: Stories, customer: Person, judge: Judge) -> None:
    waiting = way(stories, Change.begin(customer))
    before = values(customer)
    judge.accepts(waiting.confirm(clock_offset=OVER))
    judge.unchanged(before, values(customer))


@clause("confirm.expired")
@pytest.mark.parametrize("way", [by_number, by_static_tan], ids=["mobile-number", "static"])
def test_the_time_counts_from_the_authorization_at_the_latest(
    way: Way, stories: Stories, customer: Person, judge: Judge
) -> None:
    change = Change.begin(customer, clock_offset=-OVER)
    waiting = way(stories, change, clock_offset=-OVER)
    before = values(customer)
    judge.accepts(waiting.confirm())
    judge.unchanged(before, values(customer))


@clause("confirm.expired")
def test_neither_a_later_request_nor_a_bad_confirmation_lengthens_the_time(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    old = by_number(stories, Change.begin(customer))
    later: dict[str, Any] = {"clock_offset": 200.0}
    by_number(stories, Change.begin(customer, **later), **later)
    old.change.confirm({}, **later)
    before = values(customer)
    judge.accepts(old.confirm(clock_offset=OVER))
    judge.unchanged(before, values(customer))


@clause("confirm.lifetime")
def test_how_long_a_request_can_be_confirmed(stories: Stories, customer: Person, judge: Judge) -> None:
    for offset in (60.0, 180.0, 290.0):
        waiting = by_static_tan(stories, Change.begin(customer))
        judge.observes(f"{offset:.0f} s after the authorization", waiting.confirm(clock_offset=offset).status)
    change = Change.begin(customer, clock_offset=-280.0)
    authorized = change.authorize(to_nobody(customer))
    judge.observes("authorized 280 s after the change", authorized.status)
    confirmed = change.confirm(by_tan(customer, STATIC_TAN), clock_offset=100.0)
    judge.observes("confirmed 100 s after that", confirmed.status)


@clause("change.time-to-authorize")
def test_how_long_a_change_request_waits_for_its_authorization(customer: Person, judge: Judge) -> None:
    for offset in (290.0, 310.0, 3600.0, 86400.0):
        answer = Change.begin(customer).authorize(to_nobody(customer), clock_offset=offset)
        judge.observes(f"authorized after {offset:.0f} s", answer.status)


@each_way
@clause("authorize.finished")
def test_an_expired_request_cannot_be_authorized_again(
    way: Way, stories: Stories, customer: Person, judge: Judge
) -> None:
    waiting = way(stories, Change.begin(customer))
    device = waiting.device or stories.bind(customer)
    before, sent = values(customer), stories.sent(customer)
    for body in (to_nobody(customer), to_number(customer), to_device(device)):
        judge.accepts(waiting.change.authorize(body, clock_offset=OVER))
    judge.holds(stories.sent(customer) == sent, "an SMS was sent for an expired request", "none")
    late = waiting.change.confirm(by_tan(customer, STATIC_TAN), clock_offset=OVER)
    judge.holds(not late.answer.ok, "an expired request was confirmed", "a refusal", late)
    judge.unchanged(before, values(customer))
