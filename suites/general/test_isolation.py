"""Contract 1.6: nobody reads, changes or finds another partner's data.

Two partners have a thing of every kind and try for each other's (see `suites.general.trespass`), so that an operation
is tried by its row in the table and its specimen alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from contract.clauses import clauses
from contract.judge import Judge, NotTestable, PrerequisiteFailed, flaw
from contract.operations import Operation, operations
from signer import KeyPair
from suites.general.cells import each
from suites.general.estate import id_fields, is_concerned, is_list
from suites.general.frontier import Frontier
from suites.general.trespass import BODY, LIST, PATH, Findings, row_values
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.specimens import SPECIMENS
from suites.stories import Stories
from target.connection import Target
from target.partner import Partner
from target.provisioning import Person

Crossing = Callable[[], Frontier]


@pytest.fixture(scope="session")
def crossing(pytestconfig: pytest.Config, target: Target, settled_key_addition: KeyAddition) -> Crossing:
    """Crosses the frontier when the first test asks: only a test has a verdict."""
    seed = f"{pytestconfig.getoption('seed')} two partners"
    return cache(lambda: Frontier(target, settled_key_addition, seed))


@pytest.fixture
def frontier(crossing: Crossing) -> Frontier:
    return crossing()


@pytest.fixture
def found(operation: str, frontier: Frontier) -> Findings:
    """What two partners found out about the operation under test."""
    return frontier.lend().about(operation)


def each_under(law: Callable[[Operation], str]) -> pytest.MarkDecorator:
    """Try a test on every operation that is concerned, each under a clause."""
    concerned = [operation for operation in map(operations().__getitem__, SPECIMENS) if is_concerned(operation)]
    return pytest.mark.parametrize(
        "operation", [pytest.param(one.id, id=one.id, marks=clause(law(one))) for one in concerned]
    )


def law_of(operation: Operation) -> str:
    """The clause on which it hangs that the operation does not move another partner's things."""
    return PATH if operation.parameters else LIST if is_list(operation) else BODY


@each(lambda operation: operation.parameters)
@clause(PATH)
def test_another_partners_id_in_a_path_is_unknown(found: Findings, frontier: Frontier, judge: Judge) -> None:
    attempts = found.attempts[PATH]
    frontier.record(attempt.exchange for attempt in attempts)
    for attempt in attempts:
        judge.accepts(attempt.exchange, attempt.allowed)


@each(lambda operation: is_concerned(operation) and id_fields(operation))
@clause(BODY)
def test_another_partners_id_in_a_body_is_unknown(found: Findings, frontier: Frontier, judge: Judge) -> None:
    attempts = found.attempts[BODY]
    frontier.record(attempt.exchange for attempt in attempts)
    for attempt in attempts:
        judge.accepts(attempt.exchange, attempt.allowed)


@each(is_list)
@clause(LIST)
def test_a_list_shows_nothing_of_another_partner(found: Findings, frontier: Frontier, judge: Judge) -> None:
    frontier.record(listing.exchange for listing in found.listings)
    for listing in found.listings:
        judge.accepts(listing.exchange)
        shown = row_values(listing.exchange, "id", "person_id")
        seen = f"another partner's things are listed ({listing.what})"
        judge.holds(not shown & listing.hidden, seen, "own things only", listing.exchange)
        judge.holds(not (listing.empty and shown), f"something is listed ({listing.what})", "nothing", listing.exchange)
        counted = listing.exchange.answer.headers.get("total", "0") if listing.empty else "0"
        judge.holds(counted.strip() == "0", f"the total counts them ({listing.what})", "a total of 0", listing.exchange)


@each_under(law_of)
def test_another_partners_attempts_move_nothing(
    operation: str, found: Findings, frontier: Frontier, judge: Judge
) -> None:
    frontier.record(found.last)
    trouble = found.moved or any(map(flaw, found.last))
    if trouble and not frontier.in_time:
        raise NotTestable("needs faster answers: things expired while another partner reached for them")
    if trouble and (cause := frontier.trespass.intrusion(operation)):
        # Many things are one person's, so what was done to one of them is seen at others.
        raise PrerequisiteFailed(cause)
    judge.unchanged([], found.moved)
    for last in found.last:
        if last.answer.ok:
            # A success that is not as it should be has another cause than a stranger's attempts.
            judge.works(last)
        else:
            judge.still_works(last)


@clause(BODY, "create-device")
def test_another_partner_begins_no_binding_with_a_persons_activation_code(
    judge: Judge, other_partner: Partner, customer: Person, stories: Stories
) -> None:
    code = stories.activation_code(customer)
    keys = KeyPair.generate()
    body = stories.registration(customer, keys, challenge_type="activation_code")
    # That person has no live code with the other partner, either.
    allowed = clauses()[BODY].answers
    no_code = clauses()["binding.no-live-code"].answers
    assert allowed is not None
    assert no_code is not None
    judge.accepts(other_partner.call("create-device", json=body), allowed | no_code)
    judge.still_works(stories.begin_with_code(customer, code, keys).verify())
