"""A master and workers that share no memory and no loopback: each in a network namespace of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.load.test_runs import PATIENCE, ROOT, outcome, trustworthy

FORWARD = """
import asyncio, sys

async def pump(source, sink):
    while data := await source.read(65536):
        sink.write(data)
    sink.close()

async def pass_on(reader, writer):
    there, back = await asyncio.open_connection("127.0.0.1", int(sys.argv[2]))
    await asyncio.gather(pump(reader, back), pump(there, writer))

async def main():
    server = await asyncio.start_server(pass_on, sys.argv[1], 8080)
    print("ready", flush=True)
    await server.serve_forever()

asyncio.run(main())
"""
"""The embedded target listens on its own loopback alone; this makes it a machine that others can reach."""

CREDENTIALS = {"TARGET_CLIENT_ID": "some-partner", "TARGET_CLIENT_SECRET": "some-partner-secret"}


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture(name="machines")
def two_namespaces() -> Iterator[tuple[str, str]]:
    """Two network namespaces with a cable between them: 10.99.0.1 and 10.99.0.2."""
    here, there, cable = f"here-{os.getpid()}", f"there-{os.getpid()}", f"c{os.getpid()}"
    with ExitStack() as stack:
        try:
            for name in (here, there):
                ip("netns", "add", name)
                stack.callback(ip, "netns", "del", name)
            ip("-n", here, "link", "add", cable, "type", "veth", "peer", "name", "cable", "netns", there)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("this machine allows no network namespaces")
        for name, link, address in ((here, cable, "10.99.0.1/24"), (there, "cable", "10.99.0.2/24")):
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "addr", "add", address, "dev", link)
            ip("-n", name, "link", "set", link, "up")
        yield here, there


def start(stack: ExitStack, namespace: str, *command: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        ["ip", "netns", "exec", namespace, sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, **CREDENTIALS},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    stack.callback(process.kill)
    return process


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def load(stack: ExitStack, namespace: str, *arguments: str) -> subprocess.Popen[str]:
    return start(stack, namespace, "-m", "load", *arguments)


def test_workers_on_other_machines_make_the_arrivals_of_one(machines: Sequence[str], tmp_path: Path) -> None:
    here, there = machines
    target = tmp_path / "target.toml"
    target.write_text(
        textwrap.dedent("""
            name = "over there"
            api_url = "http://10.99.0.1:8080"
            [credentials]
            partner = ["TARGET_CLIENT_ID", "TARGET_CLIENT_SECRET"]
            [otp]
            static = "212212"
            static_number = "+15550101"
            [limits]
            load = true
        """),
        encoding="utf-8",
    )
    with ExitStack() as stack:
        url = said(start(stack, here, "-m", "sandbox", "--port", "0"))
        assert said(start(stack, here, "-c", FORWARD, "10.99.0.1", url.rpartition(":")[2])) == "ready"
        plan = ("--target", str(target), "--rate", "20/s", "--length", "3s", "--warm-up", "0", "--mix", "sms")
        master = load(stack, here, "--master", "--expect-workers", "2", *plan, "--artifacts", str(tmp_path / "run"))
        load(stack, here, "--worker", "--master-host", "127.0.0.1")
        load(stack, there, "--worker", "--master-host", "10.99.0.1")
        words, _ = master.communicate(timeout=PATIENCE)
    run = outcome(tmp_path / "run")
    assert trustworthy(master.returncode) in (0, 1), words
    assert [worker["lost"] for worker in run["workers"]] == [False, False]
    assert run["started"] == run["asked"] == sum(worker["started"] for worker in run["workers"])
    assert run["failures"] == []
