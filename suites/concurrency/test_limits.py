"""Contract 10: limits of a person's devices and codes hold, however many come at the same moment."""

from __future__ import annotations

import pytest

from contract.judge import NotTestable, document
from signer import KeyPair
from suites.concurrency.race import ROUNDS, Race, prepared
from suites.law import clause
from suites.stories import Binding, Stories, activation_request
from target.client import Outgoing
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.secret import Secret

MOST_DEVICES = 5


def verifications(pending: list[Binding]) -> list[Outgoing]:
    return [
        prepared(binding.partner, "verify-signature-challenge", binding.challenge_id, signature=binding.signature())
        for binding in pending
    ]


@clause("races.five-devices")
def test_simultaneous_verifications_bind_no_sixth_device(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    bound = [stories.bind(customer) for _ in range(MOST_DEVICES - 1)]
    for freed in bound[:2]:
        ended = race.run(verifications([stories.begin(customer) for _ in range(min(race.size, 8))]))
        listed = len(stories.devices(customer))
        race.judge.holds(listed <= MOST_DEVICES, f"a person has {listed} bound devices", f"at most {MOST_DEVICES}")
        race.judge.holds(len(ended.winners) == 1, f"for one place {len(ended.winners)} succeeded", "exactly one")
        assert listed == MOST_DEVICES, "the verification that succeeded did not bind its device"
        race.loses(ended)
        document(partner.call("delete-device", freed.device_id))


@clause("races.live-activation-code")
@pytest.mark.parametrize("invalidate", [False, True], ids=["plain", "invalidate-existing-code"])
def test_simultaneous_requests_leave_one_live_code(
    stories: Stories, partner: Partner, provisioning: Provisioning, race: Race, invalidate: bool
) -> None:
    for _ in ROUNDS:
        person = provisioning.person(partner)
        body = {**activation_request(person), **({"invalidate_existing_code": True} if invalidate else {})}
        ended = race.run(prepared(partner, "create-activation-challenge", **body) for _ in range(race.size))
        made = [document(exchange) for exchange in ended.winners]
        stories.activation_codes += [Secret(challenge["code"]) for challenge in made]
        race.judge.holds(made, "of simultaneous requests for a code none succeeded", "a live code")
        race.judge.holds(invalidate or len(made) == 1, f"{len(made)} requests for a code succeeded", "exactly one")
        race.loses(ended)
        params = {"filter[person_id]": person.id, "page[size]": 1000}
        listed = [row["id"] for row in document(partner.call("list-activation-challenges", params=params))]
        assert len(listed) == 1, "after simultaneous requests there is not one live code"
        assert listed[0] in [challenge["id"] for challenge in made], "the live code is none of those that were made"
        document(partner.call("delete-activation-challenge", listed[0]))


@clause("races.used-activation-code")
def test_simultaneous_verifications_use_a_code_no_more_often_than_allowed(
    stories: Stories, partner: Partner, provisioning: Provisioning, race: Race
) -> None:
    for _ in ROUNDS:
        customer = provisioning.customer(partner)
        code = stories.activation_code(customer)
        pending = []
        for _ in range(race.size):
            keys = KeyPair.generate()
            body = stories.registration(customer, keys, challenge_type="activation_code")
            begun = partner.call("create-device", json=body)
            if begun.answer.ok:
                made = document(begun)
                pending.append(Binding(customer, keys, made["id"], made["key_id"], made["challenge"], code.code))
        if len(pending) < 2:
            raise NotTestable("needs a target that begins two bindings with one code")
        allowed = min(code.max_usage_count, MOST_DEVICES, len(pending))
        ended = race.run(verifications(pending))
        bound = len(stories.devices(customer))
        race.judge.holds(bound <= allowed, f"a code for {allowed} bound {bound} devices at once", f"at most {allowed}")
        race.judge.holds(len(ended.winners) == bound, "a success bound no device", "a device for each success")
        race.judge.holds(ended.winners, "of simultaneous right signatures none succeeded", "at least one success")
        race.loses(ended)
