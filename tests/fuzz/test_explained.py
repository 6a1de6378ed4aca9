"""A finding is explained by a clause that accepts it, or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract.clauses import clauses
from contract.errors import ContractError
from contract.exchange import Answer, Exchange, Headers, Request
from fuzz.explained import explanation, load
from fuzz.findings import Finding

GOOD = {
    "check": "positive_data_acceptance",
    "operations": ["create-device"],
    "status": 400,
    "pattern": "no verified mobile number",
    "clause": "binding.number-missing",
    "why": "An SMS needs a number.",
}


def table(folder: Path, **changes: Any) -> Path:
    row = {key: value for key, value in {**GOOD, **changes}.items() if value is not None}
    path = folder / "made-up.toml"
    path.write_text("[[explained]]\n" + "\n".join(f"{key} = {json.dumps(value)}" for key, value in row.items()))
    return path


def finding(**changes: Any) -> Finding:
    told: dict[str, Any] = {
        "check": GOOD["check"],
        "operation": "create-device",
        "status": 400,
        "body": b"no verified mobile number",
        **changes,
    }
    request = Request("POST", "http://127.0.0.1/v1/mfa/devices", Headers([]))
    exchange = Exchange(request, Answer(told["status"], Headers([]), told["body"], 0.0))
    return Finding(told["check"], told["operation"], "rejected", exchange)


def test_the_own_table_explains_by_clauses_that_accept_the_status() -> None:
    rows = load()
    assert rows
    assert all(row.why.endswith(".") for row in rows)
    assert all(row.clause in clauses() for row in rows)


def test_a_row_explains_what_it_names(tmp_path: Path) -> None:
    rows = load(table(tmp_path))
    assert explanation(finding(), rows) == rows[0]


@pytest.mark.parametrize(
    "change",
    [{"check": "not_a_server_error"}, {"operation": "read-device"}, {"status": 403}, {"body": b"the name is too long"}],
    ids=["check", "operation", "status", "answer"],
)
def test_a_row_explains_nothing_else(tmp_path: Path, change: dict[str, Any]) -> None:
    assert explanation(finding(**change), load(table(tmp_path))) is None


def test_a_request_without_an_answer_is_never_explained(tmp_path: Path) -> None:
    unanswered = Finding("answered", "create-device", "ReadTimeout", None)
    assert explanation(unanswered, load(table(tmp_path))) is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"why": None}, "a row has exactly the keys check, operations, status, pattern, clause, why"),
        ({"colour": "red"}, "a row has exactly the keys "),
        ({"operations": ["no-operation"]}, "the operation 'no-operation' is not in contract/operations.yaml"),
        ({"status": 500}, "the clause binding.number-missing accepts {400 | 403, 404, 409}, so it explains no 500"),
        ({"pattern": "("}, "the pattern is no regular expression ("),
    ],
    ids=["key missing", "key unknown", "operation", "status", "pattern"],
)
def test_a_bad_row_is_refused_in_one_sentence(tmp_path: Path, change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ContractError) as caught:
        load(table(tmp_path, **change))
    assert str(caught.value).startswith(f"made-up.toml: row 1: {sentence}")


def test_an_unknown_clause_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match=r"^no clause has the id 'made\.up'"):
        load(table(tmp_path, clause="made.up"))
