"""Runs of `python -m fuzz` as a user makes them: a process with a command line, an exit code, and what it prints."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.runs.conftest import ROOT, environment

Fuzz = Callable[..., "subprocess.CompletedProcess[str]"]

ONE_OPERATION = ("--operation", "create-person", "--phase", "coverage", "--examples", "2")


@pytest.fixture
def fuzz() -> Fuzz:
    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "fuzz", *arguments],
            cwd=ROOT,
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def faulty(folder: Path, fault: str) -> str:
    profile = folder / "faulty.toml"
    text = (ROOT / "targets" / "embedded.toml").read_text()
    profile.write_text(text.replace('"--until-eof"', f'"--until-eof", "--fault", "{fault}"'))
    return str(profile)


def test_the_sandbox_has_no_finding_that_nothing_explains(fuzz: Fuzz) -> None:
    run = fuzz(*ONE_OPERATION)
    assert run.returncode == 0, run.stdout + run.stderr
    last = run.stdout.splitlines()[-1]
    assert re.fullmatch(
        r"0 findings unexplained, \d+ explained, \d{2,} requests, good answers of 1 operations, \d+ s", last
    )


def test_every_phase_reaches_a_device_and_its_challenges(fuzz: Fuzz) -> None:
    operations = ("create-device", "verify-signature-challenge", "read-signature-challenge", "list-devices")
    run = fuzz(*(word for name in operations for word in ("--operation", name)), "--examples", "2")
    assert run.returncode == 0, run.stdout + run.stderr


def test_one_operation_is_tried_in_every_phase(fuzz: Fuzz) -> None:
    run = fuzz("--operation", "fetch-token", "--examples", "5")
    assert run.returncode == 0, run.stdout + run.stderr
    assert re.search(r"^explained +\d+  token\.issued$", run.stdout, re.MULTILINE)


def test_a_fault_is_found_and_shown_without_secrets(fuzz: Fuzz, tmp_path: Path) -> None:
    run = fuzz(*ONE_OPERATION, "--target", faulty(tmp_path, "null-is-a-value"))
    assert run.returncode == 1, run.stdout + run.stderr
    found = re.search(
        r"FOUND  positive_data_acceptance  POST /v1/persons  \d+ times\n.*\n  (curl .*)\n  400 ", run.stdout
    )
    assert found, run.stdout
    assert "-H 'authorization: Bearer ***'" in found[1]
    assert re.search(r"(Bearer|Basic) (?!\*\*\*)", run.stdout + run.stderr) is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--target", "nowhere"), "there is no such profile"),
        (("--operation", "no-operation"), "invalid choice: 'no-operation'"),
        (("--target-url", "https://api.solaris-sandbox.de"), "is not on this machine; only such targets are fuzzed"),
    ],
    ids=["target", "operation", "far away"],
)
def test_wrong_usage_is_exit_code_4_and_one_sentence(fuzz: Fuzz, arguments: tuple[str, ...], sentence: str) -> None:
    run = fuzz(*arguments, TARGET_CLIENT_ID="a", TARGET_CLIENT_SECRET="b")
    assert run.returncode == 4
    assert sentence in run.stderr
    assert len(run.stderr.splitlines()) == 1


def test_a_target_that_does_not_start_is_exit_code_3(fuzz: Fuzz, tmp_path: Path) -> None:
    profile = tmp_path / "ends.toml"
    text = (ROOT / "targets" / "embedded.toml").read_text()
    profile.write_text(re.sub(r"^start = .*$", 'start = ["python", "-c", "pass"]', text, flags=re.MULTILINE))
    run = fuzz("--target", str(profile))
    assert run.returncode == 3
    assert run.stderr.startswith("fuzz: the target 'python -c pass' ended before it was ready")
