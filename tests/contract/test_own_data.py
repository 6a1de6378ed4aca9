"""The laws that the project's own clauses, operations, schemas and sources keep."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import yaml

from contract.clauses import SOURCES, Clause, Level, Truth, clauses
from contract.everywhere import (
    CREATED_NOW,
    ERROR_ID,
    ERROR_SHAPE,
    ERROR_STATUS,
    JSON_ONLY,
    NO_CONTENT,
    SERVER_ERROR,
    TIMESTAMPS,
)
from contract.judge import REFUSAL
from contract.leaks import NO_LEAK
from contract.operations import Operation, operations
from contract.schemas import defect
from target.client import NO_ANSWER


def breaking(law: Callable[[Clause], object]) -> list[str]:
    """The ids of the clauses that do not keep a law."""
    return [clause.id for clause in clauses().values() if not law(clause)]


def operations_breaking(law: Callable[[Operation], object]) -> list[str]:
    return [operation.id for operation in operations().values() if not law(operation)]


def test_an_id_is_two_kebab_words_with_one_dot_between() -> None:
    word = "[a-z0-9]+(-[a-z0-9]+)*"
    assert breaking(lambda clause: re.fullmatch(rf"{word}\.{word}", clause.id)) == []


def test_a_clause_ends_like_a_sentence() -> None:
    assert breaking(lambda clause: clause.text.endswith(".")) == []


def test_a_section_is_a_number_of_the_contract() -> None:
    assert breaking(lambda clause: re.fullmatch(r"([1-9]|10)(\.[1-9]\d?)?", clause.section)) == []


def test_an_assumed_must_is_a_safety_property() -> None:
    assert breaking(lambda clause: clause.safety or (clause.level, clause.truth) != (Level.MUST, Truth.ASSUMED)) == []


def test_an_observation_is_not_judged_by_answers() -> None:
    assert breaking(lambda clause: clause.level is not Level.OBSERVE or clause.answers is None) == []


def test_every_clause_can_be_looked_up_by_its_id() -> None:
    assert breaking(lambda clause: clauses()[clause.id] is clause and clause.id in clauses()) == []
    assert len(clauses()) == len(list(clauses())) > 100


def test_what_says_that_an_operation_works_is_a_clause() -> None:
    assert operations_breaking(lambda operation: operation.works in clauses()) == []


def test_an_operation_answers_by_a_schema_that_exists() -> None:
    assert operations_breaking(lambda operation: operation.answer is None or defect(operation.answer, None)) == []


def test_only_a_reading_may_be_repeated() -> None:
    assert operations_breaking(lambda operation: operation.idempotent <= (operation.method == "GET")) == []


def test_a_reference_to_another_resource_says_what_an_unknown_one_gets() -> None:
    fields = [field for operation in operations().values() for field in operation.body]
    assert [field.name for field in fields if (field.refers_to is None) != (field.unknown is None)] == []


def test_no_two_operations_are_the_same_request() -> None:
    requests = [re.sub("{.*?}", "{}", str(operation)) for operation in operations().values()]
    assert len(requests) == len(set(requests))


@pytest.mark.parametrize(
    "name",
    [
        *(SERVER_ERROR, ERROR_SHAPE, ERROR_STATUS, ERROR_ID, JSON_ONLY, NO_CONTENT, TIMESTAMPS, CREATED_NOW),
        *(NO_LEAK, REFUSAL, NO_ANSWER),
    ],
)
def test_what_the_code_names_is_a_clause(name: str) -> None:
    assert name in clauses()


def test_every_source_is_https_or_the_contracts_own_decision() -> None:
    for name, url in yaml.safe_load(SOURCES.read_text(encoding="utf-8")).items():
        assert (url is None) == (name == "decision")
        assert url is None or url.startswith("https://")
