"""Contract 3, GET /v1/mfa/devices: who is in the list."""

from __future__ import annotations

from uuid import uuid4

import pytest

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
    names = {stories.bind(customer, name=name).device_id: name for name in ("First phone", "Second phone")}
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
@pytest.mark.parametrize("filters", [{}, {"include_deleted": "true"}], ids=["default", "include-deleted"])
def test_a_device_that_was_not_verified_is_not_listed(
    stories: Stories, partner: Partner, customer: Person, filters: dict[str, str]
) -> None:
    bound, unbound = stories.bind(customer), stories.begin(customer)
    assert device_ids(rows(partner, customer, **filters)) == [bound.device_id], "an unbound device is listed"
    document(unbound.verify())
    both = {bound.device_id, unbound.device_id}
    assert set(device_ids(rows(partner, customer, **filters))) == both, "a device is not listed once it is bound"


@clause("devices.filter-person")
def test_the_filter_leaves_the_devices_of_one_person(
    stories: Stories, partner: Partner, customer: Person, another_customer: Person
) -> None:
    mine, theirs = stories.bind(customer), stories.bind(another_customer)
    assert device_ids(rows(partner, customer)) == [mine.device_id], "the filter does not leave just the person's device"
    found = device_ids(rows(partner, another_customer))
    assert found == [theirs.device_id], "the filter does not leave just the other person's device"


@clause("devices.filter-person")
def test_the_filter_leaves_the_devices_of_one_person_among_deleted_ones_too(
    stories: Stories, partner: Partner, customer: Person, another_customer: Person, judge: Judge
) -> None:
    mine, theirs = stories.bind_all(customer, 2), stories.bind_all(another_customer, 2)
    for deleted in (mine[0], theirs[0]):
        judge.works(partner.call("delete-device", deleted.device_id))
    for person, devices in ((customer, mine), (another_customer, theirs)):
        found = device_ids(stories.devices(person, params={"filter[include_deleted]": "true"}))
        expected = sorted(device.device_id for device in devices)
        assert sorted(found) == expected, "with deleted devices the filter does not leave just the person's"


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
    for part in ("%", *nearly(customer.id).values()):
        exchange = page(partner, Person(part, partner))
        judge.accepts(exchange)
        found = device_ids(document(exchange)) if exchange.answer.ok else []
        assert device.device_id not in found, "another id than the person's finds the person's device"


@clause("devices.unfiltered")
def test_without_a_filter_all_bound_devices_of_the_partner_are_listed(
    stories: Stories, partner: Partner, customer: Person, another_customer: Person
) -> None:
    mine, theirs, gone = stories.bind(customer), stories.bind(another_customer), stories.bind(customer)
    document(partner.call("delete-device", gone.device_id))
    # Devices that other tests bind or delete meanwhile may move one of ours from page to page as we read.
    readings = (set(whole_list(partner)) for _ in range(3))
    found = next((ids for ids in readings if {mine.device_id, theirs.device_id} <= ids), None)
    assert found is not None, "a bound device is missing from the list without a filter"
    assert gone.device_id not in found, "a deleted device is in the list without a filter"


@clause("devices.include-deleted")
def test_deleted_devices_are_shown_only_when_asked_for(stories: Stories, partner: Partner, customer: Person) -> None:
    bound = [stories.bind(customer, name=f"Phone {number}") for number in range(3)]
    before = {row["id"]: documented(row) for row in rows(partner, customer)}
    gone = bound[1].device_id
    document(partner.call("delete-device", gone))
    live = before.keys() - {gone}

    for filters in ({}, {"include_deleted": "false"}):
        found = device_ids(rows(partner, customer, **filters))
        assert sorted(found) == sorted(live), "the list holds a deleted device, or lacks a live one"
    shown = rows(partner, customer, include_deleted="true")
    assert sorted(device_ids(shown)) == sorted(before), "with include_deleted=true not all devices are listed once"
    for row in shown:
        assert bool(row.get("deleted_at")) == (row["id"] == gone), "deleted_at stands not just at the deleted device"
        same = documented(row).items() >= before[row["id"]].items()
        assert same, "with include_deleted=true a device is listed otherwise than before"
