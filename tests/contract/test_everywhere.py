"""The rules for every exchange: server errors, JSON, empty bodies, error shapes, statuses and ids."""

from __future__ import annotations

from typing import Any

import pytest

from contract.everywhere import (
    ERROR_ID,
    ERROR_SHAPE,
    ERROR_STATUS,
    JSON_ONLY,
    NO_CONTENT,
    SERVER_ERROR,
    TEXTS_TO_SIGN,
    ErrorIds,
    TextsToSign,
    remarks,
)
from contract.exchange import Exchange
from tests.contract.made_up import DEVICE, error, errors, exchange

NOTE = False
VIOLATION = True


def judged(seen: Exchange) -> list[tuple[str, bool]]:
    """What the rules say: the clause, and whether it is broken."""
    return [(remark.finding.clause, remark.violates) for remark in remarks(seen)]


# Server errors (contract 1.8, 1.9)


@pytest.mark.parametrize("status", [500, 502, 503, 599])
def test_a_server_error_on_a_clients_input_is_a_violation(status: int) -> None:
    assert judged(exchange("read-device", status, errors(status) if status != 500 else error(500))) == [
        (SERVER_ERROR, VIOLATION)
    ]


def test_a_server_error_that_the_fault_hook_asked_for_is_right() -> None:
    assert judged(exchange("read-device", 500, error(500), fault=True)) == []


def test_a_server_error_that_was_asked_for_has_a_shape_too() -> None:
    assert judged(exchange("read-device", 500, {"message": "oops"}, fault=True)) == [(ERROR_SHAPE, VIOLATION)]


# JSON (contract 1.1)


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON ;charset=UTF-8"]
)
def test_a_json_body_with_its_content_type_is_right(media_type: str) -> None:
    assert judged(exchange("read-device", 200, DEVICE, headers={"Content-Type": media_type})) == []


@pytest.mark.parametrize(
    "headers",
    [{}, {"Content-Type": "text/html"}, {"Content-Type": "application/jsonp"}, {"Content-Type": "text/json"}],
    ids=str,
)
@pytest.mark.parametrize(("status", "body"), [(200, DEVICE), (404, error(404))], ids=["success", "error"])
def test_another_content_type_is_a_violation(headers: dict[str, str], status: int, body: Any) -> None:
    assert judged(exchange("read-device", status, body, headers=headers)) == [(JSON_ONLY, VIOLATION)]


@pytest.mark.parametrize("status", [200, 400, 401, 404, 409, 410])
@pytest.mark.parametrize("body", [b"<html>", b"{", b"NaN", b"[" * 100_000], ids=["html", "open", "NaN", "deep"])
def test_a_body_that_is_not_json_is_one_violation(status: int, body: bytes) -> None:
    assert judged(exchange("read-device", status, body)) == [(JSON_ONLY, VIOLATION)]


@pytest.mark.parametrize("headers", [{}, {"Content-Type": "text/html", "Content-Length": "512"}], ids=str)
@pytest.mark.parametrize("status", [200, 404, 401])
def test_an_answer_to_head_has_neither_body_nor_shape(status: int, headers: dict[str, str]) -> None:
    assert judged(exchange("read-device", status, method="HEAD", headers=headers)) == []


# 204 (contract 1.1)


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "0"}, {"Content-Length": " 0 "}], ids=str)
def test_a_204_without_a_body_is_right(headers: dict[str, str]) -> None:
    assert judged(exchange("delete-device", 204, headers=headers)) == []


@pytest.mark.parametrize(
    ("body", "headers"),
    [(b"{}", {}), (b"x", {"Content-Type": "text/html"}), (None, {"Content-Length": "2"})],
    ids=["body", "html body", "announced"],
)
def test_a_204_with_a_body_is_one_violation(body: bytes | None, headers: dict[str, str]) -> None:
    assert judged(exchange("delete-device", 204, body, headers=headers)) == [(NO_CONTENT, VIOLATION)]


def test_another_success_may_have_no_body() -> None:
    assert judged(exchange("verify-signature-challenge", 200)) == []


# Error shapes (contract 1.3)

FLAT_HERE: list[tuple[str | None, int]] = [
    ("read-device", 400),
    ("read-device", 404),
    ("list-devices", 403),
    ("delete-device", 403),
]
FLAT_HERE += [("list-keys", 403), (None, 404)]
ARRAY_HERE: list[tuple[str | None, int]] = [
    ("read-device", 401),
    ("read-device", 403),
    ("create-device", 409),
    ("list-devices", 401),
    (None, 401),
]
EITHER_HERE: list[tuple[str | None, int]] = [("read-device", status) for status in (405, 410, 413, 415, 422, 429, 431)]


@pytest.mark.parametrize(("operation", "status"), FLAT_HERE + EITHER_HERE)
def test_the_flat_shape_is_right_where_it_is_documented_or_nothing_is(operation: str | None, status: int) -> None:
    assert judged(exchange(operation, status, error(status))) == []


@pytest.mark.parametrize(("operation", "status"), ARRAY_HERE + EITHER_HERE)
def test_the_array_shape_is_right_where_it_is_documented_or_nothing_is(operation: str | None, status: int) -> None:
    assert judged(exchange(operation, status, errors(status))) == []


@pytest.mark.parametrize(("operation", "status"), FLAT_HERE)
def test_the_array_shape_in_place_of_the_flat_one_is_a_note(operation: str | None, status: int) -> None:
    assert judged(exchange(operation, status, errors(status))) == [(ERROR_SHAPE, NOTE)]


@pytest.mark.parametrize(("operation", "status"), ARRAY_HERE)
def test_the_flat_shape_in_place_of_the_array_is_a_violation(operation: str | None, status: int) -> None:
    assert judged(exchange(operation, status, error(status))) == [(ERROR_SHAPE, VIOLATION)]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, {"message": "not found"}),
        (404, []),
        (404, "not found"),
        (404, None),
        (401, {"errors": []}),
        (401, {"errors": {}}),
        (401, {"errors": ["text"]}),
        (401, {"errors": [error(401), {}]}),
        (401, {"error": "invalid_token"}),
        (401, None),
        (404, b"null"),
    ],
    ids=str,
)
def test_an_error_in_neither_shape_is_a_violation(status: int, body: Any) -> None:
    assert judged(exchange("read-device", status, body)) == [(ERROR_SHAPE, VIOLATION)]


@pytest.mark.parametrize("name", ["id", "code", "title", "detail"])
@pytest.mark.parametrize("value", ["", None, 7, ["text"]], ids=str)
def test_an_error_says_something_in_each_of_its_fields(name: str, value: object) -> None:
    assert judged(exchange("read-device", 404, error(404, **{name: value}))) == [(ERROR_SHAPE, VIOLATION)]
    assert judged(exchange("read-device", 401, errors(401, **{name: value}))) == [(ERROR_SHAPE, VIOLATION)]


@pytest.mark.parametrize("name", ["id", "status", "code", "title", "detail"])
def test_an_error_has_all_of_its_fields(name: str) -> None:
    lacking = {key: value for key, value in error(404).items() if key != name}
    assert judged(exchange("read-device", 404, lacking)) == [(ERROR_SHAPE, VIOLATION)]


@pytest.mark.parametrize("value", [None, ""])
def test_a_flat_error_without_an_error_code_is_a_note(value: str | None) -> None:
    assert judged(exchange("read-device", 404, error(404, error_code=value))) == [(ERROR_SHAPE, NOTE)]


def test_an_error_may_name_its_source_and_more() -> None:
    source = {"field": "key", "message": "is missing"}
    assert judged(exchange("read-device", 400, error(400, source=source, undocumented=1))) == []
    assert judged(exchange("read-device", 401, errors(401, source=None))) == []


@pytest.mark.parametrize("status", [405, 415, 429])
def test_a_status_of_the_infrastructure_without_a_body_is_only_a_note(status: int) -> None:
    assert judged(exchange("read-device", status)) == [(ERROR_SHAPE, NOTE)]


@pytest.mark.parametrize("status", [409, 410, 422])
def test_any_other_refusal_without_a_body_is_a_violation(status: int) -> None:
    assert judged(exchange("read-device", status)) == [(ERROR_SHAPE, VIOLATION)]


@pytest.mark.parametrize("status", [400, 404, 414, 431])
@pytest.mark.parametrize("body", [None, b"<html>", {"message": "bad request"}, error(400)], ids=str)
def test_a_refusal_of_the_http_parser_needs_no_body(status: int, body: Any) -> None:
    shape = {**error(status)} if isinstance(body, dict) and "id" in body else body
    assert judged(exchange("read-device", status, shape, hostile=True)) == []


def test_a_hostile_request_excuses_no_server_error() -> None:
    seen = judged(exchange("read-device", 500, b"<html>", hostile=True))
    assert (SERVER_ERROR, VIOLATION) in seen


def test_a_hostile_request_that_reaches_the_target_gets_the_usual_shape() -> None:
    assert judged(exchange("read-device", 401, error(401), hostile=True)) == [(ERROR_SHAPE, VIOLATION)]


@pytest.mark.parametrize(
    "body", [{"error": "invalid_client"}, {"error": "invalid_client", "error_description": "No."}, errors(401)]
)
def test_the_token_endpoint_may_answer_as_rfc_6749_says(body: Any) -> None:
    assert judged(exchange("fetch-token", 401, body)) == []


@pytest.mark.parametrize("body", [{}, {"error": ""}, {"error": 5}, {"error": "x", "error_description": None}], ids=str)
def test_the_token_endpoint_answers_by_some_shape(body: Any) -> None:
    assert judged(exchange("fetch-token", 400, body)) == [(ERROR_SHAPE, VIOLATION)]


def test_no_other_operation_may_answer_as_rfc_6749_says() -> None:
    assert judged(exchange("create-person", 400, {"error": "invalid_client"})) == [(ERROR_SHAPE, VIOLATION)]


# The status in an error's body (contract 1.3)


def test_a_status_is_a_number_and_may_be_a_text_of_digits() -> None:
    assert judged(exchange("read-device", 404, error(404, status=404))) == []
    assert judged(exchange("read-device", 404, error(404, status="404"))) == [(ERROR_STATUS, NOTE)]


@pytest.mark.parametrize("status", [400, "400", 0, "4040"])
def test_another_status_than_that_of_the_answer_is_a_violation(status: object) -> None:
    assert judged(exchange("read-device", 404, error(404, status=status))) == [(ERROR_STATUS, VIOLATION)]
    assert judged(exchange("read-device", 401, errors(401, status=status))) == [(ERROR_STATUS, VIOLATION)]


@pytest.mark.parametrize("status", ["not found", "", None, True, [404], "٤٠٤"], ids=str)
def test_a_status_that_is_no_number_is_no_error_shape(status: object) -> None:
    assert judged(exchange("read-device", 404, error(404, status=status))) == [(ERROR_SHAPE, VIOLATION)]


# Error ids (contract 1.3)


def test_errors_with_ids_of_their_own_are_right() -> None:
    ids = ErrorIds()
    assert list(ids.remarks(exchange("read-device", 404, error(404, id="a")))) == []
    assert list(ids.remarks(exchange("read-device", 401, errors(401, id="b")))) == []


@pytest.mark.parametrize("second", [error(404, id="a"), errors(404, id="a")], ids=["flat", "array"])
def test_an_id_that_comes_again_is_a_violation(second: Any) -> None:
    ids = ErrorIds()
    assert list(ids.remarks(exchange("read-device", 404, error(404, id="a")))) == []
    (remark,) = ids.remarks(exchange("read-key", 404, second))
    assert (remark.finding.clause, remark.violates) == (ERROR_ID, VIOLATION)


def test_several_errors_of_one_answer_may_share_their_id() -> None:
    body = {"errors": [error(400, id="a"), error(400, id="a")]}
    assert list(ErrorIds().remarks(exchange("create-device", 400, body))) == []


@pytest.mark.parametrize("body", [None, b"<html>", [], {"id": "a"}, {**error(404), "errors": "none"}], ids=str)
def test_what_is_no_error_has_no_error_id(body: Any) -> None:
    ids = ErrorIds()
    for _ in range(2):
        list(ids.remarks(exchange("read-device", 404, body)))
    assert list(ids.remarks(exchange("read-device", 200, error(404)))) == []


# Texts to sign (contract 4 and 7)


def text_of(operation: str, resource_id: str, text: str, status: int = 201) -> Exchange:
    return exchange(operation, status, {"id": resource_id, "string_to_sign": text})


@pytest.mark.parametrize("first", TEXTS_TO_SIGN)
@pytest.mark.parametrize("second", TEXTS_TO_SIGN)
def test_a_text_to_sign_that_comes_again_is_a_violation_of_the_later_one(first: str, second: str) -> None:
    texts = TextsToSign()
    assert list(texts.remarks(text_of(first, "a", "sign me"))) == []
    (remark,) = texts.remarks(text_of(second, "b", "sign me"))
    assert (remark.finding.clause, remark.violates) == (TEXTS_TO_SIGN[second], VIOLATION)


def test_one_request_may_show_its_text_again() -> None:
    texts = TextsToSign()
    for _ in range(2):
        assert list(texts.remarks(text_of("authorize-change-request", "a", "sign me"))) == []
    assert list(texts.remarks(text_of("authorize-change-request", "b", "sign that"))) == []


@pytest.mark.parametrize("body", [None, b"<html>", [], {"id": "a"}, {"id": "a", "string_to_sign": 5}], ids=str)
def test_what_has_no_text_to_sign_repeats_none(body: Any) -> None:
    texts = TextsToSign()
    for _ in range(2):
        assert list(texts.remarks(exchange("create-signing-challenge", 201, body))) == []
