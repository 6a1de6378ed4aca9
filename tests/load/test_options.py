"""What the command line asks for."""

from __future__ import annotations

import argparse
from pathlib import Path

import configargparse
import pytest

from load.loops import MIX
from load.options import add_options, is_open, plan_of
from load.plan import Plan, PlanError, Stage


def options(*words: str) -> argparse.Namespace:
    # Locust's kind of parser: options may come from the environment.
    parser = configargparse.ArgumentParser()
    add_options(parser)
    found: argparse.Namespace = parser.parse_args(words)
    return found


def asked(*words: str) -> Plan:
    return plan_of(options(*words))


@pytest.fixture
def scenario(tmp_path: Path) -> str:
    path = tmp_path / "s.toml"
    stage = '[[stage]]\nlength = "1m"\nrate = "10/s"\n'
    path.write_text(f'spread = "even"\nnegatives = 0.1\nseed = 9\nmix = {{sms = 2}}\n{stage}', encoding="utf-8")
    return str(path)


def test_a_rate_lasts_a_minute_after_a_warm_up() -> None:
    stages = Stage("warm-up", 5, 50, 50, judged=False), Stage("steady", 60, 50, 50)
    assert asked("--rate", "50/s") == Plan(stages, MIX)


def test_stages_have_the_same_warm_up_as_a_rate() -> None:
    found = asked("--stage", "1m:10/s..20/s", "--stage", "spike=5s:90/s", "--warm-up", "2s").stages
    assert found == (Stage("warm-up", 2, 10, 10, judged=False), Stage("stage 1", 60, 10, 20), Stage("spike", 5, 90, 90))


def test_stages_may_have_a_warm_up_of_their_own() -> None:
    assert asked("--stage", "warm-up=5s:1/s..9/s", "--stage", "1m:9/s").stages[0] == Stage("warm-up", 5, 1, 9, False)


def test_users_have_a_warm_up_as_well() -> None:
    users = options()
    assert not is_open(users)
    assert [(one.name, one.seconds, one.judged) for one in plan_of(users).stages] == [
        ("warm-up", 5, False),
        ("steady", 60, True),
    ]


def test_a_scenario_says_it_all(scenario: str) -> None:
    assert asked("--scenario", scenario) == Plan((Stage("stage 1", 60, 10, 10),), {"sms": 2}, "even", 0.1, 9)


def test_the_command_line_comes_before_a_scenario(scenario: str) -> None:
    words = ("--mix", "signing=3", "--spread", "poisson", "--negatives", "0", "--seed", "4")
    stages = (Stage("stage 1", 60, 10, 10),)
    assert asked("--scenario", scenario, *words) == Plan(stages, {"signing": 3}, "poisson", 0, 4)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--rate", "1/s", "--stage", "1m:1/s"), "--rate and --stage say different things; one of them is enough"),
        (("--rate", "1/s", "--length", "0s"), "--length is '0s'; allowed is a time above 0"),
        (
            ("--stage", "1m:1/s", "--length", "5s"),
            "--length is '5s', but every stage has a length of its own; it goes with --rate",
        ),
        (("--full-every", "0"), "--full-every is 0; allowed is a whole number above 0"),
        (("--customers", "-1"), "--customers is -1; allowed is a whole number, 0 for as many as are needed"),
        (("--pacing", "soon"), "--pacing is 'soon'; allowed is a time such as 30s, 2m or 1h"),
    ],
    ids=["two plans", "no length", "two lengths", "full-every", "customers", "pacing"],
)
def test_what_cannot_be_asked_for_is_named(words: tuple[str, ...], why: str) -> None:
    with pytest.raises(PlanError) as caught:
        asked(*words)
    assert str(caught.value) == why
