"""Contract 6, GET /v1/mfa/challenges/activation: pages."""

from __future__ import annotations

import itertools
import math
from functools import partial

import pytest

from contract.judge import Judge, document
from suites.activation.codes import NOTHING, WITH_EXPIRED, Query, asked_for, codes, replacement
from suites.device_binding.pages import counted, follow, is_cut, linked
from suites.law import clause
from suites.lifetimes import OUTSIDE
from suites.stories import PAGE, Stories
from target.connection import Target
from target.partner import Partner
from target.provisioning import Person

DEFAULT_SIZE = 10


@pytest.fixture
def five(stories: Stories, newcomer: Person) -> set[str]:
    """The ids of a person's five codes, all but one of them dead."""
    return {stories.activation_code(newcomer, invalidate_existing=True).id for _ in range(5)}


def ids_on(person: Person, size: int, number: int, filters: Query = WITH_EXPIRED) -> list[str]:
    page = {"page[size]": size, "page[number]": number, **filters}
    return [row["id"] for row in codes(person, page)]


@clause("activation.pages")
def test_pages_hold_every_code_once(stories: Stories, five: set[str], newcomer: Person) -> None:
    for size in (1, 2, 5):
        numbers = range(1, math.ceil(len(five) / size) + 2)
        pages = stories.together([partial(ids_on, newcomer, size, number) for number in numbers])
        assert all(len(page) <= size for page in pages), f"a page holds more codes than its size of {size}"
        assert sorted(itertools.chain(*pages)) == sorted(five), f"pages of {size} overlap, or leave something out"
        assert pages[-1] == [], f"there is something after the last page of {size}"
        assert all(len(page) == size for page in pages[: len(five) // size]), f"a page of {size} is not full"


@pytest.mark.usefixtures("five")
@clause("activation.pages")
def test_pages_of_live_codes_leave_out_dead_ones(stories: Stories, newcomer: Person) -> None:
    queries = [{"page[size]": 1, "page[number]": number} for number in (1, 2)]
    pages = stories.together([partial(codes, newcomer, query) for query in queries])
    assert [len(page) for page in pages] == [1, 0], "dead codes have a place on a page of live ones"


@clause("activation.pages")
@pytest.mark.usefixtures("clock")
def test_codes_that_have_expired_take_no_place_on_a_page_of_live_ones(stories: Stories, newcomer: Person) -> None:
    old = stories.activation_code(newcomer)
    late = old.lifetime + OUTSIDE
    new = stories.activation_code(newcomer, clock_offset=late)
    for filters, fits in ((NOTHING, {new.id}), (WITH_EXPIRED, {old.id, new.id})):
        numbers = range(1, len(fits) + 2)
        queries = [{"page[size]": 1, "page[number]": number, **filters} for number in numbers]
        pages = stories.together([partial(codes, newcomer, query, clock_offset=late) for query in queries])
        assert [len(page) for page in pages] == [1] * len(fits) + [0], "an expired code takes another one's place"
        assert {page[0]["id"] for page in pages[:-1]} == fits, "pages overlap, or leave something out"


ALL_FIT: Query = {"filter[purpose]": "DEVICE_BINDING", "filter[delivery_method]": "SNAILMAIL"}


@clause("activation.pages")
def test_what_a_filter_leaves_out_takes_no_place_on_a_page(stories: Stories, newcomer: Person) -> None:
    made = [(origin, replacement(newcomer, origin=origin).id) for origin in ("WEB", "WEBUI", "MOBILE_APP") * 2]
    left: list[tuple[Query, set[str]]] = [
        ({**WITH_EXPIRED, **ALL_FIT}, {code for _, code in made}),
        ({**WITH_EXPIRED, **ALL_FIT, "filter[origin]": "WEB"}, {code for origin, code in made if origin == "WEB"}),
        ({"filter[origin]": "MOBILE_APP"}, {made[-1][1]}),
        ({"filter[origin]": "WEB"}, set()),
        *(
            ({**WITH_EXPIRED, "filter[origin]": wanted}, {code for origin, code in made if origin == wanted})
            for wanted in ("WEB", "WEBUI", "MOBILE_APP")
        ),
    ]
    for size in (1, 4):
        for filters, fits in left:
            numbers = range(1, math.ceil(len(fits) / size) + 2)
            pages = stories.together([partial(ids_on, newcomer, size, number, filters) for number in numbers])
            assert sorted(itertools.chain(*pages)) == sorted(fits), f"pages of {size} are not what {filters} leaves"
            full = [min(size, len(fits) - first) for first in range(0, len(fits), size)]
            assert [len(page) for page in pages] == [*full, 0], f"pages of {size} have gaps where {filters} filters"


@clause("activation.pages")
def test_a_page_holds_ten_codes_by_default(stories: Stories, newcomer: Person, partner: Partner) -> None:
    made = {stories.activation_code(newcomer, invalidate_existing=True).id for _ in range(DEFAULT_SIZE + 1)}
    query = {"filter[person_id]": newcomer.id, **WITH_EXPIRED}
    queries = [query, {**query, "page[number]": 2}]
    listed = stories.together([partial(partner.call, "list-activation-challenges", params=one) for one in queries])
    first, second = ([row["id"] for row in document(page)] for page in listed)
    assert (len(first), len(second)) == (DEFAULT_SIZE, 1), "a page does not hold ten codes by default"
    assert {*first, *second} == made, "the pages overlap, or leave something out"
    whole = stories.together([partial(ids_on, newcomer, size, 1) for size in (len(made), PAGE)])
    assert [set(page) for page in whole] == [made] * 2, "a page that is larger than ten does not hold eleven codes"


@clause("activation.page-headers")
def test_the_headers_of_a_page_are_right(stories: Stories, five: set[str], newcomer: Person, target: Target) -> None:
    small: list[Query] = [{"page[size]": 2, "page[number]": number, **WITH_EXPIRED} for number in (1, 3)]
    none: Query = {"filter[origin]": "WEB", **WITH_EXPIRED}
    live, empty, *some = stories.together([partial(asked_for, newcomer, query) for query in ({}, none, *small)])
    given = counted(empty).items()
    assert given <= {"total": "0", "per-page": str(PAGE)}.items(), "total counts what the filter leaves out"
    given = counted(live).items()
    assert given <= {"total": "1", "per-page": str(PAGE)}.items(), "total counts dead codes, or per-page is wrong"
    # Where the links of the three pages of five codes lead.
    expected = {1: {"first": 1, "next": 2, "last": 3}, 3: {"first": 1, "prev": 2, "last": 3}}
    pages = dict(enumerate(stories.together([partial(ids_on, newcomer, 2, number) for number in (1, 2, 3)]), start=1))
    for (number, leads_to), exchange in zip(expected.items(), some, strict=True):
        given = counted(exchange).items()
        assert given <= {"total": str(len(five)), "per-page": "2"}.items(), "total or per-page is wrong on a page"
        links = linked(exchange)
        assert "prev" not in links or number > 1, "the first page has a link to a page before it"
        where = target.profile.api_url, exchange.request.url, "activation-challenges"
        followed = {
            relation: partial(follow, newcomer.partner, links[relation], *where)
            for relation in links.keys() & leads_to.keys()
        }
        for relation, found in stories.each(followed).items():
            assert found == pages[leads_to[relation]], f"the link {relation} does not lead there"


@clause("activation.page-odd")
@pytest.mark.parametrize("name", ["page[size]", "page[number]"])
def test_odd_pages_are_refused_or_passed_over(name: str, stories: Stories, newcomer: Person, judge: Judge) -> None:
    code = stories.activation_code(newcomer)
    odd = ("0", "-1", "one", "1.5")
    for exchange in stories.together([partial(asked_for, newcomer, {name: value}) for value in odd]):
        judge.accepts(exchange)
        listed = [row["id"] for row in document(exchange)] if exchange.answer.ok else []
        assert listed in ([], [code.id]), "an odd page shows other codes than the person's"


@clause("activation.page-too-large")
def test_a_page_size_above_a_thousand_is_cut_or_refused(
    stories: Stories, newcomer: Person, partner: Partner, judge: Judge
) -> None:
    code = stories.activation_code(newcomer)
    for size in (PAGE + 1, 2**63):
        whole = {"page[size]": size, **WITH_EXPIRED}
        exchange, everything = stories.together(
            [
                partial(asked_for, newcomer, {"page[size]": size}),
                partial(partner.call, "list-activation-challenges", params=whole),
            ]
        )
        judge.accepts(exchange)
        assert not exchange.answer.ok or [row["id"] for row in document(exchange)] == [code.id], "a cut page loses it"
        assert not exchange.answer.ok or is_cut(exchange), "per-page says that a page holds more than 1,000 codes"
        judge.accepts(everything)
        assert not everything.answer.ok or len(document(everything)) <= PAGE, "a page holds more than 1,000 codes"
