"""Contract 2 and 3: what is no signature over the new key adds no key to a device."""

from __future__ import annotations

from functools import partial

from contract.judge import Judge
from signer import KeyPair
from suites.key_addition import KeyAddition
from suites.lifetimes import DEAD_OR_ALIVE, SPENT
from suites.signing.forging import Batch, all_refused, each_batch, scene_of_addition, spoilt
from suites.stories import Stories
from target.provisioning import Person


@each_batch("add-key")
def test_a_forged_device_signature_adds_nothing(
    forgeries: Batch, stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    device = stories.bind(customer)
    before = stories.state(customer)
    news = [KeyPair.generate() for _ in forgeries]
    bodies = [
        spoilt(key_addition.body(device, new), forgery.make(scene_of_addition(device, new, key_addition)))
        for forgery, new in zip(forgeries, news, strict=True)
    ]
    add = partial(customer.partner.call, "add-key", device.device_id)
    exchanges = stories.together([partial(add, json=body) for body in bodies])
    # A target may take no further signature of a device after a wrong one (contract 1.11).
    all_refused(judge, forgeries, exchanges, also=SPENT)
    judge.unchanged(before, stories.state(customer))
    judge.still_works(key_addition.add(device, KeyPair.generate()), DEAD_OR_ALIVE)
