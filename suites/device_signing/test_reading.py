"""Contract 4, GET /v1/mfa/challenges/devices/{id}."""

from __future__ import annotations

import pytest

from contract.judge import Judge, document
from suites.challenges import reads_as_begun
from suites.device_signing.signing import Signing
from suites.law import clause
from suites.lifetimes import after_expiry
from suites.stories import Stories, signed
from suites.waiting import Story, waits
from target.provisioning import Person


def all_read_as_begun(judge: Judge, *signings: Signing, offset: float = 0.0) -> None:
    for signing in signings:
        reads_as_begun(judge, signing.challenge, judge.works(signing.read(clock_offset=offset)))


@clause("signing-challenge.read")
def test_a_challenge_reads_as_the_answer_said_that_began_it(stories: Stories, customer: Person, judge: Judge) -> None:
    one, other = stories.bind_all(customer, 2)
    first, second = Signing.begin(one), Signing.begin(one, key_purpose="unrestricted")
    all_read_as_begun(judge, second, Signing.begin(other), first, first)


@clause("signing-challenge.read")
def test_a_challenge_that_was_read_can_be_verified(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    read = judge.works(signing.read())
    document(signing.verify(signed(signing.device.keys, read["string_to_sign"])))


@clause("signing-challenge.read")
@pytest.mark.usefixtures("clock")
def test_a_challenge_reads_the_same_later(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    all_read_as_begun(judge, signing, offset=120)
    all_read_as_begun(judge, signing)


@clause("general.unknown-id", "read-signing-challenge")
def test_a_challenge_of_another_kind_is_no_signing_challenge(stories: Stories, customer: Person, judge: Judge) -> None:
    bound, pending = stories.bind(customer), stories.begin(customer)
    own = Signing.begin(bound).id
    sms = document(customer.partner.call("create-sms-challenge", json={"person_id": customer.id}))["id"]
    strangers = {"a signature challenge": pending.challenge_id, "an SMS challenge": sms, "a device": bound.device_id}
    # Ids are unique among things of a kind alone.
    judge.accepts_each(
        {
            what: customer.partner.call("read-signing-challenge", stranger)
            for what, stranger in strangers.items()
            if stranger != own
        }
    )


@clause("signing-challenge.read-after-success")
def test_a_challenge_can_be_read_after_success_or_is_gone(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    document(signing.verify())
    read = signing.read()
    judge.accepts(read)
    if read.answer.ok:
        all_read_as_begun(judge, signing)


@clause("signing-challenge.read-after-expiry")
@waits
def test_a_challenge_can_be_read_after_its_expiry_or_is_gone(stories: Stories, customer: Person, judge: Judge) -> Story:
    signing = Signing.begin(stories.bind(customer))
    late = yield after_expiry(signing.challenge)
    judge.accepts(signing.read(clock_offset=late))
    signing.verify(clock_offset=late)
    judge.accepts(signing.read(clock_offset=late))
