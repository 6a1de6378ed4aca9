"""Runs without the clock hook: what expires is waited for, in one wait for all tests."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.runs.conftest import Suite

PROFILE = """
name = "black box"
api_url = "http://127.0.0.1:0"
start = ["python", "-m", "sandbox", "--until-eof", "--no-hooks", "--challenge-ttl", "2"{more}]

[credentials]
partner = ["TARGET_CLIENT_ID", "TARGET_CLIENT_SECRET"]

[otp]
static = "212212"
static_number = "+15550101"

[lifetimes]
challenge = 2
"""


@pytest.fixture
def black_box(tmp_path: Path) -> Path:
    """The profile of a target without hooks, whose challenges live for two seconds."""
    path = tmp_path / "black-box.toml"
    path.write_text(PROFILE.format(more=""))
    return path


def verdicts(tmp_path: Path, name: str) -> Counter[tuple[str, str]]:
    """How often each clause of the evidence whose id contains `name` got each verdict."""
    lines = map(json.loads, (tmp_path / "run" / "evidence.jsonl").read_text().splitlines())
    return Counter((line["clause"], line["verdict"]) for line in lines if name in line["clause"])


@pytest.mark.parametrize("workers", [0, 2])
def test_the_end_of_challenges_is_waited_for(suite: Suite, black_box: Path, tmp_path: Path, workers: int) -> None:
    run = suite("-n", str(workers), "--target", str(black_box), "-k", "test_expiry and not change_requests")
    assert run.returncode == 5, run.stdout  # a selection is incomplete
    for kind in ("signature", "signing", "sms"):
        seen = verdicts(tmp_path, f"{kind}-challenge")
        assert seen[f"{kind}-challenge.expired", "pass"] >= 3, run.stdout
        assert seen[f"{kind}-challenge.alive-before-expiry", "pass"] >= 1, run.stdout
        assert {verdict for _, verdict in seen} <= {"pass", "not testable"}


def test_what_lives_longer_than_anyone_waits_needs_the_clock_hook(
    suite: Suite, black_box: Path, tmp_path: Path
) -> None:
    run = suite("--target", str(black_box), "-k", "test_expiry and change_requests or expired_token")
    assert run.returncode == 5, run.stdout
    for clause in ("confirm.expired", "general.token-expired"):
        [((_, verdict), _)] = verdicts(tmp_path, clause).items()
        assert verdict == "not testable"
    assert "needs clock hook" in run.stdout


def test_a_challenge_that_never_expires_is_found_by_waiting(suite: Suite, black_box: Path, tmp_path: Path) -> None:
    black_box.write_text(PROFILE.format(more=', "--fault", "expiry-in-other-units"'))
    run = suite("--target", str(black_box), "-k", "test_an_expired_challenge_binds_nothing")
    assert run.returncode == 1, run.stdout
    assert verdicts(tmp_path, "signature-challenge.expired")["signature-challenge.expired", "fail"] == 2
