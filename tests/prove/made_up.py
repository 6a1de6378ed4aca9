"""Trials that nobody made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contract.clauses import clauses
from reports.proof import Alarm, Kind, Proof, Scope, Stage, Trial

BROKEN = "general.json"
OTHER = "general.no-content"


def alarm(clause: str, verdict: str = "fail", observed: str = "answered 200") -> Alarm:
    return Alarm(clause, verdict, 1, observed, "suites/general/test_x.py::test_y")


def trial(kind: Kind = Kind.FAULT, *alarms: Alarm, **facts: Any) -> Trial:
    known: dict[str, Any] = {
        "kind": kind,
        "id": "made-up",
        "what": "Something is wrong.",
        "clause": BROKEN if kind is Kind.FAULT else None,
        "warns": (),
        "stage": Stage.CLAUSE,
        "seconds": 1.0,
        "checks": 10,
        "alarms": alarms,
        "not_testable": {},
        "errors": (),
    }
    return Trial(**known | facts)


def proof(*trials: Trial, complete: bool = False, history: Sequence[Mapping[str, Any]] = ()) -> Proof:
    scope = Scope("2026-01-02T03:04:05+00:00", "0.1", 1, 2, complete, False, 12.5, 21.5)
    return Proof(scope, trials, clauses(), history)
