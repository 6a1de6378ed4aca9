"""Redaction: what is written down of an exchange holds no secret, and stays readable."""

from __future__ import annotations

import json
from typing import Any

import pytest

from contract.exchange import Answer, Exchange, Headers, Request
from target.redaction import LONGEST_BODY, Redaction
from target.secret import Secret

OTP = "483920"
NUMBER = "+4915112345678"
TOKEN = "eyJhbGciOi.made.up"
CODE = "K7QX-9PLM"
REDACTION = Redaction([Secret(OTP), Secret(NUMBER), Secret(TOKEN), Secret(CODE)])


def exchange(
    sent: Any = None,
    got: Any = None,
    url: str = "http://127.0.0.1/v1",
    headers: dict[str, str] | None = None,
    answered: dict[str, str] | None = None,
    confidential: bool = False,
) -> Exchange:
    request = Request("POST", url, Headers((headers or {}).items()), b"" if sent is None else json.dumps(sent).encode())
    body = got if isinstance(got, bytes) else b"" if got is None else json.dumps(got).encode()
    return Exchange(request, Answer(200, Headers((answered or {}).items()), body, 0.01234), confidential=confidential)


def body_shown(body: bytes) -> str:
    text = REDACTION.exchange(exchange(got=body))["body"]
    assert isinstance(text, str)
    return text


def shown(seen: Exchange, redaction: Redaction = REDACTION) -> str:
    return json.dumps(redaction.exchange(seen))


@pytest.mark.parametrize("secret", [OTP, NUMBER, TOKEN, CODE])
@pytest.mark.parametrize(
    "place",
    [
        lambda secret: exchange(sent={"anything": secret}),
        lambda secret: exchange(sent=[f"in a sentence: {secret}."]),
        lambda secret: exchange(got={"anything": {"nested": secret}}),
        lambda secret: exchange(got=f"<html>{secret}</html>".encode()),
        lambda secret: exchange(url=f"http://127.0.0.1/v1/{secret}?to={secret}"),
        lambda secret: exchange(headers={"Authorization": f"Token {secret}", "X-Any": secret}),
        lambda secret: exchange(answered={"X-Debug": f"sent {secret}"}),
        lambda secret: exchange(sent={"signature": secret.encode().hex()}),
        lambda secret: exchange(sent={"signature": secret.encode().hex().upper()}),
    ],
    ids=["sent", "sentence", "got", "html", "url", "headers", "answer headers", "hex", "upper-case hex"],
)
def test_a_known_secret_stands_nowhere(secret: str, place: Any) -> None:
    text = shown(place(secret))
    assert secret not in text
    assert secret.encode().hex() not in text.lower()
    assert "***" in text


def test_a_percent_encoded_number_is_hidden_too() -> None:
    text = shown(exchange(url="http://127.0.0.1/__test__/outbox?to=%2B4915112345678"))
    assert "15112345678" not in text


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "Basic", "Token"])
def test_an_authorization_is_hidden_even_when_its_secret_is_unknown(scheme: str) -> None:
    text = shown(exchange(headers={"authorization": f"{scheme} unknown-secret and more"}), Redaction())
    assert f"authorization: {scheme} ***" in text
    assert "unknown" not in text


def test_an_authorization_without_a_scheme_is_hidden_whole() -> None:
    assert "unknown" not in shown(exchange(headers={"Authorization": "unknown-secret"}), Redaction())


def test_a_bearer_token_in_a_text_is_hidden() -> None:
    assert Redaction().text("sent Bearer abc.def twice") == "sent Bearer *** twice"


@pytest.mark.parametrize(
    "name", ["access_token", "client_secret", "code", "tan", "token", "otp", "number", "mobile_number", "to", "text"]
)
@pytest.mark.parametrize("value", ["unknown-7", 'with \\"quotes\\" 7', 483921], ids=str)
def test_a_field_that_is_secret_by_its_nature_is_hidden(name: str, value: object) -> None:
    for seen in (exchange(sent={"a": 1, name: value}), exchange(got=[{name: value}])):
        text = shown(seen, Redaction())
        assert "unknown" not in text
        assert "quotes" not in text
        assert "483921" not in text
        assert name in text


@pytest.mark.parametrize("word", ["invalid_tan", "token_required", "invalid_json", "not_found", "UNAUTHORIZED"])
def test_the_code_word_of_an_error_stays_readable(word: str) -> None:
    assert word in body_shown(json.dumps({"errors": [{"code": word, "status": 403}]}).encode())


def test_what_is_no_secret_stays_as_it_was() -> None:
    body = {"id": "dev1", "person_id": "cper1", "name": "phone", "created_at": "2022-03-18T14:50:04Z", "status": 404}
    assert json.loads(body_shown(json.dumps(body).encode())) == body


def test_what_is_made_of_secrets_is_not_shown_at_all() -> None:
    record = Redaction().exchange(exchange(got=[{"anything": "unknown"}], confidential=True))
    assert record["body"] == "***"


def test_a_secret_inside_another_does_not_leave_the_rest_of_it() -> None:
    assert Redaction([Secret("123"), Secret("1234567")]).text("x 1234567 y") == "x *** y"


def test_an_empty_secret_hides_nothing() -> None:
    assert Redaction([Secret("")]).text("text") == "text"


def test_a_long_body_is_cut_after_its_secrets_are_gone() -> None:
    body = ("a" * (LONGEST_BODY - 3) + OTP + "b" * 10_000).encode()
    text = body_shown(body)
    assert OTP[:3] not in text
    assert text.endswith(f"... ({len(body) - 3} characters)")


def test_a_body_that_is_no_text_is_shown_as_far_as_it_is() -> None:
    assert body_shown(b"\xff ok") == "\ufffd ok"


def test_a_record_holds_what_a_reader_needs() -> None:
    record = REDACTION.exchange(
        exchange(
            sent={"name": "it's"}, got={"id": "dev1"}, headers={"Accept": "application/json"}, answered={"Date": "now"}
        )
    )
    assert record == {
        "request": (
            "curl -X POST 'http://127.0.0.1/v1' -H 'accept: application/json' --data-binary '{\"name\": \"it'\\''s\"}'"
        ),
        "status": 200,
        "headers": {"date": "now"},
        "body": '{"id": "dev1"}',
        "elapsed_ms": 12.34,
    }
