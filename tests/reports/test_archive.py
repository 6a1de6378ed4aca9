"""What a run leaves on disk is read back as it was, and damage is told in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract.evidence import Verdict
from reports import archive
from reports.__main__ import main
from reports.errors import EvidenceError
from reports.run import Run
from tests.reports.made_up import HOSTILE, check, clause, clauses, exchange, run

SEPARATORS = "\x85\u2028\u2029\x0b"


@pytest.fixture
def left_behind(tmp_path: Path) -> Path:
    found = run(
        [clause("one"), clause("two")],
        [
            check("one", observations={"tries": 5}),
            check("two", Verdict.FAIL, observed=HOSTILE + SEPARATORS, exchanges=(exchange(HOSTILE),)),
        ],
        errors=("a worker crashed",),
        seed="a word",
    )
    archive.write_run(tmp_path, found.facts, found.as_json())
    rows = [archive.line(check.as_json()) for check in found.checks]
    (tmp_path / "evidence.jsonl").write_text("".join(rows), encoding="utf-8")
    return tmp_path


def test_a_run_is_read_back_as_it_was(left_behind: Path) -> None:
    found = Run.load(left_behind, clauses(clause("one"), clause("two")))

    assert [check.verdict for check in found.checks] == ["pass", "fail"]
    assert found.checks[1].observed == HOSTILE + SEPARATORS
    assert found.checks[1].exchanges[0]["body"] == HOSTILE
    assert (found.facts.errors, found.facts.seed) == (("a worker crashed",), "a word")


def test_only_a_line_feed_ends_a_line(left_behind: Path) -> None:
    row = json.dumps(check("one", observed=SEPARATORS).as_json(), ensure_ascii=False)
    (left_behind / "evidence.jsonl").write_text(row, encoding="utf-8")

    assert Run.load(left_behind, clauses(clause("one"))).checks[0].observed == SEPARATORS


def test_a_run_without_checks_is_read_back(left_behind: Path) -> None:
    (left_behind / "evidence.jsonl").write_text("")

    assert Run.load(left_behind, clauses(clause("one"))).checks == ()


def _changed(**fields: Any) -> str:
    return json.dumps({**check("one").as_json(), **fields})


DAMAGED_LINES = {
    "cut off": _changed()[:-20],
    "empty": "",
    "not an object": "[]",
    "a field is missing": json.dumps({"clause": "one"}),
    "a field is unknown": _changed(colour="red"),
    "a text is a number": _changed(observed=7),
    "an exchange is a text": _changed(exchanges=["GET /"]),
    "no such verdict": _changed(verdict="excellent"),
    "no such level": _changed(level="MAY"),
    "a duration is a text": _changed(duration="long"),
    "observations are a list": _changed(observations=[1]),
}


@pytest.mark.parametrize("damaged", DAMAGED_LINES.values(), ids=DAMAGED_LINES)
def test_a_damaged_line_is_named(left_behind: Path, damaged: str) -> None:
    evidence = left_behind / "evidence.jsonl"
    evidence.write_text(f"{_changed()}\n{damaged}\n{_changed()}\n")

    with pytest.raises(EvidenceError, match=r"evidence\.jsonl, line 2 is not .*: delete that line") as raised:
        Run.load(left_behind, clauses(clause("one")))
    assert "\n" not in str(raised.value)


def _without_target(document: dict[str, Any]) -> None:
    del document["facts"]["target_name"]


def _with_a_colour(document: dict[str, Any]) -> None:
    document["facts"]["colour"] = "red"


def _with_a_wrong_gate(document: dict[str, Any]) -> None:
    document["facts"]["fail_on"] = "may"


def _with_a_wrong_duration(document: dict[str, Any]) -> None:
    document["facts"]["duration"] = "long"


def _with_a_wrong_error(document: dict[str, Any]) -> None:
    document["facts"]["errors"] = [7]


def _without_facts(document: dict[str, Any]) -> None:
    del document["facts"]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (_without_target, "the fact 'target_name' is missing"),
        (_with_a_colour, "the fact 'colour' is unknown"),
        (_with_a_wrong_gate, "the fact 'fail_on' is 'must' or 'should', not 'may'"),
        (_with_a_wrong_duration, "the fact 'duration' cannot be 'long'"),
        (_with_a_wrong_error, "the fact 'errors' is a list of sentences"),
        (_without_facts, "it holds no facts of a run"),
    ],
)
def test_damaged_facts_are_named(left_behind: Path, damage: Callable[[dict[str, Any]], None], told: str) -> None:
    facts = left_behind / "run.json"
    document = json.loads(facts.read_text())
    damage(document)
    facts.write_text(json.dumps(document))

    with pytest.raises(EvidenceError) as raised:
        Run.load(left_behind, clauses(clause("one")))
    assert str(raised.value) == f"{facts}: {told}; run the suite again, which writes it anew"


def test_the_page_is_made_again_from_the_evidence(left_behind: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = left_behind / "matrix.html"

    assert main([str(left_behind)]) == 0
    assert page.read_text().startswith("<!doctype html>")
    assert capsys.readouterr().out == f"{page}\n"


@pytest.mark.parametrize("name", ["evidence.jsonl", "run.json"])
def test_a_missing_file_is_told_in_one_sentence(
    left_behind: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (left_behind / name).unlink()

    assert main([str(left_behind)]) == 4
    told = capsys.readouterr().err
    assert told == f"{left_behind / name} does not exist: name the folder that a run left behind (artifacts/<run>)\n"


def test_a_file_that_is_not_text_is_told(left_behind: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (left_behind / "run.json").write_bytes(b"\xff\xfe")

    assert main([str(left_behind)]) == 4
    assert "run.json cannot be read (UnicodeDecodeError)" in capsys.readouterr().err


def test_a_missing_argument_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main([])

    assert raised.value.code == 4
    assert "DIR" in capsys.readouterr().err
