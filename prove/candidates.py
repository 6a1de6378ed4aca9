"""Whom the suite is tried on: the embedded target as it is, with each fault, and with other freedoms than its own.

A whole run of the suite takes half a minute, and there are more freedoms than minutes: so the variants are dealt out to
combinations, each to one, as the seed has it. Another seed is another proof; `--only ID` tries one by itself.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from reports.proof import Kind

COMBINATIONS = 20
QUICK_FAULTS = 30
QUICK_COMBINATIONS = 1

Row = Mapping[str, Any]
"""A fault or a variant, as `python -m sandbox --catalogue` has it."""


class CatalogueError(Exception):
    """The catalogue of the embedded target cannot be used; one sentence."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A target that the suite is tried on.

    arguments: of `python -m sandbox`. clause: the one that a fault breaks. warns: SHOULD clauses that a variant
    does not keep, by its nature.
    """

    kind: Kind
    id: str
    what: str
    arguments: tuple[str, ...] = ()
    clause: str | None = None
    warns: tuple[str, ...] = ()


BASE = Candidate(Kind.BASE, "embedded", "The embedded target as it is.")


def candidates(seed: int) -> tuple[Candidate, ...]:
    """All that a whole proof tries, the long runs first. seed: of the combinations. Raises CatalogueError."""
    catalogue = _catalogue()
    return (BASE, *combinations(catalogue["variants"], seed), *map(_fault, catalogue["faults"]))


def singles() -> tuple[Candidate, ...]:
    """Each variant by itself. Raises CatalogueError."""
    return tuple(_target(Kind.VARIANT, row["id"], [row]) for row in _catalogue()["variants"])


def combinations(variants: Sequence[Row], seed: int) -> Iterator[Candidate]:
    """Each variant once, dealt out to a few targets in an order drawn by the seed; never two that decide the same."""
    drawn = random.Random(seed).sample(variants, len(variants))  # noqa: S311 - can be repeated, and is no secret
    dealt: list[list[Row]] = [[] for _ in range(min(COMBINATIONS, len(variants)))]
    for variant in drawn:
        free = [rows for rows in dealt if variant["freedom"] not in {row["freedom"] for row in rows}]
        min(free, key=len).append(variant)
    for number, rows in enumerate(dealt, start=1):
        yield _target(Kind.COMBINATION, f"combination-{seed}-{number:02}", rows)


def named(everyone: Iterable[Candidate], patterns: Sequence[str]) -> tuple[Candidate, ...]:
    """The candidates whose id fits one of the patterns (`otp-*`). Raises CatalogueError where a pattern fits none."""
    everyone = tuple(everyone)
    for pattern in patterns:
        if not any(fnmatchcase(candidate.id, pattern) for candidate in everyone):
            raise CatalogueError(f"--only {pattern}: no fault or variant has such an id; --list shows them all")
    return tuple(one for one in everyone if any(fnmatchcase(one.id, pattern) for pattern in patterns))


def quick(everyone: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Some of each kind, evenly spread over the catalogue: the same ones each time."""
    faults = [one for one in everyone if one.kind is Kind.FAULT]
    mixed = [one for one in everyone if one.kind is Kind.COMBINATION]
    return (*spread(mixed, QUICK_COMBINATIONS), *spread(faults, QUICK_FAULTS))


def spread(row: Sequence[Candidate], count: int) -> Sequence[Candidate]:
    """At most so many, evenly spread over the row."""
    return row[:: max(1, -(-len(row) // count))]


def _catalogue() -> dict[str, list[Row]]:
    # The judge imports nothing of the accused, not even the list of its sins.
    asked = subprocess.run(
        [sys.executable, "-m", "sandbox", "--catalogue"], capture_output=True, text=True, check=False
    )
    if asked.returncode:
        raise CatalogueError(f"python -m sandbox --catalogue ended with {asked.returncode}: {_last(asked.stderr)}")
    catalogue: dict[str, list[Row]] = json.loads(asked.stdout)
    return catalogue


def _target(kind: Kind, name: str, rows: Sequence[Row]) -> Candidate:
    """One target that is all of these variants."""
    return Candidate(
        kind,
        name,
        " + ".join(row["id"] for row in rows) if len(rows) > 1 else rows[0]["what"],
        tuple(word for row in rows for word in ("--variant", row["id"])),
        warns=tuple(clause for row in rows for clause in row["warns"]),
    )


def _fault(row: Row) -> Candidate:
    return Candidate(Kind.FAULT, row["id"], row["what"], ("--fault", row["id"]), clause=row["clause"])


def _last(text: str) -> str:
    return (text.strip().splitlines() or ["nothing was said"])[-1]
