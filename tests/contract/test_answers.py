"""Accept sets: reading, joining, and how they print."""

from __future__ import annotations

import pytest

from contract.answers import Answers, answers


def test_a_single_status_or_word_needs_no_list() -> None:
    assert answers({"preferred": 404, "accepted": 400, "code": "gone"}, "x") == Answers((404,), (400,), ("gone",))


def test_lists_keep_their_order() -> None:
    assert answers({"preferred": [409, 404], "accepted": [400, 403], "code": ["a", "b"]}, "x") == Answers(
        (409, 404), (400, 403), ("a", "b")
    )


@pytest.mark.parametrize(
    ("some", "text"),
    [
        (Answers((404,)), "{404}"),
        (Answers((404,), (400, 403)), "{404 | 400, 403}"),
        (Answers((200, 204), (404,)), "{200 or 204 | 404}"),
    ],
)
def test_it_prints_as_the_contract_writes_it(some: Answers, text: str) -> None:
    assert str(some) == text


def test_it_holds_the_preferred_and_the_accepted_and_nothing_else() -> None:
    some = Answers((404,), (400,))
    assert [status in some for status in (404, 400, 403, 200)] == [True, True, False, False]


def test_two_refusals_of_one_request_accept_what_either_accepts() -> None:
    both = Answers((404,), (400,), ("not_found",)) | Answers((409,), (403, 404))
    assert both == Answers((404,), (400, 409, 403), ("not_found",))


def test_joining_makes_nothing_preferred_twice() -> None:
    assert Answers((404,), (400,)) | Answers((404,), (400, 410)) == Answers((404,), (400, 410))


def test_joining_keeps_what_the_first_prefers() -> None:
    assert (Answers((404,)) | Answers((400,))).preferred == (404,)
    assert (Answers((400,)) | Answers((404,))).preferred == (400,)
