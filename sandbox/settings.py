"""What a sandbox is started with."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

CHALLENGE_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Partner:
    """A tenant: an OAuth client of the sandbox, with or without permission for device management."""

    client_id: str
    secret: str = field(repr=False)
    manages_devices: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be chosen when the sandbox is started.

    Args:
        partners: Every OAuth client there is.
        challenge_seconds: Lifetime of challenges and change requests, in seconds.
        hooks: Whether the test hooks of contract 9 exist (the restricted partner always does).
        latency: Delay added to every answer, in seconds.
        max_rate: Requests that are served in a second, one after the other; None for no such limit.
        log: Whether every request is written to standard error.
    """

    partners: tuple[Partner, ...]
    challenge_seconds: float = CHALLENGE_SECONDS
    hooks: bool = True
    latency: float = 0.0
    max_rate: float | None = None
    log: bool = False


def partners_from(environment: Mapping[str, str] = os.environ) -> tuple[Partner, ...]:
    """The three partners, with the credentials of the environment or the embedded ones (contract 9)."""

    def credentials(variable: str, default: str) -> tuple[str, str]:
        return (
            environment.get(f"{variable}_CLIENT_ID") or default,
            environment.get(f"{variable}_CLIENT_SECRET") or f"{default}-secret",
        )

    return (
        Partner(*credentials("TARGET", "embedded-partner")),
        Partner(*credentials("TARGET_OTHER", "embedded-other-partner")),
        Partner(*credentials("TARGET_RESTRICTED", "embedded-restricted-partner"), manages_devices=False),
    )
