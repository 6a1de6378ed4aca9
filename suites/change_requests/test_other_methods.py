"""Contract 7: what was authorized by one method is not confirmed by another."""

from __future__ import annotations

import pytest

from contract.judge import Judge
from suites.change_requests.changes import (
    STATIC_TAN,
    Change,
    Way,
    by_device,
    by_number,
    by_signature,
    by_static_tan,
    by_tan,
    values,
)
from suites.law import clause
from suites.stories import Stories, signing_challenge
from target.provisioning import Person


@clause("confirm.other-method")
def test_no_tan_confirms_what_a_device_has_to_sign(stories: Stories, customer: Person, judge: Judge) -> None:
    device, before = stories.bind(customer), values(customer)
    sent = by_number(stories, Change.begin(customer))
    for tan in (STATIC_TAN, sent.body["tan"], "000000", ""):
        waiting = by_device(stories, Change.begin(customer), device)
        judge.accepts(waiting.confirm(by_tan(customer, tan)))
    waiting = by_device(stories, Change.begin(customer), device)
    judge.accepts(waiting.confirm(by_tan(customer, waiting.text)))
    judge.unchanged(before, values(customer))
    judge.still_works(sent.confirm())


@clause("confirm.other-method")
@pytest.mark.parametrize("way", [by_number, by_static_tan], ids=["mobile-number", "static"])
def test_no_signature_confirms_what_needs_a_tan(way: Way, stories: Stories, customer: Person, judge: Judge) -> None:
    device, before = stories.bind(customer), values(customer)
    for text in ("", "None", STATIC_TAN, signing_challenge(device)["string_to_sign"]):
        waiting = way(stories, Change.begin(customer))
        judge.accepts(waiting.confirm(by_signature(device, text)))
    for name in ("tan", "id"):
        waiting = way(stories, Change.begin(customer))
        text = waiting.body["tan"] if name == "tan" else waiting.change.id
        judge.accepts(waiting.confirm(by_signature(device, text)))
    judge.unchanged(before, values(customer))
