"""Why a finding is none: rows of `explained.toml`, each with the clause that gives the target this freedom."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contract.clauses import clauses
from contract.errors import ContractError
from contract.operations import operations
from fuzz.findings import Finding

EXPLAINED = Path(__file__).with_name("explained.toml")


@dataclass(frozen=True, slots=True)
class Explanation:
    """A finding that the contract allows.

    operations: the ids that it holds for. pattern: is searched in what was found and in the answer's body.
    """

    check: str
    operations: tuple[str, ...]
    status: int
    pattern: re.Pattern[str]
    clause: str
    why: str

    def covers(self, finding: Finding) -> bool:
        return (
            finding.check == self.check
            and finding.operation in self.operations
            and finding.status == self.status
            and self.pattern.search(_text(finding)) is not None
        )

    def __str__(self) -> str:
        return f"{self.check} {', '.join(self.operations)} {self.status} ({self.clause})"


def _text(finding: Finding) -> str:
    body = finding.exchange.answer.body.decode("utf-8", "replace") if finding.exchange else ""
    return f"{finding.what}\n{body}"


def load(path: Path = EXPLAINED) -> tuple[Explanation, ...]:
    """Read and check a table of explanations. Raises ContractError with one sentence."""
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("explained", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ContractError(f"{path.name}: cannot be read ({error})") from None
    return tuple(_explanation(row, f"{path.name}: row {number}") for number, row in enumerate(rows, 1))


_KEYS = ("check", "operations", "status", "pattern", "clause", "why")


def _explanation(row: Mapping[str, Any], where: str) -> Explanation:
    if set(row) != set(_KEYS):
        raise ContractError(f"{where}: a row has exactly the keys {', '.join(_KEYS)}")
    for operation in row["operations"]:
        if operation not in operations():
            raise ContractError(f"{where}: the operation {operation!r} is not in contract/operations.yaml")
    law = clauses()[row["clause"]]
    if law.answers is not None and row["status"] not in law.answers:
        raise ContractError(f"{where}: the clause {law.id} accepts {law.answers}, so it explains no {row['status']}")
    try:
        pattern = re.compile(row["pattern"])
    except re.error as error:
        raise ContractError(f"{where}: the pattern is no regular expression ({error})") from None
    return Explanation(row["check"], tuple(row["operations"]), row["status"], pattern, law.id, row["why"])


def explanation(finding: Finding, explanations: Iterable[Explanation]) -> Explanation | None:
    """The first row that explains a finding; None where nothing does."""
    return next((row for row in explanations if row.covers(finding)), None)
