"""What a target has to pass over: a good request with something more or something less in it still succeeds."""

from __future__ import annotations

from typing import Any

from contract.exchange import Exchange
from contract.judge import Judge
from contract.operations import operations
from suites.specimens import Specimen


def tolerates(judge: Judge, answer: Exchange, good: Specimen | None = None) -> Any:
    """The request succeeded, although something in it is not as usual; returns the answer's document.

    good: tells a target that does not tolerate from one that refuses the good request, too.
    """
    success = operations()[answer.request.operation or ""].success
    if good is not None and answer.status not in success:
        judge.works(good.send())
    judge.holds(answer.status in success, f"answered {answer.status}", str(success), answer)
    return judge.works(answer)
