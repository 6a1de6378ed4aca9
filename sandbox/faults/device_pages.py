# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the pages of the list of devices, and of their headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.pages import DEFAULT_SIZE, LARGEST_SIZE, Page

T = TypeVar("T")


# What a page holds.


@fault("pages-overlap", clause="devices.pages")
class PagesOverlap(Sandbox):
    """Each page after the first begins with the last row of the one before."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        start = max(0, (page.number - 1) * page.size - (page.number > 1))
        return things[start : start + page.size]


@fault("beyond-the-end-the-last-page", clause="devices.pages")
class BeyondTheEndTheLastPage(Sandbox):
    """A page number beyond the last page shows the last page again."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        last = self.last_page(call, page, len(things))
        return super().page_of(call, things, replace(page, number=min(page.number, last)))


@fault("newest-comes-first-on-later-pages", clause="devices.pages")
class NewestComesFirstOnLaterPages(Sandbox):
    """The first page is sorted by creation, the later ones the other way round."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        return super().page_of(call, things if page.number == 1 else things[::-1], page)


@fault("last-page-by-default", clause="devices.page-default")
class LastPageByDefault(Sandbox):
    """Where no page number is given the last page is shown."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        if "page[number]" in call.request.query:
            return super().page_of(call, things, page)
        return super().page_of(call, things, replace(page, number=self.last_page(call, page, len(things))))


# Pages that cannot be.


@fault("odd-page-drops-the-filter", clause="devices.page-odd", level=Level.SHOULD)
class OddPageDropsTheFilter(Sandbox):
    """A query with a page number that is none is passed over as a whole, the filter too."""

    def is_odd(self, call: Call) -> bool:
        number = call.request.query.get("page[number]", "1")
        return call.operation is Operation.LIST_DEVICES and not super().is_count(call, "page[number]", number)

    def filter_text(self, call: Call, name: str) -> str | None:
        return None if self.is_odd(call) else super().filter_text(call, name)

    def page_wanted(self, call: Call) -> Page:
        return Page(1, DEFAULT_SIZE) if self.is_odd(call) else super().page_wanted(call)


@fault("page-that-is-too-large-is-unprocessable", clause="devices.page-too-large", level=Level.SHOULD)
class PageThatIsTooLargeIsUnprocessable(Sandbox):
    """A page size above a thousand gets 422."""

    def page_size(self, call: Call, wanted: int) -> int:
        self.require(call, wanted <= LARGEST_SIZE, Reason.FIELD_LENGTH)
        return wanted

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        is_it = (operation, reason) == (Operation.LIST_DEVICES, Reason.FIELD_LENGTH)
        return replace(refusal, status=422) if is_it else refusal


# What the headers say.


class DeviceTotals(Sandbox):
    """The sandbox with the header total of the list of devices made a decision of its own."""

    def total(self, call: Call, page: Page, total: int) -> int:
        return total

    def page_headers(self, call: Call, page: Page, total: int) -> dict[str, str]:
        headers = super().page_headers(call, page, total)
        is_it = call.operation is Operation.LIST_DEVICES
        return headers | {"total": str(self.total(call, page, total))} if is_it else headers


@fault("total-of-the-devices-shown", clause="devices.page-headers")
class TotalOfTheDevicesShown(DeviceTotals):
    """The header total counts the devices of the page."""

    def total(self, call: Call, page: Page, total: int) -> int:
        return len(super().page_of(call, range(total), page))


@fault("next-page-is-this-page", clause="devices.page-headers")
class NextPageIsThisPage(Sandbox):
    """The link next leads to the page that it stands on."""

    def linked_pages(self, call: Call, page: Page, last: int) -> dict[str, int | None]:
        return super().linked_pages(call, page, last) | {"next": page.number}


@fault("links-without-the-deleted", clause="devices.page-headers")
class LinksWithoutTheDeleted(Sandbox):
    """The links to other pages lack filter[include_deleted]."""

    def page_url(self, call: Call, number: int, size: int) -> str:
        return super().page_url(call, number, size).replace("include_deleted", "include_gone")
