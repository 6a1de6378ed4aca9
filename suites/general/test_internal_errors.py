"""Contract 1.9: an internal error, provoked by the fault hook. The shape of its status is judged on every exchange."""

from __future__ import annotations

import pytest

from contract.judge import Judge
from suites.general.deltas import spoilt
from suites.general.error_bodies import entries
from suites.general.trespass import TRIES, altered, spends_a_try
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.specimens import each_operation


@each_operation
@clause("general.server-error")
@pytest.mark.usefixtures("fault")
def test_an_internal_error_changes_nothing(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        for name in spends_a_try(good.operation):
            wrong = spoilt(good.json, name, altered(str((good.json or {})[name])))
            for _ in range(TRIES):
                judge.accepts(good.send(json=wrong, fault=True))
        failed = good.send(fault=True)
        judge.accepts(failed)
        judge.holds(entries(failed), "a 500 has neither error shape", "the documented shape", failed)
