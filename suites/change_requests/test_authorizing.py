"""Contract 7, POST /v1/change_requests/{id}/authorize: the three ways to be asked for a confirmation."""

from __future__ import annotations

from functools import partial

from contract.judge import Judge
from suites.change_requests.changes import (
    Change,
    Way,
    by_device,
    by_static_tan,
    each_way,
    stays,
    text_of,
    to_device,
    to_nobody,
    to_number,
    values,
)
from suites.law import clause
from suites.stories import Stories, signing_challenge
from target.provisioning import Person


@each_way
@clause("authorize.works")
def test_an_authorization_asks_for_the_confirmation_and_changes_nothing(
    way: Way, stories: Stories, customer: Person, judge: Judge
) -> None:
    before = values(customer)
    change = Change.begin(customer)
    device = stories.bind(customer)
    bodies = {"by_number": to_number(customer), "by_static_tan": to_nobody(customer), "by_device": to_device(device)}
    authorized = judge.works(change.authorize(bodies[way.__name__]))
    judge.holds(authorized["id"] == change.id, "the answer has another id", "the change request's id")
    stays(judge, customer, before)


@clause("authorize.string-to-sign")
def test_a_device_gets_a_text_to_sign(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    answer = Change.begin(customer).authorize(to_device(device))
    judge.holds(text_of(judge.works(answer)), "there is no text to sign", "a string_to_sign that is not empty", answer)


@clause("authorize.string-to-sign")
def test_who_confirms_by_tan_gets_no_text_to_sign(customer: Person, judge: Judge) -> None:
    for body in (to_number(customer), to_nobody(customer)):
        answer = Change.begin(customer).authorize(body)
        judge.holds(not text_of(judge.works(answer)), "there is a text to sign", "for device_signing only", answer)


@clause("authorize.never-repeats")
def test_a_text_to_sign_never_repeats(
    stories: Stories, customer: Person, another_customer: Person, judge: Judge
) -> None:
    device, other = stories.bind(customer), stories.bind(another_customer)
    changes = stories.together([partial(Change.begin, customer)] * 3)
    texts = [by_device(stories, change, device).text for change in changes]
    texts.append(by_device(stories, Change.begin(another_customer), other).text)
    # The same change as before, asked for once more.
    texts.append(by_device(stories, Change.begin(customer, changes[0].fields), device).text)
    texts += [signing_challenge(device)["string_to_sign"] for _ in range(2)]
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
