"""Contract 7, POST /v1/change_requests/{id}/authorize: the three ways to be asked for a confirmation."""

from __future__ import annotations

from functools import partial
from typing import Any

from contract.exchange import Exchange
from contract.judge import Judge, NotTestable
from suites.change_requests.changes import (
    Change,
    ask,
    begin,
    by_device,
    by_static_tan,
    new_email,
    stays,
    text_of,
    to_device,
    to_nobody,
    to_number,
    values,
)
from suites.law import clause
from suites.stories import Stories, signing_challenge
from target.partner import Partner
from target.provisioning import Person, Provisioning


@clause("authorize.works")
def test_an_authorization_asks_for_the_confirmation_and_changes_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    device, changes, before = stories.beside(
        partial(stories.bind, customer),
        lambda: stories.together([partial(Change.begin, customer)] * 3),
        partial(values, customer),
    )
    bodies = [to_number(customer), to_nobody(customer), to_device(device)]
    answers = stories.together([partial(one.authorize, body) for one, body in zip(changes, bodies, strict=True)])
    for change, answer in zip(changes, answers, strict=True):
        authorized = judge.works(answer)
        judge.holds(authorized["id"] == change.id, "the answer has another id", "the change request's id", answer)
    stays(judge, customer, before)


@clause("authorize.works")
def test_a_number_that_was_verified_since_the_change_began_gets_its_tan(
    provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    person = provisioning.unverified(partner)
    asked = ask(person)
    if asked.status == 403:
        raise NotTestable("needs a target where a change may begin before the number is verified")
    change = Change(person, judge.works(asked)["id"], {})
    provisioning.verify(person)
    judge.works(change.authorize(to_number(person)))


def authorize_new(person: Person, body: dict[str, Any]) -> Exchange:
    """Authorize a change request that has just begun. Raises PrerequisiteFailed."""
    return Change.begin(person).authorize(body)


@clause("authorize.string-to-sign")
def test_a_device_gets_a_text_to_sign(stories: Stories, customer: Person, judge: Judge) -> None:
    device, change = stories.beside(partial(stories.bind, customer), partial(Change.begin, customer))
    answer = change.authorize(to_device(device))
    judge.holds(text_of(judge.works(answer)), "there is no text to sign", "a string_to_sign that is not empty", answer)


@clause("authorize.string-to-sign")
def test_who_confirms_by_tan_gets_no_text_to_sign(stories: Stories, customer: Person, judge: Judge) -> None:
    bodies = (to_number(customer), to_nobody(customer))
    for answer in stories.together([partial(authorize_new, customer, body) for body in bodies]):
        judge.holds(not text_of(judge.works(answer)), "there is a text to sign", "for device_signing only", answer)


@clause("authorize.never-repeats")
def test_a_text_to_sign_never_repeats(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    (device, sibling), other = stories.beside(
        partial(stories.bind_all, customer, 2), partial(stories.bind, another_customer)
    )
    # The same change is asked for twice.
    same = new_email()
    fields: list[dict[str, Any]] = [same, same, new_email(), new_email()]
    changes, waiting, challenges = stories.beside(
        lambda: stories.together([partial(Change.begin, customer, one) for one in fields]),
        partial(begin, stories, another_customer, by_device, other),
        lambda: stories.together([partial(signing_challenge, device)] * 2),
    )
    authorized = stories.together([partial(by_device, stories, change, device) for change in changes])
    # The sibling is asked for the same change, and once more when the first one has been made.
    also = by_device(stories, Change.begin(customer, same), sibling)
    judge.works(authorized[0].confirm())
    again = by_device(stories, Change.begin(customer, same), device)
    texts = [one.text for one in (*authorized, waiting, also, again)] + [one["string_to_sign"] for one in challenges]
    judge.holds(len(set(texts)) == len(texts), "a text to sign repeated", "another text each time")


@clause("authorize.twice")
def test_what_a_second_authorization_does(stories: Stories, customer: Person, judge: Judge) -> None:
    change = Change.begin(customer)
    first = by_static_tan(stories, change)
    judge.observes("static again", change.authorize(to_nobody(customer)).status)
    judge.observes("confirmed after both", first.confirm().status)
    change = Change.begin(customer)
    first = by_static_tan(stories, change)
    judge.observes("mobile_number after static", change.authorize(to_number(customer)).status)
    judge.observes("confirmed by the first TAN", first.confirm().status)
