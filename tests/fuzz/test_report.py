"""What a run prints: no finding is lost, no secret is shown."""

from __future__ import annotations

from collections import Counter

import pytest

from contract.exchange import Answer, Exchange, Headers, Request
from fuzz.explained import load
from fuzz.findings import Finding
from fuzz.report import SHOWN, told
from fuzz.run import Outcome
from target.redaction import Redaction
from target.secret import Secret

TOKEN = "a-token-that-nobody-may-see"
ROW = next(row for row in load() if row.clause == "token.issued")


def finding(
    operation: str = "fetch-token", status: int = 200, what: str = "Missing required property: scope"
) -> Finding:
    headers = Headers([("Authorization", f"Basic {TOKEN}")])
    request = Request("POST", f"http://127.0.0.1/oauth2/token?access_token={TOKEN}", headers, b"grant_type=x")
    answer = Answer(status, Headers([]), f'{{"access_token": "another-{TOKEN}"}}'.encode(), 0.0)
    return Finding(ROW.check, operation, what, Exchange(request, answer))


def printed(capsys: pytest.CaptureFixture[str], *found: Finding, explained: int = 0) -> str:
    outcome = Outcome(found=list(found), explained=Counter({ROW: explained}), requests=7, seconds=2.4)
    assert told(outcome, Redaction([Secret(TOKEN)]), [] if explained else [ROW]) == len(found)
    return capsys.readouterr().out


def test_a_finding_is_shown_with_its_request_and_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    output = printed(capsys, finding(status=500, what=f"not expected: {TOKEN}"))
    assert "FOUND  negative_data_rejection  POST /oauth2/token  1 times\n  not expected: ***\n  curl -X POST" in output
    assert "1 findings unexplained, 0 explained, 7 requests, good answers of 0 operations, 2 s" in output
    assert TOKEN not in output


def test_an_explained_finding_is_counted_by_its_clause(capsys: pytest.CaptureFixture[str]) -> None:
    output = printed(capsys, explained=2)
    assert "explained     2  token.issued" in output
    assert "FOUND" not in output
    assert "0 findings unexplained, 2 explained" in output


def test_a_row_that_explains_nothing_is_stale(capsys: pytest.CaptureFixture[str]) -> None:
    assert "stale: negative_data_rejection fetch-token 200 (token.issued) explains nothing any more" in printed(capsys)
    assert "stale" not in printed(capsys, explained=1)


def test_findings_of_one_kind_are_shown_once(capsys: pytest.CaptureFixture[str]) -> None:
    output = printed(capsys, finding(status=500), finding(status=500))
    assert output.count("FOUND") == 1
    assert "2 times" in output


def test_all_findings_count_however_many_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    output = printed(capsys, *(finding(status=500 + number) for number in range(SHOWN + 3)))
    assert "FOUND  3 kinds more" in output
    assert f"{SHOWN + 3} findings unexplained" in output


def test_the_own_table_has_no_row_twice() -> None:
    rows = [(row.check, row.operations, row.status, row.pattern.pattern) for row in load()]
    assert len(rows) == len(set(rows))
