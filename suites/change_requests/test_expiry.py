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
from suites.lifetimes import Moment
from suites.stories import Stories
from suites.waiting import Story, waits
from target.connection import Target
from target.provisioning import Person

CLOCK = pytest.mark.usefixtures("clock")


def over(target: Target) -> Moment:
    """When a request that is authorized now is over at the latest: 310 s after, as documented."""
    return Moment(target.profile.change_request_lifetime + 10.0)


@each_way
@clause("confirm.expired")
@waits
def test_an_expired_request_cannot_be_confirmed(
    way: Way, target: Target, stories: Stories, customer: Person, judge: Judge
) -> Story:
    waiting = way(stories, Change.begin(customer))
    before = values(customer)
    late = yield over(target)
    judge.accepts(waiting.confirm(clock_offset=late))
    judge.unchanged(before, values(customer))


@CLOCK
@clause("confirm.expired")
@pytest.mark.parametrize("way", [by_number, by_static_tan], ids=["mobile-number", "static"])
def test_the_time_counts_from_the_authorization_at_the_latest(
    way: Way, target: Target, stories: Stories, customer: Person, judge: Judge
) -> None:
    then = -over(target).offset
    change = Change.begin(customer, clock_offset=then)
    waiting = way(stories, change, clock_offset=then)
    before = values(customer)
    judge.accepts(waiting.confirm())
    judge.unchanged(before, values(customer))


@CLOCK
@clause("confirm.expired")
def test_neither_a_later_request_nor_a_bad_confirmation_lengthens_the_time(
    target: Target, stories: Stories, customer: Person, judge: Judge
) -> None:
    old = by_number(stories, Change.begin(customer))
    later: dict[str, Any] = {"clock_offset": 200.0}
    by_number(stories, Change.begin(customer, **later), **later)
    old.change.confirm({}, **later)
    before = values(customer)
    judge.accepts(old.confirm(clock_offset=over(target).offset))
    judge.unchanged(before, values(customer))


@CLOCK
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


@CLOCK
@clause("change.time-to-authorize")
def test_how_long_a_change_request_waits_for_its_authorization(customer: Person, judge: Judge) -> None:
    for offset in (290.0, 310.0, 3600.0, 86400.0):
        answer = Change.begin(customer).authorize(to_nobody(customer), clock_offset=offset)
        judge.observes(f"authorized after {offset:.0f} s", answer.status)


@each_way
@clause("authorize.finished")
@waits
def test_an_expired_request_cannot_be_authorized_again(
    way: Way, target: Target, stories: Stories, customer: Person, judge: Judge
) -> Story:
    waiting = way(stories, Change.begin(customer))
    device = waiting.device or stories.bind(customer)
    before, sent = values(customer), stories.sent(customer)
    late = yield over(target)
    for body in (to_nobody(customer), to_number(customer), to_device(device)):
        judge.accepts(waiting.change.authorize(body, clock_offset=late))
    judge.holds(stories.sent(customer) == sent, "an SMS was sent for an expired request", "none")
    tried = waiting.change.confirm(by_tan(customer, STATIC_TAN), clock_offset=late)
    judge.holds(not tried.answer.ok, "an expired request was confirmed", "a refusal", tried)
    judge.unchanged(before, values(customer))
