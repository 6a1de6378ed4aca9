"""Contract 10: a challenge is verified once, however many try at the same moment."""

from __future__ import annotations

from typing import Any

from contract.judge import document
from suites.concurrency.race import ROUNDS, Race, prepared
from suites.law import clause
from suites.sms_challenges.codes import Coded, begin_all
from suites.stories import Binding, Stories, signed, signing_challenge
from target.client import Outgoing
from target.partner import Partner
from target.provisioning import Person


@clause("races.verify-signature-challenge")
def test_simultaneous_verifications_bind_the_device_once(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    code = stories.activation_code(customer)
    for binding in (*stories.begin_all(customer, len(ROUNDS) - 1), stories.begin_with_code(customer, code)):
        ended = race.run(
            prepared(partner, "verify-signature-challenge", binding.challenge_id, signature=binding.signature())
            for _ in range(race.size)
        )
        race.judge.holds(ended.winners, "of simultaneous right signatures none succeeded", "at least one success")
        race.loses(ended)
        if len(ended.winners) > 1:
            race.judge.notes_that("simultaneous verifications of one challenge got 2xx repeatedly", "one success")
        listed = [row["id"] for row in stories.devices(customer)]
        assert listed.count(binding.device_id) == 1, "after simultaneous verifications the device is not bound once"
        assert list(stories.keys(binding)) == [binding.key_id], "simultaneous verifications changed the device's keys"
    assert len(stories.devices(customer)) == len(ROUNDS), "simultaneous verifications bound further devices"
    used = partner.call("read-activation-challenge", code.id)
    if used.answer.ok:
        count = document(used)["usage_count"]
        race.judge.holds(count == 1, f"one binding at once used its code {count} times", "once", used)


@clause("races.verify-signing-challenge")
def test_one_of_simultaneous_verifications_of_a_signing_challenge_succeeds(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    one, other = stories.bind_all(customer, 2)

    def verifications(binding: Binding, challenge: dict[str, Any], count: int) -> list[Outgoing]:
        texts = [signed(binding.keys, challenge["string_to_sign"]) for _ in range(count)]
        return [prepared(partner, "verify-signing-challenge", challenge["id"], signature=text) for text in texts]

    begun = [(device, signing_challenge(device)) for device in (one, one, other)]
    race.one_wins(verifications(*begun[0], race.size))
    race.one_of_each_wins(*(verifications(*each, race.size // 2) for each in begun[1:]))
    for each in begun:
        [again] = verifications(*each, 1)
        race.judge.accepts(partner.client.send(again))


@clause("races.verify-sms-challenge")
def test_one_of_simultaneous_verifications_of_an_sms_challenge_succeeds(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    alone, *pair = begin_all(stories, customer, 3)

    def verification(coded: Coded) -> Outgoing:
        return prepared(partner, "verify-sms-challenge", coded.id, code=coded.code.reveal())

    race.one_wins([verification(alone)] * race.size)
    race.one_of_each_wins(*([verification(coded)] * (race.size // 2) for coded in pair))
    for coded in (alone, *pair):
        race.judge.accepts(coded.verify())
