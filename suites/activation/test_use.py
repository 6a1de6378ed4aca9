"""Contract 6: a binding uses a code, and nothing else does; a code is used no more often than it may be."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.answers import Answers
from contract.judge import Judge, NotTestable, document
from signer import BAD_KEYS, KeyPair
from suites.activation.codes import WITH_EXPIRED, codes, event_on, event_state
from suites.device_binding.codes import use_up
from suites.law import clause
from suites.lifetimes import after_expiry
from suites.stories import ActivationCode, Stories, signed
from target.partner import Partner
from target.provisioning import Person

WRONG = Answers((403,), (400,))
MOST_DEVICES = 5


def reading(person: Person, code: ActivationCode) -> dict[str, Any]:
    """A code, dead or alive, wherever it can be read. Raises NotTestable, PrerequisiteFailed."""
    exchange = person.partner.call("read-activation-challenge", code.id)
    if exchange.answer.ok:
        read: dict[str, Any] = document(exchange)
        return read
    shown = next((row for row in codes(person, WITH_EXPIRED) if row["id"] == code.id), None)
    if shown is None:
        raise NotTestable("needs a target that shows used-up codes")
    return shown


def uses(person: Person, code: ActivationCode) -> int:
    count: int = reading(person, code)["usage_count"]
    return count


@clause("activation.used")
def test_a_binding_counts_as_one_use(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    before = uses(customer, code)
    binding = stories.begin_with_code(customer, code)
    assert uses(customer, code) == before, "a binding that has only begun counts as a use"
    judge.works(binding.verify())
    assert uses(customer, code) == before + 1, "a binding does not count as one use"
    listed = [row["usage_count"] for row in codes(customer, WITH_EXPIRED) if row["id"] == code.id]
    assert listed in ([], [before + 1]), "the list shows other uses than the code does"
    binding.verify()
    assert uses(customer, code) == before + 1, "a repeated verification counts as a use"
    assert reading(customer, code)["max_usage_count"] == code.max_usage_count, "max_usage_count changed"


@clause("activation.used")
def test_a_refused_binding_is_no_use(stories: Stories, customer: Person, partner: Partner, judge: Judge) -> None:
    code = stories.activation_code(customer)
    before = uses(customer, code)
    keys = KeyPair.generate()
    registration = stories.registration(customer, keys, challenge_type="activation_code")
    bodies = [{**registration, "key": bad.make(keys)} for bad in BAD_KEYS]
    bodies += [{**registration, "key": None}, {**registration, "key_purpose": "other"}]
    refused = [partial(partner.call, "create-device", json=body) for body in bodies]
    for exchange in stories.together(refused):
        judge.accepts(exchange, Answers((400,)))
    assert uses(customer, code) == before, "a refused binding counts as a use"
    begun, other = stories.together([partial(stories.begin_with_code, customer, code)] * 2)
    malformed, wrong = stories.together(
        [partial(begun.verify, "zz"), partial(other.verify, signed(begun.keys, "another text"))]
    )
    judge.accepts(malformed, Answers((400,), (403,)))
    judge.accepts(wrong, WRONG)
    assert uses(customer, code) == before, "a refused binding counts as a use"
    assert stories.begin_with_code(customer, code).verify().answer.ok, "after refused bindings the code is dead"


@clause("activation.used")
def test_a_binding_by_sms_is_no_use(stories: Stories, customer: Person, another_customer: Person) -> None:
    code, other = stories.together(
        [partial(stories.activation_code, person) for person in (customer, another_customer)]
    )
    stories.bind(customer)
    assert uses(customer, code) == 0, "a binding by SMS counts as a use"
    document(stories.begin_with_code(customer, code).verify())
    assert uses(another_customer, other) == 0, "a binding counts as a use of another person's code"


@clause("activation.used-up")
def test_a_code_that_was_used_up_binds_no_further_device(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    bound = use_up(stories, customer, code)
    assert len(bound) == code.max_usage_count == uses(customer, code), (
        "a used-up code was not used max_usage_count times"
    )
    again = stories.registration(customer, KeyPair.generate(), challenge_type="activation_code")
    judge.accepts(customer.partner.call("create-device", json=again))
    assert len(stories.devices(customer)) == len(bound), "a used-up code bound a further device"
    assert uses(customer, code) == code.max_usage_count, "a refused binding counts as a use"
    stories.bind(customer)


@clause("activation.used")
def test_a_binding_that_is_one_too_many_is_no_use(stories: Stories, customer: Person) -> None:
    code = stories.activation_code(customer)
    late = stories.begin_with_code(customer, code)
    stories.bind_all(customer, MOST_DEVICES)
    if late.verify().answer.ok:
        raise NotTestable("needs a limit of devices")
    assert uses(customer, code) == 0, "a binding that was refused as one too many counts as a use"


@clause("activation.used")
@pytest.mark.usefixtures("clock")
def test_a_binding_that_expired_is_no_use(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    expired = stories.begin_with_code(customer, code)
    refused = expired.verify(clock_offset=after_expiry(expired.challenge).offset)
    assert not refused.answer.ok, "an expired challenge bound a device"
    assert uses(customer, code) == 0, "a binding that expired counts as a use"
    judge.works(stories.begin_with_code(customer, code).verify())
    assert uses(customer, code) == 1, "a binding does not count as one use"


@clause("activation.used")
def test_the_use_of_a_code_is_no_use_of_the_next(stories: Stories, customer: Person) -> None:
    code = stories.activation_code(customer)
    use_up(stories, customer, code)
    new = stories.activation_code(customer)
    assert uses(customer, new) == 0, "a new code has the uses of the one before"
    document(stories.begin_with_code(customer, new).verify())
    after = uses(customer, new), uses(customer, code)
    assert after == (1, code.max_usage_count), "a binding counts as a use of another code"


@clause("activation.used-up")
def test_no_deletion_of_a_device_gives_a_use_back(stories: Stories, customer: Person, judge: Judge) -> None:
    code, delete = stories.activation_code(customer), partial(customer.partner.call, "delete-device")
    delete(stories.begin_with_code(customer, code).device_id)
    for bound in use_up(stories, customer, code):
        judge.works(delete(bound.device_id))
    again = stories.registration(customer, KeyPair.generate(), challenge_type="activation_code")
    judge.accepts(customer.partner.call("create-device", json=again))
    assert not stories.devices(customer), "a used-up code bound a further device"
    assert uses(customer, code) == code.max_usage_count, "a deletion gave a use back"


@clause("activation.used")
def test_a_delivery_event_is_no_use(stories: Stories, customer: Person, partner: Partner) -> None:
    code = stories.activation_code(customer)
    # A type that is unknown may be refused; none of them says that a code is dead.
    kinds = ("DISPATCHED", "DELIVERED", "RETURNED", "EXPIRED")
    stories.together([partial(event_on, partner, code.id, type=kind) for kind in kinds])
    used, events = stories.beside(partial(uses, customer, code), partial(event_state, partner, code.id))
    assert used == 0, "a delivery event counts as a use"
    document(stories.begin_with_code(customer, code).verify())
    again = partner.call("list-delivery-events", code.id)
    assert not again.answer.ok or len(document(again)) == len(events), "a use changed the delivery events"
