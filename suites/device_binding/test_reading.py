"""Contract 3, GET /v1/mfa/devices/{id}: one device."""

from __future__ import annotations

from functools import partial

import pytest

from contract.judge import Judge, document
from signer import KeyPair
from suites.device_binding.pages import documented, rows
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.stories import Stories, signing_challenge, verify_signing_challenge
from target.partner import Partner
from target.provisioning import Person

YEARS = 3 * 365 * 86_400


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
    now, *later = (
        judge.works(partner.call("read-device", binding.device_id, clock_offset=offset)) for offset in (0, 120, YEARS)
    )
    assert [documented(it) for it in later] == [documented(now)] * 2, "minutes or years later a device reads otherwise"


@clause("devices.read")
@pytest.mark.usefixtures("clock")
def test_what_a_device_does_later_changes_nothing_of_what_it_reads(
    stories: Stories, partner: Partner, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    binding = stories.bind(customer, name="First")
    before = documented(judge.works(partner.call("read-device", binding.device_id)))
    body = {**key_addition.body(binding, KeyPair.generate()), "name": "Second"}
    document(partner.call("add-key", binding.device_id, json=body, clock_offset=120))
    challenge = signing_challenge(binding, key_purpose="unrestricted")
    document(verify_signing_challenge(binding, challenge, clock_offset=120))
    binding.verify(clock_offset=120)
    stories.bind(customer, name="Third")
    read, found = stories.beside(
        partial(partner.call, "read-device", binding.device_id), partial(rows, partner, customer)
    )
    listed = [documented(row) for row in found if row["id"] == binding.device_id]
    assert documented(judge.works(read)) == before, "a device reads otherwise once it got a key and has signed"
    assert listed == [before], "a device is listed otherwise once it got a key and has signed"


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
