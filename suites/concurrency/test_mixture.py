"""Contract 10: whatever comes at the same moment, the target answers, and a deleted device stays deleted."""

from __future__ import annotations

from functools import partial

from signer import KeyPair
from suites.activation.codes import EVENT, events_of
from suites.concurrency.race import ROUNDS, Race, prepared
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.sms_challenges.codes import Coded, another
from suites.stories import Stories, signed, signing_challenge
from target.partner import Partner
from target.provisioning import Person


@clause("races.no-server-error")
def test_a_mixture_of_simultaneous_requests_gets_no_server_error(
    stories: Stories, partner: Partner, customer: Person, key_addition: KeyAddition, race: Race
) -> None:
    bindings = stories.bind_all(customer, len(ROUNDS))
    challenges = stories.together([partial(signing_challenge, binding) for binding in bindings])
    for binding, challenge in zip(bindings, challenges, strict=True):
        device, signature = binding.device_id, signed(binding.keys, challenge["string_to_sign"])
        mixture = [
            prepared(partner, "delete-device", device),
            prepared(partner, "verify-signing-challenge", challenge["id"], signature=signature),
            prepared(partner, "add-key", device, **key_addition.body(binding, KeyPair.generate())),
            prepared(partner, "create-signing-challenge", device_id=device),
            prepared(partner, "read-device", device),
            prepared(partner, "list-keys", device),
            prepared(partner, "list-devices"),
            prepared(partner, "verify-signature-challenge", binding.challenge_id, signature=binding.signature()),
        ]
        ended = race.run((mixture * 2)[: race.size])
        statuses = sorted({exchange.status for exchange in ended.losers})
        race.judge.holds(all(status < 500 for status in statuses), f"there were the refusals {statuses}", "no 5xx")
        bound, late = stories.beside(
            partial(stories.is_bound, binding),
            partial(partner.call, "create-signing-challenge", json={"device_id": device}),
        )
        assert not bound, "a device that was deleted in a race is still listed"
        assert not late.answer.ok, "a device that was deleted in a race still signs"


@clause("races.no-server-error")
def test_simultaneous_deletions_get_no_server_error(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    sibling, *bindings = stories.bind_all(customer, 1 + len(ROUNDS))
    left = {sibling.device_id, *(binding.device_id for binding in bindings)}
    for binding in bindings:
        ended = race.run(prepared(partner, "delete-device", binding.device_id) for _ in range(race.size))
        statuses = sorted({exchange.status for exchange in ended.losers})
        race.judge.holds(all(status < 500 for status in statuses), f"there were the refusals {statuses}", "no 5xx")
        race.judge.holds(ended.winners, "of simultaneous deletions none succeeded", "at least one success")
        left.remove(binding.device_id)
        listed = [row["id"] for row in stories.devices(customer)]
        assert sorted(listed) == sorted(left), "after simultaneous deletions not just the other devices are listed"


@clause("races.no-server-error")
def test_a_pending_device_that_is_deleted_in_a_race_is_not_bound(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    for binding in stories.begin_all(customer, 2):
        deletion = prepared(partner, "delete-device", binding.device_id)
        verification = prepared(
            partner, "verify-signature-challenge", binding.challenge_id, signature=binding.signature()
        )
        ended = race.run([verification, deletion] * (race.size // 2))
        deleted = any(exchange.request.operation == "delete-device" for exchange in ended.winners)
        race.judge.holds(not (deleted and stories.is_bound(binding)), "a deleted device is bound", "it stays deleted")


@clause("races.no-server-error")
def test_simultaneous_wrong_tries_get_no_server_error(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    binding = stories.bind(customer)
    pending, coded = stories.begin(customer), Coded.begin(stories, customer)
    wrong = signed(binding.keys, "another text")
    tries = [
        prepared(partner, "verify-signing-challenge", signing_challenge(binding)["id"], signature=wrong),
        prepared(partner, "verify-signature-challenge", pending.challenge_id, signature=signed(pending.keys, "a text")),
        prepared(partner, "verify-sms-challenge", coded.id, code=another(coded.code).reveal()),
    ]
    for one in tries:
        ended = race.run([one] * race.size)
        statuses = sorted({exchange.status for exchange in ended.losers})
        race.judge.holds(not ended.winners, "a wrong try in a race succeeded", "refusals")
        race.judge.holds(all(status < 500 for status in statuses), f"there were the refusals {statuses}", "no 5xx")


@clause("delivery.listed")
def test_simultaneous_events_are_all_listed(
    stories: Stories, customer: Person, another_customer: Person, partner: Partner, race: Race
) -> None:
    # Two codes, so that each has fewer events than a page holds, where a target has pages here (contract 6).
    codes = [stories.activation_code(person) for person in (customer, another_customer)]
    events = [prepared(partner, "create-delivery-event", code.id, **EVENT) for code in codes]
    made = len(race.run((events * race.size)[: race.size]).winners)
    listed = sum(len(events_of(partner, code.id)) for code in codes)
    race.judge.holds(listed == made, f"of {made} simultaneous events {listed} are listed", "all of them")
