"""Objectives: what failed took for ever, and a file that cannot be used is named in one sentence."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import load
from load.loops import LOOPS
from load.measure import WRONG_SUCCESS, Measurements
from load.objectives import Judged, Objectives, ObjectivesError, load_objectives

OPERATION, LOOP = "create-signing-challenge", "signing"


def measured(
    name: str = OPERATION, *, good: int = 100, bad: int = 0, kind: str = "status 503", ms: float = 20
) -> Measurements:
    found = Measurements()
    for _ in range(good):
        found.success((name, 0, 0), ms / 1000, ms / 2000)
    for _ in range(bad):
        found.failure((name, 0, 0), kind)
    return found


def judged(objectives: Objectives, found: Measurements, rate: float | None = 1.0) -> dict[str, Judged]:
    return {one.measure: one for one in objectives.judge(found, [0], rate)}


def of_all(**limits: float) -> Objectives:
    return Objectives({}, {name.replace("_", "."): limit for name, limit in limits.items()}, {}, {})


# Judging


def test_a_quantile_within_its_limit_is_met() -> None:
    p99 = judged(of_all(p99=20.1), measured())["p99"]
    assert p99.met
    assert p99.observed == pytest.approx(20, rel=1e-3)
    assert not judged(of_all(p99=19.9), measured())["p99"].met


def test_response_times_are_judged_and_not_service_times() -> None:
    assert not judged(of_all(p50=15), measured(ms=20))["p50"].met


@pytest.mark.parametrize(("bad", "met"), [(1, True), (2, False)])
def test_failures_took_for_ever(bad: int, met: bool) -> None:
    p99 = judged(of_all(p99=1000), measured(good=100 - bad, bad=bad))["p99"]
    assert p99.met is met
    assert math.isinf(p99.observed) is not met
    assert (p99.as_json()["observed"] is None) is not met


def test_where_everything_failed_nothing_is_met() -> None:
    found = judged(of_all(p50=1000, p99_9=1000, errors=0.5), measured(good=0, bad=3))
    assert not any(one.met for one in found.values())
    assert len(found) == 3


@pytest.mark.parametrize(("bad", "met"), [(5, True), (6, False)])
def test_the_share_of_errors_is_held_against_its_limit(bad: int, met: bool) -> None:
    errors = judged(of_all(errors=0.05), measured(good=100 - bad, bad=bad))["errors"]
    assert (errors.met, errors.observed, errors.unit) == (met, bad / 100, "share")


@pytest.mark.parametrize(("wrong", "met"), [(0, True), (1, False)])
def test_one_wrong_success_is_too_many(wrong: int, met: bool) -> None:
    objectives = Objectives({"wrong_successes": 0}, {}, {}, {})
    found = measured(bad=wrong, kind=WRONG_SUCCESS)
    found.add(measured(LOOP, bad=wrong, kind=WRONG_SUCCESS))
    one = judged(objectives, found)["wrong successes"]
    assert (one.met, one.observed) == (met, wrong)


@pytest.mark.parametrize(("reached", "met"), [(1.0, True), (0.99, True), (0.98, False)])
def test_the_rate_has_to_be_reached(reached: float, met: bool) -> None:
    assert judged(Objectives({"rate": 0.99}, {}, {}, {}), measured(), reached)["rate"].met is met


def test_where_users_wait_there_is_no_rate_to_be_reached() -> None:
    assert judged(Objectives({"rate": 0.99}, {}, {}, {}), measured(), None) == {}


def test_what_has_a_table_of_its_own_is_judged_by_that_alone() -> None:
    objectives = Objectives({}, {"p50": 1}, {"p50": 2}, {OPERATION: {"p99": 3}, LOOP: {}})
    assert objectives.of(OPERATION) == {"p99": 3}
    assert objectives.of(LOOP) == {}
    assert objectives.of("sms") == {"p50": 2}
    assert objectives.of("delete-device") == {"p50": 1}


def test_what_was_not_called_in_the_judged_stages_is_passed_over() -> None:
    found = Measurements()
    found.success((OPERATION, 1, 0), 9, 9)
    assert judged(of_all(p99=1), found) == {}


# Files


def test_the_projects_own_objectives_load() -> None:
    found = load_objectives(Path(load.__file__).with_name("objectives.toml"))
    assert found.run["wrong_successes"] == 0
    assert found.of(OPERATION) == found.default
    assert found.of(LOOP) == found.loop


def test_a_file_says_all_that_objectives_have(tmp_path: Path) -> None:
    path = tmp_path / "o.toml"
    path.write_text(f'[run]\nrate = 0.9\n[{OPERATION}]\n"p99.9" = 5.5\nerrors = 0\n[sms]\n', encoding="utf-8")
    assert load_objectives(path) == Objectives(
        {"rate": 0.9}, {}, {}, {OPERATION: {"p99.9": 5.5, "errors": 0}, "sms": {}}
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("p99 = 5", "p99 is 5; allowed are tables, such as [default] with p99 = 500"),
        ("[default]\np98 = 5", "default.p98 is unknown; allowed are p50, p90, p95, p99, p99.9, errors"),
        ("[run]\np99 = 5", "run.p99 is unknown; allowed are rate, wrong_successes"),
        ("[default]\np99 = -1", "default.p99 is -1; allowed is a number of 0 or more"),
        ("[default]\np99 = '5'", "default.p99 is '5'; allowed is a number of 0 or more"),
        ("[default]\np99 = true", "default.p99 is True; allowed is a number of 0 or more"),
        ("[default]\np99 = nan", "default.p99 is nan; allowed is a number of 0 or more"),
        ("[default]\np99 = inf", "default.p99 is inf; allowed is a number of 0 or more"),
        ("[default]\nerrors = 2", "default.errors is 2; allowed is a share from 0 to 1"),
        ("[run]\nrate = 99", "run.rate is 99; allowed is a share from 0 to 1"),
        ("[loop]\np99.9 = 5", "loop.p99 is {'9': 5}; allowed is a number of 0 or more"),
        ("[create-devise]\np99 = 5", f"[create-devise] is no operation and no loop; the loops are {', '.join(LOOPS)}"),
    ],
)
def test_a_wrong_file_is_named_in_one_sentence(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "o.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ObjectivesError) as caught:
        load_objectives(path)
    assert str(caught.value) == f"{path}: {why}"


def test_a_file_that_is_no_toml_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "o.toml"
    with pytest.raises(ObjectivesError, match=r"o\.toml: cannot be read \(No such file or directory\)$"):
        load_objectives(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ObjectivesError, match=r"o\.toml: cannot be read \(not UTF-8\)$"):
        load_objectives(path)
    path.write_text("[run", encoding="utf-8")
    with pytest.raises(ObjectivesError, match=r"o\.toml: is not TOML: "):
        load_objectives(path)
