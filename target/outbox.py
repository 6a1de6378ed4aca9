"""The outbox hook: the messages that the target sent (contract 9)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from contract.exchange import NotJson
from contract.judge import NotTestable
from target.partner import Partner
from target.recording import current
from target.secret import Secret


@dataclass(frozen=True, slots=True)
class Message:
    """One SMS. `challenge_id`: of the challenge or change request it belongs to, None for a number's confirmation."""

    to: Secret
    text: Secret
    otp: Secret
    language: str | None
    app_signature: str | None
    challenge_id: str | None


def messages(partner: Partner, number: Secret) -> list[Message]:
    """What the target sent to a number in the partner's name, oldest first. Raises NotTestable."""
    exchange = partner.request("GET", "/__test__/outbox", params={"to": number.reveal()}, confidential=True)
    if exchange.status != 200:
        raise NotTestable(f"needs outbox hook: GET /__test__/outbox answered {exchange.status}")
    try:
        rows = exchange.answer.json()
    except NotJson:
        rows = None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and "otp" in row for row in rows):
        raise NotTestable("needs outbox hook: GET /__test__/outbox gave no array of messages")
    found = [_message(row) for row in rows]
    current().met += [secret for message in found for secret in (message.otp, message.to)]
    return found


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _message(row: dict[str, Any]) -> Message:
    return Message(
        to=Secret(str(row.get("to"))),
        text=Secret(str(row.get("text"))),
        otp=Secret(str(row["otp"])),
        language=_text(row.get("language")),
        app_signature=_text(row.get("app_signature")),
        challenge_id=_text(row.get("challenge_id")),
    )
