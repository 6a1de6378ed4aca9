"""Contract 9: the outbox hook."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import pytest

from contract.everywhere import instant
from contract.exchange import Exchange, NotJson
from contract.judge import Judge, document
from signer import KeyPair
from suites.access.numbers import authorize, owner
from suites.change_requests.changes import Change, by_number, to_nobody, to_number
from suites.clocks import is_about
from suites.law import clause
from suites.sms_challenges.codes import Coded, ask
from suites.stories import Stories
from target.connection import Target
from target.partner import Partner
from target.provisioning import OUTBOX_PAUSES, Person, Provisioning
from target.recording import current
from target.secret import Secret
from target.tokens import request_token

pytestmark = pytest.mark.usefixtures("outbox")


ALWAYS = frozenset({"to", "text", "otp", "sent_at"})
"""What every message has. The other three fields may be null, which equals absent (contract 1.2)."""


def read(partner: Partner, number: Secret | None, **options: Any) -> Exchange:
    """GET /__test__/outbox."""
    assert number is not None
    params = {"to": number.reveal()}
    return partner.request("GET", "/__test__/outbox", params=params, confidential=True, **options)


def rows(judge: Judge, partner: Partner, number: Secret | None) -> list[dict[str, Any]]:
    """The messages as they are given, once it is seen that they are some. Raises Violation."""
    exchange = read(partner, number)
    judge.holds(exchange.status == 200, f"answered {exchange.status}", "200", exchange)
    try:
        found = exchange.answer.json()
    except NotJson:
        found = None
    judge.holds(isinstance(found, list), "the outbox is no array", "an array of messages", exchange)
    messages: list[dict[str, Any]] = found
    for message in messages:
        judge.holds(isinstance(message, dict), "a message is no object", "an object", exchange)
        lacking = ", ".join(sorted(name for name in ALWAYS if message.get(name) is None))
        judge.holds(not lacking, f"a message lacks {lacking}", "all seven fields", exchange)
        current().met += [Secret(str(message[name])) for name in ("otp", "to")]
    return messages


def awaited(judge: Judge, person: Person) -> list[dict[str, Any]]:
    """The messages to a person, for which a target may need a moment. Raises Violation."""
    for pause in OUTBOX_PAUSES:
        if found := rows(judge, person.partner, person.number):
            return found
        time.sleep(pause)
    return []


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
def test_the_outbox_holds_the_message_that_confirms_a_number(
    provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    person = provisioning.unverified(partner)
    judge.works(authorize(person))
    found = awaited(judge, person)
    judge.holds(len(found) == 1, f"{len(found)} messages are there", "the one that was sent")
    judge.holds(found[0].get("challenge_id") is None, "challenge_id of a number's message is not null", "null")


@clause("hooks.outbox")
def test_the_outbox_holds_the_messages_to_a_number_in_their_order(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    begun = [
        begin(stories, customer, language=language, sms_challenge={"app_signature": f"app-{language}"})
        for language in ("de", "en", "fr")
    ]
    begun.append(document(ask(customer, language="fr", app_signature="app-fr"))["id"])
    silent, change = Change.begin(customer), Change.begin(customer)
    document(silent.authorize(to_nobody(customer)))
    document(change.authorize(to_number(customer)))
    found = rows(judge, partner, customer.number)
    order = [message.get("challenge_id") for message in found]
    assert order == [None, *begun, change.id], "the messages are not there, oldest first"
    again = [message.get("challenge_id") for message in rows(judge, partner, customer.number)]
    assert again == order, "to read the messages takes some away"
    for message, language in zip(found[1:-1], ("de", "en", "fr", "fr"), strict=True):
        assert message.get("language") == language, "a message has not its own language"
        assert message.get("app_signature") == f"app-{language}", "a message has not its own app_signature"
    for message in found:
        assert message.get("to") == customer.number.reveal() if customer.number else False, "a message is to another"
        assert str(message["otp"]) in str(message.get("text")), "the text of a message lacks its OTP"
        assert is_instant(message.get("sent_at")), "sent_at of a message is no instant"


@clause("hooks.outbox")
def test_the_outbox_holds_no_message_to_another_number(
    stories: Stories,
    provisioning: Provisioning,
    partner: Partner,
    customer: Person,
    another_customer: Person,
    judge: Judge,
) -> None:
    persons = (customer, another_customer)
    begun = stories.together([partial(begin, stories, person) for person in persons])
    for person, own in zip(persons, begun, strict=True):
        found = [message.get("challenge_id") for message in rows(judge, partner, person.number)]
        assert found == [None, own], "the outbox holds other messages than those to the number"
    assert customer.number is not None
    digits = customer.number.reveal()
    nobodys = [provisioning.number(), Secret(digits[:-1]), Secret(f"{digits}0")]
    current().numbers += nobodys[1:]
    for number in nobodys:
        assert rows(judge, partner, number) == [], "the outbox holds messages to a number that nobody has"


@clause("hooks.outbox")
def test_what_was_sent_stays_in_the_outbox_whatever_becomes_of_it(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    binding, coded, change = stories.bind(customer), Coded.begin(stories, customer), Change.begin(customer)
    waiting = by_number(stories, change)
    for done in (coded.verify(), waiting.confirm(), partner.call("delete-device", binding.device_id)):
        document(done)
    sent = [None, binding.challenge_id, coded.id, change.id]
    for offset in (0.0, 90_000.0):
        exchange = read(partner, customer.number, clock_offset=offset)
        found = [row.get("challenge_id") for row in exchange.answer.json()] if exchange.answer.ok else []
        judge.holds(found == sent, f"{len(found)} messages are there, or others", "all that was sent", exchange)


@clause("hooks.clock-moves")
@pytest.mark.usefixtures("clock")
def test_a_message_is_dated_by_the_time_to_which_its_request_was_moved(customer: Person, judge: Judge) -> None:
    offset = 7_200.5
    asked = ask(customer, clock_offset=offset)
    challenge_id = document(asked)["id"]
    sent = {row.get("challenge_id"): row["sent_at"] for row in awaited(judge, customer)}
    told = is_about(sent.get(challenge_id), asked, offset)
    judge.holds(told, f"sent_at is not moved by {offset:g} s", "the time to which the request was moved")


@clause("hooks.outbox-of-partner")
def test_another_partner_sees_no_message(stories: Stories, other_partner: Partner, customer: Person) -> None:
    begin(stories, customer)
    assert stories.sent(customer), "the outbox does not hold the partner's own messages"
    foreign = read(other_partner, customer.number)
    shows_nothing = not foreign.answer.ok or foreign.answer.body.strip() == b"[]"
    assert shows_nothing, "the outbox shows the messages of another partner"


@clause("hooks.outbox-of-partner")
def test_each_partner_sees_its_own_messages_to_a_number_that_both_use(
    stories: Stories, provisioning: Provisioning, other_partner: Partner, customer: Person, judge: Judge
) -> None:
    assert customer.number is not None
    theirs = owner(provisioning, other_partner, customer.number)
    before = [None, begin(stories, customer)]
    document(authorize(theirs))
    found = [message.get("challenge_id") for message in awaited(judge, theirs)]
    judge.holds(found == [None], f"another partner sees {len(found)} messages", "the one that it sent itself")
    mine = [message.get("challenge_id") for message in awaited(judge, customer)]
    judge.holds(mine == before, "the outbox holds other messages than the partner's own", "its own messages")


@clause("hooks.outbox-token")
@pytest.mark.parametrize("token", [None, Secret("unknown-token")], ids=["absent", "unknown"])
def test_the_outbox_needs_a_good_token(
    stories: Stories, partner: Partner, customer: Person, judge: Judge, token: Secret | None
) -> None:
    assert stories.sent(customer), "the outbox does not hold the partner's own messages"
    judge.accepts(read(partner, customer.number, token=token))


@clause("hooks.outbox-token")
def test_the_outbox_takes_no_good_token_under_another_scheme(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    headers = [{"Authorization": f"{scheme} {partner.token.reveal()}"} for scheme in ("Basic", "Token")]
    reads = [partial(read, partner, customer.number, token=None, headers=header) for header in headers]
    for refused in stories.together(reads):
        judge.accepts(refused)


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
    judge.accepts(read(partner, customer.number, token=Secret(document(dated)["access_token"])))
