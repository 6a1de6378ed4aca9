"""A target that the run starts itself, and stops at the end."""

from __future__ import annotations

import os
import queue
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from types import TracebackType
from urllib.parse import urlsplit

import httpx

from target.profile import Profile, Role

START_TIMEOUT = 15.0
STOP_TIMEOUT = 5.0
_URL = re.compile(r"https?://[^\s/]+:\d+")


class StartError(Exception):
    """The target did not start; one sentence."""


class Started:
    """A running target. `profile` has the URLs that it really listens on.

    patience: seconds until it must answer. Raises StartError.

    >>> with Started(profile) as started: started.profile.api_url
    """

    def __init__(self, profile: Profile, patience: float = START_TIMEOUT) -> None:
        assert profile.start is not None
        self._patience = patience
        command = [sys.executable if profile.start[0] == "python" else profile.start[0], *profile.start[1:]]
        self._command = " ".join(profile.start)
        picks_port = urlsplit(profile.api_url).port == 0
        if picks_port:
            command += ["--port", "0"]
        try:
            self._process = subprocess.Popen(  # noqa: S603 - the profile's own command
                command,
                # Open until the run ends, however it ends: a target may take the end of its input as its own.
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                # A Ctrl-C is for the run, which still has to clean up on its target.
                start_new_session=True,
                env=_environment(profile),
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise StartError(f"the target's start command {self._command!r} failed: {error.strerror}") from None
        self._lines: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        try:
            deadline = time.monotonic() + patience
            self.profile = self._with_url(profile, deadline) if picks_port else profile
            self._await_answer(deadline)
        except BaseException:
            self.stop()
            raise

    def _read(self) -> None:
        """Keep reading what the target prints, or it would stop when the pipe is full."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _with_url(self, profile: Profile, deadline: float) -> Profile:
        while (left := deadline - time.monotonic()) > 0:
            try:
                line = self._lines.get(timeout=left)
            except queue.Empty:
                break
            if line is None:
                raise StartError(f"the target {self._command!r} ended before it was ready")
            if found := _URL.search(line):
                return replace(profile, api_url=found[0], auth_url=found[0])
        raise StartError(f"the target {self._command!r} did not print its URL within {self._patience:g} s")

    def _await_answer(self, deadline: float) -> None:
        with httpx.Client(timeout=1.0, trust_env=False) as http:
            while time.monotonic() < deadline:
                if self._process.poll() is not None:
                    raise StartError(f"the target {self._command!r} ended with code {self._process.returncode}")
                try:
                    http.get(self.profile.api_url)
                except httpx.TransportError:
                    time.sleep(0.02)
                else:
                    return
        raise StartError(f"the target {self._command!r} did not answer within {self._patience:g} s")

    def stop(self) -> None:
        """Ask the target to end (SIGTERM), and insist after some seconds."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def __enter__(self) -> Started:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def free_port() -> int:
    """A port of this machine's loopback that nobody has, for a program that cannot choose one by itself."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def _environment(profile: Profile) -> dict[str, str]:
    """The run's own environment, with the credentials that the target shall take."""
    prefix: Mapping[Role, str] = {
        Role.PARTNER: "TARGET_CLIENT",
        Role.OTHER: "TARGET_OTHER_CLIENT",
        Role.RESTRICTED: "TARGET_RESTRICTED_CLIENT",
    }
    environment = dict(os.environ)
    for role, credentials in profile.credentials.items():
        environment[f"{prefix[role]}_ID"] = credentials.client_id
        environment[f"{prefix[role]}_SECRET"] = credentials.client_secret.reveal()
    return environment
