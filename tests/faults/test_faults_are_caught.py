"""Every planted fault of the sandbox is caught by the clause that it breaks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from contract.clauses import clauses
from sandbox.faults import FAULTS, Fault
from tests.runs.conftest import ROOT, environment
from tests.runs.leftovers import slips


@pytest.fixture(scope="module")
def tests_of() -> dict[str, list[str]]:
    """The tests of each clause, as `python -m suites` lists them."""
    listed = subprocess.run(
        [sys.executable, "-m", "suites"], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    found: dict[str, list[str]] = {}
    for line in listed.stdout.splitlines():
        if line and not line.startswith(" "):
            tests = found.setdefault(line.partition(" ")[0], [])
        elif "::" in line:
            tests.append(line.strip())
    return found


@pytest.mark.parametrize("fault", FAULTS.values(), ids=list(FAULTS))
def test_a_fault_is_caught_by_the_clause_that_it_breaks(
    fault: Fault, tests_of: dict[str, list[str]], tmp_path: Path
) -> None:
    law = clauses()[fault.clause]
    profile = tmp_path / "faulty.toml"
    text = (ROOT / "targets" / "embedded.toml").read_text()
    profile.write_text(text.replace('"--until-eof"', f'"--until-eof", "--fault", "{fault.id}"'))
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", *tests_of[law.id], "-q", "-p", "no:randomly", "-p", "no:cacheprovider"),
            *("--target", str(profile), "--artifacts", str(tmp_path / "run"), "--fail-on", "should"),
        ],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 1, run.stdout
    lines = [json.loads(line) for line in (tmp_path / "run" / "evidence.jsonl").read_text().splitlines()]
    assert law.id in {line["clause"] for line in lines if line["verdict"] in ("fail", "warn")}
    assert not slips(tmp_path / "run", run.stdout + run.stderr)
