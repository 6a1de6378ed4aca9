"""A partner's requests: what they carry, and what can be left out or put in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract.judge import NotTestable
from contract.operations import operations
from target.client import Client
from target.connection import Target
from target.ledger import Ledger, entries
from target.partner import Partner
from target.profile import LOOPBACK_CREDENTIALS, Role
from target.secret import Secret
from target.tokens import Tokens
from tests.target.conftest import Serve
from tests.target.profiles import profile
from tests.target.servers import Received, Reply


@pytest.fixture
def site(serve: Serve) -> Any:
    return serve(lambda _: Reply(200, {}))


@pytest.fixture
def partner(client: Client, site: Any, tmp_path: Path) -> Partner:
    tokens = Tokens(client, profile(site.url), {"partner": ("own-token", 9e9)})
    return Partner(Role.PARTNER, site.url, client, tokens, Ledger(tmp_path / "ledger.jsonl"))


def last(site: Any) -> Received:
    received: Received = site.received[-1]
    return received


def test_a_call_is_the_request_of_its_operation(partner: Partner, site: Any) -> None:
    exchange = partner.call("read-key", "dev/1", "key1")
    assert (last(site).method, last(site).path) == ("GET", "/v1/mfa/devices/dev%2F1/keys/key1")
    assert last(site).headers["Authorization"] == "Bearer own-token"
    assert last(site).headers["Accept"] == "application/json"
    assert "Content-Type" not in last(site).headers
    assert exchange.request.operation == "read-key"


def test_a_document_is_sent_as_json(partner: Partner, site: Any) -> None:
    partner.call("verify-signature-challenge", "ch1", json={"signature": "ab"})
    assert last(site).body == b'{"signature": "ab"}'
    assert last(site).headers["Content-Type"] == "application/json"


def test_a_body_may_be_no_json_and_have_no_content_type(partner: Partner, site: Any) -> None:
    partner.call("verify-signature-challenge", "ch1", content=b"{", headers={"Content-Type": None})
    assert last(site).body == b"{"
    assert "Content-Type" not in last(site).headers


def test_the_query_keeps_the_brackets_of_its_names_and_encodes_its_values(partner: Partner, site: Any) -> None:
    partner.call("list-devices", params={"filter[person_id]": "a&b c", "page[size]": 10})
    assert last(site).path == "/v1/mfa/devices?filter[person_id]=a%26b%20c&page[size]=10"


def test_another_token_or_none_may_be_sent(partner: Partner, site: Any) -> None:
    partner.call("list-devices", token=Secret("another"))
    assert last(site).headers["Authorization"] == "Bearer another"
    partner.call("list-devices", token=None)
    assert "Authorization" not in last(site).headers
    partner.call("list-devices", token=None, headers={"Authorization": "Token own-token"})
    assert last(site).headers["Authorization"] == "Token own-token"


@pytest.mark.parametrize(
    ("seconds", "header"), [(306, "306"), (-4000.0, "-4000"), (0.5, "0.5"), (2_592_005, "2592005"), (0, None)]
)
def test_the_clock_hook_is_asked_for_by_the_exact_second(
    partner: Partner, site: Any, seconds: float, header: str | None
) -> None:
    assert partner.call("list-devices", clock_offset=seconds).clock_offset == seconds
    assert last(site).headers.get("X-Test-Clock-Offset") == header


def test_the_fault_hook_is_asked_for_by_its_header(partner: Partner, site: Any) -> None:
    assert partner.call("list-devices", fault=True).fault
    assert last(site).headers["X-Test-Fault"] == "internal_error"
    assert not partner.call("list-devices").fault
    assert "X-Test-Fault" not in last(site).headers


def test_a_request_may_be_one_that_is_in_no_table(partner: Partner, site: Any) -> None:
    exchange = partner.request("PATCH", "/v1/mfa/devices", json=[])
    assert (last(site).method, last(site).path, last(site).body) == ("PATCH", "/v1/mfa/devices", b"[]")
    assert exchange.request.operation is None


def test_a_prepared_request_is_not_sent(partner: Partner, site: Any) -> None:
    outgoing = partner.prepare(operations()["read-device"], "dev1")
    assert outgoing.idempotent
    assert outgoing.url == f"{site.url}/v1/mfa/devices/dev1"
    assert site.received == []


def test_a_target_has_the_partners_of_its_profile(tmp_path: Path) -> None:
    only = {Role.PARTNER: LOOPBACK_CREDENTIALS[Role.PARTNER]}
    target = Target(profile(credentials=only), Ledger(tmp_path / "ledger.jsonl"))
    assert target.partner.role is Role.PARTNER
    assert target.by_role(Role.PARTNER) is target.partner
    with pytest.raises(NotTestable, match=r"^needs credentials\.other_partner$"):
        _ = target.other_partner
    with pytest.raises(NotTestable, match=r"^needs credentials\.restricted_partner$"):
        _ = target.restricted_partner
    target.close()


def test_racing_requests_that_create_are_written_into_the_ledger(partner: Partner, tmp_path: Path) -> None:
    creating = partner.prepare(operations()["create-device"], json={"person_id": "person-1"})
    exchanges = partner.release([creating, creating, partner.prepare(operations()["read-device"], "dev1")])
    assert [exchange.status for exchange in exchanges] == [200, 200, 200]
    written = [(entry.kind, entry.person_id, entry.answered) for entry in entries(tmp_path / "ledger.jsonl")]
    assert written == [("device", "person-1", True)] * 2
