"""Instants: seconds since 1970 as floats, and their texts."""

from __future__ import annotations

import math
import re
import time
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

# A clock that is moved by an absurd offset stops here; lifetimes added to it still have a four-digit year.
_EARLIEST = 0.0
_LATEST = 250_000_000_000.0

_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,30})?"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)
_LEAP_SECOND = 60


def current() -> float:
    """The real time. No other place of the sandbox reads the clock."""
    return time.time()


def moved(instant: float, seconds: float) -> float:
    """The instant moved by an offset, kept within what can be written down."""
    return min(max(instant + seconds, _EARLIEST), _LATEST)


def parse_offset(text: str) -> float:
    """The number of an offset header, in seconds; 0 where the text is not a finite number (contract 9)."""
    seconds = float(text) if _NUMBER.fullmatch(text) else 0.0
    return seconds if math.isfinite(seconds) else 0.0


@lru_cache(maxsize=4096)
def _text_of_second(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def rfc3339(instant: float) -> str:
    """The instant as the device API writes it: UTC, whole seconds, ``2022-03-18T14:50:04Z`` (facts 2.1)."""
    return _text_of_second(int(instant))


def parse_rfc3339(text: str) -> float | None:
    """The instant that an RFC 3339 text names, or ``None`` where it names none."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    fraction, sign, offset_hours, offset_minutes = match.groups()[6:]
    if second > _LEAP_SECOND or int(offset_hours or 0) > 23 or int(offset_minutes or 0) > 59:
        return None
    offset = timedelta(hours=int(offset_hours or 0), minutes=int(offset_minutes or 0))
    zone = timezone(-offset if sign == "-" else offset) if sign else UTC
    try:
        whole = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone).timestamp()
    except (ValueError, OverflowError):
        return None
    return whole + (second - min(second, 59)) + float(fraction or 0)
