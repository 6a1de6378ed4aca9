"""Contract 4, PUT /v1/mfa/challenges/devices/{id}: a wrong signature, or one of something else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from contract.answers import Answers
from contract.clauses import clauses
from contract.judge import Judge, document
from signer import KeyPair
from suites.change_requests.changes import begin_all as change_requests
from suites.change_requests.changes import by_device
from suites.device_signing.signing import Signing, begin
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE
from suites.stories import Stories, signed
from target.provisioning import Person

WRONG = clauses()["signing-challenge.wrong-signature"].answers
WRONG_OR_DEAD = Answers((403, 404), (400, 409, 410))
"""What a further wrong signature gets: the challenge may be dead by then."""

# A signature for `mine`, made of what belongs to `other`.
CROSSED: dict[str, Callable[[Signing, Signing], str]] = {
    "own text by other device": lambda mine, other: signed(other.device.keys, mine.text),
    "other text by own device": lambda mine, other: signed(mine.device.keys, other.text),
    "other text by other device": lambda _, other: other.signature(),
}


@clause("signing-challenge.wrong-signature")
def test_two_devices_of_a_person_cannot_be_mixed_up(stories: Stories, customer: Person, judge: Judge) -> None:
    cannot_be_mixed_up(stories, judge, customer, customer)


@clause("signing-challenge.wrong-signature")
def test_the_devices_of_two_persons_cannot_be_mixed_up(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    cannot_be_mixed_up(stories, judge, customer, another_customer)


def cannot_be_mixed_up(stories: Stories, judge: Judge, *owners: Person) -> None:
    """Crossed signatures are refused and move neither device; the challenges they are made of are as good as before."""
    devices = stories.together([partial(stories.bind, person) for person in owners])
    mine, others = stories.together([partial(Signing.begin_all, stories, device, len(CROSSED)) for device in devices])
    read = [partial(stories.state, person) for person in {person.id: person for person in owners}.values()]
    before = stories.together(read)
    crossed = {
        what: partial(own.verify, forge(own, other))
        for (what, forge), own, other in zip(CROSSED.items(), mine, others, strict=True)
    }
    judge.accepts_each(stories.each(crossed))
    judge.unchanged(before, stories.together(read))
    for untouched in stories.together([other.verify for other in others]):
        judge.still_works(untouched)
    for tried in stories.together([own.verify for own in mine]):
        judge.still_works(tried, DEAD_OR_ALIVE)


@clause("signing-challenge.wrong-signature")
def test_a_signature_does_for_its_own_challenge_only(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.begin(customer)
    # The very signature that was sent, as each new one over the same text is another.
    binding = device.signature()
    document(device.verify(binding))
    verified, still_open, *beside = Signing.begin_all(stories, device, 4)
    used = verified.signature()
    document(verified.verify(used))
    later = Signing.begin_all(stories, device, 2)
    tries = {
        "another challenge's": partial(beside[0].verify, still_open.signature()),
        "a verified challenge's": partial(beside[1].verify, used),
        "that of a challenge that was verified before": partial(later[0].verify, used),
        "that of the device's binding": partial(later[1].verify, binding),
    }
    judge.accepts_each(stories.each(tries))
    judge.still_works(still_open.verify())


@clause("signing-challenge.wrong-signature")
def test_what_else_the_device_may_have_signed_completes_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    device = stories.bind(customer)
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
    right, *attempts = Signing.begin_all(stories, device, len(texts) + 1)
    document(right.verify())
    # The text may happen to be one of these, or to have no letters.
    tries = {
        what: partial(signing.verify, signed(device.keys, text(signing)))
        for (what, text), signing in zip(texts.items(), attempts, strict=True)
        if text(signing) != signing.text
    }
    judge.accepts_each(stories.each(tries))


@clause("signing-challenge.wrong-signature")
def test_what_the_device_signed_on_another_occasion_completes_nothing(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    device, new = stories.bind(customer), KeyPair.generate()
    done, still_open = change_requests(stories, customer, by_device, 2, device)
    document(done.confirm())
    addition = key_addition.body(device, new)
    document(customer.partner.call("add-key", device.device_id, json=addition))
    tries = {
        "a confirmed change": str(done.body["signature"]),
        "a change that waits": str(still_open.body["signature"]),
        "the key that was added": str(addition["device_signature"]["signature"]),
    }
    attempts = Signing.begin_all(stories, device, len(tries), key_purpose="unrestricted")
    pairs = zip(attempts, tries.items(), strict=True)
    calls = {f"the signature over {what}": partial(mine.verify, signature) for mine, (what, signature) in pairs}
    judge.accepts_each(stories.each(calls))
    judge.still_works(still_open.confirm())


@clause("signing-challenge.wrong-signature")
def test_the_key_of_a_deleted_or_unbound_device_completes_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    (device, deleted), pending = stories.beside(
        partial(stories.bind_all, customer, 2), partial(stories.begin, customer)
    )
    early = Signing.begin(device)
    document(customer.partner.call("delete-device", deleted.device_id))
    *attempts, right = Signing.begin_all(stories, device, 3)
    by_strangers = [attempt.by(it.keys).verify for attempt, it in zip(attempts, (deleted, pending), strict=True)]
    for tried in stories.together(by_strangers):
        judge.accepts(tried)
    judge.still_works(right.verify())
    judge.still_works(early.verify())


@clause("signing-challenge.wrong-signature")
def test_no_number_of_wrong_signatures_completes_a_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    signing, right = Signing.begin_all(stories, stories.bind(customer), 2)
    document(right.verify())
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
    again = signing.verify()
    judge.holds(not again.answer.ok, "after a wrong signature the right one works twice", "once", again)
    # The device itself is none the worse for it.
    judge.still_works(Signing.begin(signing.device).verify())


@clause("signing-challenge.wrong-tries")
def test_how_many_wrong_signatures_a_challenge_takes(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    statuses = [signing.by(KeyPair.generate()).verify().status for _ in range(10)]
    judge.observes("ten wrong signatures", statuses)
    judge.observes("the right one then", signing.verify().status)
    judge.observes("the challenge then", signing.status())


@clause("general.refusal-changes-nothing", "verify-signing-challenge")
def test_wrong_signatures_use_up_the_tries_of_their_own_challenge_alone(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    (mine, beside), theirs = stories.beside(
        partial(stories.bind_all, customer, 2), partial(stories.bind, another_customer)
    )
    tried, *others = stories.together([partial(Signing.begin, device) for device in (mine, mine, beside, theirs)])
    for _ in range(6):
        judge.accepts(tried.by(KeyPair.generate()).verify(), WRONG_OR_DEAD)
    later = begin(mine)
    judge.still_works(later)
    for untouched in (*others, Signing(mine, document(later))):
        judge.still_works(untouched.verify())
