"""Numbers as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NONE = "–"
FOR_EVER = "for ever"


def ms(value: float | None) -> str:
    """Milliseconds with three digits or all before the point; without the unit, which stands in the table's head."""
    if value is None:
        return NONE
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.3f}"


def time(value: float) -> str:
    """Milliseconds as a short label: `0.1 ms`, `250 ms`, `2 s`."""
    return f"{value / 1000:g} s" if value >= 1000 else f"{value:g} ms"


def share(value: float | None) -> str:
    """Of a whole, as a percentage that never rounds a part to nothing, nor to all."""
    if value is None:
        return NONE
    digits = 2 if 0 < value < 0.01 or 0.99 < value < 1 else 1
    text = f"{value:.{digits}%}"
    if value > 0 and float(text[:-1]) == 0:
        return f"below 0.{'0' * (digits - 1)}1%"
    if value < 1 and float(text[:-1]) == 100:
        return f"above 99.{'9' * digits}%"
    return text


def observed(objective: Mapping[str, Any]) -> str:
    """What was observed, with its unit. A quantile that failures reach took for ever."""
    value, unit = objective["observed"], objective["unit"]
    if value is None:
        return FOR_EVER if unit == "ms" else "unknown"
    return _with_unit(value, unit)


def limit(objective: Mapping[str, Any]) -> str:
    """What is allowed, with its unit. A rate is a least, all else a most."""
    sign = "≥" if objective["measure"] == "rate" else "≤"
    value, unit = objective["limit"], objective["unit"]
    return f"{sign} {value:,.10g} ms" if unit == "ms" else f"{sign} {_with_unit(value, unit)}"


def _with_unit(value: float, unit: str) -> str:
    return f"{ms(value)} ms" if unit == "ms" else share(value) if unit == "share" else f"{value:,g}"
