"""The outbox hook: messages in the order they were sent, and what is said of a target without it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract.judge import NotTestable
from target.client import Client
from target.connection import Target
from target.ledger import Ledger
from target.outbox import messages
from target.partner import Partner
from target.profile import Role
from target.provisioning import Provisioning
from target.recording import recording
from target.secret import Secret
from target.tokens import Tokens
from tests.target.conftest import Serve
from tests.target.profiles import profile
from tests.target.servers import Reply

NUMBER = Secret("+4915112345678")


@pytest.fixture
def partner_of(client: Client, serve: Serve, tmp_path: Path) -> Any:
    """A partner of a target whose outbox answers as given."""

    def build(reply: Reply) -> tuple[Partner, list[Any]]:
        site = serve(lambda _: reply)
        tokens = Tokens(client, profile(site.url), {"partner": ("t", 9e9)})
        return Partner(Role.PARTNER, site.url, client, tokens, Ledger(tmp_path / "ledger.jsonl")), site.received

    return build


def test_a_message_has_what_was_sent(partner_of: Any) -> None:
    row = {
        "to": NUMBER.reveal(),
        "text": "Code: 483920",
        "otp": "483920",
        "language": "de",
        "app_signature": "abc",
        "challenge_id": "ch1",
        "sent_at": "2022-03-18T14:50:04Z",
    }
    partner, received = partner_of(Reply(200, [row, {"otp": 1}]))
    first, second = messages(partner, NUMBER)
    assert (first.to, first.text, first.otp) == (NUMBER, Secret("Code: 483920"), Secret("483920"))
    assert (first.language, first.app_signature, first.challenge_id) == ("de", "abc", "ch1")
    assert (second.otp, second.challenge_id) == (Secret("1"), None)
    assert received[0].path == "/__test__/outbox?to=%2B4915112345678"
    assert received[0].headers["Authorization"] == "Bearer t"
    assert "483920" not in repr(first)


def test_a_look_into_the_outbox_is_confidential(partner_of: Any) -> None:
    partner, _ = partner_of(Reply(200, []))
    with recording("test") as seen:
        assert messages(partner, NUMBER) == []
    assert [exchange.confidential for exchange in seen.exchanges] == [True]


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_target_without_it_is_told_what_is_missing(partner_of: Any, status: int) -> None:
    partner, _ = partner_of(Reply(status, {}))
    with pytest.raises(NotTestable, match=rf"^needs outbox hook: GET /__test__/outbox answered {status}$"):
        messages(partner, NUMBER)


@pytest.mark.parametrize("body", [{}, "text", ["text"], [{"text": "x"}], b"<html>", None], ids=str)
def test_an_outbox_of_another_form_is_no_outbox(partner_of: Any, body: Any) -> None:
    partner, _ = partner_of(Reply(200, body))
    with pytest.raises(NotTestable, match=r"^needs outbox hook: GET /__test__/outbox gave no array of messages$"):
        messages(partner, NUMBER)


def test_what_the_embedded_target_sent_is_there_in_order(target: Target) -> None:
    provisioning = Provisioning(target.profile, "seed")
    person = provisioning.unverified(target.partner)
    assert person.number is not None
    for _ in range(2):
        target.partner.call("authorize-mobile-number", person.id, json={"number": person.number.reveal()})
    sent = messages(target.partner, person.number)
    assert len(sent) == 2
    assert all(message.to == person.number and message.challenge_id is None for message in sent)
    assert provisioning.otp(target.partner, person.number, None) == sent[-1].otp
    assert messages(target.other_partner, person.number) == []
    assert sent[0].otp.reveal() not in json.dumps([repr(message) for message in sent])
