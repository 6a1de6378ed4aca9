"""The same request once more: an act that happens once does not happen again."""

from __future__ import annotations

import pytest

from contract.cells import cells
from contract.clauses import Column, clauses
from contract.judge import Judge
from suites.law import clause
from suites.specimens import SPECIMENS, Specimen

REPEATED = {
    operation: clause_id
    for operation, clause_id in cells().governed(Column.REPLAY).items()
    if operation in SPECIMENS and clauses()[clause_id].answers
}
"""The operations whose repetition a clause has answers for, with its id."""


@pytest.mark.parametrize(
    "operation", [pytest.param(name, marks=clause(clause_id), id=name) for name, clause_id in REPEATED.items()]
)
def test_the_same_request_once_more_is_no_second_act(specimen: Specimen, judge: Judge) -> None:
    judge.works(specimen.send())
    before = specimen.state()
    again = specimen.send()
    judge.accepts(again)
    if not again.answer.ok:
        judge.unchanged(before, specimen.state())
