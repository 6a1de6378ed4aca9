"""Contract 4, GET /v1/mfa/challenges/devices/{id}."""

from __future__ import annotations

from functools import partial

import pytest

from contract.judge import Judge, document
from suites.challenges import reads_as_begun
from suites.device_signing.signing import Signing, begin
from suites.law import clause
from suites.lifetimes import after_expiry
from suites.stories import Stories, signed
from suites.waiting import Story, waits
from target.provisioning import Person


def all_read_as_begun(judge: Judge, stories: Stories, *signings: Signing, offset: float = 0.0) -> None:
    shown = stories.together([partial(signing.read, clock_offset=offset) for signing in signings])
    for signing, read in zip(signings, shown, strict=True):
        reads_as_begun(judge, signing.challenge, judge.works(read))


@clause("signing-challenge.read")
def test_a_challenge_reads_as_the_answer_said_that_began_it(stories: Stories, customer: Person, judge: Judge) -> None:
    one, other = stories.bind_all(customer, 2)
    first, second, third = stories.beside(
        partial(Signing.begin, one),
        partial(Signing.begin, one, key_purpose="unrestricted"),
        partial(Signing.begin, other),
    )
    all_read_as_begun(judge, stories, second, third, first, first)


@clause("signing-challenge.read")
def test_a_challenge_that_was_read_can_be_verified(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    read = judge.works(signing.read())
    document(signing.verify(signed(signing.device.keys, read["string_to_sign"])))


@clause("signing-challenge.read")
@pytest.mark.usefixtures("clock")
def test_a_challenge_reads_the_same_later(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    earlier = Signing(signing.device, judge.works(begin(signing.device, clock_offset=-60.5)))
    all_read_as_begun(judge, stories, signing, earlier, offset=120)
    all_read_as_begun(judge, stories, signing, earlier)


@clause("signing-challenge.read")
def test_a_refused_signature_does_not_change_what_is_read(stories: Stories, customer: Person, judge: Judge) -> None:
    signing, other = Signing.begin_all(stories, stories.bind(customer), 2)
    signing.verify(other.signature())
    read = signing.read()
    # One wrong try may have been the last one.
    if read.answer.ok:
        reads_as_begun(judge, signing.challenge, judge.works(read))
    all_read_as_begun(judge, stories, other)


@clause("general.unknown-id", "read-signing-challenge")
def test_a_challenge_of_another_kind_is_no_signing_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    bound, pending = stories.beside(partial(stories.bind, customer), partial(stories.begin, customer))
    ask = partial(customer.partner.call, "create-sms-challenge", json={"person_id": customer.id})
    signing, asked = stories.beside(partial(Signing.begin, bound), ask)
    own, sms = signing.id, document(asked)["id"]
    strangers = {"a signature challenge": pending.challenge_id, "an SMS challenge": sms, "a device": bound.device_id}
    # Ids are unique among things of a kind alone.
    others = {what: stranger for what, stranger in strangers.items() if stranger != own}
    read = partial(customer.partner.call, "read-signing-challenge")
    judge.accepts_each(stories.each({what: partial(read, stranger) for what, stranger in others.items()}))


@clause("signing-challenge.read-after-success")
def test_a_challenge_can_be_read_after_success_or_is_gone(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    document(signing.verify())
    read = signing.read()
    judge.accepts(read)
    if read.answer.ok:
        reads_as_begun(judge, signing.challenge, judge.works(read))


@clause("signing-challenge.read-after-expiry")
@waits
def test_a_challenge_can_be_read_after_its_expiry_or_is_gone(stories: Stories, customer: Person, judge: Judge) -> Story:
    signing = Signing.begin(stories.bind(customer))
    late = yield after_expiry(signing.challenge)
    judge.accepts(signing.read(clock_offset=late))
    signing.verify(clock_offset=late)
    judge.accepts(signing.read(clock_offset=late))
