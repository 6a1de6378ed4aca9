"""The nursery: one process that forks a sandbox for each connection, which lives as long as the connection."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.runs.conftest import ROOT, environment


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "nursery"
    command = [sys.executable, "-m", "sandbox.nursery", str(path)]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nursery:
        assert nursery.stdout is not None
        assert nursery.stdout.readline().strip() == str(path)
        yield path
        nursery.terminate()


def order(place: Path, *arguments: str) -> tuple[socket.socket, str]:
    """A connection, and the URL of the sandbox that it keeps alive."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(str(place))
    connection.sendall(json.dumps(["--port", "0", *arguments]).encode() + b"\n")
    with connection.makefile() as answer:
        return connection, answer.readline().strip()


def test_each_connection_has_a_sandbox_of_its_own(place: Path) -> None:
    (one, first), (other, second) = order(place), order(place, "--variant", "path-before-token")
    assert first != second
    assert httpx.get(f"{first}/nowhere").status_code == 401
    assert httpx.get(f"{second}/nowhere").status_code == 404
    one.close()
    other.close()


def test_a_sandbox_ends_with_its_connection(place: Path) -> None:
    connection, url = order(place)
    assert httpx.get(url).status_code in (401, 404)
    connection.shutdown(socket.SHUT_WR)
    assert connection.recv(1) == b"", "the sandbox holds on to the connection"
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
    connection.close()


def test_wrong_arguments_get_no_url(place: Path) -> None:
    connection, url = order(place, "--fault", "no-such-fault")
    assert url == ""
    connection.close()


def test_wrong_usage_gets_one_sentence() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox.nursery"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr == "sandbox.nursery: one argument is expected, the path of the socket\n"
