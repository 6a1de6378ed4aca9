"""Contract 10: the same request many times at once, on every operation that has no race of its own."""

from __future__ import annotations

import pytest

from contract.cells import cells
from contract.clauses import Column, Level, clauses
from contract.exchange import Exchange
from contract.judge import document
from contract.schemas import documented
from suites.concurrency.race import Race
from suites.law import clause
from suites.specimens import SPECIMENS, Specimen

RACED = {law.operation.id for law in clauses().values() if law.column is Column.RACES and law.operation}
"""The operations whose races other tests run."""


def may_get(operation: str, refused: Exchange) -> bool:
    """Whether the same act done later may get that refusal.

    Where the contract leaves it open, or no more than advises, any refusal may come.
    """
    repeated = cells().governed(Column.REPLAY).get(operation)
    if operation in cells().open or (repeated and clauses()[repeated].level is not Level.MUST):
        return refused.status < 500
    answers = clauses()[repeated].answers if repeated else None
    return answers is not None and refused.status in answers


@pytest.mark.parametrize("operation", [name for name in SPECIMENS if name not in RACED])
@clause("races.any-operation")
def test_the_same_request_many_times_at_once(operation: str, specimen: Specimen, race: Race) -> None:
    ended = race.run([specimen.prepared()] * race.size)
    race.judge.holds(ended.winners, "of simultaneous good requests none succeeded", "a success")
    for refused in ended.losers:
        race.judge.holds(may_get(operation, refused), f"answered {refused.status}", "as it gets alone", refused)
    if operation in cells().once:
        won = len(ended.winners)
        race.judge.holds(won == 1, f"of {race.size} simultaneous requests {won} succeeded", "exactly one")
    read = [document(exchange) for exchange in ended.winners]
    if specimen.operation.idempotent and specimen.operation.answer:
        seen = [documented(specimen.operation.answer, one) for one in read]
        race.judge.holds(all(one == seen[0] for one in seen), "simultaneous readings differ", "one and the same")
