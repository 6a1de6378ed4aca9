"""Contract 7, POST /v1/change_requests/{id}/confirm: the right TAN or signature, its effect, and that it comes once."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any

import pytest

from contract.answers import Answers
from contract.clauses import clauses
from contract.judge import Judge
from signer import KeyPair
from suites.access.echo import differing
from suites.change_requests.changes import (
    STATIC_TAN,
    Change,
    Way,
    begin,
    begin_all,
    by_device,
    by_number,
    by_signature,
    by_static_tan,
    by_tan,
    completes,
    confirm_each,
    each_way,
    new_email,
    stays,
    to_nobody,
    values,
)
from suites.general.odd_ids import unknown_like
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.stories import Stories
from target.provisioning import Person


@clause("confirm.by-tan")
def test_the_right_tan_completes_the_request(stories: Stories, customer: Person, judge: Judge) -> None:
    completes(judge, by_number(stories, Change.begin(customer)))


@clause("confirm.by-static-tan")
def test_the_static_tan_completes_the_request(stories: Stories, customer: Person, judge: Judge) -> None:
    completes(judge, by_static_tan(stories, Change.begin(customer)))


@clause("confirm.by-signature")
@pytest.mark.parametrize("purpose", ["unrestricted", "restricted"])
def test_the_right_signature_completes_the_request(
    purpose: str, stories: Stories, customer: Person, judge: Judge
) -> None:
    change, device = stories.beside(
        partial(Change.begin, customer), partial(stories.bind, customer, key_purpose=purpose)
    )
    completes(judge, by_device(stories, change, device))


@clause("confirm.by-signature")
def test_each_of_two_devices_confirms_what_it_was_asked(stories: Stories, customer: Person, judge: Judge) -> None:
    one = stories.bind(customer)
    other = stories.begin_with_code(customer, stories.activation_code(customer))
    judge.works(other.verify())
    first, second = stories.together([partial(begin, stories, customer, by_device, by) for by in (one, other)])
    completes(judge, second)
    completes(judge, first)


@each_way
@clause("confirm.response-body")
def test_the_answer_shows_the_whole_person_with_the_new_value(
    way: Way, stories: Stories, customer: Person, judge: Judge
) -> None:
    earlier, meanwhile = (
        by_static_tan(stories, Change.begin(customer, fields))
        for fields in ({"first_name": "Earlier"}, {"last_name": "Meanwhile"})
    )
    judge.works(earlier.confirm())
    waiting = begin(stories, customer, way)
    judge.works(meanwhile.confirm())
    answer = waiting.confirm()
    shown = judge.works(answer)["response_body"]
    changes = (earlier.change, meanwhile.change, waiting.change)
    expected = customer.fields | {name: value for one in changes for name, value in one.fields.items()}
    other = differing(expected, shown)
    judge.holds(not other, f"response_body lacks {', '.join(other)}", "all that was sent, and the new values", answer)


@each_way
@clause("confirm.by-tan")
def test_a_confirmation_leaves_other_persons_alone(
    way: Way, stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    other, waiting, before = stories.beside(
        partial(begin, stories, another_customer, by_static_tan),
        partial(begin, stories, customer, way),
        partial(values, another_customer),
    )
    judge.works(waiting.confirm())
    stays(judge, another_customer, before)
    # Whichever of the two requests is the later one, neither confirmation may be taken for the other's.
    mine = values(customer)
    judge.works(other.confirm())
    stays(judge, customer, mine)
    judge.holds(other.change.is_done(), "the confirmed change was not made", "the new value")


@each_way
@clause("confirm.by-tan")
def test_each_open_request_of_a_person_makes_the_change_that_it_was_asked_for(
    way: Way, stories: Stories, customer: Person, judge: Judge
) -> None:
    device = [stories.bind(customer)] if way is by_device else []
    first = Change.begin(customer)
    early = way(stories, first, *device)
    others: list[dict[str, Any]] = [{"last_name": "Second"}, {"last_name": "Third", "first_name": "Other"}, new_email()]
    changes = [Change.begin(customer, fields) for fields in others]
    waiting = stories.together([partial(way, stories, change, *device) for change in changes])
    # Each gives the person its own fields, and leaves those of the others alone.
    for one in (early, waiting[1], waiting[0], waiting[2]):
        completes(judge, one)


@each_way
@clause("confirm.twice")
def test_a_request_is_completed_only_once(way: Way, stories: Stories, customer: Person, judge: Judge) -> None:
    first, second = stories.beside(
        partial(begin, stories, customer, way), partial(begin, stories, customer, by_static_tan)
    )
    judge.works(first.confirm())
    judge.accepts(first.confirm())
    if first.device is not None:
        judge.accepts(first.confirm(by_signature(first.device, first.text)))
    judge.works(second.confirm())
    judge.accepts(first.confirm())
    judge.holds(second.change.is_done(), "an old confirmation brought the old value back", "the later value stays")


@clause("confirm.twice")
@pytest.mark.usefixtures("clock")
def test_a_request_that_was_completed_is_over_at_any_time(stories: Stories, customer: Person, judge: Judge) -> None:
    done, later = (begin(stories, customer, by_static_tan) for _ in range(2))
    judge.works(done.confirm())
    judge.works(later.confirm())
    for repeated in stories.together([partial(done.confirm, clock_offset=offset) for offset in (-120, 120, 400)]):
        judge.accepts(repeated)
    judge.holds(later.change.is_done(), "an old confirmation brought the old value back", "the later value stays")


@clause("confirm.before-authorize")
def test_nothing_is_confirmed_before_its_authorization(stories: Stories, customer: Person, judge: Judge) -> None:
    device, other, before = stories.beside(
        partial(stories.bind, customer), partial(begin, stories, customer, by_static_tan), partial(values, customer)
    )
    changes = stories.together([partial(Change.begin, customer)] * 7)
    signing = begin(stories, customer, by_device, device)
    bodies = [
        by_tan(customer, STATIC_TAN),
        by_tan(customer, "000000"),
        by_tan(customer, ""),
        by_signature(device, ""),
        by_signature(device, device.device_id),
        by_signature(device, signing.text),
        by_signature(device, changes[-1].id),
    ]
    for early in stories.together([partial(one.confirm, body) for one, body in zip(changes, bodies, strict=True)]):
        judge.accepts(early)
    judge.unchanged(before, values(customer))
    judge.still_works(other.confirm())
    judge.still_works(signing.confirm())


@clause("confirm.unknown-request")
def test_an_unknown_change_request_cannot_be_confirmed(stories: Stories, customer: Person, judge: Judge) -> None:
    waiting, before = stories.beside(partial(begin, stories, customer, by_static_tan), partial(values, customer))
    unknown = [Change(customer, one, {}) for one in (unknown_like(waiting.change.id), secrets.token_hex(16))]
    for refused in stories.together([partial(one.confirm, waiting.body) for one in unknown]):
        judge.accepts(refused)
    judge.unchanged(before, values(customer))
    judge.still_works(waiting.confirm())


@clause("confirm.signing-key")
def test_which_key_of_a_device_with_two_signs(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    device, restricted = stories.bind(customer), KeyPair.generate()
    judge.works(key_addition.add(device, restricted))
    waiting = begin_all(stories, customer, by_device, 2, device)
    purposes = {"unrestricted": device.keys, "restricted": restricted}
    bodies = {
        purpose: by_signature(device, one.text, keys)
        for (purpose, keys), one in zip(purposes.items(), waiting, strict=True)
    }
    for purpose, confirmed in confirm_each(stories, waiting, bodies).items():
        judge.observes(purpose, confirmed.status)


@clause("confirm.right-after-wrong")
def test_what_the_right_confirmation_gets_after_a_wrong_one(stories: Stories, customer: Person, judge: Judge) -> None:
    waiting, signing = stories.together([partial(begin, stories, customer, way) for way in (by_static_tan, by_device)])
    waiting.confirm(waiting.with_tan("212213"))
    judge.observes("the right TAN", waiting.confirm().status)
    judge.observes("a new authorization", waiting.change.authorize(to_nobody(customer)).status)
    assert signing.device is not None
    signing.confirm(by_signature(signing.device, signing.text, KeyPair.generate()))
    judge.observes("the right signature", signing.confirm().status)


GONE: Answers | None = clauses()["confirm.twice"].answers
"""What a request gets that is no longer open: also one that a wrong try used up (contract 1.11)."""


@each_way
@clause("confirm.missing-fields")
def test_a_confirmation_without_a_field_is_refused(way: Way, stories: Stories, customer: Person, judge: Judge) -> None:
    waiting, before = stories.beside(partial(begin, stories, customer, way), partial(values, customer))
    bodies: dict[str, dict[str, Any]] = {"no field": {}}
    for name in waiting.body:
        rest = {other: value for other, value in waiting.body.items() if other != name}
        bodies |= {f"no {name}": rest, f"{name} null": {**rest, name: None}}
    judge.accepts_each({what: waiting.confirm(body) for what, body in bodies.items()})
    judge.unchanged(before, values(customer))
    judge.still_works(waiting.confirm(), GONE)


@clause("general.foreign-body", "confirm-change-request")
def test_another_partners_device_cannot_confirm(
    stories: Stories, customer: Person, foreign_customer: Person, judge: Judge
) -> None:
    theirs, waiting, before = stories.beside(
        partial(stories.bind, foreign_customer), partial(begin, stories, customer, by_device), partial(values, customer)
    )
    judge.accepts(waiting.confirm(by_signature(theirs, waiting.text)), clauses()["confirm.another-device"].answers)
    judge.unchanged(before, values(customer))
    judge.still_works(waiting.confirm(), GONE)
