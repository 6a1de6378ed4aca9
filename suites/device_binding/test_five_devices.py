"""Contract 3: a person has five bound devices at most."""

from __future__ import annotations

from functools import partial

import pytest

from contract.answers import Answers
from contract.exchange import Exchange
from contract.judge import Judge
from signer import KeyPair
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.stories import Binding, Stories, signed
from target.provisioning import Person

FIVE = 5


@clause("binding.sixth-device")
@pytest.mark.parametrize("challenge_type", ["sms", "activation_code"])
def test_a_sixth_device_is_refused(challenge_type: str, stories: Stories, customer: Person, judge: Judge) -> None:
    body = stories.registration(customer, KeyPair.generate(), challenge_type=challenge_type)
    bound, _ = stories.beside(partial(stories.bind_all, customer, FIVE), partial(stories.activation_code, customer))
    judge.accepts(customer.partner.call("create-device", json=body))
    judge.unchanged({binding.device_id for binding in bound}, devices(stories, customer))
    judge.works(customer.partner.call("delete-device", bound[0].device_id))
    judge.still_works(customer.partner.call("create-device", json=body))


@clause("binding.pending-devices")
def test_devices_that_are_not_bound_do_not_count(stories: Stories, customer: Person, judge: Judge) -> None:
    stories.bind_all(customer, FIVE - 1)
    pairs = [KeyPair.generate() for _ in range(FIVE)]
    bodies = [stories.registration(customer, keys) for keys in pairs]
    begun = stories.together([partial(customer.partner.call, "create-device", json=body) for body in bodies])
    for exchange in begun:
        judge.accepts(exchange)
    judge.works(stories.binding(customer, pairs[-1], judge.works(begun[-1])).verify())
    judge.holds(len(devices(stories, customer)) == FIVE, "the fifth device is not bound", "it is bound")


@clause("binding.pending-devices")
def test_neither_keys_nor_deleted_devices_count(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    gone, _ = stories.bind_all(customer, 2)
    judge.works(customer.partner.call("delete-device", gone.device_id))
    added = stories.together(
        [partial(key_addition.add, one, KeyPair.generate()) for one in stories.bind_all(customer, 3)]
    )
    for exchange in added:
        judge.works(exchange)
    keys = KeyPair.generate()
    begun = customer.partner.call("create-device", json=stories.registration(customer, keys))
    judge.accepts(begun)
    judge.works(stories.binding(customer, keys, judge.works(begun)).verify())
    judge.holds(len(devices(stories, customer)) == FIVE, "the fifth device is not bound", "it is bound")


@clause("binding.pending-devices")
def test_neither_repeated_nor_failed_verifications_count(stories: Stories, customer: Person, judge: Judge) -> None:
    failed, last, *bound = stories.begin_all(customer, FIVE + 1)
    for verified in stories.together([one.verify for one in bound]):
        judge.works(verified)
    # What a repetition gets, or a wrong signature, is the business of other clauses.
    for one in (*bound, bound[0]):
        one.verify()
    failed.verify(signed(last.keys, failed.secret.reveal()))
    judge.accepts(customer.partner.call("create-device", json=stories.registration(customer, KeyPair.generate())))
    judge.works(last.verify())
    judge.holds(len(devices(stories, customer)) == FIVE, "the fifth device is not bound", "it is bound")


@clause("binding.five-devices")
def test_devices_count_however_they_were_bound_and_so_does_their_deletion(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    late, later, next_one, *restricted = stories.begin_all(customer, FIVE + 1, key_purpose="restricted")
    for verified in stories.together([one.verify for one in restricted]):
        judge.works(verified)
    for _ in range(FIVE - len(restricted)):
        by_code = stories.begin_with_code(customer, stories.activation_code(customer, invalidate_existing=True))
        judge.works(by_code.verify())
    judge.accepts(late.verify())
    still_five(late, stories, judge)
    judge.works(customer.partner.call("delete-device", by_code.device_id))
    judge.works(next_one.verify())
    judge.accepts(later.verify())
    still_five(later, stories, judge)


@clause("binding.five-devices")
def test_a_device_is_not_bound_when_five_are_bound_meanwhile(stories: Stories, customer: Person, judge: Judge) -> None:
    late, *others = stories.begin_all(customer, FIVE + 1)
    for verified in stories.together([other.verify for other in others]):
        judge.works(verified)
    judge.accepts(late.verify())
    still_five(late, stories, judge)


@clause("binding.five-devices")
def test_no_device_is_bound_by_activation_code_when_five_are_bound_meanwhile(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    late, others = stories.beside(
        lambda: stories.begin_with_code(customer, stories.activation_code(customer)),
        partial(stories.begin_all, customer, FIVE),
    )
    for verified in stories.together([other.verify for other in others]):
        judge.works(verified)
    judge.accepts(late.verify())
    still_five(late, stories, judge)


@clause("binding.five-devices")
def test_the_binding_of_a_sixth_device_is_never_completed(stories: Stories, customer: Person, judge: Judge) -> None:
    stories.bind_all(customer, FIVE)
    keys = KeyPair.generate()
    asked = customer.partner.call("create-device", json=stories.registration(customer, keys))
    refused = completed(asked, keys, stories, customer, judge)
    judge.accepts(refused, BY_POST_OR_PUT)
    judge.holds(len(devices(stories, customer)) == FIVE, "more than five devices are bound", "five")


@clause("binding.five-devices")
def test_a_deletion_frees_a_place_once_and_only_where_a_device_was_bound(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    pending, late, later, next_one, *bound = stories.begin_all(customer, FIVE + 4)
    for verified in stories.together([other.verify for other in bound]):
        judge.works(verified)
    delete = partial(customer.partner.call, "delete-device")
    # What the deletions themselves may get, is the business of other clauses.
    delete(pending.device_id)
    judge.accepts(late.verify())
    still_five(late, stories, judge)
    judge.works(delete(bound[0].device_id))
    judge.works(next_one.verify())
    delete(bound[0].device_id)
    judge.accepts(later.verify())
    still_five(later, stories, judge)


BY_POST_OR_PUT = Answers((409,), (400, 403, 404))
"""POST or PUT may be the one that refuses."""


def completed(asked: Exchange, keys: KeyPair, stories: Stories, person: Person, judge: Judge) -> Exchange:
    """The answer to the whole binding: to its verification, where it could be begun."""
    return stories.binding(person, keys, judge.works(asked)).verify() if asked.answer.ok else asked


def still_five(late: Binding, stories: Stories, judge: Judge) -> None:
    bound = devices(stories, late.person)
    judge.holds(len(bound) == FIVE, f"{len(bound)} devices are bound", "five")
    judge.holds(late.device_id not in bound, "the device that was refused is bound", "it stays unbound")


def devices(stories: Stories, person: Person) -> set[str]:
    return {row["id"] for row in stories.devices(person)}
