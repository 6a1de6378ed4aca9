"""`python -m prove` as a user calls it: what it prints, what it leaves behind, and how it ends."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runs.conftest import ROOT, environment


def prove(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "prove", *arguments],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_caught_fault_proves_the_suite_in_part(tmp_path: Path) -> None:
    ended = prove("--only", "any-scheme", "--artifacts", str(tmp_path))
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "caught by its clause  any-scheme" in ended.stdout
    assert "Proved in part" in ended.stdout
    found = json.loads((tmp_path / "proof.json").read_text())
    assert found["summary"]["caught_by_their_clause"] == 1
    assert (tmp_path / "proof.html").exists()


def test_a_proof_goes_on_when_nobody_reads_what_it_prints(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "prove", "--only", "any-scheme", "--artifacts", str(tmp_path)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0
    assert (tmp_path / "proof.html").exists()


def test_a_variant_can_be_tried_by_itself() -> None:
    listed = prove("--list", "--only", "array-errors")
    assert listed.stdout.startswith("variant     array-errors ")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--only", "no-such-fault"), "prove: --only no-such-fault: no fault or variant has such an id"),
        (("--jobs", "0"), "prove: argument --jobs: a whole number above 0 is expected"),
        (("--bogus",), "prove: unrecognized arguments: --bogus"),
    ],
)
def test_wrong_usage_gets_one_sentence(arguments: tuple[str, ...], sentence: str) -> None:
    ended = prove(*arguments)
    assert ended.returncode == 4
    assert ended.stderr.startswith(sentence)
    assert ended.stderr.count("\n") == 1
