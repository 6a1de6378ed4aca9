"""Contract 2 and 7: what is no signature over the text to sign changes no person."""

from __future__ import annotations

from functools import partial

from contract.judge import Judge
from signer import KeyPair, Scene
from suites.change_requests.changes import Authorized, begin_all, by_device, values
from suites.signing.forging import Batch, all_refused, each_representative
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
