"""Contract 10: a change request is confirmed once, however many try at the same moment."""

from __future__ import annotations

import secrets
from functools import partial

from suites.change_requests.changes import Change, Way, begin, begin_all, by_static_tan, each_way, new_email
from suites.concurrency.race import Race, prepared
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person


@clause("races.confirm")
@each_way
def test_one_of_simultaneous_confirmations_succeeds(
    way: Way, stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    raced, later = stories.beside(
        partial(begin_all, stories, customer, way, 2), partial(begin, stories, customer, by_static_tan)
    )
    for waiting in raced:
        confirm = prepared(partner, "confirm-change-request", waiting.change.id, **waiting.body)
        race.one_wins([confirm] * race.size)
        race.judge.holds(waiting.change.is_done(), "the confirmation that succeeded changed nothing", "the new value")
    race.judge.works(later.confirm())
    race.judge.accepts(raced[-1].confirm())
    race.judge.holds(later.change.is_done(), "the value that was changed in a race came back", "the later value")


@clause("races.confirm")
def test_two_changes_that_are_confirmed_at_once_are_both_made(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    fields = (new_email(), {"last_name": f"Raced {secrets.token_hex(4)}"})
    changes = stories.together([partial(Change.begin, customer, one) for one in fields])
    waiting = stories.together([partial(by_static_tan, stories, change) for change in changes])
    race.one_of_each_wins(
        *(
            [prepared(partner, "confirm-change-request", one.change.id, **one.body)] * (race.size // 2)
            for one in waiting
        )
    )
    for change in changes:
        race.judge.holds(change.is_done(), "one of two confirmed changes is lost", "both new values")
