"""Contract 2 and 3: what is no signature over the OTP binds no device."""

from __future__ import annotations

from functools import partial

from contract.judge import Judge
from contract.schemas import documented
from suites.lifetimes import DEAD_OR_ALIVE
from suites.signing.forging import Batch, all_refused, each_batch, scene_of_binding
from suites.stories import Binding, Stories
from target.provisioning import Person


@each_batch("verify-signature-challenge")
def test_a_forged_signature_binds_nothing(forgeries: Batch, stories: Stories, customer: Person, judge: Judge) -> None:
    # A target may give up a challenge after one wrong try, so each forgery gets a live one of its own.
    good, *attempts = stories.begin_all(customer, len(forgeries) + 1)
    judge.works(good.verify())
    before = documented("devices", stories.devices(customer))
    forged = [forgery.make(scene_of_binding(attempt)) for forgery, attempt in zip(forgeries, attempts, strict=True)]
    exchanges = stories.together([partial(Binding.verify, *pair) for pair in zip(attempts, forged, strict=True)])
    all_refused(judge, forgeries, exchanges)
    judge.unchanged(before, documented("devices", stories.devices(customer)))
    judge.still_works(attempts[-1].verify(), DEAD_OR_ALIVE)
