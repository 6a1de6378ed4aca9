"""Contract 8: what is sent to one number belongs to the person that it was sent for.

Whether two persons may have one number, the contract leaves open.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contract.exchange import Exchange
from contract.judge import Judge, NotTestable
from suites.access.numbers import Asked, add, ask, authorize, begin_binding, confirm
from suites.change_requests.changes import Change, by_number
from suites.law import clause
from suites.stories import Stories
from target.connection import Target
from target.partner import Partner
from target.provisioning import Person, Provisioning

pytestmark = pytest.mark.usefixtures("outbox")


@pytest.fixture(params=["the-same-partner", "another-partner"])
def second_partner(request: pytest.FixtureRequest, target: Target) -> Partner:
    """Whose customer has the number, too."""
    return target.partner if request.param == "the-same-partner" else target.other_partner


def ask_too(provisioning: Provisioning, partner: Partner, first: Asked) -> Asked:
    """Another person with the same number, which waits for its confirmation. Raises NotTestable."""
    person = provisioning.person(partner)
    number = first.person.number
    assert number is not None
    second = Person(person.id, partner, number, person.fields)
    if not (add(second, number).answer.ok and authorize(second).answer.ok):
        raise NotTestable("needs a target where two persons may have one number")
    otp = provisioning.otp(partner, number, None)
    if otp == first.otp:
        raise NotTestable("needs two different OTPs")
    return Asked(second, otp)


def confirmed(asked: Asked) -> Person:
    """The person, whose number is verified now. Raises NotTestable where a number can be verified for one alone."""
    if not confirm(asked.person, asked.otp).answer.ok:
        raise NotTestable("needs a target where two persons may have one number")
    return asked.person


@clause("mobile-number.confirmed")
def test_another_person_with_the_number_does_not_take_the_otp_away(
    stories: Stories, provisioning: Provisioning, partner: Partner, second_partner: Partner, judge: Judge
) -> None:
    first = ask(provisioning, partner)
    second = ask_too(provisioning, second_partner, first)
    judge.works(confirm(first.person, first.otp))
    assert begin_binding(stories, first.person).answer.ok, "after the confirmation no binding by SMS begins"
    if second_partner is not partner:
        seen = "the confirmation verified the number for another partner's person"
        judge.holds(not begin_binding(stories, second.person).answer.ok, seen, "the person's number alone")


@clause("mobile-number.wrong-token")
def test_the_otp_of_another_person_with_the_number_does_not_confirm_it(
    provisioning: Provisioning, partner: Partner, second_partner: Partner, judge: Judge
) -> None:
    first = ask(provisioning, partner)
    second = ask_too(provisioning, second_partner, first)
    judge.accepts(confirm(second.person, first.otp))


@clause("confirm.by-tan")
def test_two_persons_with_one_number_confirm_each_with_what_was_sent_for_them(
    stories: Stories, provisioning: Provisioning, partner: Partner, second_partner: Partner, judge: Judge
) -> None:
    one = ask(provisioning, partner)
    first = confirmed(one)
    second = confirmed(ask_too(provisioning, second_partner, one))
    persons = (first, second)
    waiting = [by_number(stories, Change.begin(person)) for person in persons]
    bindings = [stories.begin(person) for person in persons]
    acts: dict[str, list[Callable[[], Exchange]]] = {
        "TAN": [one.confirm for one in waiting],
        "OTP": [one.verify for one in bindings],
    }
    for what, both in acts.items():
        for act in both:
            answer = act()
            judge.holds(answer.answer.ok, f"the {what} of one of two persons with a number fails", "success", answer)
    done = stories.together([one.change.is_done for one in waiting])
    judge.holds(all(done), "a change that was confirmed was not made", "the new value")
