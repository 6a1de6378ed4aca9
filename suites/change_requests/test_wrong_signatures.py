"""Contract 7: signatures that are wrong, or right elsewhere. One may be the end of its request, so each has its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from contract.clauses import clauses
from contract.judge import Judge
from signer import KeyPair
from suites.change_requests.changes import Authorized, Change, by_device, by_signature, values
from suites.law import clause
from suites.stories import Binding, Stories, signed, signing_challenge
from target.provisioning import Person


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
@pytest.mark.parametrize("forge", CROSSED.values(), ids=CROSSED)
def test_a_signature_of_something_else_changes_nothing(
    forge: Callable[[Around], str], stories: Stories, customer: Person, judge: Judge
) -> None:
    device, sibling = stories.bind_all(customer, 2)
    mine, second = (by_device(stories, Change.begin(customer), device) for _ in range(2))
    before = values(customer)
    judge.accepts(mine.confirm(mine.with_signature(forge(Around(mine, second, device, sibling)))))
    judge.unchanged(before, values(customer))
    judge.still_works(second.confirm())


@clause("confirm.wrong-signature")
def test_a_signature_that_was_used_confirms_nothing_else(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    used, waiting = (by_device(stories, Change.begin(customer), device) for _ in range(2))
    judge.works(used.confirm())
    before = values(customer)
    judge.accepts(waiting.confirm(used.body))
    judge.unchanged(before, values(customer))


@clause("confirm.another-device")
def test_another_device_does_not_confirm(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    device, sibling = stories.bind_all(customer, 2)
    others = stories.bind(another_customer)
    before = values(customer)
    for other in (sibling, others):
        waiting = by_device(stories, Change.begin(customer), device)
        judge.accepts(waiting.confirm(by_signature(other, waiting.text)))
        waiting = by_device(stories, Change.begin(customer), device)
        judge.accepts(waiting.confirm(by_signature(other, waiting.text, device.keys)))
    judge.unchanged(before, values(customer))


@clause("confirm.another-device")
def test_a_device_that_was_deleted_since_does_not_confirm(stories: Stories, customer: Person, judge: Judge) -> None:
    waiting = by_device(stories, Change.begin(customer))
    assert waiting.device is not None
    before = values(customer)
    judge.works(customer.partner.call("delete-device", waiting.device.device_id))
    judge.accepts(waiting.confirm())
    judge.unchanged(before, values(customer))


@clause("general.foreign-body", "confirm-change-request")
def test_another_partners_device_does_not_confirm(
    stories: Stories, customer: Person, foreign_customer: Person, judge: Judge
) -> None:
    foreign, waiting = stories.bind(foreign_customer), by_device(stories, Change.begin(customer))
    before = values(customer)
    refused = waiting.confirm(by_signature(foreign, waiting.text))
    judge.accepts(refused, clauses()["confirm.another-device"].answers)
    judge.unchanged(before, values(customer))


@clause("confirm.malformed-signature")
@pytest.mark.parametrize("signature", ["nonsense", "30", "zz" * 70, "00" * 64], ids=["text", "30", "no-hex", "raw"])
def test_a_malformed_signature_changes_nothing(
    signature: str, stories: Stories, customer: Person, judge: Judge
) -> None:
    waiting = by_device(stories, Change.begin(customer))
    before = values(customer)
    judge.accepts(waiting.confirm(waiting.with_signature(signature)))
    judge.unchanged(before, values(customer))


@clause("confirm.missing-fields")
@pytest.mark.parametrize("signature", ["", 5, True, [], {}], ids=["empty", "number", "true", "array", "object"])
def test_what_is_no_signature_changes_nothing(
    signature: object, stories: Stories, customer: Person, judge: Judge
) -> None:
    waiting = by_device(stories, Change.begin(customer))
    before = values(customer)
    judge.accepts(waiting.confirm({**waiting.body, "signature": signature}))
    judge.unchanged(before, values(customer))
