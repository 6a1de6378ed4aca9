"""What an answer says that is an error."""

from __future__ import annotations

from typing import Any

from contract.everywhere import error_entries
from contract.exchange import Exchange, NotJson


def entries(exchange: Exchange) -> list[dict[str, Any]]:
    """The errors of an answer; none where its body has neither shape."""
    try:
        return error_entries(exchange.answer.json())
    except NotJson:
        return []
