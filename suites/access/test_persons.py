"""Contract 8, persons: what is sent is what is read."""

from __future__ import annotations

from contract.judge import Judge
from suites.access.echo import differing
from suites.law import clause
from target.partner import Partner
from target.provisioning import Provisioning


@clause("persons.created")
def test_a_person_is_created(partner: Partner, provisioning: Provisioning, judge: Judge) -> None:
    people = [judge.works(partner.call("create-person", json=provisioning.fields()))["id"] for _ in range(2)]
    assert len(set(people)) == 2, "two persons have the same id"


@clause("persons.read")
def test_a_person_reads_with_the_fields_that_were_sent(
    partner: Partner, provisioning: Provisioning, judge: Judge
) -> None:
    for person in [provisioning.person(partner) for _ in range(2)]:
        read = judge.works(partner.call("read-person", person.id))
        assert read["id"] == person.id, "a person reads with another id"
        wrong = differing(person.fields, read)
        assert not wrong, f"a person reads otherwise than it was sent: {', '.join(wrong)}"
