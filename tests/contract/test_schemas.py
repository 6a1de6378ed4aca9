"""Schemas of answers: what fits, and what is said about what does not."""

from __future__ import annotations

from typing import Any

import pytest

from contract.schemas import defect, documented
from tests.contract.made_up import CHALLENGE, CREATED, DEVICE, error

SECRET = "4839201"
KEY = {"key_id": "key1", "key_purpose": "unrestricted", "key_type": "ecdsa-p256", "used_at": None}
KEYS = {"device_id": "d", "person_id": "p", "name": None, "created_at": "2022-03-18T14:50:04Z", "keys": [KEY]}
TOKEN = {"access_token": "t", "token_type": "bearer", "expires_in": 1800, "scope": "partners"}

GOOD: dict[str, Any] = {
    "created-device": CREATED,
    "device": DEVICE,
    "devices": [DEVICE, {**DEVICE, "name": "", "colour": "red"}],
    "signature-challenge": CHALLENGE,
    "created-key": {"id": "key2"},
    "key": KEY,
    "device-keys": [KEYS],
    "token": TOKEN,
    "person": {"id": "cper1"},
    "error": error(404),
    "errors": {"errors": [error(401)]},
    "oauth-error": {"error": "invalid_client"},
}


@pytest.mark.parametrize("schema", GOOD)
def test_a_good_document_has_no_defect(schema: str) -> None:
    assert defect(schema, GOOD[schema]) is None


@pytest.mark.parametrize("schema", GOOD)
@pytest.mark.parametrize("document", [None, "text", 5, True], ids=str)
def test_a_document_of_another_type_names_the_body(schema: str, document: Any) -> None:
    wrong = defect(schema, document)
    assert wrong is not None
    assert wrong.startswith(f"the body does not fit the schema {schema!r} (")
    assert wrong.endswith("/type)")


@pytest.mark.parametrize("word", ["bearer", "Bearer", "BEARER", "bEaReR"])
def test_the_token_type_may_be_in_any_case(word: str) -> None:
    assert defect("token", {**TOKEN, "token_type": word}) is None


@pytest.mark.parametrize(
    ("schema", "document", "sentence"),
    [
        ("person", {}, "the body does not fit the schema 'person' (person/required: id is missing)"),
        (
            "created-device",
            {**CREATED, "challenge": {**CHALLENGE, "type": SECRET}},
            "challenge/type does not fit the schema 'created-device' (type/const)",
        ),
        (
            "errors",
            {"errors": [error(401), error(401, code="")]},
            "errors/1/code does not fit the schema 'errors' (code/minLength)",
        ),
        ("errors", {"errors": []}, "errors does not fit the schema 'errors' (errors/minItems)"),
        (
            "token",
            {**TOKEN, "expires_in": 0},
            "expires_in does not fit the schema 'token' (expires_in/exclusiveMinimum)",
        ),
        ("token", {**TOKEN, "expires_in": SECRET}, "expires_in does not fit the schema 'token' (expires_in/type)"),
        ("token", {**TOKEN, "token_type": SECRET}, "token_type does not fit the schema 'token' (token_type/pattern)"),
        ("key", {**KEY, "key_purpose": SECRET}, "key_purpose does not fit the schema 'key' (purpose/enum)"),
        ("device", {**DEVICE, "name": 4839201}, "name does not fit the schema 'device' (name/type)"),
        ("device-keys", [{**KEYS, "keys": [{}]}], "0/keys/0 does not fit the schema 'device-keys' "),
    ],
)
def test_a_defect_names_the_place_and_the_rule(schema: str, document: Any, sentence: str) -> None:
    wrong = defect(schema, document)
    assert wrong is not None
    assert wrong.startswith(sentence)
    assert SECRET not in wrong
    assert len(wrong.splitlines()) == 1


@pytest.mark.parametrize("schema", GOOD)
def test_a_defect_never_shows_a_value(schema: str) -> None:
    def spoilt(value: Any) -> Any:
        """The document with every scalar replaced by a secret of the wrong type or form."""
        if isinstance(value, dict):
            return {name: spoilt(inner) for name, inner in value.items()}
        return [spoilt(inner) for inner in value] if isinstance(value, list) else [SECRET]

    wrong = defect(schema, spoilt(GOOD[schema]))
    assert wrong is not None
    assert SECRET not in wrong


@pytest.mark.parametrize("text", ["\ud800", "a\udfff"])
def test_half_a_surrogate_pair_in_a_wrong_document_is_a_defect_and_no_crash(text: str) -> None:
    assert defect("device", {"id": text}) == "the body holds half a surrogate pair, which is no text"


def test_an_unknown_schema_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError, match="no-such-schema"):
        defect("no-such-schema", {})


def test_two_readings_of_one_thing_have_their_documented_part_in_common() -> None:
    again = {**DEVICE, "deleted_at": None, "request_id": "r2"}
    assert documented("devices", [again, {"id": "b"}]) == documented("devices", [{"id": "b"}, {**DEVICE, "seen": 1}])
    assert documented("device", again) == {name: value for name, value in DEVICE.items() if value is not None}


@pytest.mark.parametrize("change", [{"name": "laptop"}, {"deleted_at": "2022-03-18T14:50:04Z"}, {"id": "dev2"}])
def test_a_documented_field_that_changed_is_a_difference(change: dict[str, str]) -> None:
    assert documented("devices", [{**DEVICE, **change}]) != documented("devices", [DEVICE])
