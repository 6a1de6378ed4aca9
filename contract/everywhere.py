"""The rules that hold on every exchange of the whole run, whatever the test was about (contract 1).

Each rule yields a finding where the exchange breaks it. What is merely allowed but not preferred is a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from contract.exchange import Exchange, NotJson
from contract.judge import Finding, operation_of
from contract.operations import USUAL_SHAPES, Shape
from contract.schemas import defect, documented

SERVER_ERROR = "general.no-server-error"
ERROR_SHAPE = "general.error-shape"
ERROR_STATUS = "general.error-status"
ERROR_ID = "general.error-id"
JSON_ONLY = "general.json"
NO_CONTENT = "general.no-content"
TIMESTAMPS = "general.timestamps"
CREATED_NOW = "general.created-now"
TEXTS_TO_SIGN = {
    "create-signing-challenge": "signing-challenge.never-repeats",
    "authorize-change-request": "authorize.never-repeats",
}
"""The operations that give a text to sign, with the clause that says that it is new."""

_OF_THE_INFRASTRUCTURE = frozenset({405, 413, 414, 415, 429, 431})
"""What a server, a router or a gateway gives before the target sees the request, often without a body."""

CLOCK_TOLERANCE = 60.0
"""Seconds between `created_at` and the target's Date header (contract 1.1)."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding with its weight: a violation, or a note."""

    finding: Finding
    violates: bool


def remarks(exchange: Exchange) -> Iterator[Remark]:
    """All that the rules for every exchange have to say about one."""
    for rule in (_server_error, _json, _no_content, _error_shape, _timestamps, _created_now):
        yield from rule(exchange)


def _breaks(clause: str, observed: str, expected: str, exchange: Exchange) -> Remark:
    return Remark(Finding(clause, observed, expected, exchange), violates=True)


def _notes(clause: str, observed: str, expected: str, exchange: Exchange) -> Remark:
    return Remark(Finding(clause, observed, expected, exchange), violates=False)


def _server_error(exchange: Exchange) -> Iterator[Remark]:
    if exchange.status >= 500 and not exchange.fault:
        yield _breaks(SERVER_ERROR, f"a client's input got {exchange.status}", "no 5xx, ever", exchange)


def _has_no_body_by_nature(exchange: Exchange) -> bool:
    """HEAD never has one; whether a 204 has one is judged apart."""
    return exchange.request.method == "HEAD" or exchange.status == 204 or not exchange.answer.body


def _json(exchange: Exchange) -> Iterator[Remark]:
    if _has_no_body_by_nature(exchange) or _refused_by_the_parser(exchange):
        return
    media_type = exchange.answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        yield _breaks(JSON_ONLY, f"the body's content type is {media_type or 'absent'}", "application/json", exchange)
        return
    try:
        exchange.answer.json()
    except NotJson as error:
        yield _breaks(JSON_ONLY, str(error), "a JSON body", exchange)


def _no_content(exchange: Exchange) -> Iterator[Remark]:
    length = exchange.answer.headers.get("content-length", "0").strip()
    if exchange.status == 204 and (exchange.answer.body or length != "0"):
        yield _breaks(NO_CONTENT, "a 204 announced or had a body", "no body", exchange)


def _refused_by_the_parser(exchange: Exchange) -> bool:
    """A 4xx of the HTTP parser needs no body (contract 1.3); only a hostile request can meet the parser."""
    return exchange.hostile and 400 <= exchange.status < 500


def _error_shape(exchange: Exchange) -> Iterator[Remark]:
    status = exchange.status
    if status < 400 or exchange.request.method == "HEAD":
        return
    try:
        body: Any = exchange.answer.json() if exchange.answer.body else None
    except NotJson:
        return  # the rule about JSON says so
    if _refused_by_the_parser(exchange) and defect("errors", body) and defect("error", body):
        return
    if not exchange.answer.body and status in _OF_THE_INFRASTRUCTURE:
        yield _notes(ERROR_SHAPE, f"a {status} without a body", "one of the two error shapes", exchange)
        return
    if exchange.request.operation == "fetch-token" and not defect("oauth-error", body):
        return

    shape = Shape.ARRAY if isinstance(body, dict) and "errors" in body else Shape.FLAT
    documented = _documented_shape(exchange)
    wrong = defect("errors" if shape is Shape.ARRAY else "error", body)
    if wrong:
        yield _breaks(ERROR_SHAPE, f"a {status} has neither error shape: {wrong}", _either(documented), exchange)
        return
    if documented is Shape.ARRAY and shape is Shape.FLAT:
        yield _breaks(ERROR_SHAPE, f"a {status} in the flat shape", "the array shape", exchange)
    if documented is Shape.FLAT and shape is Shape.ARRAY:
        yield _notes(ERROR_SHAPE, f"a {status} in the array shape", "preferably the flat shape", exchange)
    if shape is Shape.FLAT and not body.get("error_code"):
        yield _notes(ERROR_SHAPE, "a flat error without error_code", "preferably an error_code", exchange)
    for entry in error_entries(body):
        if str(entry["status"]) != str(status):
            yield _breaks(ERROR_STATUS, f"a {status} whose body says status {entry['status']}", f"{status}", exchange)
        elif isinstance(entry["status"], str):
            yield _notes(ERROR_STATUS, "a status that is a numeric string", "preferably an integer", exchange)


def error_entries(body: Any) -> list[dict[str, Any]]:
    """The errors of a well-formed error body of either shape; none where it has neither."""
    if not defect("errors", body):
        entries: list[dict[str, Any]] = body["errors"]
        return entries
    return [] if defect("error", body) else [body]


def _documented_shape(exchange: Exchange) -> Shape | None:
    """None where either shape may be given (contract 1.3, other statuses)."""
    operation = operation_of(exchange)
    return (operation.shapes if operation else USUAL_SHAPES).get(exchange.status)


def _either(documented: Shape | None) -> str:
    return "the flat or the array shape" if documented is not Shape.ARRAY else "the array shape"


_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
_TIMES = ("created_at", "expires_at", "deleted_at", "used_at", "updated_at", "timestamp")


def instant(text: str) -> datetime:
    """An RFC 3339 instant (contract 1.1). Raises ValueError."""
    if not _INSTANT.fullmatch(text):
        raise ValueError("not an RFC 3339 instant")
    whole, _, rest = text.upper().partition(".")
    if rest:
        # Python 3.11 reads any number of digits but keeps six.
        digits = re.match(r"\d+", rest)
        assert digits is not None
        text = f"{whole}.{digits[0][:6]}{rest[digits.end() :]}"
    # Python knows no leap second.
    return datetime.fromisoformat(re.sub(r"(T\d\d:\d\d):60", r"\1:59", text.upper()))


def _documented_times(exchange: Exchange) -> Iterator[tuple[str, Any]]:
    """The time stamps of a good answer, at the places where the contract has them."""
    operation = operation_of(exchange)
    if operation is None or operation.answer is None or not exchange.answer.ok:
        return
    try:
        body = documented(operation.answer, exchange.answer.json())
    except NotJson:
        return
    for item in body if isinstance(body, list) else [body]:
        nested = [item, item.get("challenge")] if isinstance(item, dict) else []
        if isinstance(item, dict) and isinstance(item.get("keys"), list):
            nested += item["keys"]
        for place in nested:
            if isinstance(place, dict):
                yield from ((name, place[name]) for name in _TIMES if place.get(name) is not None)


def _timestamps(exchange: Exchange) -> Iterator[Remark]:
    for name, value in _documented_times(exchange):
        try:
            instant(value)
        except (TypeError, ValueError):
            yield _breaks(TIMESTAMPS, f"{name} is no RFC 3339 instant", "such as 2022-03-18T14:50:04Z", exchange)


def _created_now(exchange: Exchange) -> Iterator[Remark]:
    """`created_at` of what this request made, against the Date header plus the clock offset (contract 1.1)."""
    operation = operation_of(exchange)
    if exchange.request.method != "POST" or "date" not in exchange.answer.headers:
        return
    if operation is None or operation.parameters:
        return  # what such a path names was made before, and may be what the answer shows
    try:
        date = parsedate_to_datetime(exchange.answer.headers["date"]).timestamp()
        made = [instant(value).timestamp() for name, value in _documented_times(exchange) if name == "created_at"]
    except (TypeError, ValueError):
        return
    for created in made:
        distance = created - (date + exchange.clock_offset)
        if abs(distance) > CLOCK_TOLERANCE:
            yield _breaks(
                CREATED_NOW,
                f"created_at is {distance:+.0f} s off the Date header and the clock offset",
                f"within {CLOCK_TOLERANCE:.0f} s",
                exchange,
            )


class ErrorIds:
    """Remembers the ids of all errors of a process, since each error has its own (contract 1.3)."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def remarks(self, exchange: Exchange) -> Iterator[Remark]:
        """A finding where an error's id was given before. Each exchange is to be shown once."""
        if exchange.status < 400:
            return
        try:
            body = exchange.answer.json()
        except NotJson:
            return
        # Several errors of one answer may share the id of its request (facts 8.2, "Correlation/Request ID").
        for error_id in {entry["id"] for entry in error_entries(body)}:
            if error_id in self._seen:
                yield _breaks(ERROR_ID, "two errors have the same id", "an id of its own for each error", exchange)
            self._seen.add(error_id)


class TextsToSign:
    """Remembers all texts to sign of a process: who signed one has signed its repetition as well (contract 4 and 7)."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}

    def remarks(self, exchange: Exchange) -> Iterator[Remark]:
        """A finding where a text was given before, for something else."""
        clause = TEXTS_TO_SIGN.get(exchange.request.operation or "")
        if clause is None or not exchange.answer.ok:
            return
        try:
            body = exchange.answer.json()
        except NotJson:
            return
        text = (body.get("string_to_sign") or body.get("text_to_sign")) if isinstance(body, dict) else None
        if not isinstance(text, str):
            return
        if self._seen.setdefault(text, str(body.get("id"))) != str(body.get("id")):
            yield _breaks(
                clause, "two challenges or requests have the same text to sign", "a text of its own", exchange
            )
