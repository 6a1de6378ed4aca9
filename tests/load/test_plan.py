"""The plan: what is asked for, when exactly, and what cannot be asked for."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import mean, pvariance

import pytest

import load
from load.loops import LOOPS
from load.plan import (
    SPREADS,
    Arrival,
    Plan,
    PlanError,
    Stage,
    load_scenario,
    parse_mix,
    parse_rate,
    parse_seconds,
    parse_share,
    parse_stage,
    steady,
)

SCENARIOS = sorted(Path(load.__file__).parent.joinpath("scenarios").glob("*.toml"))
RAMP = Stage("up", 100.0, 10.0, 110.0)
FALL = Stage("down", 100.0, 110.0, 10.0)
MIX = {"signing": 3.0, "sms": 1.0}
USUAL = Plan((), MIX, "poisson", 0.25, 5)


def plan(
    *stages: Stage, spread: str = "poisson", negatives: float = 0.0, seed: int = 1, mix: dict[str, float] | None = None
) -> Plan:
    return Plan(stages, mix or {"signing": 1.0}, spread, negatives, seed)


def flat(rate: float, seconds: float) -> Stage:
    return Stage("flat", seconds, rate, rate)


def times(arrivals: Plan) -> list[float]:
    return [arrival.at for arrival in arrivals.arrivals()]


def refusal(path: Path, text: str) -> str:
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        load_scenario(path, tuple(LOOPS), USUAL)
    return str(caught.value)


# When


@pytest.mark.parametrize("spread", SPREADS)
def test_a_plan_repeats_itself(spread: str) -> None:
    one, same = (plan(flat(50, 10), RAMP, spread=spread, mix=MIX, negatives=0.2, seed=7) for _ in range(2))
    assert list(one.arrivals()) == list(same.arrivals())


def test_another_seed_is_another_plan() -> None:
    assert times(plan(flat(50, 10), seed=1)) != times(plan(flat(50, 10), seed=2))


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("workers", [1, 3, 4])
def test_the_shares_of_all_workers_are_the_plan(spread: str, workers: int) -> None:
    whole = plan(flat(50, 4), RAMP, spread=spread, mix=MIX, negatives=0.1)
    shares = [list(whole.share(index, workers)) for index in range(workers)]
    together = sorted((one for share in shares for one in share), key=lambda one: one.number)
    assert together == list(whole.arrivals())
    assert max(map(len, shares)) - min(map(len, shares)) <= 1


@pytest.mark.parametrize("spread", SPREADS)
def test_arrivals_are_numbered_in_the_order_of_their_times_and_belong_to_their_stages(spread: str) -> None:
    whole = plan(flat(20, 5), RAMP, FALL, spread=spread)
    arrivals = list(whole.arrivals())
    assert [one.number for one in arrivals] == list(range(len(arrivals)))
    assert all(one.at < later.at for one, later in pairwise(arrivals))
    assert all(whole.stage_at(one.at) == one.stage for one in arrivals)
    assert 0 <= arrivals[0].at < arrivals[-1].at < whole.seconds


def test_even_arrivals_lie_in_equal_distances() -> None:
    found = times(plan(flat(50, 10), spread="even"))
    assert len(found) == 500
    assert all(later - one == pytest.approx(0.02) for one, later in pairwise(found))


@pytest.mark.parametrize("seed", range(5))
def test_poisson_arrivals_have_the_gaps_of_a_poisson_process(seed: int) -> None:
    gaps = [later - one for one, later in pairwise(times(plan(flat(100, 100), seed=seed)))]
    # Of n exponential gaps the mean scatters by 1 / sqrt(n), the variance by sqrt(8 / n): five times that.
    assert mean(gaps) == pytest.approx(0.01, rel=5 / math.sqrt(len(gaps)))
    assert pvariance(gaps) == pytest.approx(0.0001, rel=5 * math.sqrt(8 / len(gaps)))
    assert sum(gap > 0.01 for gap in gaps) / len(gaps) == pytest.approx(math.exp(-1), abs=0.03)


@pytest.mark.parametrize("stage", [RAMP, FALL], ids=lambda stage: str(stage.name))
def test_a_ramp_changes_its_rate_evenly(stage: Stage) -> None:
    found = times(plan(stage, spread="even"))
    assert len(found) == stage.arrivals == 6000
    by_tenth = Counter(int(at // 10) for at in found)
    for tenth in range(10):
        rate = stage.begin + (stage.end - stage.begin) * (tenth + 0.5) / 10
        assert by_tenth[tenth] == pytest.approx(rate * 10, abs=1)


@pytest.mark.parametrize("seed", range(3))
def test_a_ramp_of_poisson_arrivals_has_its_density(seed: int) -> None:
    by_half = Counter(int(at // 50) for at in times(plan(RAMP, seed=seed)))
    for half, expected in ((0, 1750), (1, 4250)):
        assert by_half[half] == pytest.approx(expected, abs=5 * math.sqrt(expected))


@pytest.mark.parametrize("end", [100.0, 100.0 + 1e-10, 100.0 + 1e-6, 100.1])
def test_a_ramp_that_hardly_rises_is_as_good_as_level(end: float) -> None:
    stage = Stage("level", 10.0, 100.0, end)
    assert stage.reached(500.0) == pytest.approx(5.0, rel=1e-3)


def test_a_stage_begins_where_the_one_before_it_ends() -> None:
    whole = plan(flat(1, 2.5), flat(2, 3.5), flat(3, 4))
    assert (whole.begins, whole.seconds, whole.fastest) == ((0, 2.5, 6.0), 10.0, 3)
    assert [whole.stage_at(second) for second in (0, 2.4, 2.5, 5.9, 6, 99)] == [0, 0, 1, 1, 2, 2]


# What


@pytest.mark.parametrize("seed", range(3))
def test_loops_come_by_their_weights_and_negatives_by_their_share(seed: int) -> None:
    arrivals = list(plan(flat(100, 100), mix=MIX, negatives=0.02, seed=seed).arrivals())
    assert sum(one.loop == "signing" for one in arrivals) / len(arrivals) == pytest.approx(0.75, abs=0.025)
    assert sum(one.negative for one in arrivals) / len(arrivals) == pytest.approx(0.02, abs=0.008)


def test_without_negatives_nothing_is_negative() -> None:
    assert not any(one.negative for one in plan(flat(100, 10)).arrivals())


def test_all_may_be_negative() -> None:
    assert all(one.negative for one in plan(flat(100, 10), negatives=1.0).arrivals())


def test_without_a_warm_up_all_is_judged() -> None:
    assert [stage.judged for stage in steady(10, 5, 0)] == [True]


def test_an_arrival_knows_its_loop() -> None:
    assert next(plan(flat(1, 1), spread="even").arrivals()) == Arrival(0, 0.5, "signing", 0, negative=False)


# How it is written


@pytest.mark.parametrize(("text", "rate"), [("50/s", 50), ("50", 50), ("3000/m", 50), ("3600/h", 1), (" 0.5/s ", 0.5)])
def test_a_rate_is_read(text: str, rate: float) -> None:
    assert parse_rate(text, "--rate") == pytest.approx(rate)


@pytest.mark.parametrize(
    ("text", "seconds"), [("90", 90), ("90s", 90), ("1.5m", 90), ("1h", 3600), ("500ms", 0.5), ("0", 0)]
)
def test_a_time_is_read(text: str, seconds: float) -> None:
    assert parse_seconds(text, "--length") == seconds


@pytest.mark.parametrize(("text", "share"), [("2%", 0.02), ("0.02", 0.02), ("0", 0), ("100%", 1), ("2 %", 0.02)])
def test_a_share_is_read(text: str, share: float) -> None:
    assert parse_share(text, "--negatives") == pytest.approx(share)


@pytest.mark.parametrize(
    ("text", "stage"),
    [
        ("2m:10/s..100/s", Stage("stage 3", 120, 10, 100)),
        ("30s:50/s", Stage("stage 3", 30, 50, 50)),
        ("spike=10s:500/s", Stage("spike", 10, 500, 500)),
        ("warm-up=5s:600/m", Stage("warm-up", 5, 10, 10, judged=False)),
    ],
)
def test_a_stage_is_read(text: str, stage: Stage) -> None:
    assert parse_stage(text, 3) == stage


@pytest.mark.parametrize(
    ("text", "mix"),
    [
        ("signing=8, sms=1", {"signing": 8, "sms": 1}),
        ("signing,sms", {"signing": 1, "sms": 1}),
        ("sms,sms=0.5", {"sms": 1.5}),
    ],
)
def test_a_mix_is_read(text: str, mix: dict[str, float]) -> None:
    assert parse_mix(text, tuple(LOOPS)) == mix


RATE = "allowed is a rate above 0 such as 50/s or 600/m"
TIME = "allowed is a time such as 30s, 2m or 1h"


@pytest.mark.parametrize("text", ["", "fast", "0/s", "-1/s", "1/d", "1/s/s", "nan", "9" * 400, "1e3"])
def test_a_wrong_rate_is_named(text: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_rate(text, "--rate")
    assert str(caught.value) == f"--rate is {text!r}; {RATE}"


@pytest.mark.parametrize("text", ["", "long", "-1s", "1d", "s", "9" * 400])
def test_a_wrong_time_is_named(text: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_seconds(text, "--length")
    assert str(caught.value) == f"--length is {text!r}; {TIME}"


@pytest.mark.parametrize("text", ["", "some", "-1%", "101%", "1.1", "nan", "%"])
def test_a_wrong_share_is_named(text: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_share(text, "--negatives")
    assert str(caught.value) == f"--negatives is {text!r}; allowed is a share such as 2% or 0.02"


SHAPE = "allowed is LENGTH:RATE or LENGTH:RATE..RATE, such as 2m:10/s..100/s"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2m", f": {SHAPE}"),
        ("=2m:1/s", f": {SHAPE}"),
        ("2m:", f": the rate is ''; {RATE}"),
        ("2m:fast", f": the rate is 'fast'; {RATE}"),
        ("2m:1/s..", f": the rate at the end is ''; {RATE}"),
        ("2m:1/s..0/s", f": the rate at the end is '0/s'; {RATE}"),
        ("long:1/s", f": the length is 'long'; {TIME}"),
        ("0s:1/s", ": the length is '0s'; allowed is a time above 0"),
    ],
)
def test_a_wrong_stage_is_named(text: str, why: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_stage(text, 1)
    assert str(caught.value) == f"--stage {text}{why}"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("login=1", f"there is no loop 'login'; allowed are {', '.join(LOOPS)}"),
        ("sms,", f"there is no loop ''; allowed are {', '.join(LOOPS)}"),
        ("sms=", "the weight is ''; allowed is a number above 0"),
        ("sms=0", "the weight is '0'; allowed is a number above 0"),
        ("sms=inf", "the weight is 'inf'; allowed is a number above 0"),
    ],
)
def test_a_wrong_mix_is_named(text: str, why: str) -> None:
    with pytest.raises(PlanError) as caught:
        parse_mix(text, tuple(LOOPS))
    assert str(caught.value) == f"--mix {text}: {why}"


# Scenarios


def test_there_are_scenarios() -> None:
    assert {path.stem for path in SCENARIOS} >= {"spike", "ramp", "soak"}


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: str(path.stem))
def test_a_scenario_of_the_project_loads(path: Path) -> None:
    found = load_scenario(path, tuple(LOOPS), USUAL)
    assert found.seed == 5
    assert not found.stages[0].judged
    assert all(stage.judged for stage in found.stages[1:])
    assert next(found.arrivals()).stage == 0


def test_a_scenario_says_all_that_a_plan_has(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(
        'spread = "even"\nnegatives = 0.1\nseed = 9\nmix = {sms = 2}\n'
        '[[stage]]\nlength = "1m"\nrate = "10/s"\nto = "20/s"\n'
        '[[stage]]\nname = "rest"\nlength = "5s"\nrate = "60/m"\njudged = false\n',
        encoding="utf-8",
    )
    stages = Stage("stage 1", 60, 10, 20), Stage("rest", 5, 1, 1, judged=False)
    assert load_scenario(path, tuple(LOOPS), USUAL) == Plan(stages, {"sms": 2}, "even", 0.1, 9)


def test_what_a_scenario_does_not_say_is_as_usual(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text(STAGE, encoding="utf-8")
    assert load_scenario(path, tuple(LOOPS), USUAL) == replace(USUAL, stages=(Stage("stage 1", 60, 10, 10),))


STAGE = '[[stage]]\nlength = "1m"\nrate = "10/s"\n'


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no [[stage]]; a scenario has at least one, with length and rate"),
        ("speed = 1\n" + STAGE, "the key 'speed' is unknown; allowed are mix, spread, negatives, seed, stage"),
        ("stage = [1]", "stage 1 is no table; allowed is [[stage]] with length and rate"),
        ("[stage]\nlength = '1m'", "stage is {'length': '1m'}; see load/scenarios for how it is written"),
        (STAGE + "speed = 1", "stage 1: the key 'speed' is unknown; allowed are name, length, rate, to, judged"),
        (STAGE + "judged = 1", "stage 1: judged is 1; see load/scenarios for how it is written"),
        (STAGE + "judged = false", "no stage is judged; at least one is neither named 'warm-up' nor judged = false"),
        ('[[stage]]\nrate = "1/s"', "stage 1: the key 'length' is missing; every stage has a length and a rate"),
        ('[[stage]]\nlength = "1s"', "stage 1: the key 'rate' is missing; every stage has a length and a rate"),
        ('[[stage]]\nlength = "1s"\nrate = "x"', f"stage 1: rate is 'x'; {RATE}"),
        (STAGE + 'to = "x"', f"stage 1: to is 'x'; {RATE}"),
        (STAGE + '[[stage]]\nlength = "x"\nrate = "1"', f"stage 2: the length is 'x'; {TIME}"),
        ("mix = {login = 1}\n" + STAGE, f"mix.login is no loop; allowed are {', '.join(LOOPS)}"),
        ("mix = {sms = 0}\n" + STAGE, "mix.sms is 0; allowed is a number above 0"),
        ("mix = {sms = true}\n" + STAGE, "mix.sms is True; allowed is a number above 0"),
        ('spread = "wide"\n' + STAGE, "spread is 'wide'; allowed are poisson, even"),
        ("negatives = 2\n" + STAGE, "negatives is '2'; allowed is a share such as 2% or 0.02"),
        ("seed = true\n" + STAGE, "seed is True; see load/scenarios for how it is written"),
    ],
)
def test_a_wrong_scenario_is_named_in_one_sentence(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "s.toml"
    assert refusal(path, text) == f"{path}: {why}"


def test_a_scenario_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    assert refusal(path, "stage = ").startswith(f"{path}: is not TOML: ")


def test_a_scenario_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    with pytest.raises(PlanError) as caught:
        load_scenario(path, tuple(LOOPS), USUAL)
    assert str(caught.value) == f"{path}: cannot be read (No such file or directory)"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(PlanError) as caught:
        load_scenario(path, tuple(LOOPS), USUAL)
    assert str(caught.value) == f"{path}: cannot be read (not UTF-8)"
