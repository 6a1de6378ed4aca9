"""What a run leaves on disk: `evidence.jsonl`, one check per line, and `run.json`, the facts around them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from contract.clauses import Level
from contract.evidence import Check, Verdict
from reports.errors import EvidenceError
from reports.facts import RunFacts

EVIDENCE = "evidence.jsonl"
RUN = "run.json"
MATRIX = "matrix.html"


def line(check: Mapping[str, Any]) -> str:
    """A check as one line. Pure ASCII: a lone surrogate in an answer is evidence too, and UTF-8 cannot hold it."""
    return json.dumps(check, separators=(",", ":")) + "\n"


def read_checks(directory: Path) -> tuple[Check, ...]:
    """The checks in the order they were found. Raises EvidenceError."""
    path = directory / EVIDENCE
    # Not splitlines: it would also cut at the odd separators that an answer may hold.
    rows = _text(path).split("\n")
    if rows[-1] == "":
        rows.pop()
    return tuple(_check(row, f"{path}, line {number}") for number, row in enumerate(rows, start=1))


def read_facts(directory: Path) -> RunFacts:
    """The facts of `run.json`. Raises EvidenceError."""
    path = directory / RUN
    try:
        return RunFacts.from_json(json.loads(_text(path))["facts"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        why = error.args[0] if type(error) is ValueError else "it holds no facts of a run"
        raise EvidenceError(f"{path}: {why}; run the suite again, which writes it anew") from error


def write_run(directory: Path, facts: RunFacts, findings: Mapping[str, Any]) -> None:
    """Write `run.json`: the facts, and for those who do not read evidence themselves what was found."""
    document = {"facts": facts.as_json(), **findings}
    (directory / RUN).write_text(json.dumps(document, indent=2) + "\n", encoding="ascii")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise EvidenceError(
            f"{path} does not exist: name the folder that a run left behind (artifacts/<run>)"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise EvidenceError(f"{path} cannot be read ({type(error).__name__}): make it a readable file") from error


_REPAIR = "delete that line, or run the suite again"
_TEXTS = ("clause", "level", "verdict", "observed", "expected", "test", "at", "target", "suite_version")


def _check(row: str, where: str) -> Check:
    try:
        check = Check.from_json(json.loads(row))
    except ValueError as error:
        raise EvidenceError(f"{where} is not JSON: {_REPAIR}") from error
    except (TypeError, KeyError) as error:
        raise EvidenceError(f"{where} is not a check of this version of the suite: {_REPAIR}") from error
    if wrong := _wrong_field(check):
        raise EvidenceError(f"{where} is not a check ({wrong!r} is wrong): {_REPAIR}")
    return check


def _wrong_field(check: Check) -> str | None:
    rightful = {
        **{name: isinstance(getattr(check, name), str) for name in _TEXTS},
        "operation": isinstance(check.operation, str | None),
        "duration": isinstance(check.duration, int | float),
        "exchanges": all(isinstance(exchange, dict) for exchange in check.exchanges),
        "observations": isinstance(check.observations, dict | None),
    }
    if wrong := [name for name, right in rightful.items() if not right]:
        return wrong[0]
    if check.verdict not in {verdict.value for verdict in Verdict}:
        return "verdict"
    return None if check.level in {level.value for level in Level} else "level"
