"""Contract 1.8: no input of a client may ever get a 5xx.

The rule of `contract.everywhere` says so of every exchange of the run; here is the input that is nasty on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from contract.exchange import Exchange
from contract.judge import Judge, document
from contract.operations import operations
from signer import KeyPair
from suites.general.cells import each_with_body, tried_fields
from suites.general.deltas import spoilt
from suites.general.nasty import CLOCK_OFFSETS, ECHOED, HEADERS, KEYS, PATHS, QUERIES, SIGNATURES, TEXTS, bodies
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.specimens import Specimen
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person, Provisioning


def survives(judge: Judge, exchange: Exchange, what: str) -> Exchange:
    judge.holds(exchange.status < 500, f"{what} got {exchange.status}", "no 5xx", exchange)
    return exchange


def survives_each(judge: Judge, exchanges: Mapping[str, Exchange]) -> None:
    for what, exchange in exchanges.items():
        survives(judge, exchange, what)


@each_with_body
@clause("general.no-server-error")
def test_no_body_gets_a_5xx(specimen: Specimen, judge: Judge) -> None:
    nasty = bodies(specimen.json or {})
    survives_each(judge, specimen.send_each({what: {"content": body, "hostile": True} for what, body in nasty.items()}))


@each_with_body
@clause("general.no-server-error")
def test_no_text_in_a_field_gets_a_5xx(specimen: Specimen, judge: Judge) -> None:
    for field in tried_fields(specimen.operation):
        texts = TEXTS if field.type == "string" and not field.enum else ECHOED
        bodies_of = {what: spoilt(specimen.json, field.name, text) for what, text in texts.items()}
        deltas = {f"{field.name}: {what}": {"json": body, "hostile": True} for what, body in bodies_of.items()}
        survives_each(judge, specimen.send_each(deltas))


@clause("general.no-server-error")
def test_no_key_gets_a_5xx(judge: Judge, customer: Person, stories: Stories, key_addition: KeyAddition) -> None:
    binding = stories.bind(customer)
    registration = stories.registration(customer, KeyPair.generate())
    addition = key_addition.body(binding, KeyPair.generate())
    create = partial(customer.partner.call, "create-device", hostile=True)
    add = partial(customer.partner.call, "add-key", binding.device_id, hostile=True)
    created = stories.together([partial(create, json={**registration, "key": key}) for key in KEYS.values()])
    added = stories.together([partial(add, json={**addition, "key": key}) for key in KEYS.values()])
    survives_each(judge, dict(zip(KEYS, created, strict=True)))
    survives_each(judge, dict(zip(KEYS, added, strict=True)))


@clause("general.no-server-error")
def test_no_signature_gets_a_5xx(judge: Judge, customer: Person, stories: Stories, key_addition: KeyAddition) -> None:
    bound, pending = stories.bind(customer), stories.begin(customer)
    good = key_addition.body(bound, KeyPair.generate())
    bodies_of: list[Any] = [spoilt(good, "device_signature.signature", text) for text in SIGNATURES.values()]
    add = partial(customer.partner.call, "add-key", bound.device_id, hostile=True)
    verified = stories.together([partial(pending.verify, text, hostile=True) for text in SIGNATURES.values()])
    added = stories.together([partial(add, json=body) for body in bodies_of])
    survives_each(judge, dict(zip(SIGNATURES, verified, strict=True)))
    survives_each(judge, dict(zip(SIGNATURES, added, strict=True)))


STORED = ("a lone surrogate", "a NUL", "control characters", "an emoji", "100,000 characters")
"""Texts on which a target may fail when it reads what it took."""


@clause("general.no-server-error")
@pytest.mark.parametrize("what", STORED)
def test_no_name_that_was_taken_gets_a_5xx_when_it_is_read(
    what: str, judge: Judge, partner: Partner, customer: Person, stories: Stories
) -> None:
    keys = KeyPair.generate()
    body = stories.registration(customer, keys, name=TEXTS[what])
    taken = survives(judge, partner.call("create-device", json=body, hostile=True), what)
    if taken.answer.ok:
        binding = stories.binding(customer, keys, document(taken))
        survives(judge, binding.verify(), what)
        survives(judge, partner.call("list-devices", params={"filter[person_id]": customer.id}), what)
        survives(judge, partner.call("read-device", binding.device_id), what)
        survives(judge, partner.call("list-keys", binding.device_id), what)


@clause("general.no-server-error")
def test_no_person_that_was_taken_gets_a_5xx_when_it_is_read(
    judge: Judge, partner: Partner, provisioning: Provisioning, stories: Stories
) -> None:
    bodies_of = {what: {**provisioning.fields(), "last_name": TEXTS[what]} for what in STORED}
    create = partial(partner.call, "create-person", hostile=True)
    made = stories.each({what: partial(create, json=body) for what, body in bodies_of.items()})
    survives_each(judge, made)
    taken = {what: document(exchange)["id"] for what, exchange in made.items() if exchange.answer.ok}
    survives_each(judge, stories.each({what: partial(partner.call, "read-person", one) for what, one in taken.items()}))


@clause("general.no-server-error")
@pytest.mark.parametrize("operation", ["list-devices", "list-activation-challenges"])
def test_no_query_gets_a_5xx(operation: str, judge: Judge, partner: Partner, stories: Stories) -> None:
    good = partner.prepare(operations()[operation], hostile=True)
    nasty = [replace(good, url=f"{good.url}?{query}") for query in QUERIES]
    tried = stories.together([partial(partner.client.send, outgoing) for outgoing in nasty])
    for query, answer in zip(QUERIES, tried, strict=True):
        survives(judge, answer, f"?{query[:40]}")


@clause("general.no-server-error")
def test_no_path_gets_a_5xx(judge: Judge, partner: Partner, stories: Stories) -> None:
    reads = [partial(partner.request, "GET", path, hostile=True) for path in PATHS]
    writes = [partial(partner.request, "PUT", path, json={}, hostile=True) for path in PATHS]
    names = [f"{method} {path[:60]}" for method in ("GET", "PUT") for path in PATHS]
    for what, answer in zip(names, stories.together([*reads, *writes]), strict=True):
        survives(judge, answer, what)


@clause("general.no-server-error")
def test_no_header_gets_a_5xx(judge: Judge, partner: Partner, customer: Person, stories: Stories) -> None:
    read = partial(partner.call, "list-devices", params={"page[size]": 1}, hostile=True)
    reads = stories.together([partial(read, headers=headers) for headers in HEADERS])
    bodies_of = [stories.registration(customer, KeyPair.generate()) for _ in HEADERS]
    create = partial(partner.call, "create-device", hostile=True)
    created = stories.together(
        [partial(create, json=body, headers=headers) for body, headers in zip(bodies_of, HEADERS, strict=True)]
    )
    for sent, answer in zip((*HEADERS, *HEADERS), (*reads, *created), strict=True):
        survives(judge, answer, ", ".join(sent))


@clause("general.no-server-error")
def test_no_clock_offset_gets_a_5xx(judge: Judge, partner: Partner, stories: Stories) -> None:
    read = partial(partner.call, "list-devices", params={"page[size]": 1}, hostile=True)
    tried = stories.together([partial(read, headers={"X-Test-Clock-Offset": offset}) for offset in CLOCK_OFFSETS])
    survives_each(judge, dict(zip(CLOCK_OFFSETS, tried, strict=True)))
