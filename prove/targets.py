"""Targets for the attempts: embedded ones, forked from a process that has them loaded already.

To start one anew takes longer than most faults live.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


class NurseryError(Exception):
    """The embedded targets cannot be started; one sentence."""


@contextmanager
def nursery(cpu: int) -> Iterator[Path]:
    """A process that makes embedded targets on one CPU; gives the socket on which it takes orders.

    Raises NurseryError.
    """
    with TemporaryDirectory(prefix="prove-") as directory:
        path = Path(directory, "nursery")
        command = [sys.executable, "-m", "sandbox.nursery", str(path)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as process:
            assert process.stdout is not None
            os.sched_setaffinity(process.pid, {cpu})
            try:
                if not process.stdout.readline():
                    raise NurseryError(f"python -m sandbox.nursery ended with {process.wait()}")
                yield path
            finally:
                process.terminate()


@contextmanager
def embedded(path: Path, arguments: Sequence[str]) -> Iterator[str]:
    """The URL of a target with these arguments of `python -m sandbox`, which ends with the block.

    Raises NurseryError.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(json.dumps(["--port", "0", *arguments]).encode() + b"\n")
        with connection.makefile() as answer:
            url = answer.readline().strip()
        if not url:
            raise NurseryError("the target ended before it was ready")
        yield url
