"""Contract 5, POST /v1/mfa/challenges/sms: for whom there is a challenge."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.judge import Judge
from suites.access import numbers
from suites.general.odd_ids import nearly, unknown_like
from suites.general.tolerance import tolerates
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE, lifetime
from suites.sms_challenges.codes import Coded, ask, begin_all
from suites.stories import Stories
from target.connection import Target
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.secret import Secret


@clause("sms-challenge.created")
def test_a_person_gets_an_sms_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    signature = "FA+9qCX9VSu"
    fields: list[dict[str, Any]] = [{"language": language} for language in ("de", "en", "fr")]
    fields += [{}, {"app_signature": signature}, {"app_signature": signature, "language": "fr"}]
    for created in stories.together([partial(ask, customer, **one) for one in fields]):
        judge.works(created)


@clause("sms-challenge.created")
def test_each_challenge_has_an_id_of_its_own(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    mine, theirs = stories.beside(
        partial(begin_all, stories, customer, 3), partial(Coded.begin, stories, another_customer)
    )
    challenges = [*mine, theirs]
    ids = {challenge.id for challenge in challenges}
    judge.holds(len(ids) == len(challenges), "two SMS challenges have the same id", "an id of its own for each")


def lasts(challenge: dict[str, str], target: Target, judge: Judge) -> None:
    seconds, documented = lifetime(challenge), target.profile.challenge_lifetime
    judge.holds(abs(seconds - documented) <= 5, f"it lives for {seconds:g} s", f"{documented:g} s, 5 s more or less")


@clause("sms-challenge.lifetime")
def test_an_sms_challenge_lives_as_long_as_documented(customer: Person, target: Target, judge: Judge) -> None:
    lasts(judge.works(ask(customer)), target, judge)


@clause("sms-challenge.lifetime")
@pytest.mark.usefixtures("clock")
def test_an_sms_challenge_of_tomorrow_lives_as_long(customer: Person, target: Target, judge: Judge) -> None:
    lasts(judge.works(ask(customer, clock_offset=86_400)), target, judge)


@clause("sms-challenge.unknown-person")
def test_an_unknown_person_is_refused(stories: Stories, customer: Person, partner: Partner, judge: Judge) -> None:
    device = stories.bind(customer)
    unknown = {"an id that nobody has": unknown_like(customer.id)}
    # Ids are unique among things of a kind alone, so another thing may have the person's.
    if device.device_id != customer.id:
        unknown["a device's id"] = device.device_id
    unknown |= nearly(customer.id)
    asks = {
        what: partial(partner.call, "create-sms-challenge", json={"person_id": one}) for what, one in unknown.items()
    }
    judge.accepts_each(stories.each(asks))
    judge.still_works(ask(customer))


@clause("sms-challenge.number-not-verified")
def test_a_person_without_a_number_is_refused(
    stories: Stories, provisioning: Provisioning, customer: Person, judge: Judge
) -> None:
    good, refused = stories.beside(partial(ask, customer), lambda: ask(provisioning.person(customer.partner)))
    judge.works(good)
    judge.accepts(refused)


@clause("sms-challenge.number-not-verified")
@pytest.mark.parametrize("tried", ["not-authorized", "not-confirmed", "wrongly-confirmed"])
def test_a_person_whose_number_is_not_verified_is_refused(
    tried: str, stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    person = provisioning.unverified(partner)
    assert person.number is not None
    if tried != "not-authorized":
        judge.works(numbers.authorize(person))
    if tried == "wrongly-confirmed":
        numbers.confirm(person, numbers.another(provisioning.otp(partner, person.number, None)))
    before = stories.sent(person)
    judge.accepts(ask(person))
    judge.unchanged(before, stories.sent(person))
    provisioning.verify(person)
    judge.still_works(ask(person))


@clause("sms-challenge.number-not-verified")
def test_the_number_of_another_person_does_not_count(
    stories: Stories, provisioning: Provisioning, customer: Person, judge: Judge
) -> None:
    coded, person = stories.beside(
        partial(Coded.begin, stories, customer), partial(provisioning.person, customer.partner)
    )
    verified, before = stories.beside(coded.verify, partial(stories.sent, customer))
    judge.works(verified)
    judge.accepts(ask(person))
    judge.unchanged(before, stories.sent(customer))


@clause("sms-challenge.number-not-verified")
def test_a_number_that_another_person_verified_is_not_verified_for_all(
    stories: Stories, provisioning: Provisioning, customer: Person, judge: Judge
) -> None:
    person = provisioning.person(customer.partner)
    assert customer.number is not None
    # Whether two persons may have one number is the target's affair: this one has none, or one to be verified.
    numbers.add(person, customer.number)
    before = stories.sent(customer)
    judge.accepts(ask(person))
    judge.unchanged(before, stories.sent(customer))
    judge.still_works(ask(customer))


@clause("general.unknown-fields", "create-sms-challenge")
def test_a_challenge_cannot_be_given_what_the_target_decides(stories: Stories, customer: Person, judge: Judge) -> None:
    wishes: dict[str, Any] = {"code": "271828", "otp": "271828", "tan": "271828", "id": customer.id, "verified": True}
    wishes |= {"expires_at": "2101-01-01T00:00:00Z", "number": "+491555000001", "type": "device"}
    coded = Coded.of(stories, customer, tolerates(judge, ask(customer, **wishes)))
    judge.holds(lifetime(coded.challenge) < 86_400, "the request names the expiry", "the documented lifetime")
    wrong = coded.verify(Secret("271828" if coded.code.reveal() != "271828" else "314159"))
    judge.holds(not wrong.answer.ok, "the request names the code", "a code that was sent", wrong)
    judge.still_works(coded.verify(), DEAD_OR_ALIVE)
