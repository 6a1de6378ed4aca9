"""Contract 1.8: bodies that are no JSON object, and bodies that do not say what they are."""

from __future__ import annotations

import pytest

from contract.judge import Judge
from contract.operations import operations
from suites.general.cells import each_with_body
from suites.general.deltas import answers_to_no_object, encoded
from suites.general.tolerance import tolerates
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.specimens import Specimen, Workshop
from target.partner import Partner
from target.provisioning import Person

SPELLINGS = (
    "application/json; charset=utf-8",
    "application/json; charset=UTF-8",
    "application/json;charset=utf-8",
)
"""How clients say the same."""


@each_with_body
@clause("general.body-not-json")
def test_a_body_that_is_not_json_is_refused(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        whole = encoded(good.json)
        bodies = {
            "a word": b"nonsense",
            "a form": b"person_id=1&signature=2",
            "XML": b"<request><signature>30</signature></request>",
            "a truncated body": whole[:-1],
            "half a body": whole[: len(whole) // 2],
            "a body with something behind it": whole + b"}",
            "two bodies": whole + whole,
            "single quotes": whole.replace(b'"', b"'"),
            "a comma too many": whole[:-1] + b",}",
        }
        judge.accepts_each(good.send_each({what: {"content": body} for what, body in bodies.items()}))


@each_with_body
@clause("general.body-not-an-object")
def test_a_body_that_is_no_object_is_refused(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        whole = encoded(good.json)
        bodies = {
            "an empty body": b"",
            "blanks": b" \n",
            "an empty array": b"[]",
            "the object in an array": b"[" + whole + b"]",
            "a string": b'"text"',
            "an empty string": b'""',
            "a number": b"5",
            "zero": b"0",
            "true": b"true",
            "false": b"false",
            "null": b"null",
        }
        allowed = answers_to_no_object(good.operation, judge.clause.answers)
        judge.accepts_each(good.send_each({what: {"content": body} for what, body in bodies.items()}), allowed)


@each_with_body
@clause("general.content-type")
def test_a_wrong_content_type_is_refused_or_passed_over(operation: str, workshop: Workshop, judge: Judge) -> None:
    good = workshop.make(operation)
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/xml", None):
        answer = good.send(headers={"Content-Type": content_type})
        judge.accepts(answer)
        if answer.answer.ok:
            good = workshop.make(operation)
    judge.still_works(good.send())


@each_with_body
@clause("general.json")
def test_a_content_type_may_have_parameters(operation: str, specimen: Specimen, judge: Judge) -> None:
    # Each operation gets one of them.
    spelled = SPELLINGS[sorted(operations()).index(operation) % len(SPELLINGS)]
    tolerates(judge, specimen.send(headers={"Content-Type": spelled}), specimen)


@pytest.mark.parametrize("spelled", SPELLINGS)
@clause("general.json", "create-sms-challenge")
def test_a_content_type_may_be_spelled_in_other_ways(
    spelled: str, partner: Partner, customer: Person, judge: Judge
) -> None:
    headers = {"Content-Type": spelled}
    judge.works(partner.call("create-sms-challenge", json={"person_id": customer.id}, headers=headers))
