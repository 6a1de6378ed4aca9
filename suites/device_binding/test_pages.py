"""Contract 3, GET /v1/mfa/devices: pages."""

from __future__ import annotations

import itertools
import math
from functools import partial

import pytest

from contract.judge import Judge, document
from suites.device_binding.pages import LARGEST, counted, device_ids, follow, is_cut, linked, page, rows
from suites.law import clause
from suites.stories import Stories
from target.connection import Target
from target.partner import Partner
from target.provisioning import Person, Provisioning

DEFAULT_SIZE = 10


def pages_are_right(stories: Stories, person: Person, expected: set[str], size: int, **filters: str) -> None:
    """The person's pages of a size hold the expected devices: each once, no page too many, nothing after the last."""
    numbers = range(1, math.ceil(len(expected) / size) + 2)
    reads = [partial(rows, person.partner, person, size=size, number=number, **filters) for number in numbers]
    pages = [device_ids(listed) for listed in stories.together(reads)]
    assert max(map(len, pages)) <= size, f"a page of size {size} holds more"
    listed = list(itertools.chain(*pages))
    assert len(listed) == len(set(listed)), f"pages of size {size} overlap"
    assert set(itertools.chain(*pages[:-1])) == expected, f"pages of size {size} leave a device out, or hold another"
    assert pages[-1] == [], f"beyond the last page of size {size} there is still a device"


@clause("devices.pages")
def test_pages_hold_each_device_once(stories: Stories, customer: Person, another_customer: Person) -> None:
    first, *_ = stories.beside(
        partial(stories.bind, customer), partial(stories.bind, another_customer), partial(stories.begin, customer)
    )
    bound = {device.device_id for device in (first, *stories.bind_all(customer, 4))}
    sizes = (1, 2, 3, 4, 5, 6, LARGEST)
    stories.together([partial(pages_are_right, stories, customer, bound, size) for size in sizes])


@clause("devices.pages")
def test_deleted_devices_take_no_place_on_a_page_unless_asked_for(
    stories: Stories, partner: Partner, customer: Person, another_customer: Person
) -> None:
    # Side by side, so that each other device in the partner's list is another person's.
    _, others = stories.beside(partial(stories.bind_all, customer, 4), partial(stories.bind_all, another_customer, 2))
    bound = device_ids(rows(partner, customer))
    assert len(bound) == 4, "the list does not hold the four bound devices"
    dying = [*bound[::2], others[0].device_id]
    for deleted in stories.together([partial(partner.call, "delete-device", device) for device in dying]):
        document(deleted)
    live = set(bound[1::2])
    stories.together(
        [
            partial(pages_are_right, stories, customer, live, 1),
            partial(pages_are_right, stories, customer, live, 2),
            partial(pages_are_right, stories, customer, live, 2, include_deleted="false"),
            partial(pages_are_right, stories, customer, set(bound), 1, include_deleted="true"),
            partial(pages_are_right, stories, customer, set(bound), 3, include_deleted="true"),
        ]
    )


@clause("devices.page-default")
def test_a_page_holds_ten_devices_where_no_size_is_given(
    stories: Stories, partner: Partner, provisioning: Provisioning
) -> None:
    customers = stories.together([partial(provisioning.customer, partner)] * 3)
    devices = stories.together([partial(stories.bind_all, customer, 4) for customer in customers])
    lists = stories.together([partial(rows, partner, customer) for customer in customers])
    for bound, listed in zip(devices, lists, strict=True):
        assert set(device_ids(listed)) == {device.device_id for device in bound}, (
            "the default page leaves out one of four devices"
        )
    for first_page in stories.beside(partial(rows, partner), partial(rows, partner, number=1)):
        shown = device_ids(first_page)
        assert len(shown) == len(set(shown)) == DEFAULT_SIZE, "of twelve and more devices a page shows not ten"


@clause("devices.page-default")
def test_the_first_page_is_number_one_and_is_the_default(stories: Stories, partner: Partner, customer: Person) -> None:
    bound = {device.device_id for device in stories.bind_all(customer, 3)}
    asked = ({"size": 2, "number": 1}, {"size": 2, "number": 2}, {"size": 2}, {"number": 1})
    first, second, default, whole = stories.together([partial(rows, partner, customer, **it) for it in asked])
    assert default == first, "without page[number] it is not page number 1"
    assert {*device_ids(first), *device_ids(second)} == bound, "the pages 1 and 2 do not hold all devices"
    assert set(device_ids(whole)) == bound, "page 1 without a size lacks a device"


@clause("devices.pages")
def test_pages_without_a_size_hold_ten_devices_each(stories: Stories, partner: Partner, customer: Person) -> None:
    # More devices than a person may have at a time, so most of them are deleted.
    bound = []
    for count in (5, 5, 2):
        bound += stories.bind_all(customer, count)
        dying = [] if count == 2 else bound[-count:]
        for deleted in stories.together([partial(partner.call, "delete-device", one.device_id) for one in dying]):
            document(deleted)
    asked: tuple[dict[str, int], ...] = ({}, {"number": 1}, {"number": 2}, {"number": 3})
    reads = [partial(rows, partner, customer, include_deleted="true", **it) for it in asked]
    default, first, second, third = map(device_ids, stories.together(reads))
    assert default == first, "without page[number] it is not page number 1"
    assert (len(first), len(second), third) == (DEFAULT_SIZE, 2, []), "of twelve devices page 1 holds not ten"
    everything = {device.device_id for device in bound}
    assert {*first, *second} == everything, "pages without a size leave a device out"
    for size in (DEFAULT_SIZE + 1, len(everything), LARGEST):
        pages_are_right(stories, customer, everything, size, include_deleted="true")
    live = [rows(partner, customer, number=number) for number in (1, 2)]
    assert sorted(map(len, live)) == [0, 2], "deleted devices take places on a page without a size"


ODD = ["0", "-1", "-2147483649", "ten", "1.5", "", "1e1", "0x10", "null", "true", "[]", "1;2"]


@clause("devices.page-odd")
@pytest.mark.parametrize("name", ["size", "number"])
def test_an_odd_page_is_refused_or_passed_over(
    stories: Stories, partner: Partner, customer: Person, judge: Judge, name: str
) -> None:
    bound = {device.device_id for device in stories.bind_all(customer, 2)}
    for exchange in stories.together([partial(page, partner, customer, **{name: value}) for value in ODD]):
        judge.accepts(exchange)
        listed = device_ids(document(exchange)) if exchange.answer.ok else []
        assert len(listed) == len(set(listed)), "an odd page shows a device twice"
        assert bound.issuperset(listed), "an odd page shows devices of another person"
    assert set(device_ids(rows(partner, customer))) == bound, "after odd pages the good request fails"


@clause("devices.page-too-large")
def test_a_page_size_above_a_thousand_is_cut_or_refused(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    device = stories.bind(customer).device_id
    assert device_ids(rows(partner, customer, size=LARGEST)) == [device], "a page size of 1,000 does not work"
    asked = list(itertools.product((LARGEST + 1, 2**31, 2**63, 10**30), (customer, None)))
    pages = stories.together([partial(page, partner, person, size=size) for size, person in asked])
    for (_, person), exchange in zip(asked, pages, strict=True):
        judge.accepts(exchange)
        listed = device_ids(document(exchange)) if exchange.answer.ok else []
        assert len(listed) <= LARGEST, "a page holds more than 1,000 devices"
        assert not exchange.answer.ok or is_cut(exchange), "per-page says that a page holds more than 1,000 devices"
        assert person is None or not exchange.answer.ok or listed == [device], "a cut page size loses the device"


@clause("devices.page-headers")
def test_the_headers_total_and_per_page_are_right(
    stories: Stories, partner: Partner, customer: Person, another_customer: Person
) -> None:
    bound, _ = stories.beside(partial(stories.bind_all, customer, 4), partial(stories.begin, customer))
    document(partner.call("delete-device", bound[0].device_id))
    empty, whole, with_deleted, *parts = stories.together(
        [
            partial(page, partner, another_customer, include_deleted="true"),
            partial(page, partner, customer),
            partial(page, partner, customer, size=1, include_deleted="true"),
            *(partial(page, partner, customer, size=2, number=number) for number in (1, 2, 3)),
        ]
    )
    given = counted(empty).items()
    assert given <= {"total": "0", "per-page": "10"}.items(), "total or per-page is wrong where there is no device"
    given = counted(whole).items()
    assert given <= {"total": "3", "per-page": "10"}.items(), "total or per-page is wrong without a size"
    for part in parts:
        given = counted(part).items()
        assert given <= {"total": "3", "per-page": "2"}.items(), "total or per-page is wrong on a page"
    given = counted(with_deleted).items()
    assert given <= {"total": "4", "per-page": "1"}.items(), "total does not count the deleted device that it shows"


# Where the links of each page lead: of pages of two devices of so many. Beyond the last page there is nothing.
LEADS_TO = {
    (3, 1): {"first": 1, "next": 2, "last": 2},
    (3, 2): {"first": 1, "prev": 1, "next": 3, "last": 2},
    (4, 2): {"first": 1, "prev": 1, "next": 3, "last": 2},
}


@clause("devices.page-headers")
@pytest.mark.parametrize(("count", "number"), LEADS_TO)
def test_the_links_lead_to_the_pages_that_they_name(
    stories: Stories, target: Target, partner: Partner, customer: Person, count: int, number: int
) -> None:
    bound = stories.bind_all(customer, count)
    links_lead(stories, target, customer, LEADS_TO[count, number], number)
    # The same devices, of which one is shown only when it is asked for.
    document(partner.call("delete-device", bound[0].device_id))
    links_lead(stories, target, customer, LEADS_TO[count, number], number, include_deleted="true")


def links_lead(
    stories: Stories, target: Target, person: Person, leads_to: dict[str, int], number: int, **filters: str
) -> None:
    """The links of a page of two lead to the same list's pages with the numbers in `leads_to`."""
    partner = person.partner
    exchange = page(partner, person, size=2, number=number, **filters)
    links = linked(exchange)
    assert "prev" not in links or number > 1, "the first page has a link to a page before it"
    for relation in links.keys() & leads_to.keys():
        wanted, found = stories.beside(
            partial(rows, partner, person, size=2, number=leads_to[relation], **filters),
            partial(follow, partner, links[relation], target.profile.api_url, exchange.request.url),
        )
        assert found == device_ids(wanted), f"the link {relation} of page {number} does not lead there"
