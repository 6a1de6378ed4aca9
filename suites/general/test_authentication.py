"""Contract 1.4: who has no good token gets nothing, and changes nothing."""

from __future__ import annotations

import pytest

from contract.judge import Judge
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.specimens import each_operation
from target.secret import Secret


@each_operation
@clause("general.token-absent")
def test_a_request_without_a_token_is_refused(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        judge.accepts(good.send(token=None))


@each_operation
@clause("general.token-unknown")
@pytest.mark.parametrize("text", ["unknown-token", "a b", ".", "Bearer"])
def test_a_token_that_nobody_issued_is_refused(refusal: ProvedRefusal, judge: Judge, text: str) -> None:
    with refusal as good:
        judge.accepts(good.send(token=Secret(text)))
