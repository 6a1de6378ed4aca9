"""Contract 3, GET /v1/mfa/devices: who is in the list."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

from contract.judge import Judge, document
from suites.clocks import is_about
from suites.device_binding.pages import device_ids, documented, page, rows, whole_list
from suites.general.odd_ids import nearly
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person


@clause("devices.listed")
def test_a_bound_device_is_listed_as_it_was_bound(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    assert rows(partner, customer) == [], "the list of a person without devices is not empty"
    given = ("First phone", "Second phone", "Second phone")
    devices = stories.together([partial(stories.bind, customer, name=name) for name in given])
    names = {device.device_id: name for device, name in zip(devices, given, strict=True)}
    listed = judge.works(page(partner, customer))
    assert sorted(device_ids(listed)) == sorted(names), "the list does not hold each bound device once"
    for row in listed:
        assert row["person_id"] == customer.id, "a device is listed with another person_id"
        assert row.get("name") == names[row["id"]], "a device is not listed with its own name"
        assert row.get("deleted_at") is None, "a live device is listed with deleted_at"


@clause("general.created-now")
def test_a_device_is_listed_with_the_time_of_its_binding(stories: Stories, partner: Partner, customer: Person) -> None:
    stories.bind(customer)
    exchange = page(partner, customer)
    times = [row["created_at"] for row in document(exchange)]
    assert times, "a bound device is not listed"
    assert all(is_about(time, exchange) for time in times), "created_at of a device that was just bound is not now"


@clause("devices.unbound-not-listed")
def test_a_device_that_was_not_verified_is_not_listed(stories: Stories, partner: Partner, customer: Person) -> None:
    bound, unbound = stories.beside(partial(stories.bind, customer), partial(stories.begin, customer))
    lists = [partial(rows, partner, customer), partial(rows, partner, customer, include_deleted="true")]
    for listed in stories.together(lists):
        assert device_ids(listed) == [bound.device_id], "an unbound device is listed"
    document(unbound.verify())
    both = {bound.device_id, unbound.device_id}
    for listed in stories.together(lists):
        assert set(device_ids(listed)) == both, "a device is not listed once it is bound"


@clause("devices.unbound-not-listed")
def test_a_device_that_was_deleted_unbound_is_not_listed_among_the_deleted(
    stories: Stories, partner: Partner, customer: Person
) -> None:
    bound, unbound = stories.beside(partial(stories.bind, customer), partial(stories.begin, customer))
    partner.call("delete-device", unbound.device_id)
    for listed in stories.beside(
        partial(rows, partner, customer), partial(rows, partner, customer, include_deleted="true")
    ):
        assert device_ids(listed) == [bound.device_id], "a device that was never bound is listed after its deletion"


@clause("devices.filter-person")
def test_the_filter_leaves_the_devices_of_one_person(
    stories: Stories, partner: Partner, customer: Person, another_customer: Person
) -> None:
    persons = (customer, another_customer)
    mine, theirs = stories.together([partial(stories.bind, person) for person in persons])
    of_mine, of_theirs = stories.together([partial(rows, partner, person) for person in persons])
    assert device_ids(of_mine) == [mine.device_id], "the filter does not leave just the person's device"
    found = device_ids(of_theirs)
    assert found == [theirs.device_id], "the filter does not leave just the other person's device"


@clause("devices.filter-person")
def test_the_filter_leaves_the_devices_of_one_person_among_deleted_ones_too(
    stories: Stories, partner: Partner, customer: Person, another_customer: Person, judge: Judge
) -> None:
    persons = (customer, another_customer)
    bound = stories.together([partial(stories.bind_all, person, 2) for person in persons])
    deletions = [partial(partner.call, "delete-device", devices[0].device_id) for devices in bound]
    for deleted in stories.together(deletions):
        judge.works(deleted)
    with_deleted = {"filter[include_deleted]": "true"}
    lists = stories.together([partial(stories.devices, person, params=with_deleted) for person in persons])
    for listed, devices in zip(lists, bound, strict=True):
        found = device_ids(listed)
        expected = sorted(device.device_id for device in devices)
        assert sorted(found) == expected, "with deleted devices the filter does not leave just the person's"


@clause("devices.filter-person")
def test_the_filter_holds_on_every_page(
    stories: Stories, partner: Partner, customer: Person, another_customer: Person
) -> None:
    persons = (customer, another_customer)
    bound = stories.together([partial(stories.bind_all, person, 2) for person in persons])
    for person, devices in zip(persons, bound, strict=True):
        reads = [partial(rows, partner, person, size=1, number=number) for number in (1, 2, 3)]
        found = [device for listed in stories.together(reads) for device in device_ids(listed)]
        expected = sorted(device.device_id for device in devices)
        assert sorted(found) == expected, "page by page the filter does not leave just the person's devices"


@clause("devices.filter-person")
def test_the_filter_finds_nothing_for_a_person_without_devices(
    stories: Stories, partner: Partner, customer: Person, another_customer: Person
) -> None:
    stories.bind(customer)
    assert rows(partner, another_customer) == [], "the list of a person without devices is not empty"


@clause("devices.filter-unknown-person")
def test_an_unknown_person_in_the_filter_finds_nothing(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    stories.bind(customer)
    exchange = page(partner, Person(uuid4().hex, partner))
    judge.accepts(exchange)
    assert not exchange.answer.ok or document(exchange) == [], "an unknown person has devices"


@clause("devices.filter-unknown-person")
def test_a_part_of_a_persons_id_does_not_find_the_person(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    device = stories.bind(customer)
    parts = ("%", *nearly(customer.id).values())
    for exchange in stories.together([partial(page, partner, Person(part, partner)) for part in parts]):
        judge.accepts(exchange)
        found = device_ids(document(exchange)) if exchange.answer.ok else []
        assert device.device_id not in found, "another id than the person's finds the person's device"


@clause("devices.unfiltered")
def test_without_a_filter_all_bound_devices_of_the_partner_are_listed(
    stories: Stories, partner: Partner, customer: Person, another_customer: Person
) -> None:
    persons = (customer, another_customer, customer)
    mine, theirs, gone = stories.together([partial(stories.bind, person) for person in persons])
    document(partner.call("delete-device", gone.device_id))
    assert device_ids(rows(partner, customer)) == [mine.device_id], "the filter does not leave just the person's device"
    # Devices that other tests bind or delete meanwhile may move one of ours from page to page as we read.
    readings = (set(whole_list(partner)) for _ in range(3))
    found = next((ids for ids in readings if {mine.device_id, theirs.device_id} <= ids), None)
    assert found is not None, "a bound device is missing from the list without a filter"
    assert gone.device_id not in found, "a deleted device is in the list without a filter"


@clause("devices.include-deleted")
def test_deleted_devices_are_shown_only_when_asked_for(stories: Stories, partner: Partner, customer: Person) -> None:
    bound = stories.together([partial(stories.bind, customer, name=f"Phone {number}") for number in range(3)])
    before = {row["id"]: documented(row) for row in rows(partner, customer)}
    gone = bound[1].device_id
    document(partner.call("delete-device", gone))
    live = before.keys() - {gone}

    asked: tuple[dict[str, str], ...] = ({}, {"include_deleted": "false"}, {"include_deleted": "true"})
    *lists, shown = stories.together([partial(rows, partner, customer, **filters) for filters in asked])
    for listed in lists:
        assert sorted(device_ids(listed)) == sorted(live), "the list holds a deleted device, or lacks a live one"
    assert sorted(device_ids(shown)) == sorted(before), "with include_deleted=true not all devices are listed once"
    for row in shown:
        assert bool(row.get("deleted_at")) == (row["id"] == gone), "deleted_at stands not just at the deleted device"
        same = documented(row).items() >= before[row["id"]].items()
        assert same, "with include_deleted=true a device is listed otherwise than before"
