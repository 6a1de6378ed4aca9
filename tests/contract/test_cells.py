"""The table of cells: every operation has each column, or a reason; bad tables are refused with one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml

from contract.cells import Cells, Place, cells, load_cells
from contract.clauses import Clause, Clauses, Column
from contract.errors import ContractError
from contract.operations import Operation, load_operations, operations
from tests.reports.made_up import clause

REASON = "It only reads."

TABLE = MappingProxyType({name: operations()[name] for name in ("read-device", "delete-device", "create-device")})
"""Three operations: one that reads, one with an id in its path, one with a body."""

LAW = Clauses(
    {
        law.id: law
        for law in (
            clause("one", operation="delete-device", column=Column.CONFLICT),
            clause("two", operation="create-device", column=Column.CONFLICT),
            clause("any", column=Column.CONFLICT),
            clause("elsewhere", operation="create-device", column=Column.REPLAY),
        )
    }
)

CONFLICTS: dict[str, Any] = {
    "clauses": {"delete-device": "one", "create-device": "two"},
    "without": [{"where": "reads", "reason": REASON}],
}
"""A good row of the column 409."""


def loaded(
    folder: Path,
    row: Any,
    column: str = "409",
    table: Mapping[str, Operation] = TABLE,
    law: Mapping[str, Clause] = LAW,
) -> Cells:
    """The table in which every column but one has all operations."""
    rows: dict[str, Any] = {each.value: {"where": "any"} for each in Column}
    rows |= {"409": CONFLICTS} | {column: row}
    path = folder / "cells.yaml"
    path.write_text(yaml.safe_dump({name: value for name, value in rows.items() if value is not None}))
    return load_cells(path, table, law)


def complaint(folder: Path, row: Any, **others: Any) -> str:
    with pytest.raises(ContractError) as caught:
        loaded(folder, row, **others)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message


def test_a_cell_has_a_reason_or_may_name_the_clause_that_governs_it(tmp_path: Path) -> None:
    found = loaded(tmp_path, CONFLICTS)
    assert found.places["read-device", Column.CONFLICT] == Place(reason=REASON)
    assert found.reason("delete-device", Column.CONFLICT) is None
    assert found.governed(Column.CONFLICT) == {"delete-device": "one", "create-device": "two"}
    assert found.having(Column.CONFLICT) == ("delete-device", "create-device")
    assert found.having(Column.SUCCESS) == tuple(TABLE)
    assert list(found.places) == [(name, column) for name in TABLE for column in Column]


def test_an_entry_by_name_goes_before_one_by_a_property(tmp_path: Path) -> None:
    row = {"where": "body", "without": [{"where": "no body", "reason": REASON}], "clauses": {"delete-device": "one"}}
    assert loaded(tmp_path, row).governed(Column.CONFLICT) == {"delete-device": "one"}


def test_what_happens_once_or_is_left_open_is_a_list(tmp_path: Path) -> None:
    found = loaded(tmp_path, {"where": "any", "once": ["delete-device"], "open": ["create-device"]}, column="races")
    assert (sorted(found.once), sorted(found.open)) == (["delete-device"], ["create-device"])


def test_a_new_operation_is_asked_for_its_cells_in_one_sentence(tmp_path: Path) -> None:
    row = {"title": "New", "request": "POST /v1/new", "success": {"preferred": 201}, "works": "new.works"}
    path = tmp_path / "operations.yaml"
    path.write_text(yaml.safe_dump({"new": {"make-it": row}}))
    message = complaint(tmp_path, CONFLICTS, table={**TABLE, **load_operations(path)})
    assert message == (
        "cells.yaml: 409: nothing is said of make-it; name the clause that governs the cell under 'clauses', "
        "or say under 'without' why there is none"
    )


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"where": "any", "without": [{"where": "reads", "reason": REASON}], "clauses": {}},
            "read-device has the cell by one property, and a reason by another",
        ),
        (
            {"without": [*CONFLICTS["without"], {"operations": ["delete-device"], "reason": REASON}]},
            "delete-device stands there twice; it has a clause or one reason",
        ),
        (
            {"clauses": {"create-device": "two"}, "without": [{"where": "no body", "reason": REASON}]},
            "delete-device has a reason, but the clause one stands there; remove one of the two",
        ),
        ({"clauses": {"read-mind": "one"}}, "the operation 'read-mind' is not in contract/operations.yaml"),
        (
            {"without": [{"operations": ["read-mind"], "reason": REASON}]},
            "the operation 'read-mind' is not in contract/operations.yaml",
        ),
        ({"once": ["read-mind"]}, "the operation 'read-mind' is not in contract/operations.yaml"),
        ({"clauses": {"create-device": "none"}}, "create-device: no clause has the id 'none'"),
        ({"clauses": {"create-device": "one"}}, "create-device: the clause one stands in another cell"),
        ({"clauses": {"create-device": "elsewhere"}}, "create-device: the clause elsewhere stands in another cell"),
        ({"where": "green"}, "no property 'green'; known are any, body, fields, path id, permission, reads"),
        ({"without": [{"where": "reads"}]}, "a row of 'without' has a reason, and 'where' or 'operations'"),
        ({"without": [{"reason": REASON}]}, "a row of 'without' has a reason, and 'where' or 'operations'"),
        ({"without": ["reads"]}, "a row of 'without' has a reason, and 'where' or 'operations'"),
        ({"without": [{"where": "reads", "reason": "reads"}]}, "the reason 'reads' is no sentence"),
        ({"clauses": ["one"]}, "'clauses' is not of the kind dict"),
        ({"where": None}, "'where' is not of the kind str"),
        ({"colour": "red"}, "a column is a mapping with the keys clauses, once, open, where, without"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_bad_row_is_refused_by_file_and_column(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    assert complaint(tmp_path, {**CONFLICTS, **change}).startswith(f"cells.yaml: 409: {sentence}")


def test_a_clause_of_every_operation_may_govern_a_cell(tmp_path: Path) -> None:
    row = {**CONFLICTS, "clauses": {"delete-device": "any", "create-device": "two"}}
    assert loaded(tmp_path, row).governed(Column.CONFLICT)["delete-device"] == "any"


def test_a_column_that_is_missing_is_named(tmp_path: Path) -> None:
    assert complaint(tmp_path, None) == "cells.yaml: 409: it has a row for each column, and no other row"


def test_a_column_that_does_not_exist_is_named(tmp_path: Path) -> None:
    assert complaint(tmp_path, {"where": "any"}, column="418").startswith("cells.yaml: 418: it has a row for each")


def test_the_projects_own_table_says_something_of_every_pair() -> None:
    assert list(cells().places) == [(name, column) for name in operations() for column in Column]


def test_every_reason_of_the_project_is_a_sentence() -> None:
    reasons = {place.reason for place in cells().places.values() if place.reason}
    assert [reason for reason in reasons if not (reason[0].isupper() and reason.endswith("."))] == []
