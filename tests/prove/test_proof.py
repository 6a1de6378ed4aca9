"""What trials mean: caught by the right clause, elsewhere, or not at all, and who was blamed wrongly."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports.errors import EvidenceError
from reports.proof import Fate, Kind, Trial
from reports.proof_page import JSON, NUMBERS, PAGE, headline, read_history, write_proof
from tests.prove.made_up import BROKEN, OTHER, alarm, proof, trial


def test_a_fault_is_caught_by_the_clause_that_it_breaks() -> None:
    assert trial(Kind.FAULT, alarm(OTHER), alarm(BROKEN)).fate is Fate.CAUGHT


def test_a_fault_that_only_another_clause_sees_is_caught_elsewhere() -> None:
    assert trial(Kind.FAULT, alarm(OTHER)).fate is Fate.ELSEWHERE


def test_a_fault_that_nothing_sees_survives() -> None:
    assert trial(Kind.FAULT).fate is Fate.SURVIVED


def test_an_error_of_the_suite_catches_nothing() -> None:
    assert trial(Kind.FAULT, alarm(BROKEN), errors=("KeyError: 'id'",)).fate is Fate.ERROR


@pytest.mark.parametrize("kind", [Kind.BASE, Kind.VARIANT, Kind.COMBINATION])
def test_a_right_target_that_is_blamed_is_a_false_alarm(kind: Kind) -> None:
    assert trial(kind, alarm(OTHER)).fate is Fate.BLAMED
    assert trial(kind).fate is Fate.LEFT_ALONE


def test_a_variant_may_break_the_shoulds_that_it_names_and_no_must() -> None:
    assert trial(Kind.VARIANT, alarm(OTHER, "warn"), warns=(OTHER,)).fate is Fate.LEFT_ALONE
    assert trial(Kind.VARIANT, alarm(OTHER, "fail"), warns=(OTHER,)).fate is Fate.BLAMED
    assert trial(Kind.VARIANT, alarm(BROKEN, "warn"), warns=(OTHER,)).fate is Fate.BLAMED


def test_it_holds_when_all_is_caught_and_nobody_blamed() -> None:
    good = proof(trial(Kind.FAULT, alarm(BROKEN)), trial(Kind.BASE))
    assert good.holds
    assert headline(good) == "Proved in part"


@pytest.mark.parametrize(
    "bad",
    [
        trial(Kind.FAULT),
        trial(Kind.FAULT, alarm(OTHER)),
        trial(Kind.BASE, alarm(OTHER)),
        trial(Kind.BASE, errors=("KeyError",)),
        trial(Kind.FAULT, alarm(BROKEN), errors=("KeyError",)),
    ],
    ids=["survivor", "all elsewhere", "false alarm", "suite error", "suite error on a fault"],
)
def test_it_does_not_hold_otherwise(bad: Trial) -> None:
    assert not proof(bad).holds
    assert headline(proof(bad)) == "Not proved"


def test_a_complete_proof_needs_a_fault_for_every_clause() -> None:
    assert not proof(trial(Kind.FAULT, alarm(BROKEN)), complete=True).holds


def test_a_trial_comes_back_as_it_was_written() -> None:
    one = trial(Kind.VARIANT, alarm(OTHER, "warn"), warns=(OTHER,), errors=("x",), not_testable={"needs x": 2})
    assert Trial.from_json(json.loads(json.dumps(one.as_json()))) == one


def test_the_next_proof_knows_the_last_ones(tmp_path: Path) -> None:
    write_proof(tmp_path, proof(trial(Kind.FAULT)))
    write_proof(tmp_path, proof(trial(Kind.FAULT, alarm(BROKEN)), history=read_history(tmp_path)))
    assert [earlier["caught"] for earlier in read_history(tmp_path)] == [0, 1]
    assert "| faults caught | 1 of 1 |" in (tmp_path / NUMBERS).read_text()


def test_what_is_no_proof_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / JSON).write_text("{}")
    with pytest.raises(EvidenceError, match=r"proof\.json is no proof"):
        read_history(tmp_path)


def test_what_a_target_said_stays_text_on_the_page(tmp_path: Path) -> None:
    write_proof(tmp_path, proof(trial(Kind.FAULT, alarm(OTHER, observed="<script>alert(1)</script>\x1b"))))
    page = (tmp_path / PAGE).read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b" in page
