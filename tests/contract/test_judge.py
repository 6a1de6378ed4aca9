"""The judge: what is fine, what is a note, what is a violation, and what is nobody's fault."""

from __future__ import annotations

import pytest

from contract.answers import Answers
from contract.clauses import clauses
from contract.judge import (
    REFUSAL,
    Judge,
    NotTestable,
    PrerequisiteFailed,
    Violation,
    document,
    error_codes,
    operation_of,
)
from tests.contract.made_up import CREATED, DEVICE, error, errors, exchange, with_answers

REFUSED = Answers((404,), (400, 403), ("not_found", "no_such_thing"))


def judge(answers: Answers | None = REFUSED) -> Judge:
    return Judge(with_answers("general.unknown-id", answers))


def test_a_preferred_status_is_fine() -> None:
    (it := judge()).accepts(exchange("read-device", 404, error(404, code="not_found")))
    assert it.notes == []


@pytest.mark.parametrize("status", [400, 403])
def test_an_accepted_status_is_a_note(status: int) -> None:
    (it := judge()).accepts(exchange("read-device", status, error(status)))
    (note,) = it.notes
    assert (note.clause, note.observed) == ("general.unknown-id", f"answered {status}")
    assert note.expected == "{404 | 400, 403}, preferably the first"


@pytest.mark.parametrize("status", [200, 401, 405, 500])
def test_any_other_status_is_a_violation(status: int) -> None:
    with pytest.raises(Violation, match=rf"^answered {status}, expected {{404 \| 400, 403}}$") as caught:
        judge().accepts(wrong := exchange("read-device", status, error(status)))
    assert caught.value.finding.clause == "general.unknown-id"
    assert caught.value.finding.exchange is wrong


def test_another_code_word_than_the_preferred_is_a_note() -> None:
    (it := judge()).accepts(exchange("read-device", 404, error(404, code="missing")))
    (note,) = it.notes
    assert note.observed == "error code 'missing'"
    assert note.expected == "preferably not_found or no_such_thing"


def test_one_preferred_code_word_among_several_errors_is_enough() -> None:
    both = {"errors": [error(404, code="missing"), error(404, code="no_such_thing")]}
    (it := judge()).accepts(exchange("read-device", 404, both))
    assert it.notes == []


def test_an_error_without_a_code_word_gets_no_note_on_it() -> None:
    (it := judge()).accepts(exchange("read-device", 404))
    assert it.notes == []


def test_answers_given_go_before_those_of_the_clause() -> None:
    (it := judge()).accepts(exchange("read-device", 410, error(410)), Answers((410,)))
    assert it.notes == []
    with pytest.raises(Violation):
        judge().accepts(exchange("read-device", 404, error(404)), Answers((410,)))


def test_another_clause_may_be_the_law() -> None:
    with pytest.raises(Violation) as caught:
        judge().accepts(exchange("read-device", 200, DEVICE), clause="general.token-absent")
    assert caught.value.finding.clause == "general.token-absent"


def test_a_clause_without_answers_cannot_judge_by_them() -> None:
    with pytest.raises(ValueError, match=r"^the clause general\.unknown-id has no answers to judge by$"):
        judge(None).accepts(exchange("read-device", 404))


def test_a_good_answer_works_and_gives_its_document() -> None:
    assert judge().works(exchange("read-device", 200, DEVICE)) == DEVICE
    assert judge().works(exchange("delete-device", 204)) is None


@pytest.mark.parametrize(
    ("status", "body", "observed"),
    [
        (404, error(404), "GET /v1/mfa/devices/{id} answered 404"),
        (200, {"id": "dev1"}, "the body does not fit the schema 'device' (device/required: person_id is missing)"),
        (200, b"<html>", "the body of the 200 answer is not JSON (Expecting value: line 1 column 1 (char 0))"),
        (200, None, "the body of the 200 answer is not JSON (Expecting value: line 1 column 1 (char 0))"),
    ],
    ids=["status", "schema", "no JSON", "empty"],
)
def test_a_failed_step_before_is_a_failed_prerequisite_with_its_root_cause(
    status: int, body: object, observed: str
) -> None:
    with pytest.raises(PrerequisiteFailed) as caught:
        judge().works(exchange("read-device", status, body))
    assert caught.value.finding.clause == "devices.read"
    assert caught.value.finding.observed == observed
    assert str(caught.value) == f"prerequisite failed: devices.read: {observed}"
    assert isinstance(caught.value, NotTestable)


def test_a_failed_success_is_a_violation_where_it_is_the_clause_under_test() -> None:
    with pytest.raises(Violation) as caught:
        Judge(clauses()["devices.read"]).works(exchange("read-device", 404, error(404)))
    assert caught.value.finding.clause == "devices.read"


def test_an_accepted_success_is_noted_where_it_is_the_clause_under_test() -> None:
    added = exchange("add-key", 200, {"id": "key2"})
    Judge(clauses()["keys.added"]).works(exchange("add-key", 201, {"id": "key2"}))
    (it := Judge(clauses()["keys.added"])).works(added)
    assert [note.observed for note in it.notes] == ["answered 200"]
    (other := judge()).works(added)
    assert other.notes == []


def test_an_operation_whose_body_does_not_matter_may_have_any_json() -> None:
    assert document(exchange("verify-signature-challenge", 200, {"status": "bound"})) == {"status": "bound"}
    assert document(exchange("verify-signature-challenge", 200)) is None


def test_an_operation_whose_body_does_not_matter_still_answers_json() -> None:
    with pytest.raises(PrerequisiteFailed, match="is not JSON"):
        document(exchange("add-mobile-number", 201, b"Created."))


def test_a_request_outside_the_table_has_no_good_answer() -> None:
    assert operation_of(exchange(None, 200, {})) is None
    with pytest.raises(ValueError, match="only an operation of the table"):
        document(exchange(None, 200, {}))


def test_after_a_refusal_the_good_request_still_works() -> None:
    judge().still_works(exchange("create-device", 202, CREATED))


def test_a_good_request_that_fails_after_a_refusal_breaks_the_tests_clause_and_the_one_on_refusals() -> None:
    with pytest.raises(Violation, match=r"^after the refusal the good request failed: ") as caught:
        judge().still_works(exchange("read-device", 404, error(404)))
    assert caught.value.finding.clause == "general.unknown-id"
    assert [finding.clause for finding in caught.value.also] == [REFUSAL]


def test_a_refusal_that_may_use_up_a_try_allows_the_given_answers() -> None:
    judge().still_works(exchange("verify-signature-challenge", 410, error(410)), Answers((404,), (410,)))
    with pytest.raises(Violation):
        judge().still_works(exchange("verify-signature-challenge", 500, error(500)), Answers((404,), (410,)))


def test_a_state_that_reads_as_before_is_unchanged() -> None:
    judge().unchanged({"name": "phone"}, {"name": "phone"})
    with pytest.raises(Violation, match=r"^a refused request changed what is read") as caught:
        judge().unchanged({"name": "phone"}, {"name": "laptop"})
    assert caught.value.finding.clause == "general.unknown-id"
    assert [finding.clause for finding in caught.value.also] == [REFUSAL]


def test_a_statement_that_does_not_hold_is_a_violation_of_the_tests_clause() -> None:
    judge().holds([1], "nothing", "something")
    with pytest.raises(Violation, match=r"^two devices, expected one device$") as caught:
        judge().holds([], "two devices", "one device")
    assert caught.value.finding.clause == "general.unknown-id"


def test_notes_and_observations_are_kept_for_the_record() -> None:
    it = judge()
    it.notes_that("seen", "preferred")
    it.observes("wrong tries", 5)
    assert [(note.observed, note.expected) for note in it.notes] == [("seen", "preferred")]
    assert it.observations == {"wrong tries": 5}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (error(404, code="a"), ["a"]),
        (errors(404, code="a"), ["a"]),
        ({"error": "invalid_client"}, ["invalid_client"]),
        ({"errors": ["text", {"code": 5}, {"code": "b"}]}, ["b"]),
        ([1], []),
        (b"<html>", []),
    ],
)
def test_code_words_are_found_as_far_as_there_are_any(body: object, words: list[str]) -> None:
    assert error_codes(exchange("read-device", 404, body)) == words


def test_several_answers_are_judged_together_and_each_wrong_one_is_named() -> None:
    good = {"a text": exchange("read-device", 404, error(404, code="not_found"))}
    (it := judge()).accepts_each({**good, "a number": exchange("read-device", 400, error(400))})
    assert [note.observed for note in it.notes] == ["answered 400"]
    wrong = {"null": exchange("read-device", 200, DEVICE), "a list": exchange("read-device", 500, error(500))}
    with pytest.raises(Violation, match=r"^answered 200 for null, 500 for a list, expected ") as caught:
        judge().accepts_each({**good, **wrong})
    assert caught.value.finding.exchange is wrong["null"]


def test_several_answers_need_an_accept_set_too() -> None:
    with pytest.raises(ValueError, match="has no answers to judge by"):
        judge(None).accepts_each({"null": exchange("read-device", 404)})
