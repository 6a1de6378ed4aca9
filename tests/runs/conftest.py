"""Runs of the suites as a user makes them: a process with a command line, an exit code, and what it prints."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from target.process import Started
from target.profile import load_profile

ROOT = Path(__file__).parent.parent.parent
Suite = Callable[..., "subprocess.CompletedProcess[str]"]


def command(*arguments: str) -> list[str]:
    """The command line of a conformance run. Random order and other plugins of these tests stay out of it."""
    return [sys.executable, "-m", "pytest", "suites", "-q", "-p", "no:randomly", "-p", "no:cacheprovider", *arguments]


def environment(**more: str) -> dict[str, str]:
    """The environment without what this test run itself set, such as the number of its xdist worker."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | more


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    """Run the suites to their end."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command("--artifacts", str(tmp_path / "run"), *arguments),
            cwd=ROOT,
            env=environment(**variables),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def sandbox() -> Iterator[str]:
    """The URL of a sandbox that outlives the runs against it."""
    with Started(load_profile("embedded")) as started:
        yield started.profile.api_url
