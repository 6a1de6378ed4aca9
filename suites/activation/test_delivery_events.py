"""Contract 6: delivery events of an activation challenge."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import pytest

from contract.answers import Answers
from contract.everywhere import TIMESTAMPS, instant
from contract.judge import Finding, Judge, PrerequisiteFailed, document
from suites.activation.codes import EVENT, Row, as_made, event_on, event_state, events_of, moment, only_event, state
from suites.device_binding.codes import kill
from suites.law import clause
from suites.stories import ActivationCode, Stories
from target.partner import Partner
from target.provisioning import Person

NOON = "2024-05-01T12:00:00Z"

# Newest first. As texts they would be in quite another order.
TIMES = (
    "2024-05-01T10:45:00-02:00",
    "2024-05-01T12:30:00Z",
    NOON,
    "2024-05-01T13:30:00+02:00",
    "2024-05-01T00:00:00Z",
    "2023-12-31T23:59:59Z",
)

# Newest first, on both sides of what a computer may count seconds from or up to.
AGES = (
    "2106-02-07T06:28:16Z",
    "2038-01-19T03:14:08Z",
    NOON,
    "1970-01-01T00:00:00Z",
    "1969-12-31T23:59:59Z",
    "1901-12-13T20:45:51Z",
)

# In what order of places six time stamps come.
ARRIVALS = {"mixed": (2, 0, 5, 3, 1, 4), "oldest first": (5, 4, 3, 2, 1, 0), "newest first": (0, 1, 2, 3, 4, 5)}

# Within three seconds, newest first. Small t and z are legal, but a target need not take them (RFC 3339, 5.6).
FINE_TIMES = (
    "2024-05-01T12:00:01.000001Z",
    "2024-05-01T14:00:01+02:00",
    "2024-05-01T12:00:00.9Z",
    "2024-05-01t12:00:00.75z",
    "2024-05-01T07:00:00.500-05:00",
    "2024-05-01T12:00:00.09Z",
    NOON,
    "2024-05-01T13:59:59.999+02:00",
)

TEXTS = (
    "Größere Post AG",
    "Почта России",
    "Ελληνικά Ταχυδρομεία",
    "Bưu điện Việt Nam",
    "日本郵便 & <Söhne>",
    "دار البريد",
    "Poczta „Łódź” \\ 'A' \"B\"",
)

# What normal forms, clean-ups and readers of numbers would change.
FORMS = (
    "Gro\u0308\u00dfe Post",
    "\ufb01 \u2460 \u212b \u00bd \u30d5\uff8c",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 \U0001f4ee",
    "two  blanks, <b>&amp;</b>, %41 and {x}",
    "null",
    "0042",
)

TAKEN_OR_REFUSED = Answers((201, 400))
"""What an empty type may get: it is an unknown type, or as good as none."""

NO_TIMES = (
    "yesterday",
    "0",
    "1714564800",
    "2024-05-01",
    "12:00:00Z",
    "2024-05-01T12:00:00",
    "2024-13-01T12:00:00Z",
    "2024-02-30T12:00:00Z",
    "2023-02-29T12:00:00Z",
    "2100-02-29T12:00:00Z",
    "2024-05-01T25:00:00Z",
    "2024-05-01T12:61:00Z",
    "2024-05-01T12:00:00Z and more",
    "on 2024-05-01T12:00:00Z",
    " ",
    "Wed, 01 May 2024 12:00:00 GMT",
    "",
)


@pytest.fixture
def code(stories: Stories, newcomer: Person) -> ActivationCode:
    return stories.activation_code(newcomer)


@clause("delivery.created")
def test_an_event_is_registered(code: ActivationCode, partner: Partner, newcomer: Person, judge: Judge) -> None:
    before = state(newcomer)
    made = judge.works(event_on(partner, code.id))
    if "code" in made:
        assert made["id"] == code.id, "the answer is another activation challenge"
        assert as_made(made) == as_made(document(partner.call("read-activation-challenge", code.id))), (
            "it is not as read"
        )
    else:
        judge.notes_that("the answer is the event", "the activation challenge")
        event = only_event(partner, code.id)
        assert as_made(made) == as_made(event), "the answer is another event than the list shows"
    assert len(events_of(partner, code.id)) == 1, "one event is not listed once"
    assert state(newcomer) == before, "an event changed the code"


@clause("delivery.created")
def test_an_event_needs_no_more_than_type_and_timestamp(code: ActivationCode, partner: Partner, judge: Judge) -> None:
    judge.works(event_on(partner, code.id, provider=None, additional_details=None))
    event = only_event(partner, code.id)
    assert not event.get("provider"), "an event without a provider has one"
    assert not event.get("additional_details"), "an event without details has some"


@clause("delivery.created")
def test_two_equal_events_are_two_events(code: ActivationCode, partner: Partner, judge: Judge) -> None:
    for _ in range(2):
        judge.works(event_on(partner, code.id))
    assert len({event["id"] for event in events_of(partner, code.id)}) == 2, "two equal events are not two"


@clause("delivery.missing")
def test_an_event_without_type_or_timestamp_is_refused(
    stories: Stories, code: ActivationCode, partner: Partner, judge: Judge
) -> None:
    tried = {}
    for field in ("type", "timestamp"):
        tried[f"no {field}"] = partial(event_on, partner, code.id, **{field: None})
        null = {**EVENT, field: None}
        tried[f"{field} null"] = partial(partner.call, "create-delivery-event", code.id, json=null)
    judge.accepts_each(stories.each(tried))
    judge.unchanged([], event_state(partner, code.id))
    judge.still_works(event_on(partner, code.id))


@clause("delivery.missing")
def test_a_timestamp_that_is_none_is_refused(
    stories: Stories, code: ActivationCode, partner: Partner, judge: Judge
) -> None:
    tried = {f"timestamp = {time!r}": partial(event_on, partner, code.id, timestamp=time) for time in NO_TIMES}
    judge.accepts_each(stories.each(tried))
    judge.unchanged([], event_state(partner, code.id))
    judge.still_works(event_on(partner, code.id))


@clause("delivery.unknown-type")
@pytest.mark.parametrize("kind", ["TELEPORTED", "dispatched", ""], ids=["made-up", "lower-case", "empty"])
def test_an_unknown_type_is_taken_or_refused(kind: str, code: ActivationCode, partner: Partner, judge: Judge) -> None:
    exchange = event_on(partner, code.id, type=kind)
    judge.accepts(exchange, None if kind else TAKEN_OR_REFUSED)
    listed = [event["type"] for event in events_of(partner, code.id)]
    assert listed == ([kind] if exchange.answer.ok else []), "a refusal made an event, or a success did not"


@clause("delivery.on-dead-code")
def test_whether_a_dead_code_takes_events(
    stories: Stories, code: ActivationCode, newcomer: Person, partner: Partner, judge: Judge
) -> None:
    document(event_on(partner, code.id))
    new = stories.activation_code(newcomer, invalidate_existing=True)
    for death, dead in (("replaced", code), ("deleted", new)):
        if death == "deleted":
            kill(partner, dead)
        judge.observes(f"an event on a {death} code", event_on(partner, dead.id).status)
        judge.observes(f"the events of a {death} code", partner.call("list-delivery-events", dead.id).status)


@clause("delivery.listed")
def test_events_are_listed_with_what_was_sent(
    stories: Stories, code: ActivationCode, partner: Partner, judge: Judge
) -> None:
    sent = [
        EVENT,
        {**EVENT, "timestamp": NOON, "provider": "Größere Post AG", "additional_details": 'Zustellversuch <1> & "2"'},
        {**EVENT, "timestamp": "2031-01-01T00:00:00Z", "provider": "Other", "additional_details": "x" * 200},
    ]
    for body, made in zip(
        sent, stories.together([partial(event_on, partner, code.id, **body) for body in sent]), strict=True
    ):
        said = as_made(judge.works(made))
        assert said["id"] == code.id if "code" in said else said.items() >= as_made(body).items(), "it is another's"
    listed = [as_made(event) for event in judge.works(partner.call("list-delivery-events", code.id))]
    expected = [as_made({"id": "", **body}) for body in reversed(sent)]
    assert [{**event, "id": ""} for event in listed] == expected, "the events are not listed as they were sent"
    assert len({event["id"] for event in listed}) == len(sent), "two events have the same id"


@clause("delivery.listed")
def test_the_newest_timestamp_is_first_whenever_it_arrived(stories: Stories, partner: Partner, judge: Judge) -> None:
    in_order(stories, partner, judge, TIMES, ARRIVALS)


@clause("delivery.listed")
def test_the_newest_timestamp_is_first_in_any_age(stories: Stories, partner: Partner, judge: Judge) -> None:
    in_order(stories, partner, judge, AGES, {"mixed": ARRIVALS["mixed"]})


def in_order(
    stories: Stories, partner: Partner, judge: Judge, times: Sequence[str], arrivals: Mapping[str, Sequence[int]]
) -> None:
    """Six time stamps, given newest first, are listed in that order whenever they arrive."""

    def listed_after(*arrival: int) -> list[str]:
        code = stories.activation_code(stories.newcomer(partner))
        for place in arrival:
            judge.works(event_on(partner, code.id, timestamp=times[place]))
        return [moment(event["timestamp"]) for event in judge.works(partner.call("list-delivery-events", code.id))]

    for came, listed in stories.each({came: partial(listed_after, *order) for came, order in arrivals.items()}).items():
        assert len(listed) == len(times), f"not each event is listed once that came {came}"
        assert listed == [moment(time) for time in times], f"the newest timestamp is not first if events come {came}"


def instants(events: Sequence[Row]) -> list[datetime]:
    """The moments of events. Raises PrerequisiteFailed where a time stamp is none."""
    try:
        return [instant(event["timestamp"]) for event in events]
    except ValueError:
        finding = Finding(TIMESTAMPS, "a timestamp is no RFC 3339 instant", "such as 2022-03-18T14:50:04Z")
        raise PrerequisiteFailed(finding) from None


@clause("delivery.listed")
def test_the_order_of_events_goes_by_fractions_of_seconds_and_by_zones(
    stories: Stories, partner: Partner, judge: Judge
) -> None:
    def listed_after(times: Sequence[str]) -> list[datetime]:
        code = stories.activation_code(stories.newcomer(partner))
        taken = sum(event_on(partner, code.id, timestamp=time).answer.ok for time in times)
        listed = judge.works(partner.call("list-delivery-events", code.id))
        assert len(listed) == taken, "not each event that was taken is listed once"
        return instants(listed)

    arrivals = (FINE_TIMES, FINE_TIMES[::-1], FINE_TIMES[::2] + FINE_TIMES[1::2])
    # A target may keep no fractions: what counts is the time stamps that it shows.
    for listed in stories.together([partial(listed_after, times) for times in arrivals]):
        assert listed == sorted(listed, reverse=True), "the newest timestamp is not first"


@clause("delivery.listed")
def test_events_of_equal_timestamp_are_all_listed(
    stories: Stories, code: ActivationCode, partner: Partner, judge: Judge
) -> None:
    times = {"one": NOON, "two": NOON, "three": NOON, "newest": TIMES[1]}
    made = [
        partial(event_on, partner, code.id, timestamp=time, additional_details=what) for what, time in times.items()
    ]
    for exchange in stories.together(made):
        judge.works(exchange)
    readings = [
        [event.get("additional_details") for event in judge.works(partner.call("list-delivery-events", code.id))]
        for _ in range(2)
    ]
    assert readings[0][:1] == ["newest"], "the newest timestamp is not first"
    assert sorted(map(str, readings[0])) == ["newest", "one", "three", "two"], "not each event is listed once"
    assert readings[0] == readings[1], "events of equal timestamp changed their order"


@clause("delivery.listed")
def test_each_code_has_its_own_events(stories: Stories, newcomer: Person, partner: Partner, judge: Judge) -> None:
    old, other = stories.beside(
        partial(stories.activation_code, newcomer), lambda: stories.activation_code(stories.newcomer(partner))
    )
    judge.works(event_on(partner, old.id))
    new = stories.activation_code(newcomer, invalidate_existing=True)
    assert events_of(partner, new.id) == events_of(partner, other.id) == [], "a code has the events of another"
    judge.works(event_on(partner, other.id, type="DELIVERED", timestamp=NOON))
    assert events_of(partner, new.id) == [], "a code has the events of another person's code"
    assert [event["type"] for event in events_of(partner, other.id)] == ["DELIVERED"], "a code lacks its own event"


@clause("delivery.paging")
def test_whether_the_events_have_pages(stories: Stories, code: ActivationCode, partner: Partner, judge: Judge) -> None:
    for made in stories.together([partial(event_on, partner, code.id, timestamp=time) for time in TIMES[:2]]):
        document(made)
    exchange = partner.call("list-delivery-events", code.id, params={"page[size]": 1})
    judge.observes("events on a page of 1", len(document(exchange)) if exchange.answer.ok else exchange.status)


@clause("delivery.read")
def test_each_event_reads_as_it_is_listed(
    stories: Stories, code: ActivationCode, partner: Partner, judge: Judge
) -> None:
    events = itertools.product(TIMES[:2], ("one", "two"))
    made = [partial(event_on, partner, code.id, timestamp=time, additional_details=text) for time, text in events]
    for exchange in stories.together(made):
        document(exchange)
    listed = events_of(partner, code.id)
    reads = [partial(partner.call, "read-delivery-event", code.id, event["id"]) for event in listed]
    for event, read in zip(listed, stories.together(reads), strict=True):
        assert as_made(judge.works(read)) == as_made(event), "an event reads otherwise than it is listed"


@clause("delivery.read")
@pytest.mark.parametrize("texts", [TEXTS, FORMS], ids=["languages", "forms"])
def test_an_event_reads_with_the_texts_that_were_sent(
    texts: Sequence[str], stories: Stories, code: ActivationCode, partner: Partner, judge: Judge
) -> None:
    made = [partial(event_on, partner, code.id, provider=text, additional_details=text) for text in texts]
    taken = [text for text, event in zip(texts, stories.together(made), strict=True) if event.answer.ok]
    ids = [event["id"] for event in events_of(partner, code.id)]
    reads = stories.together([partial(partner.call, "read-delivery-event", code.id, one) for one in ids])
    events = [judge.works(read) for read in reads]
    for name in ("provider", "additional_details"):
        assert sorted(str(event.get(name)) for event in events) == sorted(taken), f"{name} reads otherwise than sent"


@clause("delivery.of-another-code")
def test_an_event_of_another_code_is_not_found(
    stories: Stories, code: ActivationCode, newcomer: Person, partner: Partner, judge: Judge
) -> None:
    other = stories.activation_code(stories.newcomer(partner))
    for made in stories.together([partial(event_on, partner, one.id) for one in (code, other)]):
        document(made)
    mine, theirs = stories.together([partial(only_event, partner, one.id) for one in (code, other)])
    crossed = {"my code's": (code.id, theirs["id"]), "their code's": (other.id, mine["id"])}
    judge.accepts_each(
        stories.each({what: partial(partner.call, "read-delivery-event", *ids) for what, ids in crossed.items()})
    )
    replaced = stories.activation_code(newcomer, invalidate_existing=True)
    judge.accepts(partner.call("read-delivery-event", replaced.id, mine["id"]))


@clause("delivery.read")
def test_what_happens_later_does_not_change_an_event(
    stories: Stories, code: ActivationCode, partner: Partner, judge: Judge
) -> None:
    document(event_on(partner, code.id, provider=None))
    first = only_event(partner, code.id)
    later: list[dict[str, Any]] = [
        {"additional_details": None},
        {"timestamp": NOON, "provider": "Other"},
        {"type": "DELIVERED"},
    ]
    for fields in later:
        document(event_on(partner, code.id, **fields))
    event_on(partner, stories.activation_code(stories.newcomer(partner)).id, provider="Another")
    read = judge.works(partner.call("read-delivery-event", code.id, first["id"]))
    assert as_made(read) == as_made(first), "a later event changed an event"
    listed = events_of(partner, code.id)
    details = sorted(
        (event["type"], str(event.get("provider")), bool(event.get("additional_details"))) for event in listed
    )
    expected = [("DELIVERED", EVENT["provider"], True), ("DISPATCHED", EVENT["provider"], False)]
    assert details == [*expected, ("DISPATCHED", "None", True), ("DISPATCHED", "Other", True)], "an event has another's"
