"""Contract 3, GET /v1/mfa/devices/{id}: one device."""

from __future__ import annotations

from functools import partial

import pytest

from contract.judge import Judge, document
from suites.device_binding.pages import documented, rows
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person


@clause("devices.read")
def test_a_bound_device_reads_as_the_list_shows_it(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    names = ("First phone", "Second phone")
    devices = [
        device.device_id for device in stories.together([partial(stories.bind, customer, name=name) for name in names])
    ]
    reads = [partial(partner.call, "read-device", device_id) for device_id in devices]
    shown, found = stories.beside(partial(stories.together, reads), partial(rows, partner, customer))
    listed = {row["id"]: documented(row) for row in found}
    for device_id, name, exchange in zip(devices, names, shown, strict=True):
        read = judge.works(exchange)
        assert read["id"] == device_id, "a device reads with another id"
        assert read["person_id"] == customer.id, "a device reads with another person_id"
        assert read.get("name") == name, "a device reads with another name"
        assert read.get("deleted_at") is None, "a live device reads with deleted_at"
        assert documented(read) == listed.get(device_id), "a device reads otherwise than it is listed"


@clause("devices.read")
@pytest.mark.usefixtures("clock")
def test_a_device_reads_the_same_later(stories: Stories, partner: Partner, customer: Person, judge: Judge) -> None:
    binding = stories.bind(customer)
    now, later = (
        judge.works(partner.call("read-device", binding.device_id, clock_offset=offset)) for offset in (0, 120)
    )
    assert documented(later) == documented(now), "two minutes later a device reads otherwise"


@clause("devices.read-unbound")
def test_a_device_that_is_not_bound_is_not_found(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    _, binding = stories.beside(partial(stories.bind, customer), partial(stories.begin, customer))
    exchange = partner.call("read-device", binding.device_id)
    judge.accepts(exchange)
    assert not exchange.answer.ok or document(exchange)["id"] == binding.device_id, "another device was read"
    document(binding.verify())
    judge.holds(partner.call("read-device", binding.device_id).status == 200, "not found once it is bound", "200")
