"""Contract 8, persons: what is sent is what is read."""

from __future__ import annotations

from functools import partial

from contract.judge import Judge
from suites.access.echo import differing
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Provisioning


@clause("persons.created")
def test_a_person_is_created(stories: Stories, partner: Partner, provisioning: Provisioning, judge: Judge) -> None:
    created = stories.together([lambda: partner.call("create-person", json=provisioning.fields())] * 2)
    people = [judge.works(exchange)["id"] for exchange in created]
    assert len(set(people)) == 2, "two persons have the same id"


@clause("persons.read")
def test_a_person_reads_with_the_fields_that_were_sent(
    stories: Stories, partner: Partner, provisioning: Provisioning, judge: Judge
) -> None:
    persons = stories.together([partial(provisioning.person, partner)] * 2)
    reads = stories.together([partial(partner.call, "read-person", person.id) for person in persons])
    for person, exchange in zip(persons, reads, strict=True):
        read = judge.works(exchange)
        assert read["id"] == person.id, "a person reads with another id"
        wrong = differing(person.fields, read)
        assert not wrong, f"a person reads otherwise than it was sent: {', '.join(wrong)}"
