"""What the suite is proved with: the catalogue of faults and variants, held against the contract."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import pytest

from contract.clauses import Level, clauses
from prove.candidates import COMBINATIONS, candidates, combinations, named, quick, singles
from reports.proof import Kind
from sandbox.faults import FAULTS, Fault
from sandbox.variants import VARIANTS, Variant


def rows() -> list[dict[str, object]]:
    return [{"id": one.id, "freedom": one.freedom, "what": one.what, "warns": one.warns} for one in VARIANTS.values()]


def test_a_fault_names_a_clause_and_its_level() -> None:
    assert {one.id: one.level for one in FAULTS.values()} == {
        one.id: clauses()[one.clause].level.value for one in FAULTS.values()
    }


@pytest.mark.parametrize("catalogue", [FAULTS, VARIANTS], ids=["faults", "variants"])
def test_one_line_says_what_is_otherwise(catalogue: Mapping[str, Fault | Variant]) -> None:
    assert [one.id for one in catalogue.values() if not one.what.endswith(".") or "\n" in one.what] == []


def test_every_clause_that_can_fail_a_run_has_a_fault() -> None:
    broken = {fault.clause for fault in FAULTS.values()}
    needing = {law.id for law in clauses().testable if law.level is not Level.OBSERVE}
    assert needing <= broken


def test_the_variants_keep_every_must() -> None:
    given_up = {clause for one in VARIANTS.values() for clause in one.warns}
    assert {clauses()[clause].level for clause in given_up} == {Level.SHOULD}


def test_the_combinations_hold_each_variant_once() -> None:
    dealt = list(combinations(rows(), 1))
    assert Counter(chain.from_iterable(one.arguments[1::2] for one in dealt)) == Counter(VARIANTS.keys())
    assert len(dealt) == COMBINATIONS


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_target_decides_one_thing_in_two_ways(seed: int) -> None:
    for one in combinations(rows(), seed):
        freedoms = [VARIANTS[name].freedom for name in one.arguments[1::2]]
        assert len(freedoms) == len(set(freedoms))


def test_a_seed_draws_the_same_combinations_again() -> None:
    assert list(combinations(rows(), 7)) == list(combinations(rows(), 7))
    assert list(combinations(rows(), 7)) != list(combinations(rows(), 8))


def test_the_quick_ones_are_of_every_kind_and_few() -> None:
    few = quick(candidates(1))
    kinds = Counter(one.kind for one in few)
    assert kinds[Kind.COMBINATION] == 1
    assert 20 < kinds[Kind.FAULT] <= 30


def test_a_pattern_picks_by_id() -> None:
    first, *_ = FAULTS
    assert [one.id for one in named(candidates(1), [first])] == [first]


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_the_faults_and_variants_that_a_document_names_exist(document: str) -> None:
    text = (Path(__file__).parent.parent.parent / document).read_text(encoding="utf-8")
    patterns = re.findall(r"(?:--only|--fault|--variant) '?([a-z][a-z*-]+)", text)
    assert patterns
    assert named((*candidates(1), *singles()), patterns)
