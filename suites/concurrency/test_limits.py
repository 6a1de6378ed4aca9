"""Contract 10: limits of a person's devices and codes hold, however many come at the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from contract.judge import NotTestable, document
from contract.operations import operations
from signer import KeyPair
from suites.concurrency.race import ROUNDS, Ended, Race, prepared
from suites.law import clause
from suites.stories import ActivationCode, Binding, Stories, activation_request
from target.client import Outgoing
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.recording import current
from target.secret import Secret

MOST_DEVICES = 5
ORIGINS = ("MOBILE_APP", "WEB", "WEBUI")


def verifications(pending: list[Binding]) -> list[Outgoing]:
    return [
        prepared(binding.partner, "verify-signature-challenge", binding.challenge_id, signature=binding.signature())
        for binding in pending
    ]


def wish_for_a_code(person: Person, origin: str, replacing: bool) -> Outgoing:
    """Both ways to invalidate the existing code are used, as a target may know but one (contract 6)."""
    body = {**activation_request(person), "origin": origin, **({"invalidate_existing_code": True} if replacing else {})}
    params = {"invalidate_existing_code": "true"} if replacing else None
    return person.partner.prepare(operations()["create-activation-challenge"], json=body, params=params)


@clause("races.five-devices")
def test_simultaneous_verifications_bind_no_sixth_device(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    bound = stories.bind_all(customer, MOST_DEVICES - 1)
    for freed in bound[:2]:
        code = stories.activation_code(customer, invalidate_existing=True)
        pending = [*stories.begin_all(customer, race.size - 1), stories.begin_with_code(customer, code)]
        ended = race.run(verifications(pending))
        listed = len(stories.devices(customer))
        race.judge.holds(listed <= MOST_DEVICES, f"a person has {listed} bound devices", f"at most {MOST_DEVICES}")
        race.judge.holds(len(ended.winners) == 1, f"for one place {len(ended.winners)} succeeded", "exactly one")
        assert listed == MOST_DEVICES, "the verification that succeeded did not bind its device"
        race.loses(ended)
        document(partner.call("delete-device", freed.device_id))


@clause("races.five-devices")
def test_simultaneous_deletions_of_one_device_free_one_place(stories: Stories, customer: Person, race: Race) -> None:
    pending = stories.begin_all(customer, race.size // 2)
    freed, *_ = stories.bind_all(customer, MOST_DEVICES)
    deletion = prepared(customer.partner, "delete-device", freed.device_id)
    ended = race.run([one for verification in verifications(pending) for one in (deletion, verification)])
    listed = len(stories.devices(customer))
    race.judge.holds(listed <= MOST_DEVICES, f"a person has {listed} bound devices", f"at most {MOST_DEVICES}")
    race.loses(Ended([], [one for one in ended.losers if one.request.operation == "verify-signature-challenge"]))


@clause("races.live-activation-code")
@pytest.mark.parametrize("invalidate", [False, True], ids=["plain", "invalidate-existing-code"])
def test_simultaneous_requests_leave_one_live_code(
    stories: Stories, partner: Partner, provisioning: Provisioning, race: Race, invalidate: bool
) -> None:
    codes: list[str] = []
    persons = stories.together([partial(provisioning.person, partner)] * len(ROUNDS))
    for number, person in enumerate(persons):
        if invalidate and number:
            stories.activation_code(person)
        # In the last round only every second one invalidates.
        wishes = [True] * invalidate + [False] * (not invalidate or number == ROUNDS[-1])
        requests = [wish_for_a_code(person, origin, replacing) for origin in ORIGINS for replacing in wishes]
        ended = race.run((requests * race.size)[: race.size])
        made = [document(exchange) for exchange in ended.winners]
        current().activation_codes += [Secret(challenge["code"]) for challenge in made]
        race.judge.holds(made, "of simultaneous requests for a code none succeeded", "a live code")
        race.judge.holds(invalidate or len(made) == 1, f"{len(made)} requests for a code succeeded", "exactly one")
        race.loses(ended)
        params = {"filter[person_id]": person.id, "page[size]": 1000}
        listed = [row["id"] for row in document(partner.call("list-activation-challenges", params=params))]
        assert len(listed) == 1, "after simultaneous requests there is not one live code"
        assert listed[0] in [challenge["id"] for challenge in made], "the live code is none of those that were made"
        codes += listed
    for deleted in stories.together([partial(partner.call, "delete-activation-challenge", one) for one in codes]):
        document(deleted)


def _begun_with_code(stories: Stories, person: Person, code: ActivationCode, count: int) -> list[Binding]:
    """As many bindings as the target begins with one code."""

    def begun() -> list[Binding]:
        keys = KeyPair.generate()
        body = stories.registration(person, keys, challenge_type="activation_code")
        exchange = person.partner.call("create-device", json=body)
        if not exchange.answer.ok:
            return []
        made = document(exchange)
        return [Binding(person, keys, made["id"], made["key_id"], made["challenge"], code.code)]

    return [binding for bindings in stories.together([begun] * count) for binding in bindings]


@clause("races.used-activation-code")
def test_simultaneous_verifications_use_a_code_no_more_often_than_allowed(
    stories: Stories, partner: Partner, provisioning: Provisioning, race: Race
) -> None:
    customers = stories.together([partial(provisioning.customer, partner)] * len(ROUNDS))
    codes = stories.together([partial(stories.activation_code, one) for one in customers])
    for customer, code in zip(customers, codes, strict=True):
        pending = _begun_with_code(stories, customer, code, race.size)
        if len(pending) < 2:
            raise NotTestable("needs a target that begins two bindings with one code")
        allowed = min(code.max_usage_count, MOST_DEVICES, len(pending))
        ended = race.run(verifications(pending))
        bound = len(stories.devices(customer))
        race.judge.holds(bound <= allowed, f"a code for {allowed} bound {bound} devices at once", f"at most {allowed}")
        race.judge.holds(len(ended.winners) == bound, "a success bound no device", "a device for each success")
        race.judge.holds(ended.winners, "of simultaneous right signatures none succeeded", "at least one success")
        race.loses(ended)
