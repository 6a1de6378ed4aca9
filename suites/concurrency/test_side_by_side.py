"""Contract 1.6, 9 and 10: what comes at the same moment is not mixed up, whoever sends it, and at whatever time."""

from __future__ import annotations

from functools import partial
from itertools import cycle

import pytest

from contract.clauses import clauses
from contract.judge import document
from contract.operations import operations
from signer import KeyPair
from suites.access.echo import differing
from suites.access.tokens import token_request
from suites.clocks import is_about
from suites.concurrency.race import Race
from suites.law import clause
from suites.stories import Stories
from target.connection import Target
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.recording import current
from target.secret import Secret

FEW = 8
"""Requests at once: here it is not told who is first, but whose is what."""

FOREIGN_LIST = clauses()["general.foreign-list"].answers


def few(race: Race) -> int:
    """How many requests are sent at once, as far as the profile allows."""
    return min(FEW, race.size)


@clause("general.foreign-path", "read-device")
def test_two_partners_at_the_same_moment_are_not_mixed_up(
    stories: Stories, partner: Partner, other_partner: Partner, customer: Person, race: Race
) -> None:
    device = stories.bind(customer)
    read, of_person = operations()["read-device"], {"filter[person_id]": customer.id}
    both = (partner, other_partner)
    kinds = [one.prepare(read, device.device_id) for one in both]
    kinds += [one.prepare(operations()["list-devices"], params=of_person) for one in both]
    answers = partner.release((kinds * FEW)[: few(race)])
    for place, answer in zip(cycle(range(len(kinds))), answers, strict=False):
        if place % 2 == 0:
            race.judge.works(answer)
        else:
            race.judge.accepts(answer, None if place == 1 else FOREIGN_LIST)
        listed = document(answer) if answer.answer.ok and place > 1 else []
        race.judge.holds(len(listed) == (place == 2), "a list has another partner's rows, or not its own", "its own")


@clause("general.foreign-path", "read-person")
def test_tokens_of_two_partners_that_are_made_at_once_are_not_mixed_up(
    target: Target, partner: Partner, other_partner: Partner, stories: Stories, race: Race
) -> None:
    person = stories.newcomer(partner)
    requests = [token_request(target, target.profile.credentials[one.role]) for one in (partner, other_partner)]
    made = partner.release((requests * FEW)[: few(race)])
    tokens = [Secret(document(exchange)["access_token"]) for exchange in made]
    current().met += tokens
    reads = stories.together([partial(partner.call, "read-person", person.id, token=token) for token in tokens])
    for own, foreign in zip(reads[::2], reads[1::2], strict=True):
        race.judge.works(own)
        race.judge.accepts(foreign)


@clause("general.identifiers")
def test_different_things_that_are_made_at_once_are_not_mixed_up(
    stories: Stories, partner: Partner, provisioning: Provisioning, customer: Person, race: Race
) -> None:
    fields = [provisioning.fields() for _ in range(few(race) // 2)]
    devices = [stories.registration(customer, KeyPair.generate()) for _ in fields]
    requests = [partner.prepare(operations()["create-person"], json=body) for body in fields]
    requests += [partner.prepare(operations()["create-device"], json=body) for body in devices]
    made = [document(exchange) for exchange in partner.release(requests)]
    persons, begun = made[: len(fields)], made[len(fields) :]
    challenges = [one["challenge"] for one in begun]
    for ids in ([one["id"] for one in things] for things in (persons, begun, challenges)):
        race.judge.holds(len(set(ids)) == len(ids), "two things that were made at once have one id", "an id of its own")
    reads = stories.together([partial(partner.call, "read-person", one["id"]) for one in persons])
    for body, read in zip(fields, reads, strict=True):
        wrong = differing(body, race.judge.works(read))
        race.judge.holds(not wrong, f"a person has another one's {', '.join(wrong)}", "what was sent", read)


@clause("hooks.clock-one-request")
@pytest.mark.usefixtures("clock")
def test_a_moved_request_moves_no_other_at_the_same_moment(partner: Partner, customer: Person, race: Race) -> None:
    offsets = [(0.0, 86_400.0, 0.0, -5_000.5)[place % 4] for place in range(few(race))]
    create = partial(partner.prepare, operations()["create-sms-challenge"], json={"person_id": customer.id})
    answers = partner.release([create(clock_offset=offset) for offset in offsets])
    for offset, answer in zip(offsets, answers, strict=True):
        about = is_about(race.judge.works(answer)["created_at"], answer, offset)
        race.judge.holds(about, "created_at has another request's offset", f"an offset of {offset:g} s", answer)


@clause("general.server-error", "list-devices")
@pytest.mark.usefixtures("fault")
def test_a_fault_is_that_of_its_request_alone(partner: Partner, race: Race) -> None:
    faults = [place % 2 == 0 for place in range(few(race))]
    read = partial(partner.prepare, operations()["list-devices"], params={"page[size]": 1})
    for fault, answer in zip(faults, partner.release([read(fault=fault) for fault in faults]), strict=True):
        if fault:
            race.judge.accepts(answer)
        else:
            race.judge.works(answer)
