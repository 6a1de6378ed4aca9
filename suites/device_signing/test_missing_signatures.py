"""Contract 4, PUT /v1/mfa/challenges/devices/{id}: no signature, or far too much of one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from contract.answers import Answers
from contract.judge import Judge
from suites.device_signing.signing import Signing
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE
from suites.stories import Stories
from target.provisioning import Person

LONGEST = 2048

MISSING: dict[str, Callable[[str], dict[str, Any]]] = {
    "absent": lambda _: {},
    "null": lambda _: {"signature": None},
    "zero": lambda _: {"signature": 0},
    "a number": lambda _: {"signature": 42},
    "false": lambda _: {"signature": False},
    "true": lambda _: {"signature": True},
    "a list of it": lambda signature: {"signature": [signature]},
    "an empty list": lambda _: {"signature": []},
    "an object": lambda _: {"signature": {}},
    "under another name": lambda signature: {"code": signature},
    "under a name in other case": lambda signature: {"Signature": signature},
}


@clause("signing-challenge.signature-missing")
def test_a_missing_signature_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    attempts = Signing.begin_all(stories, device, len(MISSING))
    before = stories.state(customer)
    puts = [
        partial(signing.put, body(signing.signature()))
        for body, signing in zip(MISSING.values(), attempts, strict=True)
    ]
    judge.accepts_each(dict(zip(MISSING, stories.together(puts), strict=True)))
    judge.unchanged(before, stories.state(customer))
    # What is no signature at all uses up no try, however often it is sent.
    for _ in range(5):
        judge.accepts(attempts[0].put({}))
    judge.still_works(attempts[0].verify())


@clause("signing-challenge.signature-missing")
def test_an_empty_signature_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    # Nothing is not DER either, which may be refused with 403.
    judge.accepts(signing.verify(""), Answers((400,), (403,)))
    judge.still_works(signing.verify(), DEAD_OR_ALIVE)


@clause("signing-challenge.signature-missing")
def test_a_signature_in_the_query_is_none(stories: Stories, customer: Person, judge: Judge) -> None:
    signing = Signing.begin(stories.bind(customer))
    judge.accepts(signing.put({}, params={"signature": signing.signature()}))
    judge.still_works(signing.verify())


LENGTHENED: dict[str, Callable[[str], str]] = {
    "zeros-behind": lambda signature: signature.ljust(LONGEST + 1, "0"),
    "zero-octets-behind": lambda signature: signature.ljust(LONGEST + 2, "0"),
    "spaces-behind": lambda signature: signature.ljust(LONGEST + 1),
    "spaces-in-front": lambda signature: signature.rjust(LONGEST + 1),
    "letters": lambda _: "x" * (LONGEST + 1),
}


@clause("signing-challenge.signature-too-long")
def test_a_signature_of_more_than_2048_characters_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    attempts = Signing.begin_all(stories, device, len(LENGTHENED))
    puts = [
        partial(signing.verify, lengthen(signing.signature()))
        for lengthen, signing in zip(LENGTHENED.values(), attempts, strict=True)
    ]
    judge.accepts_each(dict(zip(LENGTHENED, stories.together(puts), strict=True)))
    judge.still_works(attempts[-1].verify(), DEAD_OR_ALIVE)


@clause("signing.not-der", "verify-signing-challenge")
def test_a_signature_of_2048_characters_is_judged_as_any_other(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    signing = Signing.begin(stories.bind(customer))
    judge.accepts(signing.verify(signing.signature().ljust(LONGEST, "0")))
