"""The two files beside Allure's results."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from reports import allure
from tests.reports.made_up import FACTS


def test_the_environment_is_a_properties_file(tmp_path: Path) -> None:
    allure.write(tmp_path, replace(FACTS, target_name="Zürich\\1\n😀", selection="-k a=b"))
    written = (tmp_path / "environment.properties").read_text(encoding="ascii").splitlines()

    assert r"Target=Z\u00fcrich\\1\n\ud83d\ude00" in written
    assert "Selection=-k a=b" in written
    assert "Seed=20261121" in written


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        ("failed", "answered 202", ["Violation"]),
        ("broken", "KeyError", ["Suite error"]),
        ("skipped", "needs clock hook", ["Not testable: the target lacks a capability"]),
        ("skipped", "prerequisite failed: one\nneeds more", ["Not testable: a prerequisite failed"]),
        ("passed", "needs nothing", []),
    ],
)
def test_what_went_wrong_falls_into_one_category(
    tmp_path: Path, status: str, message: str, expected: list[str]
) -> None:
    allure.write(tmp_path, FACTS)
    categories = json.loads((tmp_path / "categories.json").read_text())

    assert expected == [
        category["name"]
        for category in categories
        if status in category["matchedStatuses"] and re.fullmatch(category.get("messageRegex", "(?s).*"), message)
    ]
