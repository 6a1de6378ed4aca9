"""Contract 10: a challenge is verified once, however many try at the same moment."""

from __future__ import annotations

from functools import partial

from suites.concurrency.race import ROUNDS, Race, prepared
from suites.law import clause
from suites.sms_challenges.codes import begin_all
from suites.stories import Stories, signed, signing_challenge
from target.partner import Partner
from target.provisioning import Person


@clause("races.verify-signature-challenge")
def test_simultaneous_verifications_bind_the_device_once(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    for binding in stories.begin_all(customer, len(ROUNDS)):
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


@clause("races.verify-signing-challenge")
def test_one_of_simultaneous_verifications_of_a_signing_challenge_succeeds(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    binding = stories.bind(customer)
    for challenge in stories.together([partial(signing_challenge, binding)] * len(ROUNDS)):
        text = challenge["string_to_sign"]
        race.one_wins(
            prepared(partner, "verify-signing-challenge", challenge["id"], signature=signed(binding.keys, text))
            for _ in range(race.size)
        )
        again = prepared(partner, "verify-signing-challenge", challenge["id"], signature=signed(binding.keys, text))
        race.judge.accepts(partner.client.send(again))


@clause("races.verify-sms-challenge")
def test_one_of_simultaneous_verifications_of_an_sms_challenge_succeeds(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    for coded in begin_all(stories, customer, len(ROUNDS)):
        race.one_wins(
            prepared(partner, "verify-sms-challenge", coded.id, code=coded.code.reveal()) for _ in range(race.size)
        )
        race.judge.accepts(coded.verify())
