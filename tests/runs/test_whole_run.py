"""One whole run against the embedded target, as a user makes it: its verdict, and what it leaves behind."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from contract.clauses import clauses
from tests.runs.conftest import Suite
from tests.runs.leftovers import slips

CREDENTIALS = {
    "TARGET_CLIENT_ID": "night-run",
    "TARGET_CLIENT_SECRET": "6f1c-client-secret",
    "TARGET_OTHER_CLIENT_ID": "other-night-run",
    "TARGET_OTHER_CLIENT_SECRET": "77ab-client-secret",
    "TARGET_RESTRICTED_CLIENT_ID": "restricted-night-run",
    "TARGET_RESTRICTED_CLIENT_SECRET": "90de-client-secret",
}


def evidence(directory: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (directory / "evidence.jsonl").read_text().splitlines()]


def test_a_whole_run_judges_every_clause_and_leaves_no_secret_behind(suite: Suite, tmp_path: Path) -> None:
    run = suite("-n", "2", **CREDENTIALS)
    directory = tmp_path / "run"

    assert run.returncode == 0, run.stdout[-3000:]
    checks = evidence(directory)
    assert {check["verdict"] for check in checks} == {"pass"}
    assert {check["clause"] for check in checks} == {clause.id for clause in clauses().testable}

    assert not slips(directory, run.stdout + run.stderr)

    suites = ElementTree.parse(directory / "junit.xml").getroot()  # noqa: S314 - our own file
    results = list((directory / "allure-results").glob("*-result.json"))
    tests = {check["test"] for check in checks}
    assert int(suites[0].get("tests", 0)) == len(tests) == len(results)
    labels = {label["name"]: label["value"] for label in json.loads(results[0].read_text())["labels"]}
    assert labels["feature"] in clauses()
    assert {"epic", "story", "severity"} <= set(labels)
