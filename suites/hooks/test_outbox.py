"""Contract 9: the outbox hook."""

from __future__ import annotations

from typing import Any

import pytest

from contract.everywhere import instant
from contract.exchange import Exchange
from contract.judge import Judge, document
from signer import KeyPair
from suites.law import clause
from suites.stories import Stories
from target.connection import Target
from target.outbox import messages
from target.partner import Own, Partner
from target.provisioning import Person, Provisioning
from target.secret import Secret
from target.tokens import request_token

pytestmark = pytest.mark.usefixtures("outbox")


def read(partner: Partner, number: Secret | None, token: Secret | Own | None = Own.TOKEN) -> Exchange:
    """GET /__test__/outbox."""
    assert number is not None
    params = {"to": number.reveal()}
    return partner.request("GET", "/__test__/outbox", params=params, token=token, confidential=True)


def rows(partner: Partner, number: Secret | None) -> list[dict[str, Any]]:
    """The messages as they are given, once `messages` has found them in order."""
    assert number is not None
    messages(partner, number)
    found: list[dict[str, Any]] = read(partner, number).answer.json()
    return found


def begin(stories: Stories, person: Person, **fields: Any) -> str:
    """Begin a binding without a look into the outbox. Returns the challenge's id. Raises PrerequisiteFailed."""
    body = stories.registration(person, KeyPair.generate(), **fields)
    created = document(person.partner.call("create-device", json=body))
    challenge_id: str = created["challenge"]["id"]
    return challenge_id


def is_instant(text: object) -> bool:
    try:
        instant(text)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False
    return True


@clause("hooks.outbox")
def test_the_outbox_holds_the_messages_to_a_number_in_their_order(
    stories: Stories, partner: Partner, customer: Person
) -> None:
    begun = [
        begin(stories, customer, language=language, sms_challenge={"app_signature": f"app-{language}"})
        for language in ("de", "en", "fr")
    ]
    found = rows(partner, customer.number)
    order = [message.get("challenge_id") for message in found]
    assert order == [None, *begun], "the messages are not there, oldest first"
    for message, language in zip(found[1:], ("de", "en", "fr"), strict=True):
        assert message.get("language") == language, "a message has not its own language"
        assert message.get("app_signature") == f"app-{language}", "a message has not its own app_signature"
    for message in found:
        assert message.get("to") == customer.number.reveal() if customer.number else False, "a message is to another"
        assert str(message["otp"]) in str(message.get("text")), "the text of a message lacks its OTP"
        assert is_instant(message.get("sent_at")), "sent_at of a message is no instant"


@clause("hooks.outbox")
def test_the_outbox_holds_no_message_to_another_number(
    stories: Stories, provisioning: Provisioning, partner: Partner, customer: Person, another_customer: Person
) -> None:
    mine, theirs = begin(stories, customer), begin(stories, another_customer)
    for person, own in ((customer, mine), (another_customer, theirs)):
        found = [message.get("challenge_id") for message in rows(partner, person.number)]
        assert found == [None, own], "the outbox holds other messages than those to the number"
    assert rows(partner, provisioning.number()) == [], "the outbox holds messages to a number that nobody has"


@clause("hooks.outbox-of-partner")
def test_another_partner_sees_no_message(
    stories: Stories, partner: Partner, other_partner: Partner, customer: Person
) -> None:
    begin(stories, customer)
    assert rows(partner, customer.number), "the outbox does not hold the partner's own messages"
    foreign = read(other_partner, customer.number)
    shows_nothing = not foreign.answer.ok or foreign.answer.body.strip() == b"[]"
    assert shows_nothing, "the outbox shows the messages of another partner"


@clause("hooks.outbox-token")
@pytest.mark.parametrize("token", [None, Secret("unknown-token")], ids=["absent", "unknown"])
def test_the_outbox_needs_a_good_token(partner: Partner, customer: Person, judge: Judge, token: Secret | None) -> None:
    assert rows(partner, customer.number), "the outbox does not hold the partner's own messages"
    judge.accepts(read(partner, customer.number, token))


@clause("hooks.outbox-token")
def test_the_outbox_takes_no_token_from_the_query(partner: Partner, customer: Person, judge: Judge) -> None:
    assert customer.number is not None
    params = {"to": customer.number.reveal(), "access_token": partner.token.reveal()}
    judge.accepts(partner.request("GET", "/__test__/outbox", params=params, token=None, confidential=True))


@clause("hooks.outbox-token")
@pytest.mark.usefixtures("clock")
def test_the_outbox_takes_no_expired_token(target: Target, partner: Partner, customer: Person, judge: Judge) -> None:
    credentials = target.profile.credentials[partner.role]
    lifetime = document(request_token(target.client, target.profile, credentials))["expires_in"]
    dated = request_token(target.client, target.profile, credentials, clock_offset=-lifetime - 400)
    judge.accepts(read(partner, customer.number, Secret(document(dated)["access_token"])))
