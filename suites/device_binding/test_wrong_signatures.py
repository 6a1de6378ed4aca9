"""Contract 3, PUT /v1/mfa/challenges/signatures/{id}: a wrong signature, or one of something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from contract.answers import Answers
from contract.exchange import Exchange
from contract.judge import Judge, NotTestable
from signer import KeyPair
from suites.device_binding.beginnings import Begin, each_beginning, none_bound
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE
from suites.stories import Binding, Stories, signed
from target.partner import Partner
from target.provisioning import Person

STATIC_OTP = "212212"
"""The OTP of numbers that begin with +1555, and of no other (contract 8)."""

Forge = Callable[[Binding, Binding], str]

# A signature for `mine`, made of what belongs to `other`.
CROSSED: dict[str, Forge] = {
    "other OTP by own key": lambda mine, other: signed(mine.keys, other.secret.reveal()),
    "own OTP by other key": lambda mine, other: signed(other.keys, mine.secret.reveal()),
    "other OTP by other key": lambda _, other: other.signature(),
}


def with_two_otps(mine: Binding, other: Binding) -> None:
    """Raises NotTestable where the two OTPs are the same, as static ones are."""
    if mine.secret == other.secret:
        raise NotTestable("needs outbox hook: two different OTPs")


@clause("signature-challenge.another-otp")
def test_two_devices_of_a_person_cannot_be_mixed_up(stories: Stories, customer: Person, judge: Judge) -> None:
    attempts = stories.begin_all(customer, 2 * len(CROSSED))
    mine, others = attempts[::2], attempts[1::2]
    judge.accepts_each(crossed(stories, mine, others))
    none_bound(stories, customer, judge)
    *untouched, tried = stories.together([attempt.verify for attempt in (*others, mine[0])])
    for exchange in untouched:
        judge.still_works(exchange)
    judge.still_works(tried, DEAD_OR_ALIVE)


@clause("signature-challenge.another-otp")
def test_the_devices_of_two_persons_cannot_be_mixed_up(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    persons = (customer, another_customer)
    mine, others = stories.together([partial(stories.begin_all, person, len(CROSSED)) for person in persons])
    judge.accepts_each(crossed(stories, mine, others))
    stories.together([partial(none_bound, stories, person, judge) for person in persons])
    for untouched in stories.together([other.verify for other in others]):
        judge.still_works(untouched)


def crossed(stories: Stories, mine: Sequence[Binding], others: Sequence[Binding]) -> dict[str, Exchange]:
    """The answers to my verifications with what is made of the others, one for each way to cross them."""
    tries = {}
    for (what, forge), own, other in zip(CROSSED.items(), mine, others, strict=True):
        with_two_otps(own, other)
        tries[what] = partial(own.verify, forge(own, other))
    return stories.each(tries)


@clause("signature-challenge.another-otp")
def test_the_otp_of_a_verified_challenge_binds_no_other_device(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    bound, mine = stories.begin_all(customer, 2)
    with_two_otps(mine, bound)
    judge.works(bound.verify())
    judge.accepts(mine.verify(signed(mine.keys, bound.secret.reveal())))
    judge.holds(not stories.is_bound(mine), "the device is bound", "it stays unbound")


@clause("signature-challenge.another-otp")
def test_a_signature_that_bound_a_device_binds_no_later_one(
    stories: Stories, partner: Partner, customer: Person, judge: Judge
) -> None:
    bound = stories.begin(customer)
    used = bound.signature()
    judge.works(bound.verify(used))
    judge.works(partner.call("delete-device", bound.device_id))
    again = partner.call("create-device", json=stories.registration(customer, bound.keys))
    if not again.answer.ok:
        raise NotTestable("needs a target that takes the key of a deleted device")
    later = stories.binding(customer, bound.keys, judge.works(again))
    with_two_otps(later, bound)
    judge.accepts(later.verify(used))
    none_bound(stories, customer, judge)


@clause("signature-challenge.another-otp")
def test_the_static_otp_binds_no_device_of_another_number(stories: Stories, customer: Person, judge: Judge) -> None:
    attempt = stories.begin(customer)
    if attempt.secret.reveal() == STATIC_OTP:
        raise NotTestable("needs outbox hook: a number whose OTP is not the static one")
    judge.accepts(attempt.verify(signed(attempt.keys, STATIC_OTP)))
    none_bound(stories, customer, judge)


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_the_key_of_a_bound_device_binds_no_other_one(stories: Stories, customer: Person, judge: Judge) -> None:
    bound, attempt = stories.beside(partial(stories.bind, customer), partial(stories.begin, customer))
    judge.accepts(attempt.verify(signed(bound.keys, attempt.secret.reveal())))
    judge.holds(not stories.is_bound(attempt), "the device is bound", "it stays unbound")


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_no_other_key_of_the_person_binds_a_device(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    (bound, deleted) = stories.bind_all(customer, 2)
    added = KeyPair.generate()
    judge.works(key_addition.add(bound, added))
    judge.works(customer.partner.call("delete-device", deleted.device_id))
    others = {"added": added, "deleted": deleted.keys}
    attempts = stories.begin_all(customer, len(others))
    tries = {
        f"the {what} key": partial(attempt.verify, signed(keys, attempt.secret.reveal()))
        for (what, keys), attempt in zip(others.items(), attempts, strict=True)
    }
    judge.accepts_each(stories.each(tries))
    live = {row["id"] for row in stories.devices(customer)}
    judge.holds(live == {bound.device_id}, "a device is bound by another one's key", "it stays unbound")


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_a_signature_over_the_challenges_own_id_binds_nothing(stories: Stories, customer: Person, judge: Judge) -> None:
    challenge, device, key = stories.begin_all(customer, 3)
    ids = {
        "challenge": (challenge, challenge.challenge_id),
        "device": (device, device.device_id),
        "key": (key, key.key_id),
    }
    tries = {f"the id of the {what}": partial(it.verify, signed(it.keys, text)) for what, (it, text) in ids.items()}
    judge.accepts_each(stories.each(tries))
    none_bound(stories, customer, judge)


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_an_activation_code_does_not_replace_the_otp(stories: Stories, customer: Person, judge: Judge) -> None:
    code, by_sms = stories.beside(partial(stories.activation_code, customer), partial(stories.begin, customer))
    judge.accepts(by_sms.verify(signed(by_sms.keys, code.code.reveal())))
    none_bound(stories, customer, judge)


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_an_otp_does_not_replace_the_activation_code(stories: Stories, customer: Person, judge: Judge) -> None:
    by_sms, code = stories.beside(partial(stories.begin, customer), partial(stories.activation_code, customer))
    texts = {"the OTP": by_sms.secret.reveal(), "the static OTP": STATIC_OTP, "the code's id": code.id}
    attempts = stories.together([partial(stories.begin_with_code, customer, code)] * len(texts))
    tries = {
        what: partial(attempt.verify, signed(attempt.keys, text))
        for (what, text), attempt in zip(texts.items(), attempts, strict=True)
    }
    judge.accepts_each(stories.each(tries))
    none_bound(stories, customer, judge)


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_the_code_of_another_person_binds_nothing(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    code_of_another(stories, customer, another_customer, judge)


@clause("signature-challenge.wrong-signature-binds-nothing")
def test_the_code_of_a_person_of_another_partner_binds_nothing(
    stories: Stories, customer: Person, foreign_customer: Person, judge: Judge
) -> None:
    code_of_another(stories, customer, foreign_customer, judge)


def code_of_another(stories: Stories, person: Person, stranger: Person, judge: Judge) -> None:
    attempt, strange = stories.beside(
        lambda: stories.begin_with_code(person, stories.activation_code(person)),
        partial(stories.activation_code, stranger),
    )
    judge.accepts(attempt.verify(signed(attempt.keys, strange.code.reveal())))
    none_bound(stories, person, judge)
    judge.works(stories.begin_with_code(stranger, strange).verify())


@clause("signature-challenge.right-after-wrong")
@each_beginning
def test_after_a_wrong_signature_the_right_one_works_or_the_challenge_is_dead(
    begin: Begin, stories: Stories, customer: Person, judge: Judge
) -> None:
    attempt = begin(stories, customer)
    wrong = attempt.verify(signed(KeyPair.generate(), attempt.secret.reveal()))
    judge.accepts(wrong, Answers((403,), (400,)))
    right = attempt.verify()
    judge.accepts(right)
    judge.holds(
        stories.is_bound(attempt) == right.answer.ok, "the device's state is not what the answer says", "as answered"
    )


@clause("signature-challenge.wrong-tries")
def test_how_many_wrong_signatures_a_challenge_takes(
    stories: Stories, customer: Person, partner: Partner, judge: Judge
) -> None:
    attempt = stories.begin(customer)
    statuses = [attempt.verify(signed(KeyPair.generate(), attempt.secret.reveal())).status for _ in range(10)]
    judge.observes("ten wrong signatures", statuses)
    judge.observes("the right one then", attempt.verify().status)
    judge.observes("the challenge then", partner.call("read-signature-challenge", attempt.challenge_id).status)
