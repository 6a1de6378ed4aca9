"""Ids that belong to nothing: some that could be ids, and some that cannot."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from types import MappingProxyType

from contract.operations import operations

IMPOSSIBLE: Mapping[str, str] = MappingProxyType(
    {
        "a NUL": "\0",
        "1,000 characters": "a" * 1000,
        "a path": "../x",
        "an emoji": "\N{GRINNING FACE}",
        "a percent sign": "%",
        "an asterisk": "*",
    }
)
"""What stands in a path, percent-encoded, in place of an id (contract 1.7)."""

HOSTILE = frozenset({"a NUL", "a path", "a percent sign"})
"""Those of them that an HTTP parser may refuse on its own."""


def made_up_ids(operation: str) -> list[str]:
    """Ids for the path of an operation, for requests that are refused whatever the ids are."""
    return [secrets.token_hex(16) for _ in operations()[operation].parameters]


def unknown_like(known: str) -> str:
    """An id of the same form as a known one, which nothing has.

    Only decimal digits near the end are replaced: prefixes, suffixes, and the version of a UUID stay as they are.
    """
    # A number, or a word and a number, is likely to count up: the next ones are somebody's.
    if (counter := re.fullmatch(r"([^0-9]*?)([0-9]{1,12})", known)) is not None:
        return f"{counter[1]}{int(counter[2]) + 10**6}"
    digits = [place for place, character in enumerate(known) if character.isdecimal() and character.isascii()]
    late = [place for place in digits if place >= len(known) * 2 / 3] or digits[-1:]
    if not late:
        return known[::-1]
    replaced = list(known)
    for place in late:
        replaced[place] = str((int(known[place]) + 1 + secrets.randbelow(9)) % 10)
    return "".join(replaced)


def nearly(known: str) -> dict[str, str]:
    """Ids that begin as a known one does. There are none of a short id, which may be a number that counts."""
    if len(known) < 16:
        return {}
    return {"the first 8 characters of an id": known[:8], "all but its last": known[:-1], "an id and more": f"{known}0"}
