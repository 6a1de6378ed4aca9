"""Requests and answers as the page shows them, and how many of them a page can bear."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PAGE = 900_000
"""Characters of requests and answers on one page. More would make a page that a phone cannot open."""

TEXT = 4_000
"""Characters of a single request or body that are shown."""

CHECK = 40_000
"""Characters that one check may use up, so that no single race of 16 clients takes the page from the others."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One exchange, ready to be shown. `answer` is the whole answer as HTTP would write it."""

    request: str
    status: str
    elapsed: str
    answer: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The exchanges of one check that found a place, and how many did not."""

    shown: Sequence[Shown]
    left_out: int


class Budget:
    """What is left of a page's room. Give it the gravest checks first."""

    def __init__(self, page: int = PAGE, check: int = CHECK) -> None:
        self._page = page
        self._check = check

    def spend(self, exchanges: Sequence[Mapping[str, Any]]) -> Excerpt:
        """Take as many exchanges as there is room for. The last ones matter most: the verdict rests on them."""
        room = min(self._page, self._check)
        taken: list[Shown] = []
        for exchange in reversed(exchanges):
            shown = show(exchange)
            room -= len(shown.request) + len(shown.answer)
            if room < 0:
                break
            self._page -= len(shown.request) + len(shown.answer)
            taken.append(shown)
        return Excerpt(tuple(reversed(taken)), len(exchanges) - len(taken))


def show(exchange: Mapping[str, Any]) -> Shown:
    """An exchange of `evidence.jsonl` as text. Whatever an older or damaged file lacks is left empty."""
    headers = exchange.get("headers")
    fields = [f"{name}: {value}" for name, value in headers.items()] if isinstance(headers, dict) else []
    elapsed = exchange.get("elapsed_ms")
    return Shown(
        request=_shortened(_text(exchange.get("request"))),
        status=_text(exchange.get("status")),
        elapsed=f"{elapsed:.0f} ms" if isinstance(elapsed, int | float) else "",
        answer="\n".join(map(_shortened, [*fields, "", _text(exchange.get("body"))])).strip("\n"),
    )


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shortened(text: str) -> str:
    if len(text) <= TEXT:
        return text
    return f"{text[:TEXT]}… ({len(text) - TEXT:,} more characters in evidence.jsonl)"
