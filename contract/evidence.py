"""Check records: what one check found, ready to be written to `evidence.jsonl` and read by the reports."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from contract.clauses import Clause, Level


@functools.total_ordering
class Verdict(Enum):
    """What a check found, from harmless to grave (design, *verdict of a check*)."""

    PASS = "pass"
    NOTE = "note"
    NOT_TESTABLE = "not testable"
    WARN = "warn"
    FAIL = "fail"
    SUITE_ERROR = "suite error"

    @property
    def gravity(self) -> int:
        return list(Verdict).index(self)

    def __lt__(self, other: Verdict) -> bool:
        return self.gravity < other.gravity


def verdict_on_violation(clause: Clause) -> Verdict:
    """How a broken clause is judged: the clause's level decides, never the test."""
    return {Level.MUST: Verdict.FAIL, Level.SHOULD: Verdict.WARN, Level.OBSERVE: Verdict.NOTE}[clause.level]


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `evidence.jsonl`.

    clause, level, verdict: the clause's id and level; the verdict's word.
    operation: id of the operation that was tried, None where the clause speaks of no single one.
    observed, expected: one sentence each, free of secrets. observations: name -> value of what OBSERVE clauses saw.
    exchanges: `{request: curl line, status, headers, body, elapsed_ms}`, redacted, in the order they happened.
    test: the pytest node id. duration: seconds. at: RFC 3339, UTC. target: the profile's name and URL.
    """

    clause: str
    level: str
    verdict: str
    operation: str | None
    observed: str
    expected: str
    test: str
    duration: float
    at: str
    target: str
    suite_version: str
    exchanges: tuple[Mapping[str, Any], ...] = ()
    observations: Mapping[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """A mapping of plain JSON types."""
        row = {field.name: getattr(self, field.name) for field in fields(self)}
        return {**row, "exchanges": list(self.exchanges)}

    @classmethod
    def from_json(cls, line: Mapping[str, Any]) -> Check:
        """The inverse of as_json. Raises TypeError on unknown or missing keys."""
        return cls(**{**line, "exchanges": tuple(line["exchanges"])})
