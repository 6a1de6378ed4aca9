"""Persons to test with: the same ones for the same seed, with numbers that nobody else has."""

from __future__ import annotations

import re
from datetime import date

import pytest

from contract.judge import NotTestable, document
from target.connection import Target
from target.provisioning import Provisioning
from target.recording import recording
from target.secret import Secret
from tests.target.profiles import profile

WITH_OUTBOX = profile(outbox=True)


def test_the_same_seed_makes_the_same_people() -> None:
    one, two = Provisioning(WITH_OUTBOX, "seed"), Provisioning(WITH_OUTBOX, "seed")
    assert [one.fields() for _ in range(20)] == [two.fields() for _ in range(20)]


def test_another_seed_makes_other_people() -> None:
    assert Provisioning(WITH_OUTBOX, "seed").fields() != Provisioning(WITH_OUTBOX, "speed").fields()


def test_one_seed_makes_many_people() -> None:
    provisioning = Provisioning(WITH_OUTBOX, "seed")
    assert len({str(provisioning.fields()) for _ in range(100)}) == 100


def test_a_person_has_the_fields_of_the_contract() -> None:
    fields = Provisioning(WITH_OUTBOX, "seed").fields()
    assert set(fields) == {
        *("salutation", "first_name", "last_name", "birth_date", "nationality"),
        *("address", "email", "employment_status"),
    }
    assert date(1950, 1, 1) <= date.fromisoformat(fields["birth_date"]) <= date(2005, 12, 31)
    assert re.search(r"@example\.(com|org|net)$", fields["email"])


def test_numbers_are_e_164_and_nobody_has_one_twice() -> None:
    provisioning = Provisioning(WITH_OUTBOX, "seed")
    with recording("test") as seen:
        numbers = [provisioning.number().reveal() for _ in range(500)]
    assert all(re.fullmatch(r"\+4915\d{9}", number) for number in numbers)
    assert not any(number.startswith("+1555") for number in numbers)
    assert len(set(numbers)) == 500
    assert [number.reveal() for number in seen.numbers] == numbers


def test_two_runs_with_one_seed_have_different_numbers() -> None:
    one, two = Provisioning(WITH_OUTBOX, "seed"), Provisioning(WITH_OUTBOX, "seed")
    assert {one.number() for _ in range(20)}.isdisjoint({two.number() for _ in range(20)})


def test_without_an_outbox_the_static_number_and_otp_are_used(target: Target) -> None:
    provisioning = Provisioning(profile(static_otp=Secret("212212"), static_number=Secret("+15550101")), "seed")
    number = provisioning.number()
    assert number == Secret("+15550101")
    with recording("test") as seen:
        assert provisioning.otp(target.partner, number, "any") == Secret("212212")
    assert seen.otps == [Secret("212212")]


def test_without_either_it_is_said_what_is_needed(target: Target) -> None:
    provisioning = Provisioning(profile(), "seed")
    with pytest.raises(NotTestable, match=r"^needs outbox hook or static OTP$"):
        provisioning.number()
    with pytest.raises(NotTestable, match=r"^needs outbox hook or static OTP$"):
        provisioning.otp(target.partner, Secret("+4915112345678"), None)


def test_a_customer_has_a_verified_number(target: Target) -> None:
    provisioning = Provisioning(target.profile, "seed")
    with recording("test") as seen:
        person = provisioning.customer(target.partner)
    assert person.number in seen.numbers
    assert len(seen.otps) == 1
    read = document(target.partner.call("read-person", person.id))
    assert {name: read[name] for name in person.fields} == person.fields


def test_a_person_without_a_number_has_none(target: Target) -> None:
    person = Provisioning(target.profile, "seed").person(target.partner)
    assert person.number is None
    assert document(target.partner.call("read-person", person.id))["id"] == person.id


def test_an_otp_that_was_never_sent_is_a_failed_prerequisite(target: Target) -> None:
    provisioning = Provisioning(target.profile, "seed")
    person = provisioning.customer(target.partner)
    assert person.number is not None
    with pytest.raises(NotTestable, match=r"^prerequisite failed: .*no message for the challenge in the outbox$"):
        provisioning.otp(target.partner, person.number, "no-such-challenge")


def test_nothing_that_prints_a_person_shows_the_number_or_the_address(target: Target) -> None:
    person = Provisioning(target.profile, "seed").unverified(target.partner)
    assert person.number is not None
    assert person.number.reveal() not in repr(person)
    assert person.fields["email"] not in repr(person)
