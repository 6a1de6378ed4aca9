"""Contract 1.2 and 1.8: each documented field of a body absent, null, empty, of a wrong type, or out of its enum."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contract.judge import Judge
from contract.operations import Field, Operation
from suites.general.cells import each_with_fields
from suites.general.deltas import (
    MAY_BE_EMPTY,
    WRONG_TYPES,
    Absent,
    answers_for,
    answers_to_no_object,
    in_other_case,
    is_plain,
    spoilt,
    unlisted_values,
)
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.specimens import Specimen


def refuses_each(judge: Judge, good: Specimen, field: Field, values: Iterable[Any]) -> None:
    """Each of the values of a field is refused; another reason to refuse the value is respected."""
    allowed = answers_for(good.operation, field, judge.clause.answers)
    judge.accepts_each(
        good.send_each(
            {f"{field.name} = {value!r}": {"json": spoilt(good.json, field.name, value)} for value in values}
        ),
        allowed,
    )


def refuses_in_each(judge: Judge, good: Specimen, fields: list[Field], what: str, value: Any) -> None:
    """A value is refused in each of the fields; another reason to refuse it there is respected."""
    answers = good.send_each({field.name: {"json": spoilt(good.json, field.name, value)} for field in fields})
    for field in fields:
        allowed = answers_for(good.operation, field, judge.clause.answers)
        judge.accepts_each({f"{field.name} {what}": answers[field.name]}, allowed)


def is_text(value: object) -> bool:
    return isinstance(value, str)


@each_with_fields(lambda _, field: field.required)
@clause("general.field-required")
def test_a_required_field_that_is_absent_is_refused(refusal: ProvedRefusal, judge: Judge, fields: list[Field]) -> None:
    with refusal as good:
        refuses_in_each(judge, good, fields, "absent", Absent.FIELD)
        # What the query holds is in no body.
        params = {**(good.params or {}), **{name: value for name, value in (good.json or {}).items() if is_text(value)}}
        allowed = answers_to_no_object(good.operation, judge.clause.answers)
        for field in fields:
            allowed = answers_for(good.operation, field, allowed)
        judge.accepts(good.send(json={}, params=params, confidential=True), allowed)


@each_with_fields(lambda _, field: field.required)
@clause("general.null-required")
def test_a_required_field_that_is_null_is_refused(refusal: ProvedRefusal, judge: Judge, fields: list[Field]) -> None:
    with refusal as good:
        refuses_in_each(judge, good, fields, "null", None)


def is_never_empty(operation: Operation, field: Field) -> bool:
    """Whether an empty text says no more than an absent field does."""
    return (
        field.required
        and field.type == "string"
        and not field.refers_to
        and is_plain(operation, field)
        and (operation.id, field.name) not in MAY_BE_EMPTY
    )


@each_with_fields(is_never_empty)
@clause("general.field-empty")
def test_a_required_field_that_is_empty_is_refused(refusal: ProvedRefusal, judge: Judge, fields: list[Field]) -> None:
    with refusal as good:
        for field in fields:
            refuses_each(judge, good, field, [""])


@each_with_fields(lambda _, field: field.required and field.refers_to is not None)
@clause("general.id-empty")
def test_a_required_id_that_is_empty_is_refused(refusal: ProvedRefusal, judge: Judge, fields: list[Field]) -> None:
    with refusal as good:
        for field in fields:
            refuses_each(judge, good, field, [""])


def in_arrays(good: Specimen, field: Field) -> list[list[str]]:
    """The text that a good request has in a field, alone in an array, which some languages take for the text itself."""
    value: Any = good.json
    for part in field.name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return [[value]] if isinstance(value, str) else []


@each_with_fields(is_plain)
@clause("general.field-type")
def test_a_field_of_the_wrong_type_is_refused(refusal: ProvedRefusal, judge: Judge, fields: list[Field]) -> None:
    with refusal as good:
        for field in fields:
            refuses_each(judge, good, field, [*WRONG_TYPES[field.type], *in_arrays(good, field)])


@each_with_fields(lambda _, field: bool(field.enum))
@clause("general.field-enum")
def test_a_value_that_is_not_listed_is_refused(refusal: ProvedRefusal, judge: Judge, fields: list[Field]) -> None:
    with refusal as good:
        for field in fields:
            refuses_each(judge, good, field, unlisted_values(field))


@each_with_fields(lambda _, field: bool(field.enum))
@clause("general.enum-case")
def test_the_case_of_a_value_matters(refusal: ProvedRefusal, judge: Judge, fields: list[Field]) -> None:
    with refusal as good:
        for field in fields:
            refuses_each(judge, good, field, in_other_case(field))
