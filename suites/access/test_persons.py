"""Contract 8, persons: what is sent is what is read."""

from __future__ import annotations

from functools import partial
from typing import Any
from unicodedata import normalize

from contract.judge import Judge, NotTestable, document
from suites.access.echo import differing
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Provisioning

NAMES = (
    ("Zażółć", "Gęślą-Jaźń"),
    ("Дмитрий", "Ёлкин"),
    ("Ζωή", "Παπαδοπούλου"),
    ("Thị Ánh", "Nguyễn"),
    ("小龍", "李"),
    ("محمد", "الأمين"),
    ("Jo\u0301zsef", 'D\u2019Arc "the" <O\'Neill> & Söhne'),
)
"""First and last names, within Latin-1 and beyond; the last first name has a combining mark."""


def texts(fields: Any) -> Any:
    """What reads the same, whether a mark stands for itself or is part of its letter: that is left open."""
    if isinstance(fields, dict):
        return {name: texts(value) for name, value in fields.items()}
    return normalize("NFC", fields) if isinstance(fields, str) else fields


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
