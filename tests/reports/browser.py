"""A headless Chromium that looks at a page: spoken to through a pipe, so that it needs no port and no driver."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
)


@dataclass
class Page:
    """One tab. `complaints` are console messages and page errors, `requested` the addresses that it loaded."""

    _send: int
    _receive: int
    complaints: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)
    _session: str | None = None
    _number: int = 0
    _unread: bytes = b""

    def open(self, path: Path, width: int, scheme: str = "light") -> None:
        """Show a file in a window of `width` CSS pixels, in a light or dark scheme, and wait until it is loaded."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.call("Page.navigate", url=path.as_uri())
        while self._event()["method"] != "Page.loadEventFired":
            pass

    def value(self, expression: str) -> Any:
        """What a JavaScript expression is worth on the page, as plain JSON types; None for undefined."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def call(self, method: str, **parameters: Any) -> Any:
        """One command of the DevTools protocol, and its result."""
        self._number += 1
        command = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            command["sessionId"] = self._session
        os.write(self._send, json.dumps(command).encode() + b"\0")
        while (message := self._message()).get("id") != self._number:
            self._notice(message)
        assert "error" not in message, message
        return message["result"]

    def attach(self) -> None:
        """Open the tab, and have it tell what it loads and complains about."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def _event(self) -> dict[str, Any]:
        while "method" not in (message := self._message()):
            pass
        self._notice(message)
        return message

    def _notice(self, message: dict[str, Any]) -> None:
        match message.get("method"):
            case "Network.requestWillBeSent":
                self.requested.append(message["params"]["request"]["url"])
            case "Runtime.consoleAPICalled" | "Runtime.exceptionThrown" | "Log.entryAdded":
                self.complaints.append(json.dumps(message["params"]))

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            more = os.read(self._receive, 1 << 20)
            assert more, "Chromium has ended"
            self._unread += more
        message, _, self._unread = self._unread.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@contextmanager
def chromium(profile: Path) -> Iterator[Page]:
    """A browser with an empty profile folder, ended on the way out."""
    (their_in, our_out), (our_in, their_out) = os.pipe(), os.pipe()
    # Chromium reads from 3 and writes to 4; out of the way first, so that neither covers the other.
    high_in, high_out = (fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (their_in, their_out))

    def wire() -> None:
        os.dup2(high_in, 3)
        os.dup2(high_out, 4)

    process = subprocess.Popen(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}"],
        preexec_fn=wire,
        pass_fds=(3, 4),
        stderr=subprocess.DEVNULL,
    )
    for end in (their_in, their_out, high_in, high_out):
        os.close(end)
    try:
        page = Page(our_out, our_in)
        page.attach()
        yield page
    finally:
        process.terminate()
        process.wait(20)
        os.close(our_out)
        os.close(our_in)
