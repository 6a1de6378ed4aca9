"""Secrets: whatever is done with one, it prints as `***`."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable

import pytest

from target.profile import Credentials
from target.secret import Secret

TEXT = "s3cr3t-4839201"
SECRET = Secret(TEXT)


@pytest.mark.parametrize(
    "rendering",
    [
        repr,
        str,
        format,
        ascii,
        lambda secret: f"{secret}",
        lambda secret: f"{secret!r}",
        lambda secret: f"{secret:>40}",
        lambda secret: "%s" % secret,  # noqa: UP031
        lambda secret: "%r" % secret,  # noqa: UP031
        lambda secret: "{}".format(secret),  # noqa: UP032
        lambda secret: repr({"a": [secret]}),
        lambda secret: repr(Credentials("id", secret)),
        lambda secret: str(ValueError("no", secret)),
    ],
)
def test_it_prints_as_three_stars(rendering: Callable[[Secret], str]) -> None:
    assert TEXT not in rendering(SECRET)
    assert "***" in rendering(SECRET)


def test_a_traceback_that_holds_it_does_not_show_it() -> None:
    try:
        raise LookupError(SECRET, {"token": SECRET})
    except LookupError as error:
        shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    assert TEXT not in shown


def test_a_failed_comparison_does_not_show_it() -> None:
    another = Secret("another")
    with pytest.raises(AssertionError) as caught:
        assert another == SECRET
    assert TEXT not in str(caught.value)


def test_it_cannot_be_written_as_json() -> None:
    with pytest.raises(TypeError) as caught:
        json.dumps({"token": SECRET})
    assert TEXT not in str(caught.value)


def test_it_has_no_attributes_to_walk_over() -> None:
    assert not hasattr(SECRET, "__dict__")


def test_only_reveal_gives_the_text() -> None:
    assert SECRET.reveal() == TEXT


def test_equal_texts_are_equal_secrets_and_no_secret_equals_a_text() -> None:
    assert Secret("a") == Secret("a") != Secret("b")
    assert len({Secret("a"), Secret("a"), Secret("b")}) == 2
    assert Secret("a") != "a"


def test_an_empty_secret_is_none() -> None:
    assert not Secret("")
    assert Secret("0")
