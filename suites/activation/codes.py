"""A person's activation codes and their delivery events, as they can be read (contract 6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from types import MappingProxyType
from typing import Any

from contract.everywhere import instant
from contract.exchange import Exchange
from contract.judge import Finding, PrerequisiteFailed, document
from contract.schemas import documented
from suites.lifetimes import lifetime
from suites.stories import PAGE, ActivationCode, activation_request
from target.partner import Partner
from target.provisioning import Person
from target.recording import current
from target.secret import Secret

Row = dict[str, Any]
Query = Mapping[str, object]

NOTHING: Query = MappingProxyType({})
WITH_EXPIRED: Query = MappingProxyType({"filter[include_expired]": "true"})

TIMES = ("created_at", "expires_at", "timestamp")

EVENT = {
    "type": "DISPATCHED",
    "timestamp": "2018-06-18T13:06:54.000Z",
    "provider": "DEUTSCHE POST",
    "additional_details": "Booking id is 123E",
}
"""The body of a good POST .../delivery_events (facts 6.5)."""


def asked_for(
    person: Person, params: Query = NOTHING, *, partner: Partner | None = None, clock_offset: float = 0.0
) -> Exchange:
    """GET /v1/mfa/challenges/activation for a person; `params` adds to the query."""
    query = {"filter[person_id]": person.id, "page[size]": PAGE, **params}
    return (partner or person.partner).call("list-activation-challenges", params=query, clock_offset=clock_offset)


def codes(person: Person, params: Query = NOTHING, *, clock_offset: float = 0.0) -> list[Row]:
    """A person's codes as the list shows them. Raises PrerequisiteFailed."""
    rows: list[Row] = document(asked_for(person, params, clock_offset=clock_offset))
    return rows


def code_ids(person: Person, params: Query = NOTHING, *, clock_offset: float = 0.0) -> list[str]:
    """The ids of a person's codes, sorted. Raises PrerequisiteFailed."""
    return sorted(row["id"] for row in codes(person, params, clock_offset=clock_offset))


def events_of(partner: Partner, code_id: str) -> list[Row]:
    """The delivery events of a code, in the target's order. Raises PrerequisiteFailed."""
    rows: list[Row] = document(partner.call("list-delivery-events", code_id))
    return rows


def only_event(partner: Partner, code_id: str) -> Row:
    """The one event that a code has. Raises PrerequisiteFailed."""
    exchange = partner.call("list-delivery-events", code_id)
    rows: list[Row] = document(exchange)
    if len(rows) != 1:
        raise PrerequisiteFailed(Finding("delivery.listed", f"{len(rows)} events are listed", "the one", exchange))
    return rows[0]


def event_on(partner: Partner, code_id: str, **fields: Any) -> Exchange:
    """POST .../delivery_events: the good event, or with other fields; one of None is left out."""
    body = {name: value for name, value in {**EVENT, **fields}.items() if value is not None}
    return partner.call("create-delivery-event", code_id, json=body)


def state(person: Person) -> Any:
    """All of a person's codes, live and dead, as far as they are documented. Raises PrerequisiteFailed."""
    return documented("activation-challenges", codes(person, WITH_EXPIRED))


def live(person: Person) -> Any:
    """The person's codes as the list shows them by default, without those that died. Raises PrerequisiteFailed."""
    return documented("activation-challenges", codes(person))


def event_state(partner: Partner, code_id: str) -> Any:
    """All delivery events of a code, as far as they are documented. Raises PrerequisiteFailed."""
    return documented("delivery-events", events_of(partner, code_id))


def as_made(row: Row) -> Row:
    """The documented fields of a code or an event, so that it compares equal to itself: times are instants."""
    schema = "activation-challenge" if "code" in row else "delivery-event"
    fields: Row = documented(schema, row)
    return {name: moment(value) if name in TIMES else value for name, value in fields.items()}


def moment(timestamp: str) -> str:
    """The second of a time stamp, in UTC; its own text where it is none, which `general.timestamps` judges."""
    try:
        return instant(timestamp).astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return timestamp


def make(person: Person, *, replacing: bool = False, **fields: Any) -> Exchange:
    """POST /v1/mfa/challenges/activation with other fields than the good request's; one of None is left out.

    replacing: invalidate the existing code, in both ways that there are (contract 6).
    """
    if replacing:
        fields = {"invalidate_existing_code": True, **fields}
    body = {name: value for name, value in {**activation_request(person), **fields}.items() if value is not None}
    params = {"invalidate_existing_code": "true"} if replacing else None
    exchange = person.partner.call("create-activation-challenge", json=body, params=params)
    made = document(exchange) if exchange.status == 201 else None
    if made:
        current().activation_codes.append(Secret(made["code"]))
    return exchange


def replacement(person: Person, **fields: Any) -> ActivationCode:
    """A code that takes the place of the person's live one, with other fields. Raises PrerequisiteFailed."""
    made: Row = document(make(person, replacing=True, **fields))
    return ActivationCode(made["id"], Secret(made["code"]), int(made["max_usage_count"]), lifetime(made))
