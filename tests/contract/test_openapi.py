"""The OpenAPI document says what the contract says: no more, no less, and in words that tools understand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from contract import openapi
from contract.clauses import clauses
from contract.openapi import DOCUMENT as DOCUMENT_ON_DISK
from contract.openapi import document, is_stale, main
from contract.operations import Operation, Shape, operations

DOCUMENT = document()
each_operation = pytest.mark.parametrize("operation", operations().values(), ids=str)


def stands(operation: Operation) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][operation.path][operation.method.lower()]
    return found


def resolved(thing: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in thing:
        _, _, kind, name = thing["$ref"].split("/")
        thing = DOCUMENT["components"][kind][name]
    return thing


def body_of(operation: str) -> dict[str, Any]:
    content = resolved(stands(operations()[operation])["requestBody"])["content"]
    [media] = content.values()
    found: dict[str, Any] = media["schema"]
    return found


def test_the_document_on_disk_is_up_to_date() -> None:
    assert not is_stale(DOCUMENT_ON_DISK), "make it anew: python -m contract.openapi"


def test_check_says_in_one_sentence_that_the_document_is_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written = tmp_path / "openapi.yaml"
    written.write_text("openapi: 3.1.0\n")
    monkeypatch.setattr(openapi, "DOCUMENT", written)
    assert main(["--check"]) == 1
    assert capsys.readouterr().err == "contract/openapi.yaml is stale; make it anew: python -m contract.openapi\n"
    assert main([]) == 0
    assert main(["--check"]) == 0
    assert capsys.readouterr().err == ""


def test_a_document_that_is_not_there_is_stale(tmp_path: Path) -> None:
    assert is_stale(tmp_path / "openapi.yaml")


def test_the_document_is_openapi_3_1() -> None:
    validate(json.loads(json.dumps(DOCUMENT)))


def test_each_operation_stands_there_once() -> None:
    found = [row["operationId"] for path in DOCUMENT["paths"].values() for row in path.values()]
    assert sorted(found) == sorted(operations())


@each_operation
def test_all_ids_of_a_path_are_parameters(operation: Operation) -> None:
    parameters = [resolved(each) for each in stands(operation).get("parameters", [])]
    assert [each["name"] for each in parameters if each["in"] == "path"] == list(operation.parameters)
    assert [each["name"] for each in parameters if each["in"] == "query"] == [field.name for field in operation.query]


@each_operation
def test_every_answer_that_a_clause_accepts_is_documented(operation: Operation) -> None:
    accepted = {
        str(status)
        for clause in clauses().testable
        if clause.operation == operation and clause.answers
        for status in (*clause.answers.preferred, *clause.answers.accepted)
    }
    assert accepted <= stands(operation)["responses"].keys()


@each_operation
def test_an_error_has_the_documented_shape_or_is_an_array(operation: Operation) -> None:
    for status, response in stands(operation)["responses"].items():
        if int(status) < 400:
            continue
        schema = resolved(response)["content"]["application/json"]["schema"]
        names = {each["$ref"].rpartition("/")[2] for each in schema.get("anyOf", [schema])}
        assert "Errors" in names
        assert ("Error" in names) is (operation.shapes.get(int(status)) is not Shape.ARRAY)
        assert ("OauthError" in names) is (operation.id == "fetch-token")


@each_operation
def test_only_the_token_endpoint_takes_credentials(operation: Operation) -> None:
    ways = [name for way in stands(operation)["security"] for name in way]
    assert ways == (["credentials"] if operation.id == "fetch-token" else ["clientCredentials", "bearerToken"])


def test_a_required_field_is_no_null_and_an_optional_one_may_be() -> None:
    body = body_of("create-device")
    assert body["required"] == ["person_id", "key"]
    assert body["properties"]["person_id"] == {"$ref": "#/components/schemas/PersonId"}
    assert body["properties"]["name"] == {"type": ["string", "null"]}
    assert body["properties"]["challenge_type"]["enum"] == ["sms", "activation_code", None]
    assert body["properties"]["language"]["anyOf"][1] == {"type": "null"}


def test_a_field_of_an_object_stands_in_the_object() -> None:
    proof = body_of("add-key")["properties"]["device_signature"]
    assert proof["required"] == ["signature_key_purpose", "signature"]
    assert proof["properties"]["signature"] == {"$ref": "#/components/schemas/Signature"}


def test_a_confirmation_has_the_fields_of_one_method() -> None:
    assert [way["required"] for way in body_of("confirm-change-request")["anyOf"]] == [
        ["person_id", "tan"],
        ["device_id", "signature"],
    ]


@pytest.mark.parametrize(
    ("source", "target", "parameters"),
    [
        ("create-device", "verify-signature-challenge", {"path.id": "$response.body#/challenge/id"}),
        ("create-device", "read-key", {"path.id": "$response.body#/id", "path.key_id": "$response.body#/key_id"}),
        ("add-key", "read-key", {"path.id": "$request.path.id", "path.key_id": "$response.body#/id"}),
        ("create-person", "list-devices", {"query.filter[person_id]": "$response.body#/id"}),
        (
            "list-delivery-events",
            "read-delivery-event",
            {"path.id": "$request.path.id", "path.event_id": "$response.body#/0/id"},
        ),
    ],
)
def test_an_answer_leads_on_by_its_ids(source: str, target: str, parameters: dict[str, str]) -> None:
    row = operations()[source]
    response = stands(row)["responses"][str(row.success.preferred[0])]
    assert resolved(response["links"][target]) == {"operationId": target, "parameters": parameters}


def test_an_answer_fills_the_body_of_the_next_request() -> None:
    link = DOCUMENT["components"]["links"]["create-device.create-signing-challenge"]
    assert link["requestBody"] == {"device_id": "$response.body#/id"}


def test_no_schema_stands_there_twice() -> None:
    texts = [json.dumps(schema) for schema in DOCUMENT["components"]["schemas"].values()]
    assert [text for text, count in Counter(texts).items() if count > 1] == []


def test_every_component_is_used() -> None:
    text = json.dumps(DOCUMENT)
    unused = [
        f"{kind}/{name}"
        for kind, components in DOCUMENT["components"].items()
        if kind != "securitySchemes"
        for name in components
        if f'"#/components/{kind}/{name}"' not in text
    ]
    assert unused == []
