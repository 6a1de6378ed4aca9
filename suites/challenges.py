"""What the challenges of all kinds have in common (contract 3 to 5)."""

from __future__ import annotations

from typing import Any

from contract.judge import Judge
from suites.clocks import same_instant


def reads_as_begun(judge: Judge, begun: dict[str, Any], shown: dict[str, Any]) -> None:
    """The documented fields are those of the POST answer; time stamps may be written in another way."""
    for name in ("id", "type", "string_to_sign"):
        if name in begun:
            judge.holds(shown.get(name) == begun[name], f"{name} differs from the POST answer's", "the same")
    for name in ("created_at", "expires_at"):
        judge.holds(same_instant(shown[name], begun[name]), f"{name} differs from the POST answer's", "the same")
