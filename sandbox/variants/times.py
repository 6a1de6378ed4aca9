# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""How instants may be written otherwise, and how exact clocks have to be (contract 1.1, 3)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.http import Request
from sandbox.operations import Operation
from sandbox.variants.catalogue import variant

_CEST = timezone(timedelta(hours=2))
_SECONDS_BEHIND = 20.0


@variant("times-with-fractions", freedom="time stamps")
class TimesWithFractions(Sandbox):
    """Time stamps have nine digits of a second."""

    def timestamp(self, call: Call, instant: float) -> str:
        return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%S.%f}000Z"


@variant("times-with-offset", freedom="time stamps")
class TimesWithOffset(Sandbox):
    """Time stamps are those of a zone two hours ahead."""

    def timestamp(self, call: Call, instant: float) -> str:
        return datetime.fromtimestamp(int(instant), _CEST).isoformat()


@variant("times-in-lower-case", freedom="time stamps")
class TimesInLowerCase(Sandbox):
    """Time stamps are written in lower case, with milliseconds."""

    def timestamp(self, call: Call, instant: float) -> str:
        moment = datetime.fromtimestamp(instant, UTC)
        return f"{moment:%Y-%m-%dt%H:%M:%S}.{moment.microsecond // 1000:03d}z"


@variant("clock-behind")
class ClockBehind(Sandbox):
    """The clock that dates things is 20 seconds behind the Date header."""

    def now(self, operation: Operation, request: Request) -> float:
        behind = 0.0 if operation is Operation.ISSUE_TOKEN else _SECONDS_BEHIND
        return super().now(operation, request) - behind


@variant("short-lives", freedom="lifetime of challenges")
class ShortLives(Sandbox):
    """A challenge lives four seconds less."""

    def challenge_lifetime(self, call: Call) -> float:
        return super().challenge_lifetime(call) - 4


@variant("long-lives", freedom="lifetime of challenges")
class LongLives(Sandbox):
    """A challenge lives four seconds longer."""

    def challenge_lifetime(self, call: Call) -> float:
        return super().challenge_lifetime(call) + 4
