"""What a run prints: what was found and is not explained, what is explained and by which clause, and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from contract.operations import operations
from fuzz.explained import Explanation
from fuzz.findings import Finding
from fuzz.run import Outcome
from target.redaction import Redaction

SHOWN = 10
"""Kinds of findings that are shown, by one finding each; the rest is counted only."""


def told(outcome: Outcome, redaction: Redaction, idle: Sequence[Explanation]) -> int:
    """Print the outcome; returns the number of findings that nothing explains. idle: rows that explained none."""
    _tell_found(outcome.found, redaction)
    _tell_explained(outcome.explained)
    for row in idle:
        print(f"stale: {row} explains nothing any more")
    print(
        f"{len(outcome.found)} findings unexplained, {sum(outcome.explained.values())} explained, "
        f"{outcome.requests} requests, good answers of {len(outcome.succeeded)} operations, {outcome.seconds:.0f} s"
    )
    return len(outcome.found)


def _tell_found(found: Sequence[Finding], redaction: Redaction) -> None:
    kinds: dict[tuple[str, str, int | None], list[Finding]] = {}
    for each in found:
        kinds.setdefault((each.check, each.operation, each.status), []).append(each)
    for same in list(kinds.values())[:SHOWN]:
        first = same[0]
        print(f"FOUND  {first.check}  {operations().get(first.operation, first.operation)}  {len(same)} times")
        print(f"  {redaction.text(first.what)}")
        if first.exchange is not None:
            shown = redaction.exchange(first.exchange)
            print(f"  {shown['request']}\n  {shown['status']} {shown['body']}")
    if len(kinds) > SHOWN:
        print(f"FOUND  {len(kinds) - SHOWN} kinds more")


def _tell_explained(used: Counter[Explanation]) -> None:
    by_clause: Counter[str] = Counter()
    for row, count in used.items():
        by_clause[row.clause] += count
    for clause, count in sorted(by_clause.items()):
        print(f"explained  {count:4}  {clause}")
