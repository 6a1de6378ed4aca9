"""The ceiling on how many requests a run sends per second."""

from __future__ import annotations

import threading
import time


class Pace:
    """A token bucket shared by the threads of one process.

    per_second: requests per second, None for no ceiling. burst: requests that may leave at once.
    """

    def __init__(self, per_second: float | None, burst: int) -> None:
        self._per_second = per_second
        self._burst = burst
        self._saved = float(burst)
        self._at = time.monotonic()
        self._lock = threading.Lock()

    def take(self, requests: int = 1) -> None:
        """Wait until that many requests may leave."""
        if self._per_second is None:
            return
        with self._lock:
            now = time.monotonic()
            self._saved = min(self._burst, self._saved + (now - self._at) * self._per_second) - requests
            self._at = now
            wait = max(0.0, -self._saved / self._per_second)
        if wait:
            time.sleep(wait)
