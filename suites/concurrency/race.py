"""A race: requests whose last bytes leave together, and how it ended (contract 10)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from contract.exchange import Exchange
from contract.judge import Judge
from contract.operations import operations
from target.client import Outgoing
from target.connection import Target
from target.partner import Partner

SIXTEEN = 16
"""Requests at once (contract 10), as far as the profile allows and there is something to race with."""

ROUNDS = range(3)
"""A race is run more than once: a gap of microseconds is not met each time."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a race ended."""

    winners: list[Exchange]
    losers: list[Exchange]


@dataclass(frozen=True, slots=True)
class Race:
    """Runs races against the target. size: how many requests are released at once."""

    target: Target
    judge: Judge
    size: int

    def run(self, requests: Iterable[Outgoing]) -> Ended:
        """Release the requests together. Raises TargetUnreachable, Violation where one gets no answer."""
        together = list(requests)
        if len(together) < SIXTEEN:
            self.judge.notes_that(f"raced with {len(together)} requests", f"{SIXTEEN} at once")
        exchanges = self.target.partner.release(together)
        return Ended(
            [exchange for exchange in exchanges if exchange.answer.ok],
            [exchange for exchange in exchanges if not exchange.answer.ok],
        )

    def one_wins(self, requests: Iterable[Outgoing]) -> Exchange:
        """Exactly one request succeeds, and the others are refused as the clause says. Raises Violation."""
        ended = self.run(requests)
        observed = f"of {self.size} simultaneous requests {len(ended.winners)} succeeded"
        self.judge.holds(len(ended.winners) == 1, observed, "exactly one")
        self.loses(ended)
        return ended.winners[0]

    def loses(self, ended: Ended) -> None:
        """The losers are refused as the same request would be if it came later. Raises Violation."""
        for exchange in ended.losers:
            self.judge.accepts(exchange)


def prepared(partner: Partner, operation_id: str, *ids: str, **body: Any) -> Outgoing:
    """A request with a JSON body, ready to race."""
    return partner.prepare(operations()[operation_id], *ids, json=body or None)
