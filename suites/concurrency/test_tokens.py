"""Contract 10: tokens, however many are asked for at the same moment."""

from __future__ import annotations

from contract.judge import document
from suites.access.tokens import token_request
from suites.concurrency.race import Race
from suites.law import clause
from target.connection import Target
from target.profile import Role
from target.recording import current
from target.secret import Secret


@clause("races.any-operation", "fetch-token")
def test_every_simultaneous_token_request_gets_a_token(target: Target, race: Race) -> None:
    ended = race.run([token_request(target, target.profile.credentials[Role.PARTNER])] * race.size)
    current().met += [Secret(document(exchange)["access_token"]) for exchange in ended.winners]
    won = len(ended.winners)
    race.judge.holds(won == race.size, f"of {race.size} simultaneous requests {won} got a token", "a token for each")
