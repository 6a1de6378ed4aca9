# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Lists, their pages and their filters (contract 3, "GET /v1/mfa/devices"; facts 10.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

from sandbox.core import Call, Core
from sandbox.http import Answer, Json
from sandbox.refusals import Reason

DEFAULT_SIZE = 10
LARGEST_SIZE = 1_000
# A number with more digits stands for "beyond every list".
_MOST_DIGITS = 18

_DIGITS = re.compile(r"[0-9]+")
_HOST = re.compile(r"[A-Za-z0-9.\-:\[\]]+")
_FLAGS = {"true": True, "false": False}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """The page that is asked for: ``number`` counts from 1."""

    number: int
    size: int


class PageRules(Core):
    """What a page holds, and what its headers say."""

    def page_wanted(self, call: Call) -> Page:
        """The page of the query.

        Raises:
            RefusedError: A number or a size that is none, or is below 1.
        """
        size = self.positive(call, "page[size]", DEFAULT_SIZE)
        return Page(self.positive(call, "page[number]", 1), self.page_size(call, size))

    def page_size(self, call: Call, wanted: int) -> int:
        return min(wanted, LARGEST_SIZE)

    def positive(self, call: Call, name: str, default: int) -> int:
        text = call.request.query.get(name)
        if text is None:
            return default
        self.require(call, self.is_count(call, name, text), Reason.QUERY_VALUE, name)
        return int(text[:_MOST_DIGITS])

    def is_count(self, call: Call, name: str, text: str) -> bool:
        """Whether the text is a whole number of at least 1."""
        return _DIGITS.fullmatch(text) is not None and text.strip("0") != ""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        start = (page.number - 1) * page.size
        return things[start : start + page.size]

    def page_answer(self, call: Call, things: Sequence[T], view: Callable[[Call, T], Json]) -> Answer:
        """200 with the page that the call asks for, each thing shown by ``view``."""
        page = self.page_wanted(call)
        shown = [view(call, thing) for thing in self.page_of(call, things, page)]
        return Answer(200, shown, self.page_headers(call, page, len(things)))

    def page_headers(self, call: Call, page: Page, total: int) -> dict[str, str]:
        """``total``, ``per-page`` and ``link``, all optional in the contract."""
        links = (
            f'<{self.page_url(call, number, page.size)}>; rel="{name}"'
            for name, number in self.linked_pages(call, page, self.last_page(call, page, total)).items()
            if number is not None
        )
        return {"total": str(total), "per-page": str(page.size), "link": ", ".join(links)}

    def last_page(self, call: Call, page: Page, total: int) -> int:
        """The number of the last page; an empty list has one page, too."""
        return max(1, -(-total // page.size))

    def linked_pages(self, call: Call, page: Page, last: int) -> dict[str, int | None]:
        """The numbers of the pages that a page links to, by their relation; ``None`` where there is no such page."""
        return {
            "first": 1,
            "prev": page.number - 1 if 1 < page.number <= last + 1 else None,
            "next": page.number + 1 if page.number < last else None,
            "last": last,
        }

    def page_url(self, call: Call, number: int, size: int) -> str:
        query = {**call.request.query, "page[number]": str(number), "page[size]": str(size)}
        return self.url_of(call, f"{call.request.raw_path.decode('latin-1')}?{urlencode(query)}")

    def url_of(self, call: Call, path: str) -> str:
        """The absolute URL of a path, as the client that calls would write it."""
        host = call.request.header(b"host") or ""
        return f"http://{host}{path}" if _HOST.fullmatch(host) else path

    # Filters.

    def filter_text(self, call: Call, name: str) -> str | None:
        """The value that a filter asks for, ``None`` without the filter."""
        return call.request.query.get(f"filter[{name}]")

    def query_flag(self, call: Call, name: str) -> bool:
        """A boolean of the query, false where it is absent."""
        text = call.request.query.get(name, "false")
        self.require(call, text in _FLAGS, Reason.QUERY_VALUE, name)
        return _FLAGS[text]

    def passes(self, call: Call, name: str, value: str) -> bool:
        """Whether a thing with this value passes the filter of this name."""
        wanted = self.filter_text(call, name)
        return wanted is None or value == wanted
