"""A partner: calls the target's operations in its own name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import Enum, auto
from typing import Any, TypedDict, Unpack
from urllib.parse import quote

from contract.exchange import Answer, Exchange, NotJson
from contract.judge import NotTestable, Violation, document
from contract.operations import Operation, operations
from target.client import Client, Outgoing, TargetUnreachable, hook_headers
from target.ledger import Ledger
from target.profile import Role
from target.secret import Secret
from target.tokens import Tokens
from target.volley import volley


class CallFailed(Exception):
    """A call did not get the good answer of its operation; one sentence says what it got."""


class Own(Enum):
    """The partner's own token, as opposed to another one or none."""

    TOKEN = auto()


class Options(TypedDict, total=False):
    """What a request may have besides its path.

    json: the body; content: a body that is not made of JSON. params: the query.
    token: another token than the partner's own, or None for no Authorization header at all.
    headers: in addition; None as a value removes a header.
    clock_offset (seconds) and fault use the test hooks of contract 9.
    hostile, confidential: see contract.exchange.Exchange.
    """

    json: Any
    content: bytes | None
    params: Mapping[str, Any] | None
    token: Secret | Own | None
    headers: Mapping[str, str | None] | None
    clock_offset: float
    fault: bool
    hostile: bool
    confidential: bool


class Partner:
    """One OAuth client of the target.

    >>> partner.call("read-device", device_id)
    >>> partner.call("create-device", json={...}, clock_offset=306)
    """

    def __init__(self, role: Role, api_url: str, client: Client, tokens: Tokens, ledger: Ledger) -> None:
        self.role = role
        self.client = client
        self._api_url = api_url
        self._tokens = tokens
        self._ledger = ledger

    @property
    def token(self) -> Secret:
        return self._tokens.of(self.role)

    def call(self, operation_id: str, *ids: str, **options: Unpack[Options]) -> Exchange:
        """Make a request for an operation of the table; `ids` is what stands in the path's braces.

        A creating call is written into the ledger first.
        Raises TargetUnreachable, Violation (no answer), PrerequisiteFailed (no token).
        """
        outgoing = self.prepare(operations()[operation_id], *ids, **options)
        entry = self._announced(outgoing)
        exchange = self.client.send(outgoing)
        self._answered(entry, exchange)
        return exchange

    def release(self, requests: Sequence[Outgoing]) -> list[Exchange]:
        """Send requests that were prepared so that they race (target.volley); answers in the order of the requests.

        Creating ones are written into the ledger first. Raises TargetUnreachable, Violation (no answer).
        """
        entries = [self._announced(outgoing) for outgoing in requests]
        exchanges = volley(self.client, requests)
        for entry, exchange in zip(entries, exchanges, strict=True):
            self._answered(entry, exchange)
        return exchanges

    def obtain(self, operation_id: str, *ids: str, **options: Unpack[Options]) -> tuple[Any, Answer]:
        """As `call`, for those who only want the good answer: its document, and the answer itself.

        Raises CallFailed for any other outcome.
        """
        try:
            exchange = self.call(operation_id, *ids, **options)
            return document(exchange), exchange.answer
        except (TargetUnreachable, Violation, NotTestable) as error:
            raise CallFailed(str(error)) from None

    def request(self, method: str, path: str, **options: Unpack[Options]) -> Exchange:
        """Make a request for a path or a method that is in no table."""
        return self.client.send(self._outgoing(method, path, None, **options))

    def prepare(self, operation: Operation, *ids: str, **options: Unpack[Options]) -> Outgoing:
        """A request for an operation, not yet sent."""
        return self._outgoing(operation.method, operation.url_path(*ids), operation, **options)

    def _outgoing(
        self,
        method: str,
        path: str,
        operation: Operation | None,
        *,
        json: Any = None,
        content: bytes | None = None,
        params: Mapping[str, Any] | None = None,
        token: Secret | Own | None = Own.TOKEN,
        headers: Mapping[str, str | None] | None = None,
        clock_offset: float = 0.0,
        fault: bool = False,
        hostile: bool = False,
        confidential: bool = False,
    ) -> Outgoing:
        body = content if content is not None else _encoded(json)
        fields: dict[str, str | None] = {"Accept": "application/json"}
        if body is not None:
            fields["Content-Type"] = "application/json"
        secret = self.token if token is Own.TOKEN else token
        if isinstance(secret, Secret):
            fields["Authorization"] = f"Bearer {secret.reveal()}"
        fields.update(hook_headers(clock_offset, fault))
        fields.update(headers or {})
        return Outgoing(
            method,
            f"{self._api_url}{path}{_query(params)}",
            {name: value for name, value in fields.items() if value is not None},
            body or b"",
            operation=operation.id if operation else None,
            idempotent=operation.idempotent if operation else False,
            clock_offset=clock_offset,
            fault=fault,
            hostile=hostile,
            confidential=confidential,
        )

    def _announced(self, outgoing: Outgoing) -> str | None:
        """The ledger's entry of a creating request that is about to be sent; None of one that creates nothing."""
        creates = operations()[outgoing.operation].creates if outgoing.operation else None
        if creates is None:
            return None
        body = _parsed(outgoing.content)
        person_id = body.get("person_id") if isinstance(body, dict) else None
        return self._ledger.announce(self.role.value, creates, person_id if isinstance(person_id, str) else None)

    def _answered(self, entry: str | None, exchange: Exchange) -> None:
        if entry is not None:
            self._ledger.answered(entry, _id_in(exchange) if exchange.answer.ok else None)


def _encoded(document: Any) -> bytes | None:
    return None if document is None else json.dumps(document).encode()


def _parsed(body: bytes) -> Any:
    """The document that a request sends; None where its body is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _query(params: Mapping[str, Any] | None) -> str:
    """Brackets stay as they are: clients of the vendor send `filter[person_id]=...` unencoded (facts 13)."""
    if not params:
        return ""
    return "?" + "&".join(f"{name}={quote(str(value), safe='')}" for name, value in params.items())


def _id_in(exchange: Exchange) -> str | None:
    try:
        body = exchange.answer.json()
    except NotJson:
        return None
    found = body.get("id") if isinstance(body, dict) else None
    return found if isinstance(found, str) else None
