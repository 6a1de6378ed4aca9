"""Contract 1.6: nobody reads, changes or finds another partner's data."""

from __future__ import annotations

from contract.answers import Answers
from contract.clauses import clauses
from contract.exchange import Exchange
from contract.judge import Judge
from signer import KeyPair
from suites.general.cells import each, each_with_id_in_body, each_with_path_ids
from suites.general.deltas import answers_to_foreigner
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.specimens import Specimen, Workshop
from suites.stories import PAGE, Stories
from target.partner import Partner
from target.provisioning import Person


def does_not_show(judge: Judge, exchange: Exchange, *ids: str) -> None:
    shown = exchange.answer.body.decode("utf-8", "replace")
    judge.holds(not any(one in shown for one in ids), "another partner's device is listed", "own data only", exchange)


def as_unknown(good: Specimen, judge: Judge) -> Answers:
    """What a foreign id in the body may get, preferably the answer that an unknown one prefers."""
    foreign = judge.clause.answers
    assert foreign is not None
    unknown = next((field.unknown for field in good.operation.body if field.unknown), None)
    return unknown | foreign if unknown else foreign


@each_with_path_ids
@clause("general.foreign-path")
def test_another_partners_id_in_a_path_is_unknown(refusal: ProvedRefusal, judge: Judge, other_partner: Partner) -> None:
    with refusal as good:
        refused = good.send(partner=other_partner)
        judge.accepts(refused, answers_to_foreigner(good.operation, judge.clause.answers))


@each(lambda operation: operation.parameters and not operation.idempotent)
@clause("general.foreign-path")
def test_the_other_way_round_an_id_is_unknown_too(
    operation: str, judge: Judge, partner: Partner, foreign_workshop: Workshop
) -> None:
    good = foreign_workshop.make(operation)
    before = good.state()
    judge.accepts(good.send(partner=partner), answers_to_foreigner(good.operation, judge.clause.answers))
    judge.unchanged(before, good.state())
    judge.still_works(good.send())


@clause("general.foreign-path")
def test_another_partners_key_is_unknown_under_any_device(
    judge: Judge, partner: Partner, other_partner: Partner, customer: Person, foreign_customer: Person, stories: Stories
) -> None:
    own, foreign = stories.bind(customer), stories.bind(foreign_customer)
    judge.accepts(partner.call("read-key", own.device_id, foreign.key_id))
    judge.accepts(partner.call("read-key", foreign.device_id, own.key_id))
    judge.accepts(other_partner.call("read-key", foreign.device_id, own.key_id))


@each_with_id_in_body
@clause("general.foreign-body")
def test_another_partners_id_in_a_body_is_unknown(refusal: ProvedRefusal, judge: Judge, other_partner: Partner) -> None:
    with refusal as good:
        judge.accepts(good.send(partner=other_partner), as_unknown(good, judge))


@clause("general.foreign-body")
def test_another_partner_begins_no_binding_with_a_persons_activation_code(
    judge: Judge, other_partner: Partner, customer: Person, stories: Stories
) -> None:
    code = stories.activation_code(customer)
    keys = KeyPair.generate()
    body = stories.registration(customer, keys, challenge_type="activation_code")
    # That person has no live code with the other partner, either.
    allowed = clauses()["general.foreign-body"].answers
    no_code = clauses()["binding.no-live-code"].answers
    assert allowed is not None
    assert no_code is not None
    judge.accepts(other_partner.call("create-device", json=body), allowed | no_code)
    judge.still_works(stories.begin_with_code(customer, code, keys).verify())


@clause("general.foreign-list")
def test_a_list_never_shows_another_partners_devices(
    judge: Judge, partner: Partner, other_partner: Partner, customer: Person, foreign_customer: Person, stories: Stories
) -> None:
    own, foreign = stories.bind(customer), stories.bind(foreign_customer)
    for reader, others in ((other_partner, own), (partner, foreign)):
        for more in ({}, {"filter[include_deleted]": "true"}):
            everything = reader.call("list-devices", params={"page[size]": PAGE, **more})
            judge.works(everything)
            does_not_show(judge, everything, others.device_id)


@clause("general.foreign-list")
def test_another_partners_person_in_a_filter_finds_nothing(
    judge: Judge, partner: Partner, other_partner: Partner, customer: Person, foreign_customer: Person, stories: Stories
) -> None:
    own, foreign = stories.bind(customer), stories.bind(foreign_customer)
    deleted = stories.bind(customer)
    judge.works(partner.call("delete-device", deleted.device_id))
    for reader, person in ((other_partner, customer), (partner, foreign_customer)):
        for more in ({}, {"filter[include_deleted]": "true"}):
            found = reader.call("list-devices", params={"filter[person_id]": person.id, **more})
            judge.accepts(found)
            does_not_show(judge, found, own.device_id, foreign.device_id, deleted.device_id)
            if found.answer.ok:
                judge.holds(judge.works(found) == [], "the list is not empty", "an empty list", found)
