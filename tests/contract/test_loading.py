"""Bad data of the contract: refused with one sentence that names the file, the clause and the mistake."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from contract.clauses import load
from contract.errors import ContractError

NOTHING = object()


def row(**changes: Any) -> dict[str, Any]:
    """A good clause, but for the changes; NOTHING leaves a key out."""
    good = {
        "id": "made.up",
        "text": "A sentence.",
        "level": "MUST",
        "truth": "quoted",
        "source": ["DOC-DB"],
        "column": "400",
        **changes,
    }
    return {key: value for key, value in good.items() if value is not NOTHING}


def write(folder: Path, *rows: Any, name: str = "1-made-up.yaml") -> Path:
    chapter = {"section": 1, "chapter": "Made up", "clauses": list(rows)}
    (folder / name).write_text(yaml.safe_dump(chapter), encoding="utf-8")
    return folder


def complaint(folder: Path) -> str:
    with pytest.raises(ContractError) as caught:
        load(folder)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message


def test_a_good_clause_is_read_with_all_its_parts(tmp_path: Path) -> None:
    good = row(
        text="A sentence\n  over two lines.",
        section="1.3",
        operation="read-device",
        answers={"preferred": 404, "accepted": [400], "code": "not_found"},
    )
    (clause,) = load(write(tmp_path, good)).values()
    assert clause.text == "A sentence over two lines."
    assert (clause.section, clause.chapter, clause.column.value) == ("1.3", "Made up", "400")
    assert clause.operation is not None
    assert clause.operation.id == "read-device"
    assert clause.source[0].url is not None
    assert str(clause.answers) == "{404 | 400}"
    assert not clause.safety


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"level": "must"}, "level is 'must'; allowed are MUST, SHOULD, OBSERVE"),
        ({"truth": "guessed"}, "truth is 'guessed'; allowed are quoted, recorded, derived, assumed"),
        (
            {"column": "418"},
            "column is '418'; allowed are 2xx, 400, 401, 403, 404, 409, 415, 500, method, odd id, null, unknown field, "
            "isolation, expiry, replay, races",
        ),
        ({"source": ["DOC-NONE"]}, "the source 'DOC-NONE' is not in contract/sources.yaml; add it there"),
        ({"source": "DOC-DB"}, "source is 'DOC-DB'; it is a list of keys of sources.yaml"),
        ({"operation": "read-mind"}, "the operation 'read-mind' is not in contract/operations.yaml"),
        ({"colour": "red"}, "unknown key 'colour'; known are answers, column, excluded"),
        ({"truth": "assumed"}, "an assumed clause is at most SHOULD, unless it says 'safety: true'"),
        (
            {"excluded": "nobody can see it", "answers": {"preferred": 400}},
            "an excluded clause has no answers; remove 'answers' or 'excluded'",
        ),
        (
            {"answers": {"preferred": 404, "accepted": [400, 404]}},
            "answers: 404 is both preferred and accepted; leave it in one of the two",
        ),
        ({"answers": {"preferred": 99}}, "answers: 99 is not an HTTP status (100 to 599)"),
        ({"answers": {"preferred": 400, "accepted": [600]}}, "answers: 600 is not an HTTP status (100 to 599)"),
        ({"answers": {"preferred": "400"}}, "answers: '400' is not an HTTP status (100 to 599)"),
        ({"answers": {"preferred": True}}, "answers: True is not an HTTP status (100 to 599)"),
        ({"answers": {"accepted": [400]}}, "answers: answers need at least one preferred status"),
        (
            {"answers": {"preferred": 400, "allowed": [404]}},
            "answers: answers have 'preferred', 'accepted' and 'code', but not 'allowed'",
        ),
        ({"answers": 400}, "answers: 400 is no accept set, such as {preferred: 404, accepted: [400]}"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_value_is_refused_with_file_clause_and_what_is_allowed(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    message = complaint(write(tmp_path, row(**change)))
    assert message.startswith(f"1-made-up.yaml: clause 'made.up': {sentence}")


@pytest.mark.parametrize("key", ["id", "text", "level", "truth", "source", "column"])
@pytest.mark.parametrize("value", [NOTHING, None, ""], ids=["absent", "null", "empty"])
def test_a_missing_key_is_named(tmp_path: Path, key: str, value: object) -> None:
    message = complaint(write(tmp_path, row(**{key: value})))
    assert message.startswith("1-made-up.yaml: clause ")
    assert f"{key!r} is missing; every clause has id, text, level, truth, source, column" in message


@pytest.mark.parametrize("level", ["SHOULD", "OBSERVE"])
def test_an_assumed_clause_may_stand_below_must(tmp_path: Path, level: str) -> None:
    assert load(write(tmp_path, row(truth="assumed", level=level)))["made.up"].level.value == level


def test_an_assumed_safety_property_may_be_a_must(tmp_path: Path) -> None:
    assert load(write(tmp_path, row(truth="assumed", safety=True)))["made.up"].safety


def test_an_excluded_clause_needs_no_check(tmp_path: Path) -> None:
    found = load(write(tmp_path, row(), row(id="made.dark", excluded="it happens at the vendor")))
    assert [clause.id for clause in found.testable] == ["made.up"]


def test_an_id_that_is_used_twice_in_a_file_is_refused(tmp_path: Path) -> None:
    message = complaint(write(tmp_path, row(), row()))
    assert message == "1-made-up.yaml: the id 'made.up' is used twice; give each clause its own"


def test_an_id_that_another_file_uses_is_refused(tmp_path: Path) -> None:
    write(tmp_path, row())
    message = complaint(write(tmp_path, row(), name="2-again.yaml"))
    assert message == "2-again.yaml: the id 'made.up' is used twice; give each clause its own"


def test_chapters_come_in_the_order_of_their_numbers(tmp_path: Path) -> None:
    for number in (10, 9, 2):
        write(tmp_path, row(id=f"made.n{number}"), name=f"{number}-chapter.yaml")
    assert list(load(tmp_path)) == ["made.n2", "made.n9", "made.n10"]


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    assert complaint(tmp_path) == f"{tmp_path} holds no clause: add a *.yaml file with a list of clauses"


@pytest.mark.parametrize("text", ["clauses: [", "a: b: c", "\t- x", "x: \x00"], ids=["open", "colons", "tab", "nul"])
def test_what_is_not_yaml_is_refused_on_one_line(tmp_path: Path, text: str) -> None:
    (tmp_path / "3-broken.yaml").write_text(text, encoding="utf-8")
    assert complaint(tmp_path).startswith("3-broken.yaml: not YAML: ")


def test_what_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "3-broken.yaml").write_bytes(b"\xff\xfe\xfd")
    assert complaint(tmp_path).startswith("3-broken.yaml: not YAML: ")


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "3-twice.yaml").write_text("section: 1\nchapter: X\nsection: 2\nclauses: []\n", encoding="utf-8")
    assert complaint(tmp_path) == "3-twice.yaml: the key 'section' stands twice in one mapping (line 1)"


@pytest.mark.parametrize(
    "text", ["", "[]", "just a text", "section: 1\nclauses: []", "section: 1\nchapter: X\nclauses: []\nmore: 1"]
)
def test_a_file_without_exactly_the_keys_of_a_chapter_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "3-odd.yaml").write_text(text, encoding="utf-8")
    assert complaint(tmp_path) == "3-odd.yaml: a chapter has exactly the keys chapter, clauses, section"


@pytest.mark.parametrize("rows", [None, "text", {"id": "made.up"}, ["text"], [None]], ids=str)
def test_clauses_that_are_no_list_of_mappings_are_refused(tmp_path: Path, rows: Any) -> None:
    chapter = yaml.safe_dump({"section": 1, "chapter": "X", "clauses": rows})
    (tmp_path / "3-odd.yaml").write_text(chapter, encoding="utf-8")
    assert complaint(tmp_path) == "3-odd.yaml: 'clauses' is a list with one mapping for each clause"


def test_a_clause_that_nobody_wrote_is_asked_for_by_name(tmp_path: Path) -> None:
    found = load(write(tmp_path, row()))
    with pytest.raises(ContractError, match=r"^no clause has the id 'made\.down': add it to a file of contract/cla"):
        found["made.down"]
    assert "made.down" not in found
