"""The operations table: bad tables are refused with one sentence, paths are built with care."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contract.errors import ContractError
from contract.operations import Shape, load_operations, operations


def row(**changes: Any) -> dict[str, Any]:
    good = {"title": "Read", "request": "GET /v1/made/{id}", "success": {"preferred": 200}, "works": "made.read"}
    return {key: value for key, value in {**good, **changes}.items() if value is not None}


def write(folder: Path, table: object) -> Path:
    path = folder / "operations.yaml"
    path.write_text(yaml.safe_dump(table), encoding="utf-8")
    return path


def complaint(path: Path) -> str:
    with pytest.raises(ContractError) as caught:
        load_operations(path)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message


def test_a_row_without_shapes_has_the_usual_ones(tmp_path: Path) -> None:
    operation = load_operations(write(tmp_path, {"made": {"read": row()}}))["read"]
    assert str(operation) == "GET /v1/made/{id}"
    assert {status for status, shape in operation.shapes.items() if shape is Shape.FLAT} == {400, 404, 500}
    assert {status for status, shape in operation.shapes.items() if shape is Shape.ARRAY} == {401, 403, 409}


def test_a_row_may_differ_from_the_usual_shapes(tmp_path: Path) -> None:
    operation = load_operations(write(tmp_path, {"made": {"read": row(errors={403: "flat"})}}))["read"]
    assert operation.shapes[403] is Shape.FLAT
    assert operation.shapes[401] is Shape.ARRAY


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title": None}, "'title' is missing"),
        ({"request": None}, "'request' is missing"),
        ({"success": None}, "'success' is missing"),
        ({"works": None}, "'works' is missing"),
        ({"colour": "red"}, "unknown key 'colour'; known are answer, body, creates, "),
        ({"gate": "door"}, "the gate is 'door'; allowed are credentials, token, permission"),
        ({"ids": {"key_id": "key-id"}}, "ids names 'key_id', which does not stand in the path /v1/made/{id}"),
        ({"ids": {"id": "thing-id"}}, "the schema 'thing-id' is not in contract/schemas.yaml; add it there"),
        ({"answer": "thing"}, "the schema 'thing' is not in contract/schemas.yaml; add it there"),
        ({"body": {"key": {"type": "string", "schema": "thing"}}}, "the schema 'thing' is not in "),
        ({"body": {"key": {"type": "string", "colour": "red"}}}, "the field 'key' has the unknown key 'colour'"),
        ({"either": [{"has": ["key"]}]}, "either names 'key', which is no field of the body"),
        ({"success": {"preferred": 20}}, "20 is not an HTTP status (100 to 599)"),
        ({"errors": {403: "round"}}, "the error shape of 403 is 'round'; allowed are flat, array"),
        ({"body": {"key": {"type": "number"}}}, "the field 'key' needs a type: string, object, boolean, integer"),
        ({"body": {"key": {}}}, "the field 'key' needs a type: string, object, boolean, integer"),
        (
            {"body": {"key": {"type": "string", "unknown": {"preferred": 404, "accepted": [404]}}}},
            "404 is both preferred and accepted; leave it in one of the two",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_row_is_refused_by_file_and_operation(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    message = complaint(write(tmp_path, {"made": {"read": row(**change)}}))
    assert message.startswith(f"operations.yaml: read: {sentence}")


def test_an_operation_in_two_chapters_is_refused(tmp_path: Path) -> None:
    message = complaint(write(tmp_path, {"made": {"read": row()}, "more": {"read": row()}}))
    assert message == "operations.yaml: the operation 'read' stands there twice"


def test_an_operation_twice_in_one_chapter_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "operations.yaml"
    path.write_text("made:\n  read: {}\n  read: {}\n", encoding="utf-8")
    assert complaint(path) == "operations.yaml: the key 'read' stands twice in one mapping (line 2)"


def test_a_table_that_is_not_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "operations.yaml"
    path.write_text("made: [", encoding="utf-8")
    assert complaint(path).startswith("operations.yaml: not YAML: ")


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert complaint(tmp_path / "operations.yaml").startswith("operations.yaml: cannot be read (")


def test_a_path_takes_its_ids_in_order() -> None:
    assert operations()["read-key"].parameters == ("id", "key_id")
    assert operations()["read-key"].url_path("dev1", "key1") == "/v1/mfa/devices/dev1/keys/key1"


@pytest.mark.parametrize(
    ("hostile", "encoded"),
    [("../x", "..%2Fx"), ("a?b#c", "a%3Fb%23c"), ("\0", "%00"), ("😀", "%F0%9F%98%80"), ("", ""), ("{id}", "%7Bid%7D")],
)
def test_an_id_cannot_leave_its_place_in_the_path(hostile: str, encoded: str) -> None:
    assert operations()["read-device"].url_path(hostile) == f"/v1/mfa/devices/{encoded}"


@pytest.mark.parametrize("ids", [(), ("dev1", "key1")])
def test_a_wrong_number_of_ids_is_the_callers_mistake(ids: tuple[str, ...]) -> None:
    with pytest.raises(TypeError, match=r"^read-device takes 1 ids in its path, not "):
        operations()["read-device"].url_path(*ids)
