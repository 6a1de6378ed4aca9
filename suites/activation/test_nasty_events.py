"""Contract 1.8: no delivery event that was taken gets a 5xx when the events are read, or sorted."""

from __future__ import annotations

from functools import partial

import pytest

from contract.judge import Judge
from suites.activation.codes import EVENT, only_event
from suites.general.nasty import TEXTS
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person

ODD_TIMES = (
    "0000-00-00T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "9999-12-31T23:59:59-23:59",
    "2016-12-31T23:59:60Z",
    "2024-05-01T12:00:00+99:99",
    "2024-05-01T12:00:00." + "9" * 1000 + "Z",
    "99999-05-01T12:00:00Z",
    "-2024-05-01T12:00:00Z",
    "\u0662\u0660\u0662\u0664-05-01T12:00:00Z",
    "2024-05-01T12:00:00Z\0",
)


def survives(judge: Judge, partner: Partner, code_id: str, **fields: str) -> None:
    """The event is taken or refused, and the list of events can be read afterwards."""
    made = partner.call("create-delivery-event", code_id, json={**EVENT, **fields}, hostile=True)
    judge.holds(made.status < 500, f"a delivery event got {made.status}", "no 5xx", made)
    listed = partner.call("list-delivery-events", code_id)
    judge.holds(listed.status < 500, f"the list of events got {listed.status}", "no 5xx", listed)


@clause("general.no-server-error", "create-delivery-event")
def test_no_odd_timestamp_gets_a_5xx(stories: Stories, newcomer: Person, partner: Partner, judge: Judge) -> None:
    code = stories.activation_code(newcomer)
    stories.together([partial(survives, judge, partner, code.id, timestamp=time) for time in ODD_TIMES])


@clause("general.no-server-error", "list-delivery-events")
@pytest.mark.parametrize("field", ["type", "provider", "additional_details"])
def test_no_text_of_an_event_gets_a_5xx_when_it_is_read(
    field: str, stories: Stories, partner: Partner, judge: Judge
) -> None:
    def tried(text: str) -> None:
        code = stories.activation_code(stories.newcomer(partner))
        survives(judge, partner, code.id, **{field: text})
        made = partner.call("list-delivery-events", code.id)
        if made.answer.ok and made.answer.body.strip() not in (b"", b"[]"):
            read = partner.call("read-delivery-event", code.id, only_event(partner, code.id)["id"])
            judge.holds(read.status < 500, f"the event got {read.status}", "no 5xx", read)

    stories.together([partial(tried, text) for text in TEXTS.values()])
