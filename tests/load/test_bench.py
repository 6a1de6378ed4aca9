"""The benchmark measures what it says, and says what it cannot measure."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 90.0


def bench(*words: str) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "load.bench", "--rounds", "1", "--seconds", "0.5", *words]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    return ended.returncode, ended.stdout, ended.stderr


def test_two_kinds_of_users_are_compared() -> None:
    code, said, why = bench("--only", "load", "--only", "FastHttpUser")
    found = dict(re.findall(r"^(\w+) +(\d+) +[\d.]+ us a loop +[\d.]+ times as many by load$", said, re.MULTILINE))
    assert found.keys() == {"load", "FastHttpUser"}, why
    # Half a second says little, but which of them is cheaper it does.
    assert int(found["load"]) > int(found["FastHttpUser"]) > 0
    assert code in (0, 1)
    assert re.search(r"^A signature costs [\d.]+ us", said, re.MULTILINE)


def test_without_k6_there_is_nothing_to_compare_it_with() -> None:
    assert bench("--only", "k6", "--k6", "") == (3, "", "bench: k6 is not here; --k6 PATH says where it is\n")


def test_a_k6_that_cannot_be_run_is_named() -> None:
    code, _, why = bench("--only", "k6", "--k6", "/nowhere/k6")
    assert (code, why) == (3, "bench: k6 is '/nowhere/k6', which cannot be run (No such file or directory)\n")
