# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""What time it is for a request, how long things live, and how instants are written (contract 1.1, 9)."""

from __future__ import annotations

from sandbox import clock
from sandbox.core import Call, Core
from sandbox.http import Request
from sandbox.operations import Operation

_DAY = 86_400.0
ACTIVATION_SECONDS = 30 * _DAY
TOKEN_SECONDS = 3599


class TimeRules(Core):
    """Clocks and lifetimes, all in seconds."""

    def now(self, operation: Operation, request: Request) -> float:
        """The time of a request: the real one, moved by the clock hook."""
        return clock.moved(clock.current(), self.clock_offset(operation, request))

    def clock_offset(self, operation: Operation, request: Request) -> float:
        header = request.header(b"x-test-clock-offset") if self.settings.hooks else None
        return 0.0 if header is None else clock.parse_offset(header)

    def challenge_lifetime(self, call: Call) -> float:
        """Of signature, signing and SMS challenges, and of the OTP of a mobile number."""
        return self.settings.challenge_seconds

    def activation_lifetime(self, call: Call) -> float:
        return ACTIVATION_SECONDS

    def change_request_lifetime(self, call: Call) -> float:
        """Counted from the PATCH, and anew from each authorization."""
        return self.settings.challenge_seconds

    def token_lifetime(self, call: Call) -> int:
        return TOKEN_SECONDS

    def is_over(self, call: Call, expires_at: float) -> bool:
        """Whether a lifetime has ended by the time of this call."""
        return call.now >= expires_at

    def timestamp(self, call: Call, instant: float) -> str:
        return clock.rfc3339(instant)
