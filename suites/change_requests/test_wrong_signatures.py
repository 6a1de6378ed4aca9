"""Contract 7: signatures that are wrong, or right elsewhere. One may be the end of its request, so each has its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest

from contract.answers import Answers
from contract.judge import Judge
from signer import KeyPair
from suites.change_requests.changes import (
    Authorized,
    begin,
    begin_all,
    by_device,
    by_signature,
    confirm_each,
    values,
)
from suites.law import clause
from suites.stories import Binding, Stories, signed, signing_challenge
from target.provisioning import Person

NO_DEVICE = Answers((400,), (403, 404, 422))
"""For a device_id of the wrong type, which is another device's than the right one: also `confirm.another-device`."""


@dataclass(frozen=True, slots=True)
class Around:
    """What else there is to sign, or to sign with, besides the request in question."""

    mine: Authorized
    second: Authorized
    device: Binding
    sibling: Binding

    def of_a_challenge(self) -> str:
        text: str = signing_challenge(self.device)["string_to_sign"]
        return text


CROSSED: dict[str, Callable[[Around], str]] = {
    "another-requests-text": lambda around: signed(around.device.keys, around.second.text),
    "another-requests-signature": lambda around: str(around.second.body["signature"]),
    "a-signing-challenges-text": lambda around: signed(around.device.keys, around.of_a_challenge()),
    "another-devices-key": lambda around: signed(around.sibling.keys, around.mine.text),
    "a-key-of-nobody": lambda around: signed(KeyPair.generate(), around.mine.text),
    "the-requests-id": lambda around: signed(around.device.keys, around.mine.change.id),
    "the-text-and-more": lambda around: signed(around.device.keys, around.mine.text + " "),
    "the-static-tan": lambda around: signed(around.device.keys, "212212"),
    "nothing": lambda around: signed(around.device.keys, ""),
}


@clause("confirm.wrong-signature")
def test_a_signature_of_something_else_changes_nothing(stories: Stories, customer: Person, judge: Judge) -> None:
    device, sibling = stories.bind_all(customer, 2)
    (second, *waiting), before = stories.beside(
        partial(begin_all, stories, customer, by_device, len(CROSSED) + 1, device), partial(values, customer)
    )
    bodies = {
        what: mine.with_signature(forge(Around(mine, second, device, sibling)))
        for (what, forge), mine in zip(CROSSED.items(), waiting, strict=True)
    }
    judge.accepts_each(confirm_each(stories, waiting, bodies))
    judge.unchanged(before, values(customer))
    judge.still_works(second.confirm())


@clause("confirm.wrong-signature")
def test_a_signature_that_was_used_confirms_nothing_else(stories: Stories, customer: Person, judge: Judge) -> None:
    used, waiting = begin_all(stories, customer, by_device, 2)
    judge.works(used.confirm())
    before = values(customer)
    judge.accepts(waiting.confirm(used.body))
    judge.unchanged(before, values(customer))


@clause("confirm.another-device")
def test_another_device_does_not_confirm(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    (device, sibling), others, before = stories.beside(
        partial(stories.bind_all, customer, 2), partial(stories.bind, another_customer), partial(values, customer)
    )
    waiting = begin_all(stories, customer, by_device, 6, device)
    one, two, three, four, five, six = (each.text for each in waiting)
    bodies = {
        "a sibling": by_signature(sibling, one),
        "a sibling with the right key": by_signature(sibling, two, device.keys),
        "another person's": by_signature(others, three),
        "another person's with the right key": by_signature(others, four, device.keys),
        "another person's beside the owner": {"person_id": customer.id, **by_signature(others, five)},
        "a sibling beside the owner": {"person_id": customer.id, **by_signature(sibling, six)},
    }
    judge.accepts_each(confirm_each(stories, waiting, bodies))
    judge.unchanged(before, values(customer))


@clause("confirm.another-device")
def test_a_device_that_was_deleted_since_does_not_confirm(stories: Stories, customer: Person, judge: Judge) -> None:
    (device, sibling), before = stories.beside(partial(stories.bind_all, customer, 2), partial(values, customer))
    waiting, others = stories.together([partial(begin, stories, customer, by_device, by) for by in (device, sibling)])
    judge.works(customer.partner.call("delete-device", device.device_id))
    judge.accepts(waiting.confirm())
    judge.unchanged(before, values(customer))
    judge.still_works(others.confirm())


@dataclass(frozen=True, slots=True)
class Spoiling:
    """Tries values in a field of right confirmations, each of a request of its own."""

    stories: Stories
    customer: Person
    judge: Judge

    def is_refused(self, field: str, wrong: list[Any], answers: Answers | None = None) -> None:
        """Each of the values is refused, by default as the clause says, and changes nothing. Raises Violation."""
        waiting, before = self.stories.beside(
            partial(begin_all, self.stories, self.customer, by_device, len(wrong)), partial(values, self.customer)
        )
        bodies = {repr(value): {**one.body, field: value} for one, value in zip(waiting, wrong, strict=True)}
        self.judge.accepts_each(confirm_each(self.stories, waiting, bodies), answers)
        self.judge.unchanged(before, values(self.customer))


@pytest.fixture
def spoiling(stories: Stories, customer: Person, judge: Judge) -> Spoiling:
    return Spoiling(stories, customer, judge)


@clause("confirm.malformed-signature")
def test_a_malformed_signature_changes_nothing(spoiling: Spoiling) -> None:
    spoiling.is_refused("signature", ["nonsense", "30", "zz" * 70, "00" * 64])


@clause("confirm.missing-fields")
def test_what_is_no_signature_changes_nothing(spoiling: Spoiling) -> None:
    spoiling.is_refused("signature", ["", 5, 0, True, False, [], {}])


@clause("general.field-type", "confirm-change-request")
def test_what_is_no_device_id_confirms_nothing(spoiling: Spoiling) -> None:
    spoiling.is_refused("device_id", [0, False, [], {}, ""], NO_DEVICE)
