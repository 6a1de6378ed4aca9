"""Contract 2 and 7: what is no signature over the text to sign changes no person."""

from __future__ import annotations

from functools import partial

from contract.judge import Judge
from signer import KeyPair, Scene
from suites.change_requests.changes import Authorized, Change, begin_all, by_device, by_signature, values
from suites.law import clause
from suites.signing.forging import Batch, all_refused, each_representative, respellings
from suites.stories import Stories
from target.provisioning import Person


@each_representative("confirm-change-request")
def test_a_forged_signature_confirms_nothing(
    forgeries: Batch, stories: Stories, customer: Person, judge: Judge
) -> None:
    device, before = stories.beside(partial(stories.bind, customer), partial(values, customer))
    # A wrong signature may be the end of a change request, so each forgery gets one of its own.
    *attempts, spare = begin_all(stories, customer, by_device, len(forgeries) + 1, device)
    stranger = KeyPair.generate()
    forged = [
        one.with_signature(forgery.make(Scene(device.keys, one.text, stranger, f"{one.text}0")))
        for forgery, one in zip(forgeries, attempts, strict=True)
    ]
    exchanges = stories.together([partial(Authorized.confirm, *pair) for pair in zip(attempts, forged, strict=True)])
    all_refused(judge, forgeries, exchanges)
    judge.unchanged(before, values(customer))
    judge.still_works(spare.confirm())


@clause("signing.unverifiable", "confirm-change-request")
def test_a_signature_over_the_text_to_sign_in_another_spelling_confirms_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    device, before = stories.beside(partial(stories.bind, customer), partial(values, customer))
    model = by_device(stories, Change.begin(customer), device)
    hows = list(respellings(model.text))
    tries = {}
    for how, one in zip(hows, begin_all(stories, customer, by_device, len(hows), device), strict=True):
        if text := respellings(one.text).get(how):
            tries[f"the text {how}"] = partial(one.confirm, by_signature(device, text))
    judge.accepts_each(stories.each(tries))
    judge.unchanged(before, values(customer))
    judge.still_works(model.confirm())
