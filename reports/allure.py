"""What Allure gets: a result for every test, and two small files about the run and how it sorts what went wrong."""

from __future__ import annotations

import json
from pathlib import Path

import allure_pytest.plugin
import pytest
from allure_pytest.listener import AllureListener

from reports.facts import RunFacts

RESULTS = "allure-results"

CATEGORIES = [
    {"name": "Violation", "matchedStatuses": ["failed"]},
    {"name": "Suite error", "matchedStatuses": ["broken"]},
    {
        "name": "Not testable: a prerequisite failed",
        "matchedStatuses": ["skipped"],
        "messageRegex": r"(?s).*prerequisite failed: .*",
    },
    {
        "name": "Not testable: the target lacks a capability",
        "matchedStatuses": ["skipped"],
        "messageRegex": r"(?s)(?!.*prerequisite failed: ).*needs .*",
    },
]


class TestsOnly(AllureListener):  # type: ignore[misc]  # allure-pytest has no types
    """Allure's listener, which would also write a file for every fixture of every test.

    Those were four of five files and an eighth of a run's time, and say nothing about a target.
    """

    pytest_fixture_setup = None
    pytest_fixture_post_finalizer = None

    def _update_fixtures_children(self, item: pytest.Item) -> None:
        """Called for every test; without fixtures there is nothing to do."""


def listen_to_tests_only() -> None:
    """Put `TestsOnly` in the place of Allure's listener; to be called before allure-pytest is configured."""
    allure_pytest.plugin.AllureListener = TestsOnly


def write(results: Path, facts: RunFacts) -> None:
    """Write `environment.properties` and `categories.json` into a folder of Allure results."""
    properties = {
        "Run": facts.run_id,
        "Target": facts.target_name,
        "Target.URL": facts.target_url,
        "Suite.version": facts.suite_version,
        "Started": facts.started_at,
        "Seed": "none" if facts.seed is None else str(facts.seed),
        "Selection": facts.selection or "everything",
        "Fails.on": facts.fail_on,
    }
    lines = [f"{key}={_escaped(value)}\n" for key, value in properties.items()]
    (results / "environment.properties").write_text("".join(lines), encoding="ascii")
    (results / "categories.json").write_text(json.dumps(CATEGORIES, indent=2) + "\n", encoding="ascii")


def _escaped(value: str) -> str:
    r"""A value of a Java properties file, which is Latin-1 with `\uXXXX` for the rest, in UTF-16 units."""
    escaped = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")
    units = escaped.encode("utf-16-be", "surrogatepass")
    pairs = (int.from_bytes(units[at : at + 2], "big") for at in range(0, len(units), 2))
    return "".join(chr(unit) if 32 <= unit < 127 else f"\\u{unit:04x}" for unit in pairs)
