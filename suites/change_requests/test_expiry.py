"""Contract 7: 300 s after its authorization a change request is over."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.judge import Judge
from suites.change_requests.changes import (
    STATIC_TAN,
    Change,
    Way,
    ask,
    begin,
    begin_all,
    by_device,
    by_number,
    by_static_tan,
    by_tan,
    each_way,
    to_device,
    to_nobody,
    to_number,
    values,
)
from suites.clocks import until_midnight
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
    waiting, before = stories.beside(partial(begin, stories, customer, way), partial(values, customer))
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
@each_way
@clause("confirm.expired")
def test_a_request_that_is_long_over_stays_over(way: Way, stories: Stories, customer: Person, judge: Judge) -> None:
    # A little more than a whole hour and a whole day: the rest alone is less than the lifetime.
    offsets = (3_630.0, 86_430.0)
    (*waiting, still_open), before = stories.beside(
        partial(begin_all, stories, customer, way, 3), partial(values, customer)
    )
    tried = {
        f"{offset:.0f} s later": partial(one.confirm, clock_offset=offset)
        for offset, one in zip(offsets, waiting, strict=True)
    }
    judge.accepts_each(stories.each(tried))
    judge.unchanged(before, values(customer))
    judge.still_works(still_open.confirm())


@CLOCK
@clause("confirm.expired")
def test_a_request_of_the_evening_is_over_after_midnight(
    target: Target, stories: Stories, customer: Person, judge: Judge
) -> None:
    before, late = values(customer), until_midnight(ask(customer)) - 60.0
    waiting = by_static_tan(stories, Change.begin(customer, clock_offset=late), clock_offset=late)
    judge.accepts(waiting.confirm(clock_offset=late + over(target).offset))
    judge.unchanged(before, values(customer))


@CLOCK
@clause("confirm.expired")
def test_neither_a_later_request_nor_a_bad_confirmation_lengthens_the_time(
    target: Target, stories: Stories, customer: Person, judge: Judge
) -> None:
    old, before = stories.beside(partial(begin, stories, customer, by_number), partial(values, customer))
    later: dict[str, Any] = {"clock_offset": 200.0}
    by_number(stories, Change.begin(customer, **later), **later)
    old.change.confirm({}, **later)
    old.change.authorize({"delivery_method": "email", "person_id": customer.id}, **later)
    old.change.authorize({"delivery_method": "device_signing", "device_id": customer.id}, **later)
    judge.accepts(old.confirm(clock_offset=over(target).offset))
    judge.unchanged(before, values(customer))


@CLOCK
@clause("confirm.lifetime")
def test_how_long_a_request_can_be_confirmed(stories: Stories, customer: Person, judge: Judge) -> None:
    offsets = (60.0, 180.0, 290.0)
    waiting = begin_all(stories, customer, by_static_tan, len(offsets))
    confirms = [partial(one.confirm, clock_offset=offset) for one, offset in zip(waiting, offsets, strict=True)]
    for offset, confirmed in zip(offsets, stories.together(confirms), strict=True):
        judge.observes(f"{offset:.0f} s after the authorization", confirmed.status)
    change = Change.begin(customer, clock_offset=-280.0)
    authorized = change.authorize(to_nobody(customer))
    judge.observes("authorized 280 s after the change", authorized.status)
    late = change.confirm(by_tan(customer, STATIC_TAN), clock_offset=100.0)
    judge.observes("confirmed 100 s after that", late.status)


@CLOCK
@clause("change.time-to-authorize")
def test_how_long_a_change_request_waits_for_its_authorization(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    offsets = (290.0, 310.0, 3600.0, 86400.0)
    changes = stories.together([partial(Change.begin, customer)] * len(offsets))
    calls = [
        partial(change.authorize, to_nobody(customer), clock_offset=offset)
        for change, offset in zip(changes, offsets, strict=True)
    ]
    for offset, answer in zip(offsets, stories.together(calls), strict=True):
        judge.observes(f"authorized after {offset:.0f} s", answer.status)


@each_way
@clause("authorize.finished")
@waits
def test_an_expired_request_cannot_be_authorized_again(
    way: Way, target: Target, stories: Stories, customer: Person, judge: Judge
) -> Story:
    device = stories.bind(customer)
    own = [device] if way is by_device else []
    waiting, before = stories.beside(partial(begin, stories, customer, way, *own), partial(values, customer))
    sent = stories.sent(customer)
    late = yield over(target)
    bodies = (to_nobody(customer), to_number(customer), to_device(device))
    for again in stories.together([partial(waiting.change.authorize, body, clock_offset=late) for body in bodies]):
        judge.accepts(again)
    tried, now = stories.beside(
        partial(waiting.change.confirm, by_tan(customer, STATIC_TAN), clock_offset=late),
        partial(stories.sent, customer),
    )
    judge.holds(now == sent, "an SMS was sent for an expired request", "none")
    judge.holds(not tried.answer.ok, "an expired request was confirmed", "a refusal", tried)
    judge.unchanged(before, values(customer))
