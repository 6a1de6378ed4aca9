"""Contract 4, PUT /v1/mfa/challenges/devices/{id}: a wrong signature, or one of something else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contract.answers import Answers
from contract.clauses import clauses
from contract.judge import Judge, document
from signer import KeyPair
from suites.device_signing.signing import Signing
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE
from suites.stories import Stories, signed
from target.provisioning import Person

WRONG = clauses()["signing-challenge.wrong-signature"].answers
WRONG_OR_DEAD = Answers((403, 404), (400, 409, 410))
"""What a further wrong signature gets: the challenge may be dead by then."""

# A signature for `mine`, made of what belongs to `other`.
CROSSED: dict[str, Callable[[Signing, Signing], str]] = {
    "own-text-by-other-device": lambda mine, other: signed(other.device.keys, mine.text),
    "other-text-by-own-device": lambda mine, other: signed(mine.device.keys, other.text),
    "other-text-by-other-device": lambda _, other: other.signature(),
}
each_crossing = pytest.mark.parametrize("forge", CROSSED.values(), ids=CROSSED)


@each_crossing
@clause("signing-challenge.wrong-signature")
def test_two_devices_of_a_person_cannot_be_mixed_up(
    forge: Callable[[Signing, Signing], str], stories: Stories, customer: Person, judge: Judge
) -> None:
    mine, other = (Signing.begin(device) for device in stories.bind_all(customer, 2))
    cannot_be_mixed_up(forge, mine, other, stories, judge)


@each_crossing
@clause("signing-challenge.wrong-signature")
def test_the_devices_of_two_persons_cannot_be_mixed_up(
    forge: Callable[[Signing, Signing], str],
    stories: Stories,
    customer: Person,
    another_customer: Person,
    judge: Judge,
) -> None:
    mine, other = (Signing.begin(stories.bind(person)) for person in (customer, another_customer))
    cannot_be_mixed_up(forge, mine, other, stories, judge)


def cannot_be_mixed_up(
    forge: Callable[[Signing, Signing], str], mine: Signing, other: Signing, stories: Stories, judge: Judge
) -> None:
    """The crossed signature is refused and moves neither device; the other challenge is as good as before."""
    before = [stories.state(signing.device.person) for signing in (mine, other)]
    judge.accepts(mine.verify(forge(mine, other)))
    judge.unchanged(before, [stories.state(signing.device.person) for signing in (mine, other)])
    judge.still_works(other.verify())
    judge.still_works(mine.verify(), DEAD_OR_ALIVE)


@clause("signing-challenge.wrong-signature")
def test_a_signature_does_for_its_own_challenge_only(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    verified, still_open = Signing.begin(device), Signing.begin(device)
    document(verified.verify())
    for source in (verified, still_open):
        judge.accepts(Signing.begin(device).verify(source.signature()))
    judge.still_works(still_open.verify())


@clause("signing-challenge.wrong-signature")
def test_what_else_the_device_may_have_signed_completes_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    device = stories.bind(customer)
    document(Signing.begin(device).verify())
    texts: dict[str, Callable[[Signing], str]] = {
        "the OTP of its binding": lambda _: device.secret.reveal(),
        "the challenge's id": lambda signing: signing.id,
        "the device's id": lambda _: device.device_id,
        "the key's id": lambda _: device.key_id,
        "the person's id": lambda _: customer.id,
        "the text without its end": lambda signing: signing.text[:-1],
        "the text twice": lambda signing: signing.text * 2,
        "the text in other case": lambda signing: signing.text.swapcase(),
        "an empty text": lambda _: "",
    }
    tried = {}
    for what, text in texts.items():
        signing = Signing.begin(device)
        # The text may happen to be one of these, or to have no letters.
        if text(signing) != signing.text:
            tried[what] = signing.verify(signed(device.keys, text(signing)))
    judge.accepts_each(tried)


@clause("signing-challenge.wrong-signature")
def test_the_key_of_a_deleted_or_unbound_device_completes_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    device, deleted = stories.bind_all(customer, 2)
    pending = stories.begin(customer)
    document(customer.partner.call("delete-device", deleted.device_id))
    for stranger in (deleted, pending):
        judge.accepts(Signing.begin(device).by(stranger.keys).verify())
    judge.still_works(Signing.begin(device).verify())


@clause("signing-challenge.wrong-signature")
def test_no_number_of_wrong_signatures_completes_a_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    document(Signing.begin(signing.device).verify())
    before = stories.state(customer)
    judge.accepts(signing.by(KeyPair.generate()).verify())
    later = {f"try {number}": signing.by(KeyPair.generate()).verify() for number in range(2, 9)}
    judge.accepts_each(later, WRONG_OR_DEAD)
    judge.unchanged(before, stories.state(customer))


@clause("signing-challenge.right-after-wrong")
def test_after_a_wrong_signature_the_right_one_works_or_the_challenge_is_dead(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    signing = Signing.begin(stories.bind(customer))
    judge.accepts(signing.by(KeyPair.generate()).verify(), WRONG)
    judge.accepts(signing.verify())
    # The device itself is none the worse for it.
    judge.still_works(Signing.begin(signing.device).verify())


@clause("signing-challenge.wrong-tries")
def test_how_many_wrong_signatures_a_challenge_takes(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    statuses = [signing.by(KeyPair.generate()).verify().status for _ in range(10)]
    judge.observes("ten wrong signatures", statuses)
    judge.observes("the right one then", signing.verify().status)
    judge.observes("the challenge then", signing.status())
