"""A run that is ended from outside: what it leaves on the target can be removed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from target.connection import Target
from target.ledger import Entry, Ledger, entries
from target.profile import Role, load_profile
from tests.runs.conftest import ROOT, command, environment

PATIENCE = 60.0
"""Seconds that a run may take to get going."""


def begun(sandbox: str, directory: Path) -> subprocess.Popen[bytes]:
    """A run that has created devices and activation codes, and is still at it."""
    run = subprocess.Popen(
        command("--artifacts", str(directory), "--target-url", sandbox, "-k", "device_binding or signing"),
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + PATIENCE
    ledger = directory / "ledger.jsonl"
    while time.monotonic() < deadline and run.poll() is None:
        if ledger.exists() and len(created(ledger, "device")) >= 10 and created(ledger, "activation-challenge"):
            return run
        time.sleep(0.05)
    run.kill()
    raise AssertionError("the run did not get going")


def created(ledger: Path, kind: str) -> list[Entry]:
    return [entry for entry in entries(ledger) if entry.kind == kind and entry.id]


def left_on(sandbox: str, ledger: Path) -> list[str]:
    """The devices and live activation codes that all persons of a ledger still have."""
    target = Target(load_profile("embedded").at(sandbox), Ledger(ledger))
    found: list[str] = []
    for role, person in {(entry.partner, entry.person_id) for entry in entries(ledger) if entry.person_id}:
        partner = target.by_role(Role(role))
        for operation in ("list-devices", "list-activation-challenges"):
            answer = partner.call(operation, params={"filter[person_id]": person, "page[size]": 1000}).answer
            if answer.status == 200:
                found += [row["id"] for row in answer.json() if not row.get("usage_count")]
    return found


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGINT], ids=["SIGKILL", "SIGINT"])
def test_sweep_removes_what_an_interrupted_run_left(sandbox: str, tmp_path: Path, ending: signal.Signals) -> None:
    run = begun(sandbox, tmp_path)
    run.send_signal(ending)
    code = run.wait(PATIENCE)
    assert code == (2 if ending is signal.SIGINT else -signal.SIGKILL)
    ledger = tmp_path / "ledger.jsonl"
    if ending is signal.SIGKILL:
        assert left_on(sandbox, ledger)

    sweep = subprocess.run(
        [sys.executable, "-m", "target.sweep", str(ledger), "--target-url", sandbox],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )

    assert sweep.returncode == 0, sweep.stderr
    assert "0 left" in sweep.stdout
    assert left_on(sandbox, ledger) == []
