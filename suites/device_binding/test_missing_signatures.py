"""Contract 3, PUT /v1/mfa/challenges/signatures/{id}: no signature, or far too much of one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from contract.answers import Answers
from contract.judge import Judge
from suites.device_binding.beginnings import none_bound
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE
from suites.stories import Stories
from target.provisioning import Person

LONGEST = 2048


MISSING: dict[str, dict[str, Any]] = {
    "absent": {},
    "null": {"signature": None},
    "number": {"signature": 42},
    "boolean": {"signature": True},
    "list": {"signature": ["30"]},
    "object": {"signature": {"r": "1", "s": "1"}},
    "under another name": {"code": "212212"},
}


@clause("signature-challenge.signature-missing")
def test_a_missing_signature_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    attempts = stories.begin_all(customer, len(MISSING))
    verify = partial(customer.partner.call, "verify-signature-challenge")
    tries = {
        what: partial(verify, attempt.challenge_id, json=body)
        for (what, body), attempt in zip(MISSING.items(), attempts, strict=True)
    }
    judge.accepts_each(stories.each(tries))
    none_bound(stories, customer, judge)
    judge.still_works(attempts[0].verify())


@clause("signature-challenge.signature-missing")
def test_an_empty_signature_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    attempt = stories.begin(customer)
    # Nothing is not DER either, which may be refused with 403.
    judge.accepts(attempt.verify(""), Answers((400,), (403,)))
    none_bound(stories, customer, judge)
    judge.still_works(attempt.verify(), DEAD_OR_ALIVE)


@clause("signature-challenge.signature-missing")
def test_a_signature_anywhere_else_than_in_the_body_is_none(stories: Stories, customer: Person, judge: Judge) -> None:
    attempt = stories.begin(customer)
    right = attempt.signature()
    put = partial(customer.partner.call, "verify-signature-challenge", attempt.challenge_id)
    misplaced = {
        "in the query": partial(put, json={}, params={"signature": right}),
        "in device_data": partial(put, json={"device_data": right}),
        "in another case": partial(put, json={"Signature": right}),
    }
    judge.accepts_each(stories.each(misplaced))
    none_bound(stories, customer, judge)
    judge.still_works(attempt.verify())


LENGTHENED: dict[str, Callable[[str], str]] = {
    "zeros-behind": lambda signature: signature.ljust(LONGEST + 1, "0"),
    "zero-octets-behind": lambda signature: signature.ljust(LONGEST + 2, "0"),
    "spaces-behind": lambda signature: signature.ljust(LONGEST + 1),
    "spaces-in-front": lambda signature: signature.rjust(LONGEST + 1),
    "letters": lambda _: "x" * (LONGEST + 1),
}


@clause("signature-challenge.signature-too-long")
def test_a_signature_of_more_than_2048_characters_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    attempts = stories.begin_all(customer, len(LENGTHENED))
    tries = {
        what: partial(attempt.verify, lengthen(attempt.signature()))
        for (what, lengthen), attempt in zip(LENGTHENED.items(), attempts, strict=True)
    }
    judge.accepts_each(stories.each(tries))
    none_bound(stories, customer, judge)
    judge.still_works(attempts[0].verify(), DEAD_OR_ALIVE)


@clause("signing.not-der", "verify-signature-challenge")
def test_a_signature_of_2048_characters_is_judged_as_any_other(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    attempt = stories.begin(customer)
    judge.accepts(attempt.verify(attempt.signature().ljust(LONGEST, "0")))
    none_bound(stories, customer, judge)
