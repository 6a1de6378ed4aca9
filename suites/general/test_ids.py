"""Contract 1.1 and 1.7: identifiers, known and unknown, possible and impossible."""

from __future__ import annotations

from functools import partial
from operator import eq

from contract.clauses import clauses
from contract.judge import Judge, NotTestable, document
from contract.operations import Operation, operations
from signer import KeyPair
from suites.activation.codes import event_on, events_of
from suites.change_requests.changes import Change
from suites.general.cells import TRIED, each_with_path_ids
from suites.general.deltas import answers_to_unknown_id
from suites.general.odd_ids import HOSTILE, IMPOSSIBLE, nearly, unknown_like
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.sms_challenges.codes import Coded, ask
from suites.stories import Stories, signed, signing_challenge, verify_signing_challenge
from target.provisioning import Person

LONG = 16
"""Characters of an id that is no number that counts."""


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


def thing_of_each_kind(stories: Stories, customer: Person) -> dict[str, str]:
    """The ids of a person's things by an operation that takes them; none that is short, or the id of two things."""
    device, code = stories.bind(customer), stories.activation_code(customer)
    signing, sms, change = stories.beside(
        partial(signing_challenge, device), partial(Coded.begin, stories, customer), partial(Change.begin, customer)
    )
    ids = {
        "read-person": customer.id,
        "read-device": device.device_id,
        "read-key": device.key_id,
        "read-signature-challenge": device.challenge_id,
        "read-signing-challenge": signing["id"],
        "read-sms-challenge": sms.id,
        "read-activation-challenge": code.id,
        "authorize-change-request": change.id,
    }
    # A short one may be a number that counts, so that there is a thing of each kind with it.
    known = list(ids.values())
    return {name: one for name, one in ids.items() if len(one) >= LONG and known.count(one) == 1}


def takes(operation: Operation, reader: str) -> bool:
    """Whether the last id of another operation's path is one of a kind that the operation takes."""
    return operation.path.startswith(operations()[reader].path.rpartition("{")[0] + "{")


@clause("general.unknown-id")
def test_the_id_of_another_kind_of_thing_is_unknown(judge: Judge, customer: Person, stories: Stories) -> None:
    ids, call = thing_of_each_kind(stories, customer), customer.partner.call
    taking_one = [one for one in TRIED if one.path.endswith("}") and len(one.parameters) == 1]
    tried = {
        f"{one.id} with an id for {reader}": partial(call, one.id, other)
        for one in taking_one
        if one.method in ("GET", "DELETE")
        for reader, other in ids.items()
        if not takes(one, reader)
    }
    judge.accepts_each(stories.each(tried))
    # An id is a text: with a zero before it, it is another one.
    nearly = {
        f"{name} with a zero before the id": partial(call, name, f"0{one}")
        for name, one in ids.items()
        if name.startswith("read-") and name != "read-key"
    }
    judge.accepts_each(stories.each(nearly), clauses()["general.impossible-id"].answers)
    for name in ids.keys() & {"read-person", "read-device", "read-activation-challenge"}:
        judge.still_works(call(name, ids[name]))


@clause("general.unknown-id")
def test_a_challenge_is_not_verified_as_one_of_another_kind(judge: Judge, customer: Person, stories: Stories) -> None:
    device, pending = stories.bind(customer), stories.begin(customer)
    challenge, call = signing_challenge(device), customer.partner.call
    if min(len(challenge["id"]), len(pending.challenge_id)) < LONG:
        raise NotTestable("needs ids that are no numbers")
    signature = {"signature": signed(device.keys, challenge["string_to_sign"])}
    judge.accepts(call("verify-signature-challenge", challenge["id"], json=signature))
    judge.accepts(call("verify-signing-challenge", pending.challenge_id, json={"signature": pending.signature()}))
    judge.accepts(call("verify-sms-challenge", pending.challenge_id, json={"code": pending.secret.reveal()}))
    judge.still_works(pending.verify())
    judge.still_works(verify_signing_challenge(device, challenge))


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
    judge.works(key_addition.add(bindings[1], KeyPair.generate()))
    persons = (customer, another_customer)
    codes = [stories.activation_code(person).id for person in persons]
    for code in codes * 2:
        judge.works(event_on(customer.partner, code))
    kinds |= {
        "keys of two devices": [key for binding in bindings[:2] for key in stories.keys(binding)],
        "signing challenges": [signing_challenge(binding)["id"] for binding in bindings[:3]],
        "SMS challenges": [judge.works(ask(person))["id"] for person in persons],
        "activation codes": codes,
        "delivery events": [row["id"] for code in codes for row in events_of(customer.partner, code)],
        "change requests": [Change.begin(person).id for person in persons],
    }
    for kind, ids in kinds.items():
        judge.holds(len(set(ids)) == len(ids), f"two {kind} have the same id", "an id of its own for each")


@clause("general.identifiers")
def test_no_id_is_given_again_after_a_deletion(judge: Judge, customer: Person, stories: Stories) -> None:
    device, code = stories.bind(customer), stories.activation_code(customer)
    document(customer.partner.call("delete-device", device.device_id))
    document(customer.partner.call("delete-activation-challenge", code.id))
    again, another = stories.begin(customer), stories.activation_code(customer)
    old, new = ((one.device_id, one.key_id, one.challenge_id) for one in (device, again))
    same = any(map(eq, old, new))
    judge.holds(not same, "an id of a deleted device, or of its key or challenge, is given again", "ids of its own")
    judge.holds(code.id != another.id, "a deleted code's id is given again", "an id of its own")


@clause("general.identifiers")
def test_the_things_of_two_partners_have_different_ids(
    judge: Judge, customer: Person, foreign_customer: Person, stories: Stories
) -> None:
    own, foreign = stories.begin(customer), stories.begin(foreign_customer)
    judge.holds(own.device_id != foreign.device_id, "two partners' devices have the same id", "an id of its own")
    judge.holds(own.challenge_id != foreign.challenge_id, "two partners' challenges share an id", "an id of its own")
    judge.holds(own.key_id != foreign.key_id, "two partners' keys have the same id", "an id of its own for each")
