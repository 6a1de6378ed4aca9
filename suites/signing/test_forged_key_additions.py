"""Contract 2 and 3: what is no signature over the new key adds no key to a device."""

from __future__ import annotations

from contract.judge import Judge
from signer import KeyPair
from suites.key_addition import KeyAddition
from suites.signing.forging import Batch, all_refused, each_batch, scene_of_addition, spoilt
from suites.stories import Binding, Stories
from target.provisioning import Person


@each_batch("add-key")
def test_a_forged_device_signature_adds_nothing(
    forgeries: Batch, stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    device = stories.bind(customer)
    before = stories.state(customer)
    exchanges = []
    for forgery in forgeries:
        new = KeyPair.generate()
        forged = forgery.make(scene_of_addition(device, new, key_addition))
        body = spoilt(key_addition.body(device, new), forged)
        exchanges.append(customer.partner.call("add-key", device.device_id, json=body))
        if exchanges[-1].answer.ok:
            device = replaced(stories, device)
    all_refused(judge, forgeries, exchanges)
    judge.unchanged(before, stories.state(customer))
    judge.still_works(key_addition.add(device, KeyPair.generate()))


def replaced(stories: Stories, device: Binding) -> Binding:
    """Another device in its place: an accepted forgery has taken the purpose that the next one asks for."""
    device.partner.call("delete-device", device.device_id)
    return stories.bind(device.person)
