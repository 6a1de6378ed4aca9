"""Contract 6, GET /v1/mfa/challenges/activation: which codes are listed."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

import pytest

from contract.judge import Judge, document
from suites.activation.codes import WITH_EXPIRED, Query, as_made, asked_for, code_ids, codes, make
from suites.device_binding.codes import kill, use_up
from suites.general.odd_ids import nearly, unknown_like
from suites.law import clause
from suites.lifetimes import shortly_after, shortly_before
from suites.stories import PAGE, Stories
from suites.waiting import Story, waits
from target.partner import Partner
from target.provisioning import Person

MOST_PAGES = 200
"""A reading of the whole list ends here: a target that passes over page[number] would never end it."""

ORIGINS = ("MOBILE_APP", "WEB", "WEBUI")


def whole_list(partner: Partner, **params: Any) -> dict[str, dict[str, Any]]:
    """The codes on all pages of the partner's list, up to the first page with nothing new on it."""
    found: dict[str, dict[str, Any]] = {}
    for number in range(1, MOST_PAGES + 1):
        query = {"page[size]": PAGE, "page[number]": number, **params}
        rows = {row["id"]: row for row in document(partner.call("list-activation-challenges", params=query))}
        if found.keys() >= rows.keys():
            break
        found.update(rows)
    return found


def holding(partner: Partner, wanted: set[str], **params: Any) -> dict[str, dict[str, Any]] | None:
    """The partner's list where it holds the wanted codes: other tests' codes may move ours as we read."""
    readings = (whole_list(partner, **params) for _ in range(3))
    return next((found for found in readings if found.keys() >= wanted), None)


@clause("activation.listed")
def test_a_code_is_listed_as_it_was_made(stories: Stories, newcomer: Person, judge: Judge) -> None:
    made = judge.works(stories.ask_for_code(newcomer))
    listed = judge.works(asked_for(newcomer))
    assert [as_made(row) for row in listed] == [as_made(made)], "the code is not listed as it was made"


@clause("activation.listed")
def test_without_a_filter_the_codes_of_all_persons_are_listed(stories: Stories, partner: Partner) -> None:
    one, other, gone = stories.together([lambda: stories.activation_code(stories.newcomer(partner))] * 3)
    kill(partner, gone)
    found = holding(partner, {one.id, other.id})
    assert found is not None, "a live code is missing from the list without a filter"
    assert gone.id not in found, "a dead code is in the list without a filter"


@clause("activation.filters")
def test_the_filter_leaves_the_codes_of_one_person(stories: Stories, partner: Partner, newcomer: Person) -> None:
    other, nobody = stories.together([partial(stories.newcomer, partner)] * 2)
    mine, theirs = stories.together([partial(stories.activation_code, person) for person in (newcomer, other)])
    for params in ({}, WITH_EXPIRED):
        persons = (newcomer, other, nobody)
        one, two, three = stories.together([partial(code_ids, person, params) for person in persons])
        assert one == [mine.id], "the filter does not leave just the person's code"
        assert two == [theirs.id], "the filter does not leave just the other person's code"
        assert three == [], "a person without codes has some"


@clause("activation.filters")
def test_the_filter_by_origin_leaves_the_codes_of_one_origin(
    stories: Stories, newcomer: Person, partner: Partner
) -> None:
    made = {}
    for origin in ORIGINS:
        for code_id in code_ids(newcomer):
            document(partner.call("delete-activation-challenge", code_id))
        made[origin] = document(make(newcomer, origin=origin))["id"]
    for origin, code_id in made.items():
        only = {"filter[origin]": origin}
        queries: list[Query] = [{**WITH_EXPIRED, **only}, only]
        everything, live = stories.together([partial(code_ids, newcomer, query) for query in queries])
        assert everything == [code_id], "the filter does not leave just one origin"
        expected = [code_id] if origin == ORIGINS[-1] else []
        assert live == expected, "with an origin the list holds dead codes, or lacks the live one"


@clause("activation.filters")
def test_filters_work_without_a_person_too(stories: Stories, partner: Partner) -> None:
    web, app = stories.together([partial(stories.newcomer, partner)] * 2)
    makes = [partial(make, web, origin="WEB"), partial(make, app, origin="MOBILE_APP")]
    wanted, other = map(document, stories.together(makes))
    found = holding(partner, {wanted["id"]}, **{"filter[origin]": "WEB"})
    assert found is not None, "the filter by origin loses a code of that origin"
    assert other["id"] not in found, "the filter by origin shows a code of another origin"
    assert {row["origin"] for row in found.values()} == {"WEB"}, "the filter by origin shows other origins"


@clause("activation.filters")
def test_the_filter_by_origin_finds_no_other_word(stories: Stories, newcomer: Person, judge: Judge) -> None:
    judge.works(make(newcomer, origin="WEBUI"))
    others = ("OTHER", "WEB", "webui", "WEBUIS")
    for found in stories.together([partial(asked_for, newcomer, {"filter[origin]": one}) for one in others]):
        judge.holds(not found.answer.ok or document(found) == [], "the filter leaves another origin", "[]", found)


@clause("activation.filters")
@pytest.mark.parametrize(
    ("name", "value"), [("purpose", "DEVICE_BINDING"), ("delivery_method", "SNAILMAIL")], ids=["purpose", "delivery"]
)
def test_the_other_filters_leave_what_fits(
    name: str, value: str, stories: Stories, newcomer: Person, judge: Judge
) -> None:
    code = stories.activation_code(newcomer)
    fit = {f"filter[{name}]": value}
    queries = [fit, {"filter[origin]": "MOBILE_APP", **fit}, {"filter[origin]": "WEB", **fit}]
    fits, all_fit, one_fits = stories.together([partial(code_ids, newcomer, query) for query in queries])
    assert fits == [code.id], "the filter loses what fits"
    assert all_fit == [code.id], "filters together lose what fits"
    assert one_fits == [], "filters together leave what fits only one of them"
    for other in ("OTHER", value.lower(), value[:-1]):
        found = asked_for(newcomer, {f"filter[{name}]": other})
        judge.holds(not found.answer.ok or document(found) == [], "the filter leaves what does not fit", "[]", found)


@clause("activation.include-expired")
@pytest.mark.parametrize("death", ["deleted", "replaced"])
def test_dead_codes_are_shown_only_when_asked_for(
    death: str, stories: Stories, newcomer: Person, partner: Partner
) -> None:
    old = stories.activation_code(newcomer)
    before = as_made(document(partner.call("read-activation-challenge", old.id)))
    if death == "deleted":
        kill(partner, old)
    live = [stories.activation_code(newcomer, invalidate_existing=death == "replaced").id]
    queries: list[Query] = [{}, {"filter[include_expired]": "false"}, WITH_EXPIRED]
    *by_default, everything = stories.together([partial(codes, newcomer, query) for query in queries])
    for rows in by_default:
        assert [row["id"] for row in rows] == live, "the list holds a dead code, or lacks the live one"
    shown = {row["id"]: as_made(row) for row in everything}
    assert shown.keys() == {old.id, *live}, "with include_expired=true not all codes are listed"
    for name in before.keys() - {"expires_at"}:
        assert shown[old.id].get(name) == before[name], "a dead code is listed otherwise than before"


@clause("activation.include-expired")
@waits
def test_an_expired_code_is_shown_only_when_asked_for(stories: Stories, newcomer: Person) -> Story:
    code = stories.activation_code(newcomer)
    early = yield shortly_before(code.lifetime)
    assert code_ids(newcomer, clock_offset=early) == [code.id], "a code is hidden before it expires"
    late = yield shortly_after(code.lifetime)
    queries: list[Query] = [{}, {"filter[include_expired]": "false"}, WITH_EXPIRED]
    listed, hidden, shown = stories.together([partial(code_ids, newcomer, one, clock_offset=late) for one in queries])
    assert listed == [], "an expired code is listed"
    assert hidden == [], "an expired code is listed with include_expired=false"
    assert shown == [code.id], "an expired code is not listed with include_expired=true"
    app, web = {"filter[origin]": "MOBILE_APP"}, {"filter[origin]": "WEB"}
    queries = [app, {**WITH_EXPIRED, **app}, {**WITH_EXPIRED, **web}]
    found = stories.together([partial(code_ids, newcomer, one, clock_offset=late) for one in queries])
    assert found == [[], [code.id], []], "with an origin an expired code is listed otherwise"


@clause("activation.used-up-listed")
def test_whether_used_up_codes_are_listed(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    use_up(stories, customer, code)
    judge.observes("by default", code.id in code_ids(customer))
    judge.observes("with include_expired", code.id in code_ids(customer, WITH_EXPIRED))


@clause("general.foreign-list", "list-activation-challenges")
def test_no_other_id_finds_a_persons_codes(stories: Stories, newcomer: Person, partner: Partner, judge: Judge) -> None:
    stories.activation_code(newcomer)
    others = (uuid4().hex, unknown_like(newcomer.id), *nearly(newcomer.id).values())
    for found in stories.together([partial(asked_for, Person(other, partner)) for other in others]):
        judge.accepts(found)
        assert not found.answer.ok or document(found) == [], "another id than the person's finds codes"


@clause("general.stable-order", "list-activation-challenges")
def test_codes_keep_their_order(stories: Stories, newcomer: Person) -> None:
    for _ in range(4):
        stories.activation_code(newcomer, invalidate_existing=True)
    readings = stories.together([partial(codes, newcomer, WITH_EXPIRED)] * 3)
    orders = [[row["id"] for row in rows] for rows in readings]
    assert orders[0] == orders[1] == orders[2], "the codes changed their order"


FIT: Query = {"filter[purpose]": "DEVICE_BINDING", "filter[delivery_method]": "SNAILMAIL"}
HIDDEN: Query = {"filter[include_expired]": "false"}


@clause("activation.filters")
def test_all_filters_work_together(stories: Stories, newcomer: Person, partner: Partner) -> None:
    dead, live, other = (
        document(make(newcomer, origin="WEB"))["id"],
        document(make(newcomer, replacing=True, origin="MOBILE_APP"))["id"],
        document(make(stories.newcomer(partner), origin="WEB"))["id"],
    )
    web, app = {"filter[origin]": "WEB"}, {"filter[origin]": "MOBILE_APP"}
    expected: list[tuple[Query, list[str]]] = [
        ({**FIT, **WITH_EXPIRED}, [dead, live]),
        ({**FIT, **WITH_EXPIRED, **web}, [dead]),
        ({**FIT, **WITH_EXPIRED, **app}, [live]),
        ({**FIT, **HIDDEN, **web}, []),
        ({**FIT, **HIDDEN, **app}, [live]),
        ({**HIDDEN, **web}, []),
        ({**FIT, **app}, [live]),
        ({**FIT, **WITH_EXPIRED, **web, "page[size]": 1}, [dead]),
        ({**FIT, **WITH_EXPIRED, **web, "page[size]": 1, "page[number]": 2}, []),
    ]
    found = stories.together([partial(code_ids, newcomer, query) for query, _ in expected])
    for (query, fits), ids in zip(expected, found, strict=True):
        assert other not in ids, f"{sorted(query)} show another person's code"
        assert ids == sorted(fits), f"{sorted(query)} together do not leave what fits all of them"
