"""A race: requests whose last bytes leave together, and how it ended (contract 10)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from contract.exchange import Exchange
from contract.judge import Judge
from contract.operations import operations
from target.client import Outgoing
from target.connection import Target
from target.partner import Partner
from target.profile import Role
from target.secret import Secret
from target.tokens import Tokens

SIXTEEN = 16
"""Requests at once (contract 10), as far as the profile allows and there is something to race with."""

ROUNDS = range(3)
"""A race is run more than once: a gap of microseconds is not met each time."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a race ended."""

    winners: list[Exchange]
    losers: list[Exchange]


class SecondToken:
    """A token of the partner besides its own one, replaced when half of its life is over."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._until = 0.0

    def secret(self) -> Secret:
        """Raises PrerequisiteFailed, TargetUnreachable."""
        if time.monotonic() >= self._until:
            asked = time.monotonic()
            self._secret, lifetime = self._tokens.another(Role.PARTNER)
            self._until = asked + lifetime / 2
        return self._secret


@dataclass(frozen=True, slots=True)
class Race:
    """Runs races against the target, with two tokens of the partner by turns.

    size: how many requests are released at once.
    """

    target: Target
    judge: Judge
    size: int
    second: SecondToken

    def run(self, requests: Iterable[Outgoing]) -> Ended:
        """Release the requests together. Raises TargetUnreachable, Violation where one gets no answer."""
        together = [self._with_either_token(place, request) for place, request in enumerate(requests)]
        if len(together) < SIXTEEN:
            self.judge.notes_that(f"raced with {len(together)} requests", f"{SIXTEEN} at once")
        exchanges = self.target.partner.release(together)
        return Ended(
            [exchange for exchange in exchanges if exchange.answer.ok],
            [exchange for exchange in exchanges if not exchange.answer.ok],
        )

    def _with_either_token(self, place: int, request: Outgoing) -> Outgoing:
        """Own, second, second, own: so those of two resources that take turns have both tokens, too."""
        if place % 4 not in (1, 2) or not request.headers.get("Authorization", "").startswith("Bearer "):
            return request
        authorization = f"Bearer {self.second.secret().reveal()}"
        return replace(request, headers={**request.headers, "Authorization": authorization})

    def one_of_each_wins(self, *resources: Iterable[Outgoing]) -> None:
        """The requests for two resources take turns, and exactly one of each succeeds. Raises Violation."""
        requests = [list(its) for its in resources]
        ended = self.run(chain.from_iterable(zip(*requests, strict=True)))
        for its in requests:
            won = sum(exchange.request.url == its[0].url for exchange in ended.winners)
            observed = f"of {len(its)} simultaneous requests for one of two resources {won} succeeded"
            self.judge.holds(won == 1, observed, "exactly one")
        self.loses(ended)

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
