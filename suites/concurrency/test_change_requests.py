"""Contract 10: a change request is confirmed once, however many try at the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from suites.change_requests.changes import Way, begin, begin_all, by_device, by_number, by_static_tan
from suites.concurrency.race import ROUNDS, Race, prepared
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person


@clause("races.confirm")
@pytest.mark.parametrize("way", [by_number, by_device], ids=["mobile-number", "device-signing"])
def test_one_of_simultaneous_confirmations_succeeds(
    way: Way, stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    raced, later = stories.beside(
        partial(begin_all, stories, customer, way, len(ROUNDS)), partial(begin, stories, customer, by_static_tan)
    )
    for waiting in raced:
        confirm = prepared(partner, "confirm-change-request", waiting.change.id, **waiting.body)
        race.one_wins([confirm] * race.size)
        race.judge.holds(waiting.change.is_done(), "the confirmation that succeeded changed nothing", "the new value")
    race.judge.works(later.confirm())
    race.judge.accepts(raced[-1].confirm())
    race.judge.holds(later.change.is_done(), "the value that was changed in a race came back", "the later value")
