"""The acts that send an OTP to a person's number (contract 3, 5, 7 and 8), and the clauses that speak of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pytest

from contract.judge import document
from signer import KeyPair
from suites.access.numbers import authorize
from suites.change_requests.changes import Change, to_number
from suites.law import clause
from suites.sms_challenges.codes import ask
from suites.stories import Stories
from target.provisioning import Person, Provisioning

Fields = Mapping[str, str]
NOTHING: Fields = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Occasion:
    """For what a message was sent. id: of the challenge or change request, None for a number. at: its time stamp."""

    id: str | None
    at: str | None


@dataclass(frozen=True, slots=True)
class Act:
    """A way to have an OTP sent.

    do: with the fields `language` and `app_signature`, where the act takes them. Raises PrerequisiteFailed.
    once: a person can do it but once. draws: how many OTPs are looked at to see whether they are random.
    one, random, language, signature: the clauses that say what is sent; None where there is none.
    """

    do: Callable[[Stories, Person, Fields], Occasion]
    operation: str
    draws: int
    one: str
    random: str
    language: str | None = None
    signature: str | None = None
    once: bool = False

    def recipient(self, provisioning: Provisioning, customer: Person) -> Person:
        """Whom it sends to: a customer, or somebody whose number is not verified yet."""
        return provisioning.unverified(customer.partner) if self.once else customer


def _begin_binding(stories: Stories, person: Person, fields: Fields) -> Occasion:
    more: dict[str, Any] = {**fields}
    if "app_signature" in more:
        more["sms_challenge"] = {"app_signature": more.pop("app_signature")}
    if "language" in more:
        # An SMS is what a binding is by, whether its type is named or not.
        more["challenge_type"] = "sms"
    body = stories.registration(person, KeyPair.generate(), **more)
    challenge = document(person.partner.call("create-device", json=body))["challenge"]
    return Occasion(challenge["id"], challenge["created_at"])


def _begin_challenge(_: Stories, person: Person, fields: Fields) -> Occasion:
    more: dict[str, Any] = {**fields}
    challenge = document(ask(person, **more))
    return Occasion(challenge["id"], challenge["created_at"])


def _authorize_change(_: Stories, person: Person, __: Fields) -> Occasion:
    change = Change.begin(person)
    return Occasion(change.id, document(change.authorize(to_number(person)))["updated_at"])


def _authorize_number(_: Stories, person: Person, __: Fields) -> Occasion:
    document(authorize(person))
    return Occasion(None, None)


ACTS: Mapping[str, Act] = MappingProxyType(
    {
        "binding": Act(
            _begin_binding,
            "create-device",
            24,
            "binding.sms",
            "binding.random-otp",
            "binding.sms-language",
            "binding.sms-app-signature",
        ),
        "sms-challenge": Act(
            _begin_challenge,
            "create-sms-challenge",
            200,
            "sms-challenge.sms",
            "sms-challenge.random-otp",
            "sms-challenge.message",
            "sms-challenge.message",
        ),
        "change-request": Act(
            _authorize_change, "authorize-change-request", 16, "authorize.sms", "authorize.random-tan"
        ),
        "mobile-number": Act(
            _authorize_number,
            "authorize-mobile-number",
            10,
            "mobile-number.authorized",
            "mobile-number.random-otp",
            once=True,
        ),
    }
)


def each_act(law: Callable[[Act], str | None]) -> pytest.MarkDecorator:
    """Try a test on every act of which a clause speaks, each under its own."""
    return pytest.mark.parametrize(
        "act",
        [
            pytest.param(act, id=name, marks=clause(named, act.operation))
            for name, act in ACTS.items()
            if (named := law(act)) is not None
        ],
    )
