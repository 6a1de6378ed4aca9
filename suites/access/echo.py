"""What was sent of a person, against what is read of it (contract 8)."""

from __future__ import annotations

from typing import Any


def differing(sent: dict[str, Any], read: Any) -> list[str]:
    """The names of the fields that read otherwise than they were sent; further fields may be there."""
    if not isinstance(read, dict):
        return list(sent)
    return [
        name
        for name, value in sent.items()
        if (differing(value, read.get(name)) if isinstance(value, dict) else read.get(name) != value)
    ]
