"""Sandboxes by the hundred: one process loads everything once, and forks a sandbox for each connection.

    python -m sandbox.nursery SOCKET

It listens on a Unix socket, and ends with its standard input. Who connects sends one line, the arguments of
``python -m sandbox`` as a JSON list, and gets the URL as a line; the sandbox ends when they hang up.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress

from sandbox.__main__ import main as sandbox

_STDIN, _STDOUT = 0, 1
_BACKLOG = 64


def main(arguments: Sequence[str]) -> int:
    """0 when its input ended; 1 where the socket cannot be had; 2 for wrong usage."""
    if len(arguments) != 1:
        print("sandbox.nursery: one argument is expected, the path of the socket", file=sys.stderr)
        return 2
    listener = socket.socket(socket.AF_UNIX)
    try:
        listener.bind(arguments[0])
    except OSError as error:
        print(f"sandbox.nursery: cannot listen on {arguments[0]}: {error.strerror}", file=sys.stderr)
        return 1
    listener.listen(_BACKLOG)
    signal.signal(signal.SIGCHLD, _reap)
    gc.freeze()
    print(arguments[0], flush=True)
    while True:
        ready, _, _ = select.select([listener.fileno(), _STDIN], [], [])
        if _STDIN in ready and not os.read(_STDIN, 4096):
            return 0
        if listener.fileno() in ready:
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                os._exit(_live(connection))
            connection.close()


def _reap(*_: object) -> None:
    """Take note of the ends of children, so that what they computed counts as this process's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _live(connection: socket.socket) -> int:
    """The life of a forked process; its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with connection.makefile() as lines:
        arguments = json.loads(lines.readline())
    os.dup2(connection.fileno(), _STDIN)
    os.dup2(connection.fileno(), _STDOUT)
    connection.close()
    return sandbox([*arguments, "--until-eof"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
