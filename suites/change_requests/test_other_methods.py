"""Contract 7: what was authorized by one method is not confirmed by another."""

from __future__ import annotations

from functools import partial

import pytest

from contract.clauses import clauses
from contract.judge import Judge
from signer import KeyPair
from suites.change_requests.changes import (
    STATIC_TAN,
    Way,
    begin,
    begin_all,
    by_device,
    by_number,
    by_signature,
    by_static_tan,
    by_tan,
    confirm_each,
    values,
)
from suites.law import clause
from suites.stories import Stories, signing_challenge
from target.provisioning import Person

WRONG, OTHER = clauses()["confirm.wrong-tan"].answers, clauses()["confirm.other-method"].answers
assert WRONG
assert OTHER
BOTH = WRONG | OTHER
"""For a wrong confirmation by the method that was authorized, beside one by another."""


@clause("confirm.other-method")
def test_no_tan_confirms_what_a_device_has_to_sign(stories: Stories, customer: Person, judge: Judge) -> None:
    waiting, sent, before = stories.beside(
        partial(begin_all, stories, customer, by_device, 7),
        partial(begin, stories, customer, by_number),
        partial(values, customer),
    )
    tans = {
        "the static TAN": STATIC_TAN,
        "the TAN of another request": sent.body["tan"],
        "zeros": "000000",
        "an empty TAN": "",
        "the text to sign": waiting[4].text,
    }
    bodies = {what: by_tan(customer, tan) for what, tan in tans.items()}
    device = waiting[-1].device
    assert device is not None
    bodies["the static TAN beside the device"] = {"device_id": device.device_id, **by_tan(customer, STATIC_TAN)}
    forged = by_signature(device, waiting[-1].text, KeyPair.generate())
    judge.accepts_each(confirm_each(stories, waiting[:-1], bodies))
    judge.accepts(waiting[-1].confirm({**by_tan(customer, STATIC_TAN), **forged}), BOTH)
    judge.unchanged(before, values(customer))
    judge.still_works(sent.confirm())


@clause("confirm.other-method")
@pytest.mark.parametrize("way", [by_number, by_static_tan], ids=["mobile-number", "static"])
def test_no_signature_confirms_what_needs_a_tan(way: Way, stories: Stories, customer: Person, judge: Judge) -> None:
    device, waiting, before = stories.beside(
        partial(stories.bind, customer), partial(begin_all, stories, customer, way, 8), partial(values, customer)
    )
    texts = {
        "nothing": "",
        "the word None": "None",
        "the static TAN": STATIC_TAN,
        "a signing challenge": signing_challenge(device)["string_to_sign"],
        "the TAN": waiting[4].body["tan"],
        "the id": waiting[5].change.id,
    }
    bodies = {what: by_signature(device, text) for what, text in texts.items()}
    signature = by_signature(device, waiting[-1].change.id)
    bodies["a signature beside the owner"] = {"person_id": customer.id, **signature}
    judge.accepts_each(confirm_each(stories, waiting[:-1], bodies))
    judge.accepts(waiting[-1].confirm({**by_tan(customer, "21221"), **signature}), BOTH)
    judge.unchanged(before, values(customer))
