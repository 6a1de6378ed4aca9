"""Contract 8, persons: what is sent is what is read."""

from __future__ import annotations

from functools import partial
from typing import Any

from contract.judge import Judge, NotTestable, document
from suites.access.echo import NAMES, differing, texts
from suites.access.numbers import add
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Provisioning


@clause("persons.created")
def test_a_person_is_created(stories: Stories, partner: Partner, provisioning: Provisioning, judge: Judge) -> None:
    created = stories.together([lambda: partner.call("create-person", json=provisioning.fields())] * 2)
    people = [judge.works(exchange)["id"] for exchange in created]
    assert len(set(people)) == 2, "two persons have the same id"


@clause("persons.created")
def test_two_partners_may_have_customers_that_are_alike(
    partner: Partner, other_partner: Partner, provisioning: Provisioning, judge: Judge
) -> None:
    fields = provisioning.fields()
    made = [judge.works(one.call("create-person", json=fields))["id"] for one in (partner, other_partner)]
    judge.holds(made[0] != made[1], "two partners got one person", "a person of each")
    for one, person_id in zip((partner, other_partner), made, strict=True):
        wrong = differing(fields, judge.works(one.call("read-person", person_id)))
        judge.holds(not wrong, f"a person reads otherwise than it was sent: {', '.join(wrong)}", "what was sent")


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


@clause("persons.read")
def test_a_name_reads_as_it_was_sent_in_any_script(
    stories: Stories, partner: Partner, provisioning: Provisioning, judge: Judge
) -> None:
    def named(first: str, last: str) -> dict[str, Any]:
        fields = provisioning.fields()
        address = {**fields["address"], "line_1": f"{first} 1", "city": last}
        return {**fields, "first_name": first, "last_name": last, "address": address}

    sent = [named(*name) for name in NAMES]
    made = stories.together([partial(partner.call, "create-person", json=fields) for fields in sent])
    # Whether each script is taken is left open.
    taken = [(fields, document(answer)["id"]) for fields, answer in zip(sent, made, strict=True) if answer.answer.ok]
    if not taken:
        raise NotTestable("needs a target that takes names beyond ASCII")
    reads = stories.together([partial(partner.call, "read-person", person_id) for _, person_id in taken])
    for (fields, _), read in zip(taken, reads, strict=True):
        wrong = differing(texts(fields), texts(judge.works(read)))
        judge.holds(not wrong, f"a person reads otherwise than it was sent: {', '.join(wrong)}", "what was sent", read)


DETAILS: dict[str, dict[str, Any]] = {
    "an e-mail address with capitals": {"email": "Anna.Maria+Bank@Example.ORG"},
    "a leap day": {"birth_date": "2000-02-29"},
    "before the epoch": {"birth_date": "1950-01-01", "employment_status": "RETIRED"},
    "a code that begins with a zero": {
        "address": {"line_1": "Am Markt 1 a/b", "postal_code": "01067", "city": "Dresden", "country": "DE"}
    },
    "a summer day before the epoch": {"birth_date": "1969-07-20", "salutation": "MS"},
    "an e-mail address with signs": {"email": "o'neil+tag_50%-x@mail.sub.example.co.uk"},
    "texts that look like numbers": {
        "address": {"line_1": "007", "postal_code": "00100", "city": "1e3", "country": "IT"}
    },
    "signs with a meaning elsewhere": {
        "address": {"line_1": "c/o A&amp;B \\n 50% + #5?", "postal_code": "10115", "city": "Berlin", "country": "DE"}
    },
    "another country": {
        "nationality": "FR",
        "address": {"line_1": "1, rue d\u2019Été", "postal_code": "75001", "city": "Paris", "country": "FR"},
    },
}
"""Fields as persons have them, which the others of the suite have by chance at best."""


@clause("persons.read")
def test_unusual_details_read_as_they_were_sent(
    stories: Stories, partner: Partner, provisioning: Provisioning, judge: Judge
) -> None:
    sent = [{**provisioning.fields(), **details} for details in DETAILS.values()]
    made = stories.together([partial(partner.call, "create-person", json=fields) for fields in sent])
    # Whether all of them may be customers is left open.
    for what, fields, created in zip(DETAILS, sent, made, strict=True):
        if created.answer.ok:
            read = partner.call("read-person", document(created)["id"])
            wrong = differing(fields, judge.works(read))
            judge.holds(not wrong, f"{what} reads otherwise: {', '.join(wrong)}", "what was sent", read)


@clause("persons.read")
def test_a_person_reads_the_same_with_a_number_and_a_device(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    person = provisioning.person(partner)
    document(add(person, provisioning.number()))
    customer = provisioning.customer(partner)
    stories.bind(customer)
    for one in (person, customer):
        read = judge.works(partner.call("read-person", one.id))
        wrong = differing(one.fields, read)
        judge.holds(not wrong, f"a person reads otherwise than it was sent: {', '.join(wrong)}", "what was sent")
