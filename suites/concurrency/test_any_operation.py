"""Contract 10: the same request many times at once, on every operation that has no race of its own."""

from __future__ import annotations

import pytest

from contract.cells import cells
from contract.clauses import Column, Level, clauses
from contract.exchange import Exchange
from contract.judge import document
from contract.operations import operations
from contract.schemas import documented
from suites.concurrency.race import Race
from suites.law import clause
from suites.specimens import SPECIMENS, Specimen, Workshop

RACED = {law.operation.id for law in clauses().values() if law.column is Column.RACES and law.operation}
"""The operations whose races other tests run."""

NEW_EACH_TIME = {"create-signing-challenge": ("id", "string_to_sign"), "create-sms-challenge": ("id",)}
"""What no two answers of an operation have in common."""


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
    for name in NEW_EACH_TIME.get(operation, ()):
        given = {one[name] for one in read}
        race.judge.holds(len(given) == len(read), f"of {len(read)} simultaneous {name}s some are the same", "its own")
    if specimen.operation.idempotent and specimen.operation.answer:
        seen = [documented(specimen.operation.answer, one) for one in read]
        race.judge.holds(all(one == seen[0] for one in seen), "simultaneous readings differ", "one and the same")


def reads_one_thing(operation: str) -> bool:
    """Whether it is an operation that reads a thing by the id in its path."""
    row = operations()[operation]
    return row.idempotent and bool(row.parameters) and row.answer is not None


@pytest.mark.parametrize("operation", [name for name in SPECIMENS if reads_one_thing(name)])
@clause("races.any-operation")
def test_simultaneous_readings_of_two_things_are_not_mixed_up(
    operation: str, specimen: Specimen, workshop: Workshop, race: Race
) -> None:
    schema = specimen.operation.answer
    assert schema is not None
    other = workshop.make(operation)
    alone = [one.send() for one in (specimen, other)]
    expected = {read.request.url: documented(schema, document(read)) for read in alone}
    ended = race.run([specimen.prepared(), other.prepared()] * (race.size // 2))
    race.judge.holds(not ended.losers, f"of simultaneous readings {len(ended.losers)} failed", "the same as alone")
    for read in ended.winners:
        same = documented(schema, document(read)) == expected[read.request.url]
        race.judge.holds(same, "a reading shows something else than alone", "what is read", read)
