"""What a run says by its exit code, and in how many words."""

from __future__ import annotations

import re
import socket
import time
from pathlib import Path

import pytest

from tests.runs.conftest import Suite

ONE_CLAUSE = ("-k", "test_a_request_without_a_token_is_refused and read-device")


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def test_a_target_that_cannot_be_reached_is_a_suite_error_within_15_seconds(suite: Suite, tmp_path: Path) -> None:
    profile = tmp_path / "gone.toml"
    profile.write_text(
        f'name = "gone"\napi_url = "http://127.0.0.1:{closed_port()}"\n'
        '[credentials]\npartner = ["TARGET_CLIENT_ID", "TARGET_CLIENT_SECRET"]\n'
    )
    began = time.monotonic()
    run = suite("--target", str(profile))
    assert run.returncode == 3
    assert time.monotonic() - began < 15
    assert "the target 'gone' cannot be tried: http://127.0.0.1:" in run.stdout + run.stderr
    assert "Traceback" not in run.stdout + run.stderr


def test_a_target_that_ends_at_once_is_a_suite_error(suite: Suite, tmp_path: Path) -> None:
    profile = tmp_path / "ends.toml"
    profile.write_text(
        'name = "ends"\napi_url = "http://127.0.0.1:0"\nstart = ["python", "-c", "pass"]\n'
        '[credentials]\npartner = ["TARGET_CLIENT_ID", "TARGET_CLIENT_SECRET"]\n'
    )
    run = suite("--target", str(profile))
    assert run.returncode == 3
    assert "ended before it was ready" in run.stdout + run.stderr


def test_wrong_credentials_are_a_suite_error(suite: Suite, sandbox: str) -> None:
    run = suite("--target-url", sandbox, TARGET_CLIENT_ID="somebody", TARGET_CLIENT_SECRET="something")
    assert run.returncode == 3
    assert "cannot be tried" in run.stdout + run.stderr
    assert "something" not in run.stdout + run.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--artifacts", "README.md"), "a file; allowed is a folder"),
        (("--target", "nowhere"), "there is no such profile; known targets are embedded, sandbox"),
        (("--target-url", "ftp://127.0.0.1"), "--target-url is 'ftp://127.0.0.1'; allowed is a URL"),
        (("--fail-on", "everything"), "--fail-on"),
        (("--no-such-option",), "--no-such-option"),
    ],
    ids=["artifacts", "target", "url", "level", "option"],
)
def test_wrong_usage_is_exit_code_4_and_one_sentence(suite: Suite, arguments: tuple[str, ...], sentence: str) -> None:
    run = suite(*arguments)
    assert run.returncode == 4
    assert sentence in run.stderr
    assert "Traceback" not in run.stderr


def test_a_bad_profile_is_exit_code_4_and_names_file_key_value_and_what_is_allowed(
    suite: Suite, tmp_path: Path
) -> None:
    profile = tmp_path / "odd.toml"
    profile.write_text('name = "odd"\napi_url = "http://127.0.0.1:1"\n[limits]\nconcurrency = "many"\n')
    run = suite("--target", str(profile))
    assert run.returncode == 4
    assert f"{profile}: limits.concurrency is 'many'; allowed is a whole number" in run.stderr


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_in_which_nothing_ran_is_incomplete(suite: Suite, workers: str) -> None:
    run = suite("-k", "no_such_test", "-n", workers)
    assert run.returncode == 5
    assert "Exit code 5" in run.stdout


def test_a_selection_is_incomplete_however_well_it_went(suite: Suite) -> None:
    run = suite(*ONE_CLAUSE)
    assert run.returncode == 5
    assert "1 passed" in run.stdout
    assert "stayed untested" in run.stdout


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_violated_must_is_exit_code_1(suite: Suite, workers: str, faulty: str) -> None:
    run = suite("--target", faulty, "-k", "test_authentication and read-key", "-n", workers)
    assert run.returncode == 1
    assert re.search(r"^FAIL +general\.token-scheme +GET /v1/mfa/devices/{id}/keys/{key_id} ", run.stdout, re.MULTILINE)


def test_with_x_a_run_stops_at_the_first_violation(suite: Suite, faulty: str) -> None:
    run = suite("--target", faulty, "-k", "test_authentication", "-x")
    assert run.returncode == 1
    assert "stopping after 1 failures" in run.stdout


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    """A profile whose target takes every scheme for Bearer."""
    text = Path("targets/embedded.toml").read_text()
    profile = tmp_path / "faulty.toml"
    profile.write_text(text.replace('"--until-eof"', '"--until-eof", "--fault", "any-scheme"'))
    return str(profile)
