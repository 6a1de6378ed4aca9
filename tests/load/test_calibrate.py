"""The calibration's target keeps to its manner, and the comparison says where a report and a log differ."""

from __future__ import annotations

import csv
import json
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import httpx
import pytest

from load.calibrate.agreement import RATE, SHARES, Row, of_log, of_report
from load.calibrate.profile import written
from load.calibrate.target import HEADER, Manner
from target.process import Started
from target.profile import load_profile

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 90.0
SMS = "/v1/mfa/challenges/sms"
SMS_NAME = "create-sms-challenge"


def test_latencies_have_the_median_and_the_p99_that_were_asked_for() -> None:
    manner, draw = Manner(median=0.040, p99=0.200), Random(7)  # noqa: S311
    drawn = sorted(manner.latency(draw) for _ in range(40_000))
    assert statistics.median(drawn) == pytest.approx(0.040, rel=0.02)
    assert drawn[int(len(drawn) * 0.99)] == pytest.approx(0.200, rel=0.05)


@pytest.mark.parametrize(("due", "leaves"), [(0.0, 0.0), (7.999, 7.999), (8.0, 10.0), (9.9, 10.0), (10.0, 10.0)])
def test_a_stall_holds_what_is_due_in_it_to_its_end(due: float, leaves: float) -> None:
    assert Manner(stall=2.0, stall_every=10.0).held(due) == pytest.approx(leaves)


def test_without_a_stall_nothing_is_held() -> None:
    assert Manner(stall=0.0).held(9.999) == 9.999


def test_a_manner_survives_its_own_command_line(tmp_path: Path) -> None:
    manner = Manner(median=0.02, p99=0.03, stall=0.0, errors=1.0, seed=3)
    profile = load_profile(str(written(tmp_path / "target.toml", manner, tmp_path / "log.csv", None)))
    assert profile.load
    with Started(profile) as started, httpx.Client(base_url=started.profile.api_url, trust_env=False) as client:
        begin = time.monotonic()
        refused = client.post(SMS, json={})
        passed = time.monotonic() - begin
    assert refused.status_code == 503
    (row,) = csv.DictReader((tmp_path / "log.csv").open(encoding="ascii"))
    assert (row["operation"], row["status"]) == ("create-sms-challenge", "503")
    logged = float(row["answered"]) - float(row["arrived"])
    assert 0.005 < logged <= passed
    assert begin <= float(row["arrived"]) <= begin + passed


def test_an_answer_at_once_has_what_a_loop_needs(tmp_path: Path) -> None:
    profile = load_profile(str(written(tmp_path / "target.toml", Manner(0.0, stall=0.0, errors=0.0), None, None)))
    with Started(profile) as started, httpx.Client(base_url=started.profile.api_url, trust_env=False) as client:
        created = client.post(SMS, json={})
        assert created.status_code == 201
        assert client.put(f"{SMS}/{created.json()['id']}", json={}).status_code == 204
        assert client.get("/nowhere").status_code == 404


def logged(path: Path, latencies: Sequence[float], errors: int = 0) -> Path:
    """A log of requests 10 ms apart, of which the first ones got a 503."""
    rows = (
        f"create-sms-challenge,{number / 100:.6f},{number / 100 + latency:.6f},{503 if number < errors else 201}"
        for number, latency in enumerate(latencies)
    )
    path.write_text("\n".join([HEADER, *rows, ""]), encoding="ascii")
    return path


def test_a_log_is_read_without_the_latency_of_its_errors(tmp_path: Path) -> None:
    seen = of_log(
        logged(tmp_path / "log.csv", [9.0] * 5 + [0.001 * rank for rank in range(1, 1001)], errors=5), SMS_NAME
    )
    assert (seen.requests, seen.errors) == (1005, 5)
    assert seen.rate == pytest.approx(100.0)
    assert [seen.quantiles[name] for name in SHARES] == pytest.approx([500, 900, 990, 999])


def test_a_report_is_read_with_what_it_dropped(tmp_path: Path) -> None:
    loop = {"name": "sms", "is_loop": True, "failures": {"unfinished": 2}, "succeeded": 5, "failed": 2}
    call = {"name": SMS_NAME, "is_loop": False, "failures": {}, "succeeded": 196, "failed": 4}
    times = {"response": dict.fromkeys(SHARES, 3.0), "service": dict.fromkeys(SHARES, 2.0)}
    report = {
        "plan": {"stages": [{"seconds": 5, "judged": False}, {"seconds": 2, "judged": True}]},
        "operations": [loop | times, call | times],
        "asked": 10,
        "started": 7,
        "verdict": {"sentence": "It is so.", "doubts": []},
    }
    path = tmp_path / "load.json"
    path.write_text(json.dumps(report), encoding="ascii")
    ours = of_report(path)
    assert ours.dropped == 3 + 2
    seen = ours.service[SMS_NAME]
    assert (seen.rate, seen.errors, seen.requests, seen.quantiles["p50"]) == (100.0, 4, 200, 2.0)
    assert ours.response[SMS_NAME].quantiles["p99"] == 3.0


@pytest.mark.parametrize(
    ("response", "service", "agrees"),
    [(100.9, 99.1, True), (101.1, 100.0, False), (100.0, 98.9, False), (math.nan, 100.0, False)],
)
def test_both_of_our_times_have_to_agree_with_the_log(response: float, service: float, agrees: bool) -> None:
    row = Row("p50 ms", 100.0, response, service, 40.0, 0.01)
    assert row.agrees is agrees
    assert ("more than 1.0%" in str(row)) is not agrees


def test_a_rate_may_differ_by_a_thousandth_and_a_count_by_nothing() -> None:
    assert Row("rate", 100.0, 100.09, 100.0, 50.0, RATE).agrees
    assert not Row("rate", 100.0, 100.11, 100.0, 50.0, RATE).agrees
    assert not Row("errors", 7, 8, 7, 7, 0.0).agrees
    assert Row("errors", 0, 0, 0, 3, 0.0).agrees


def test_a_calibration_says_how_far_the_report_is_from_the_log(tmp_path: Path) -> None:
    """A short one: what it finds of quantiles depends on the machine, that nothing is lost does not."""
    words = ["--length", "2s", "--rate", "20/s", "--stall", "0", "--artifacts", str(tmp_path)]
    command = [sys.executable, "-m", "load.calibrate", *words]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode in (0, 1, 6), ended.stderr
    assert ("Our report agrees with the target's log." in ended.stdout) == (ended.returncode == 0)
    counted = {line[:28].strip(): line[28:].split() for line in ended.stdout.splitlines()}
    assert counted["create-sms requests"][:3] == ["40.00"] * 3
    assert counted["verify-sms requests"][0] == counted["verify-sms requests"][1]
    assert counted["dropped"] == ["0"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--rate", "fast"), "calibrate: --rate is 'fast'; allowed is a rate above 0 such as 50/s or 600/m\n"),
        (("--seed", "x"), "calibrate: argument --seed: invalid int value: 'x'\n"),
    ],
    ids=["rate", "seed"],
)
def test_a_wrong_word_is_named_in_one_sentence(words: tuple[str, ...], said: str) -> None:
    command = [sys.executable, "-m", "load.calibrate", *words]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (ended.returncode, ended.stderr) == (4, said)
