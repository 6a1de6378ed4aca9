"""Lifetimes, read from the answers themselves, and the pair of moments around their end (contract 3)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract.clauses import clauses
from contract.everywhere import TIMESTAMPS, instant
from contract.judge import Finding, PrerequisiteFailed

INSIDE = 5.0
OUTSIDE = 6.0
"""Seconds before and after the end: as near as the length of a story and whole seconds in time stamps allow."""


DEAD_OR_ALIVE = clauses()["signature-challenge.right-after-wrong"].answers
"""What the right signature may get after a wrong one, which may have used up the challenge (contract 1.11)."""

SPENT = clauses()["signature-challenge.expired"].answers
"""What a further signature may get when a wrong one has used up all tries (contract 1.11)."""


def lifetime(thing: Mapping[str, Any]) -> float:
    """Seconds from `created_at` to `expires_at`. Raises PrerequisiteFailed where they are no instants."""
    try:
        return (instant(thing["expires_at"]) - instant(thing["created_at"])).total_seconds()
    except (KeyError, TypeError, ValueError):
        finding = Finding(TIMESTAMPS, "created_at or expires_at is no RFC 3339 instant", "such as 2022-03-18T14:50:04Z")
        raise PrerequisiteFailed(finding) from None


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment in the life of something that was made right now.

    offset: seconds from now. latest: the seconds from now at which it is over.
    """

    offset: float
    latest: float = math.inf


def before_expiry(thing: Mapping[str, Any]) -> Moment:
    """The moment at which something that was made right now lives for a few seconds yet."""
    return shortly_before(lifetime(thing))


def after_expiry(thing: Mapping[str, Any]) -> Moment:
    """The moment at which something that was made right now has just died."""
    return shortly_after(lifetime(thing))


def shortly_before(end: float) -> Moment:
    """The moment a few seconds before something ends, `end` seconds from now."""
    return Moment(end - min(INSIDE, end / 2), latest=end)


def shortly_after(end: float) -> Moment:
    """The moment a few seconds after something ends, `end` seconds from now."""
    return Moment(end + OUTSIDE)
