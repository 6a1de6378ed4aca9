"""Contract 1.1 and 1.7: identifiers, known and unknown, possible and impossible."""

from __future__ import annotations

from contract.judge import Judge
from signer import KeyPair
from suites.general.cells import each_with_path_ids
from suites.general.deltas import answers_to_unknown_id
from suites.general.odd_ids import HOSTILE, IMPOSSIBLE, nearly, unknown_like
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.stories import Stories
from target.provisioning import Person


@each_with_path_ids
@clause("general.unknown-id")
def test_an_unknown_id_is_not_found(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        allowed = answers_to_unknown_id(good.operation, judge.clause.answers)
        unknown = {
            name: {"ids": (*good.ids[:place], unknown_like(good.ids[place]), *good.ids[place + 1 :])}
            for place, name in enumerate(good.operation.parameters)
        }
        judge.accepts_each(good.send_each(unknown), allowed)


@each_with_path_ids
@clause("general.impossible-id")
def test_an_id_that_cannot_be_one_is_refused(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        allowed = answers_to_unknown_id(good.operation, judge.clause.answers)
        for place, known in enumerate(good.ids):
            odd_ids = {**IMPOSSIBLE, **nearly(known)}
            judge.accepts_each(
                good.send_each(
                    {
                        what: {"ids": (*good.ids[:place], odd, *good.ids[place + 1 :]), "hostile": what in HOSTILE}
                        for what, odd in odd_ids.items()
                    }
                ),
                allowed,
            )


@clause("general.identifiers")
def test_no_two_things_have_the_same_id(
    judge: Judge, customer: Person, another_customer: Person, stories: Stories, key_addition: KeyAddition
) -> None:
    bindings = [stories.bind(customer), stories.bind(another_customer), stories.bind(customer)]
    bindings += [stories.begin(customer), stories.begin(customer)]
    added = judge.works(key_addition.add(bindings[0], KeyPair.generate()))
    kinds = {
        "persons": [customer.id, another_customer.id],
        "devices": [binding.device_id for binding in bindings],
        "signature challenges": [binding.challenge_id for binding in bindings],
        "keys": [*(binding.key_id for binding in bindings), added["id"]],
    }
    for kind, ids in kinds.items():
        judge.holds(len(set(ids)) == len(ids), f"two {kind} have the same id", "an id of its own for each")


@clause("general.identifiers")
def test_the_things_of_two_partners_have_different_ids(
    judge: Judge, customer: Person, foreign_customer: Person, stories: Stories
) -> None:
    own, foreign = stories.begin(customer), stories.begin(foreign_customer)
    judge.holds(own.device_id != foreign.device_id, "two partners' devices have the same id", "an id of its own")
    judge.holds(own.challenge_id != foreign.challenge_id, "two partners' challenges share an id", "an id of its own")
    judge.holds(own.key_id != foreign.key_id, "two partners' keys have the same id", "an id of its own for each")
