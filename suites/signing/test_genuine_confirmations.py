"""Contract 2 and 7: a right signature confirms a change, or is refused for its spelling and changes nothing."""

from __future__ import annotations

from functools import partial

from contract.judge import Judge
from signer import Forgery, KeyPair, Scene
from suites.change_requests.changes import Change, begin_all, by_device
from suites.law import clause
from suites.signing.test_genuine_signatures import SIGNATURES, each_spelling, of_size
from suites.stories import Stories
from target.provisioning import Person


@clause("signing.message", "confirm-change-request")
def test_a_signature_over_the_text_to_sign_is_accepted(stories: Stories, customer: Person, judge: Judge) -> None:
    waiting = by_device(stories, *stories.beside(partial(Change.begin, customer), partial(stories.bind, customer)))
    confirmed = waiting.confirm()
    judge.holds(confirmed.answer.ok, f"answered {confirmed.status}", "a success", confirmed)
    judge.holds(waiting.change.is_done(), "the person has not the new value", "the new value")


@clause("signing.message", "confirm-change-request")
def test_a_confirmation_takes_numbers_of_any_size(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    waiting = begin_all(stories, customer, by_device, len(SIGNATURES), device)
    for fits, one in zip(SIGNATURES.values(), waiting, strict=True):
        confirmed = one.confirm(one.with_signature(of_size(fits, device.keys, one.text)))
        judge.holds(confirmed.answer.ok, f"answered {confirmed.status}", "a success", confirmed)


@each_spelling("confirm-change-request")
def test_a_signature_in_an_unusual_spelling_confirms_or_is_refused(
    variant: Forgery, stories: Stories, customer: Person, judge: Judge
) -> None:
    waiting = by_device(stories, *stories.beside(partial(Change.begin, customer), partial(stories.bind, customer)))
    assert waiting.device is not None
    scene = Scene(waiting.device.keys, waiting.text, KeyPair.generate(), f"{waiting.text}0")
    exchange = waiting.confirm(waiting.with_signature(variant.make(scene)))
    judge.accepts(exchange)
    judge.holds(waiting.change.is_done() == exchange.answer.ok, "the person is not what the answer says", "the same")
