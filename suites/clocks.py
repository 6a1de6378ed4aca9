"""What time it is on the target: its Date header, which no hook moves (contract 1.1 and 9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from contract.everywhere import instant
from contract.exchange import Exchange


def answered_at(exchange: Exchange) -> datetime:
    """When the target answered, by its own Date header; by our clock where it gives none."""
    try:
        return parsedate_to_datetime(exchange.answer.headers["date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        return datetime.now(UTC)


def ahead(timestamp: Any, exchange: Exchange) -> timedelta | None:
    """By how much a time stamp is ahead of the exchange's Date header; None where it is no time stamp."""
    try:
        return instant(timestamp) - answered_at(exchange)
    except (TypeError, ValueError):
        return None


def is_about(timestamp: Any, exchange: Exchange, offset: float = 0.0) -> bool:
    """Whether a time stamp is within 60 s of the exchange's Date header plus an offset in seconds (contract 1.1)."""
    distance = ahead(timestamp, exchange)
    return distance is not None and abs(distance.total_seconds() - offset) <= 60


def same_instant(one: str, other: str) -> bool:
    """Whether two time stamps mean the same moment, however they are written."""
    try:
        return instant(one) == instant(other)
    except ValueError:
        return one == other


def until_midnight(exchange: Exchange) -> float:
    """Seconds from an answer to the target's next midnight in UTC: a clock offset that is never negative."""
    now = answered_at(exchange)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()
