"""Time stamps of good answers: RFC 3339, and near the Date header where something was made (contract 1.1)."""

from __future__ import annotations

from typing import Any

import pytest

from contract.everywhere import CREATED_NOW, TIMESTAMPS, instant, remarks
from contract.exchange import Exchange
from tests.contract.made_up import CHALLENGE, CREATED, DATE, DEVICE, JSON, exchange

RIGHT = [
    "2022-03-18T14:50:04Z",
    "2022-03-18t14:50:04z",
    "2022-03-18T14:50:04.1Z",
    "2022-03-18T14:50:04.123Z",
    "2022-03-18T14:50:04.123456789Z",
    "2022-03-18T14:50:04+00:00",
    "2022-03-18T16:50:04.123+02:00",
    "2022-03-18T14:50:04-00:00",
    "2024-02-29T23:59:59-11:30",
]
WRONG = [
    "",
    "2022-03-18",
    "2022-03-18 14:50:04Z",
    "2022-03-18T14:50:04",
    "2022-03-18T14:50Z",
    "2022-03-18T14:50:04.Z",
    "2022-03-18T14:50:04,5Z",
    "2022-03-18T14:50:04+0200",
    "2022-03-18T14:50:04+02",
    "2022-02-30T14:50:04Z",
    "2022-13-01T14:50:04Z",
    "2022-03-18T24:00:00Z",
    "2022-03-18T14:60:04Z",
    "2022-03-18T14:50:04+24:00",
    "20220318T145004Z",
    "2022-W11-5T14:50:04Z",
    "Fri, 18 Mar 2022 14:50:04 GMT",
    "1647615004",
    " 2022-03-18T14:50:04Z",
    "2022-03-18T14:50:04Z\n",
    "２０２２-03-18T14:50:04Z",
]


def judged(seen: Exchange) -> list[tuple[str, bool]]:
    return [(remark.finding.clause, remark.violates) for remark in remarks(seen)]


@pytest.mark.parametrize("text", RIGHT)
def test_an_rfc_3339_instant_is_right(text: str) -> None:
    assert judged(exchange("read-device", 200, {**DEVICE, "created_at": text})) == []


@pytest.mark.parametrize("text", WRONG)
def test_anything_else_is_no_time_stamp(text: str) -> None:
    assert judged(exchange("read-device", 200, {**DEVICE, "created_at": text})) == [(TIMESTAMPS, True)]


@pytest.mark.parametrize("value", [1647615004, 1.5, True, {}, ["2022-03-18T14:50:04Z"]], ids=str)
def test_a_time_stamp_is_a_text(value: object) -> None:
    assert judged(exchange("read-device", 200, {**DEVICE, "deleted_at": value})) == [(TIMESTAMPS, True)]


def test_an_instant_is_the_same_in_every_offset() -> None:
    assert instant("2022-03-18T16:50:04.5+02:00") == instant("2022-03-18t14:50:04.500000000z")


@pytest.mark.parametrize(
    ("operation", "status", "body"),
    [
        ("create-device", 202, {**CREATED, "challenge": {**CHALLENGE, "expires_at": "soon"}}),
        ("list-devices", 200, [DEVICE, {**DEVICE, "created_at": "soon"}]),
        ("list-keys", 200, [{"keys": [{"used_at": None}, {"used_at": "soon"}]}]),
        ("read-key", 200, {"used_at": "soon"}),
        ("create-activation-challenge", 201, {"expires_at": "soon"}),
    ],
)
def test_a_time_stamp_is_looked_at_wherever_the_contract_has_one(operation: str, status: int, body: Any) -> None:
    assert judged(exchange(operation, status, body)) == [(TIMESTAMPS, True)]


@pytest.mark.parametrize("value", [None, "2022-03-18T14:50:04Z"])
def test_a_time_stamp_may_be_null(value: str | None) -> None:
    assert judged(exchange("read-device", 200, {**DEVICE, "deleted_at": value})) == []


@pytest.mark.parametrize(
    "body", [{**DEVICE, "seen_at": "soon"}, {**DEVICE, "more": {"created_at": "soon"}}, ["text", 5, None], "text"]
)
def test_fields_that_are_not_documented_may_hold_anything(body: Any) -> None:
    assert judged(exchange("read-device", 200, body)) == []


def test_a_path_outside_the_table_has_no_documented_times() -> None:
    assert judged(exchange(None, 200, {"created_at": "soon"})) == []


# created_at against the Date header


def made(created_at: str, date: str | None = DATE, operation: str = "create-device", **marks: Any) -> Exchange:
    headers = {**JSON, "Date": date} if date is not None else dict(JSON)
    challenge = {**CHALLENGE, "created_at": created_at}
    status = 200 if operation == "read-signature-challenge" else 202
    body = challenge if operation == "read-signature-challenge" else {**CREATED, "challenge": challenge}
    return exchange(operation, status, body, headers=headers, **marks)


@pytest.mark.parametrize("created_at", ["2022-03-18T14:50:04Z", "2022-03-18T14:51:04Z", "2022-03-18T15:49:04+01:00"])
def test_what_was_made_just_now_says_so(created_at: str) -> None:
    assert judged(made(created_at)) == []


@pytest.mark.parametrize("created_at", ["2022-03-18T14:51:05Z", "2022-03-18T14:49:03Z", "2022-03-18T14:50:04+01:00"])
def test_more_than_a_minute_off_the_date_header_is_a_violation(created_at: str) -> None:
    assert judged(made(created_at)) == [(CREATED_NOW, True)]


def test_the_clock_hook_moves_what_is_made_and_not_the_date_header() -> None:
    assert judged(made("2022-03-18T15:50:04Z", clock_offset=3600.0)) == []
    assert judged(made("2022-03-18T13:50:04Z", clock_offset=-3600.0)) == []
    assert judged(made("2022-03-18T14:50:04Z", clock_offset=3600.0)) == [(CREATED_NOW, True)]


def test_what_is_only_read_may_be_old() -> None:
    assert judged(made("2020-01-01T00:00:00Z", operation="read-signature-challenge")) == []


def test_what_a_delivery_event_is_about_may_be_old() -> None:
    challenge = {**CHALLENGE, "created_at": "2020-01-01T00:00:00Z"}
    assert judged(exchange("create-delivery-event", 201, challenge, headers={**JSON, "Date": DATE})) == []


@pytest.mark.parametrize("date", [None, "", "yesterday", "2022-03-18T14:50:04Z"])
def test_without_a_date_header_nothing_is_compared(date: str | None) -> None:
    assert judged(made("2020-01-01T00:00:00Z", date)) == []


def test_a_bad_time_stamp_is_one_violation_and_not_two() -> None:
    assert judged(made("soon")) == [(TIMESTAMPS, True)]


def test_a_refusal_has_made_nothing() -> None:
    body = {"created_at": "soon", "id": "a", "status": 404, "code": "c", "title": "t", "detail": "d", "error_code": "e"}
    assert judged(exchange("create-device", 404, body, headers={**JSON, "Date": DATE})) == []
