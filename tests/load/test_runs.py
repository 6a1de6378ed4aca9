"""Whole load runs, as a user starts them: real processes, a real target, and what they leave behind."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from load.loops import LOOPS

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 90.0

LENIENT = {"run": {}, "default": {"errors": 0.0}, "loop": {}}
"""Objectives that a busy machine keeps as well: nothing about time."""

Result = tuple[int, dict[str, Any], str]
"""Exit code, load.json (empty where there is none), and what was said."""


@contextmanager
def sandbox(*arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A target on this machine: its URL, and its process."""
    command = [sys.executable, "-m", "sandbox", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip(), process
        finally:
            process.kill()


@pytest.fixture(name="objectives")
def lenient_objectives(tmp_path: Path) -> str:
    path = tmp_path / "objectives.toml"
    path.write_text("[run]\nwrong_successes = 0\n[default]\nerrors = 0\n", encoding="utf-8")
    return str(path)


@pytest.fixture(name="load")
def load_command(tmp_path: Path, objectives: str) -> Callable[..., Result]:
    def load(*arguments: str) -> Result:
        command = [sys.executable, "-m", "load", "--artifacts", str(tmp_path / "run"), "--objectives", objectives]
        ended = subprocess.run(
            [*command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        return ended.returncode, outcome(tmp_path / "run"), ended.stdout + ended.stderr

    return load


def outcome(directory: Path) -> dict[str, Any]:
    path = directory / "load.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="ascii")) if path.exists() else {}
    return found


def operations(run: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in run["operations"]}


def trustworthy(code: int) -> int:
    """On a busy machine a run may be invalid; what it counted is still all there."""
    return 0 if code == 6 else code


def test_an_open_run_makes_all_arrivals_of_its_plan(load: Callable[..., Result]) -> None:
    code, run, said = load("--rate", "30/s", "--length", "3s", "--warm-up", "1s", "--negatives", "10%")
    assert trustworthy(code) == 0, said
    assert run["asked"] == run["started"] == sum(row["asked"] for row in run["timeline"])
    assert all(row["agrees"] for row in run["reconciliation"])
    loops = [row for row in run["operations"] if row["is_loop"]]
    judged = sum(row["asked"] for row in run["timeline"] if row["stage"] == 1)
    assert sum(row["succeeded"] for row in loops) == judged
    assert run["failures"] == []


def test_several_processes_make_the_arrivals_of_one(load: Callable[..., Result]) -> None:
    plan = ("--rate", "40/s", "--length", "2s", "--warm-up", "0", "--mix", "signing,sms", "--seed", "7")
    _, one, _ = load(*plan)
    _, four, said = load(*plan, "--processes", "4")
    assert [worker["lost"] for worker in four["workers"]] == [False] * 4, said
    assert {name: row["succeeded"] for name, row in operations(one).items()} == {
        name: row["succeeded"] for name, row in operations(four).items()
    }
    assert one["asked"] == one["started"] == four["started"]


def test_a_wrong_success_fails_the_run_by_name(load: Callable[..., Result]) -> None:
    with sandbox("--fault", "b4-verify-memo-without-message") as (url, _):
        code, run, said = load(
            *("--target-url", url, "--rate", "10/s", "--length", "3s", "--warm-up", "0"),
            *("--negatives", "50%", "--mix", "signing"),
        )
    assert code == 1, said
    assert "accepted what it had to refuse" in run["verdict"]["sentence"]
    assert operations(run)["verify-signing-challenge"]["wrong_successes"] > 0
    (example,) = [row["example"] for row in run["failures"] if row["kind"] == "wrong success" and not row["is_loop"]]
    assert "curl -X PUT" in example["request"]
    assert "Bearer ***" in example["request"]


def test_users_who_wait_for_their_answers_are_judged_as_well(load: Callable[..., Result]) -> None:
    code, run, said = load("--users", "4", "--run-time", "5s", "--warm-up", "0", "--pacing", "100ms")
    assert trustworthy(code) == 0, said
    assert run["model"] == "closed"
    assert run["asked"] is None
    assert run["started"] > 20


def test_the_load_runs_in_plain_locust(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "locust",
        "-f",
        "load/locustfile.py",
        "--headless",
        "-u",
        "2",
        "-r",
        "2",
        "-t",
        "4s",
    ]
    command += ["--warm-up", "0", "--tags", "signing", "--csv", str(tmp_path / "locust"), "SigningUser"]
    command += ["--artifacts", str(tmp_path / "run")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert trustworthy(ended.returncode) in (0, 1), ended.stderr
    row = (tmp_path / "locust_stats.csv").read_text(encoding="utf-8").splitlines()[1]
    assert row.startswith("POST,create-signing-challenge")
    assert set(operations(outcome(tmp_path / "run"))) == {
        "create-signing-challenge",
        "signing",
        "verify-signing-challenge",
    }


def awaited(found: Callable[[], Any], process: subprocess.Popen[str]) -> Any:
    """What is there at last."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if something := found():
                return something
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError("it never came")


def test_the_page_of_locust_begins_runs_and_ends_them(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "locust", "-f", "load/locustfile.py", "--web-host", "127.0.0.1"]
    command += ["--web-port", str(port), "--warm-up", "0", "--artifacts", str(tmp_path), "--class-picker"]
    with (
        subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as page,
    ):
        try:
            awaited(lambda: page.get("/").is_success, process)
            offered = re.search(r'"available_user_classes": \[(.*?)\]', page.get("/").text)
            assert offered is not None
            assert '"SmsUser"' in offered[1]
            assert "Arrivals" not in offered[1]
            choice = {"user_count": "2", "spawn_rate": "2", "user_classes": "SmsUser"}
            assert page.post("/swarm", data=choice).json()["success"]
            awaited(lambda: page.get("/stats/requests").json()["total_rps"] > 0, process)
            assert page.post("/stop").json()["success"]
            run = awaited(lambda: outcome(tmp_path), process)
            process.send_signal(signal.SIGINT)
            said, _ = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
    assert (run["model"], run["failures"]) == ("closed", [])
    assert set(operations(run)) == {"create-sms-challenge", "sms", "verify-sms-challenge"}
    assert "Traceback" not in said
    assert process.returncode == run["verdict"]["exit_code"]


def begun(tmp_path: Path, *arguments: str, devices: int = 1) -> subprocess.Popen[str]:
    """A run that has made customers, and by its loops so many devices."""
    command = [sys.executable, "-m", "load", "--artifacts", str(tmp_path / "run"), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        ledgers = (path.read_text(encoding="utf-8") for path in (tmp_path / "run").glob("ledger-*.jsonl"))
        if sum(ledger.count('"kind": "device"') for ledger in ledgers) >= devices:
            return process
        time.sleep(0.05)
    process.kill()
    raise AssertionError("the run did not get going")


def test_an_interrupted_run_reports_what_it_measured_and_cleans_up(tmp_path: Path, objectives: str) -> None:
    with sandbox() as (url, _):
        arguments = ("--target-url", url, "--rate", "20/s", "--length", "60s", "--warm-up", "0", "--mix", "bind-verify")
        process = begun(tmp_path, "--objectives", objectives, *arguments, devices=20)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2, said
    assert "Traceback" not in said
    run = outcome(tmp_path / "run")
    assert run["verdict"]["word"] == "interrupted"
    assert 0 < run["started"] < run["asked"]


def test_a_target_that_only_fails_ends_the_run(tmp_path: Path, objectives: str) -> None:
    with sandbox() as (url, target):
        arguments = ("--target-url", url, "--rate", "20/s", "--length", "60s", "--warm-up", "0", "--mix", "bind-verify")
        process = begun(tmp_path, "--objectives", objectives, *arguments)
        target.kill()
        said, _ = process.communicate(timeout=PATIENCE)
    run = outcome(tmp_path / "run")
    assert process.returncode == 1, said
    assert run["verdict"]["word"] == "stopped by its own limit"
    assert {row["kind"] for row in run["failures"]} >= {"no connection (ConnectionRefusedError)"}


@pytest.mark.parametrize("processes", ["1", "2"])
def test_a_lost_worker_makes_the_run_invalid(tmp_path: Path, objectives: str, processes: str) -> None:
    arguments = (
        "--rate",
        "20/s",
        "--length",
        "14s",
        "--warm-up",
        "0",
        "--mix",
        "bind-verify",
        "--processes",
        processes,
    )
    process = begun(tmp_path, "--objectives", objectives, *arguments, devices=25)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii").split()
    workers = [int(child) for child in children if b"sandbox" not in Path(f"/proc/{child}/cmdline").read_bytes()]
    os.kill(workers[0], signal.SIGKILL)
    said, _ = process.communicate(timeout=PATIENCE)
    run = outcome(tmp_path / "run")
    assert process.returncode == 6, said
    assert "was lost before its share was done" in run["verdict"]["sentence"]


def test_a_worker_that_comes_late_takes_no_part(tmp_path: Path, objectives: str) -> None:
    """Locust gives it users that others had; the plan stays where it is."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
    worker = [sys.executable, "-m", "load", "--worker", "--master-port", port]
    plan = ("--rate", "20/s", "--length", "8s", "--warm-up", "0", "--mix", "bind-verify", "--objectives", objectives)
    listening = ("--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--expect-workers", "1")
    with ExitStack() as stack:
        stack.callback(subprocess.Popen(worker, cwd=ROOT, stderr=subprocess.DEVNULL).kill)
        master = begun(tmp_path, *plan, *listening, devices=25)
        stack.callback(master.kill)
        stack.callback(subprocess.Popen(worker, cwd=ROOT, stderr=subprocess.DEVNULL).kill)
        said, _ = master.communicate(timeout=PATIENCE)
        run = outcome(tmp_path / "run")
    assert trustworthy(master.returncode) == 0, said
    assert run["started"] == run["asked"] > 100
    assert [one["lost"] for one in run["workers"]] == [False]


def test_a_master_without_a_place_to_listen_says_so(load: Callable[..., Result]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        words = ("--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port, "--expect-workers", "1")
        code, _, said = load("--rate", "5/s", *words)
    assert code == 3
    assert said.startswith("load: the master cannot listen for its workers: ")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--rate", "fast"), "--rate is 'fast'; allowed is a rate above 0 such as 50/s or 600/m"),
        (("--rate", "5/s", "--stage", "1s:5/s"), "--rate and --stage say different things; one of them is enough"),
        (("--mix", "dancing"), "--mix dancing: there is no loop 'dancing'"),
        (("--negatives", "150%"), "--negatives is '150%'; allowed is a share such as 2% or 0.02"),
        (("--target", "nowhere"), "there is no such profile"),
        (("--target", "targets/sandbox.toml"), "TARGET_CLIENT_ID, which is not set"),
        (("--target-url", "http://192.0.2.1:8080"), "neither on this machine nor the host of the profile"),
        (("--objectives", "nothing.toml"), "nothing.toml: cannot be read"),
        (("--artifacts", "README.md"), "--artifacts README.md: cannot be written (File exists); allowed is a folder"),
        (("--artifacts", "/proc/here"), "--artifacts /proc/here: cannot be written (No such file or directory)"),
        (("--users", "-1"), "--users is -1; allowed is a whole number above 0"),
        (("--processes", "-2"), "--processes is -2; allowed is a whole number above 0, or -1 for one on each core"),
        (("--rate", "5/s", "--users", "2"), "--users waits for answers, --rate, --stage and --scenario do not"),
        (("--processes", "2", "--master"), "--processes does not go with --master or --worker"),
        (("--find-capacity", "--stage", "1m:5/s"), "--stage and --scenario do not go with --find-capacity"),
        (("--find-capacity", "--mix", "dancing"), "--mix dancing: there is no loop 'dancing'"),
        (("--stage", "warm-up=1m:5/s"), "no stage is judged; at least one needs a name other than 'warm-up'"),
        (("--baseline", "README.md"), "--baseline README.md: is not the load.json of an earlier run"),
        (("--never-heard-of",), "unrecognized arguments: --never-heard-of"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_is_one_sentence_and_exit_code_4(arguments: tuple[str, ...], sentence: str) -> None:
    command = [sys.executable, "-m", "load", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 4
    assert sentence in ended.stderr
    assert len(ended.stderr.splitlines()) == 1


def profile(path: Path, url: str, limits: str) -> str:
    path.write_text(
        f'name = "limited"\napi_url = "{url}"\n[credentials]\npartner = ["TARGET_CLIENT_ID", "TARGET_CLIENT_SECRET"]\n'
        f'[otp]\nstatic = "212212"\nstatic_number = "+15550101"\n[limits]\n{limits}\n',
        encoding="utf-8",
    )
    return str(path)


def test_a_target_that_allows_no_load_gets_none(load: Callable[..., Result], tmp_path: Path) -> None:
    code, run, said = load("--target", profile(tmp_path / "target.toml", "http://127.0.0.1:9", "load = false"))
    assert (code, run) == (4, {})
    assert "allows no load" in said


def test_a_plan_above_the_ceiling_is_refused(load: Callable[..., Result], tmp_path: Path) -> None:
    limits = "load = true\nrequests_per_second = 20"
    target = profile(tmp_path / "target.toml", "http://127.0.0.1:9", limits)
    code, _, said = load("--target", target, "--rate", "11/s", "--mix", "signing")
    assert code == 4
    assert "at most 10.0 loops/s are possible" in said


def test_devices_are_removed_from_a_target_that_stays(load: Callable[..., Result], tmp_path: Path) -> None:
    with sandbox() as (url, _):
        target = profile(tmp_path / "target.toml", url, "load = true")
        code, run, said = load("--target", target, "--rate", "10/s", "--length", "2s", "--warm-up", "0")
        assert trustworthy(code) == 0, said
        assert run["reconciliation"][0]["found"] > 0
        again = subprocess.run(
            [sys.executable, "-m", "target.sweep", *map(str, (tmp_path / "run").glob("ledger-*")), "--target-url", url],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert again.returncode == 0, again.stderr
    assert "0 left" in again.stdout


@pytest.mark.parametrize("name", LOOPS)
def test_a_loop_makes_as_many_calls_as_it_says(load: Callable[..., Result], name: str) -> None:
    for share, calls in (("0", LOOPS[name].calls), ("100%", LOOPS[name].negative)):
        _, run, said = load("--rate", "5/s", "--length", "1s", "--warm-up", "0", "--mix", name, "--negatives", share)
        counts = {kind: sum(row["succeeded"] for row in rows) for kind, rows in by_kind(run).items()}
        assert counts["calls"] == calls * counts["loops"] > 0, said


def by_kind(run: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    return {
        "loops": [row for row in run["operations"] if row["is_loop"]],
        "calls": [row for row in run["operations"] if not row["is_loop"]],
    }
