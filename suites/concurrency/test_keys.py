"""Contract 10: a device gets one key of a purpose, and a person's key binds one device."""

from __future__ import annotations

from functools import partial

from contract.exchange import Exchange
from contract.judge import NotTestable, document
from signer import KeyPair
from suites.concurrency.race import ROUNDS, Race, prepared
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.stories import Binding, Stories, signed, signing_challenge
from target.partner import Partner
from target.provisioning import Person


def sign(binding: Binding, keys: KeyPair, key_purpose: str) -> Exchange:
    """Verify a signing challenge for the key of a purpose. Raises PrerequisiteFailed."""
    challenge = signing_challenge(binding, key_purpose=key_purpose)
    body = {"signature": signed(keys, challenge["string_to_sign"])}
    return binding.partner.call("verify-signing-challenge", challenge["id"], json=body)


@clause("races.add-key")
def test_one_of_simultaneous_key_additions_succeeds(
    stories: Stories, partner: Partner, customer: Person, key_addition: KeyAddition, race: Race
) -> None:
    for binding in stories.bind_all(customer, len(ROUNDS)):
        news = {keys.public_hex: keys for keys in (KeyPair.generate() for _ in range(race.size))}
        won = race.one_wins(
            prepared(partner, "add-key", binding.device_id, **key_addition.body(binding, keys))
            for keys in news.values()
        )
        listed = {key_id: key["key_purpose"] for key_id, key in stories.keys(binding).items()}
        expected = {binding.key_id: "unrestricted", document(won)["id"]: "restricted"}
        assert listed == expected, "after simultaneous additions the device has not just the first and the winner's key"
        winner = next(keys for text, keys in news.items() if text.encode() in won.request.body)
        assert sign(binding, winner, "restricted").answer.ok, "the key whose addition succeeded cannot sign"


@clause("races.add-key")
def test_one_of_simultaneous_additions_of_one_key_succeeds_with_the_purpose_named_or_not(
    stories: Stories, partner: Partner, customer: Person, key_addition: KeyAddition, race: Race
) -> None:
    binding, keys = stories.bind(customer, key_purpose="restricted"), KeyPair.generate()
    body = key_addition.body(binding, keys, key_purpose="unrestricted")
    body["device_signature"]["signature_key_purpose"] = "restricted"
    unnamed = {name: value for name, value in body.items() if name != "key_purpose"}
    bodies = [unnamed if place % 2 else body for place in range(race.size)]
    won = race.one_wins(prepared(partner, "add-key", binding.device_id, **one) for one in bodies)
    listed = {key_id: key["key_purpose"] for key_id, key in stories.keys(binding).items()}
    expected = {binding.key_id: "restricted", document(won)["id"]: "unrestricted"}
    assert listed == expected, "after simultaneous additions the device has not just the first and the winner's key"
    assert sign(binding, keys, "unrestricted").answer.ok, "the key whose addition succeeded cannot sign"


@clause("races.same-key")
def test_simultaneous_verifications_bind_a_key_once(
    stories: Stories, partner: Partner, customer: Person, race: Race
) -> None:
    for place in ROUNDS:
        keys = KeyPair.generate()
        # One key, in the last rounds with either purpose, and in either case; a target may refuse upper-case hex.
        other = ({}, {"key_purpose": "restricted"}, {"key": keys.public_hex.upper()})[place]
        bodies = [stories.registration(customer, keys, **wish) for wish in ({}, other)]
        begin = [partial(partner.call, "create-device", json=body) for body in bodies]
        begun = stories.together((begin * race.size)[: race.size])
        pending = stories.bindings(customer, keys, [document(one) for one in begun if one.answer.ok])
        if len(pending) < 2:
            raise NotTestable("needs a target that takes the key of a pending device")
        before = len(stories.devices(customer))
        ended = race.run(
            prepared(partner, "verify-signature-challenge", binding.challenge_id, signature=binding.signature())
            for binding in pending
        )
        bound = len(stories.devices(customer)) - before
        race.judge.holds(bound <= 1, f"one key was bound on {bound} devices at once", "at most one")
        race.judge.holds(len(ended.winners) == 1, f"{len(ended.winners)} bindings of one key succeeded", "exactly one")
        race.loses(ended)
