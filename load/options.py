"""What a load run can be told, on Locust's own command line, and the plan that comes of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from load.loops import LOOPS, MIX
from load.plan import (
    SPREADS,
    WARM_UP,
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

OBJECTIVES = Path(__file__).with_name("objectives.toml")
CLIENTS = ("wire", "fast")
OTPS = ("either", "static", "outbox")
LENGTH = "60s"
USUAL = Plan((), MIX)
"""What holds where neither the command line nor a scenario says anything; it has no stages to give."""

OPEN = ("rate", "stage", "scenario", "find_capacity")
"""The options that ask for the open model."""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the project's options to Locust's; also what its web UI shows."""
    group = parser.add_argument_group("Device Management API")
    option: Callable[..., object] = group.add_argument
    option(
        "--target",
        env_var="TARGET",
        default="embedded",
        metavar="NAME_OR_PATH",
        help="target profile (default: %(default)s)",
    )
    option(
        "--target-url",
        env_var="TARGET_URL",
        default="",
        metavar="URL",
        help="where the target is, in place of the profile's URLs",
    )
    option("--rate", default="", metavar="RATE", help="open model: loops that begin, such as 50/s")
    option("--stage", action="append", default=[], metavar="[NAME=]LENGTH:RATE[..RATE]", help="open model, repeatable")
    option(
        "--scenario",
        default="",
        metavar="FILE",
        help="open model: a TOML file, such as those in load/scenarios; what the command line says comes before it",
    )
    option("--length", default="", metavar="TIME", help=f"of a run with --rate (default: {LENGTH})")
    option("--warm-up", default="5s", metavar="TIME", help="before it, measured but not judged (default: %(default)s)")
    option("--mix", default="", metavar="LOOP=WEIGHT,...", help=f"which loops: {', '.join(LOOPS)}")
    option("--spread", choices=SPREADS, help=f"of the arrivals in time (default: {USUAL.spread})")
    option("--negatives", default="", metavar="SHARE", help="of the loops that try what must be refused, such as 2%%")
    option("--seed", type=int, help=f"of the arrivals (default: {USUAL.seed})")
    option("--pacing", default="1s", metavar="TIME", help="closed model: from one loop of a user to its next one")
    option("--otp", default="either", choices=OTPS, help="where OTPs come from (default: static, where there is one)")
    option("--full-every", type=int, default=100, metavar="N", help="of N answers one is judged by all rules")
    option("--client", default="wire", choices=CLIENTS, help="own connections, or those of FastHttpUser")
    option("--customers", type=int, default=0, metavar="N", help="made ahead (default: two seconds of arrivals)")
    option("--objectives", default=str(OBJECTIVES), metavar="FILE", help="what has to be met (default: %(default)s)")
    option("--baseline", default="", metavar="FILE", help="load.json of an earlier run to compare with")
    option("--stop-at-errors", default="50%", metavar="SHARE", help="of failed loops, for 10 s (default: %(default)s)")
    option("--find-capacity", action="store_true", help="find the highest rate that meets the objectives")
    option("--artifacts", default="", metavar="DIR", help="what the run leaves behind (default: artifacts/load-TIME)")
    option("--own-summary", action="store_true", help=argparse.SUPPRESS)


def is_open(options: argparse.Namespace) -> bool:
    """Whether arrivals come by a plan, and not from users who wait for their answers."""
    return any(getattr(options, name) for name in OPEN)


def plan_of(options: argparse.Namespace) -> Plan:
    """The plan that the options ask for. Raises PlanError."""
    parse_share(options.stop_at_errors, "--stop-at-errors")
    parse_seconds(options.pacing, "--pacing")
    if options.full_every < 1:
        raise PlanError(f"--full-every is {options.full_every}; allowed is a whole number above 0")
    if options.customers < 0:
        raise PlanError(f"--customers is {options.customers}; allowed is a whole number, 0 for as many as are needed")
    asked = [f"--{name}" for name in ("rate", "stage", "scenario") if getattr(options, name)]
    if len(asked) > 1:
        raise PlanError(f"{' and '.join(asked)} say different things; one of them is enough")
    if options.length and (options.stage or options.scenario):
        raise PlanError(f"--length is {options.length!r}, but every stage has a length of its own; it goes with --rate")
    plan = load_scenario(Path(options.scenario), tuple(LOOPS), USUAL) if options.scenario else USUAL
    plan = replace(plan, stages=plan.stages or _stages(options), **_said(options))
    if not any(stage.judged for stage in plan.stages):
        raise PlanError(f"no stage is judged; at least one needs a name other than {WARM_UP!r}")
    return plan


def _said(options: argparse.Namespace) -> dict[str, Any]:
    """What the command line says of a plan beside its stages."""
    said: dict[str, Any] = {}
    if options.mix:
        said["mix"] = parse_mix(options.mix, tuple(LOOPS))
    if options.negatives:
        said["negatives"] = parse_share(options.negatives, "--negatives")
    if options.spread:
        said["spread"] = options.spread
    if options.seed is not None:
        said["seed"] = options.seed
    return said


def _stages(options: argparse.Namespace) -> tuple[Stage, ...]:
    """The stages that the command line asks for."""
    warm_up = parse_seconds(options.warm_up, "--warm-up")
    if options.stage:
        stages = tuple(parse_stage(text, number) for number, text in enumerate(options.stage, start=1))
        first = stages[0].begin
        if warm_up and all(stage.name != WARM_UP for stage in stages):
            stages = (Stage(WARM_UP, warm_up, first, first, judged=False), *stages)
        return stages
    length = parse_seconds(options.length or LENGTH, "--length")
    if not length:
        raise PlanError(f"--length is {options.length!r}; allowed is a time above 0")
    # In the closed model the stages only say what is warm-up.
    return steady(parse_rate(options.rate, "--rate") if options.rate else 1.0, length, warm_up)
