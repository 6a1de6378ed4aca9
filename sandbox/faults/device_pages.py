# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the pages of the list of devices, and of their headers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlencode

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.pages import DEFAULT_SIZE, LARGEST_SIZE, Page
from sandbox.world import Device

BIGGEST_INTEGER = (1 << 63) - 1

T = TypeVar("T")


# What a page holds.


@fault("pages-overlap", clause="devices.pages")
class PagesOverlap(Sandbox):
    """Each page after the first begins with the last row of the one before."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        start = max(0, (page.number - 1) * page.size - (page.number > 1))
        return things[start : start + page.size]


@fault("last-page-is-full-or-missing", clause="devices.pages")
class LastPageIsFullOrMissing(Sandbox):
    """A last page that would not be full is left out."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        shown = super().page_of(call, things, page)
        return shown if page.number == 1 or len(shown) == page.size else ()


@fault("page-of-one-more", clause="devices.pages")
class PageOfOneMore(Sandbox):
    """A page holds one row more than it should, so that the next one begins with it."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        start = (page.number - 1) * page.size
        return things[start : start + page.size + 1]


@fault("pages-of-the-default-size-apart", clause="devices.pages")
class PagesOfTheDefaultSizeApart(Sandbox):
    """Pages of any size begin where pages of ten would."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        start = (page.number - 1) * DEFAULT_SIZE
        return things[start : start + page.size]


@fault("beyond-the-end-the-last-page", clause="devices.pages")
class BeyondTheEndTheLastPage(Sandbox):
    """A page number beyond the last page shows the last page again."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        last = self.last_page(call, page, len(things))
        return super().page_of(call, things, replace(page, number=min(page.number, last)))


@fault("deleted-devices-hold-places-on-pages", clause="devices.pages")
class DeletedDevicesHoldPlacesOnPages(Sandbox):
    """The list is cut into pages before the deleted devices are left out."""

    def listed_devices(self, call: Call) -> list[Device]:
        devices = self.devices_in_reach(call)
        return [device for device in devices if self.is_listed_device(call, device, include_deleted=True)]

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        include_deleted = self.query_flag(call, "filter[include_deleted]")
        shown = super().page_of(call, things, page)
        return [
            thing
            for thing in shown
            if include_deleted or not isinstance(thing, Device) or not self.is_deleted(call, thing)
        ]


@fault("pages-cut-before-the-filter", clause="devices.pages")
class PagesCutBeforeTheFilter(Sandbox):
    """The list of all persons is cut into pages, and only then a person's devices are picked."""

    def listed_devices(self, call: Call) -> list[Device]:
        wanted = super().listed_devices(call)
        everything = [device for device in self.world.devices_of_partner[call.partner] if device.bound]
        shown = self.page_of(call, everything, self.page_wanted(call))
        if self.page_wanted(call).number == 1:
            return wanted
        return [device for device in shown if device in wanted]


@fault("pages-in-any-order", clause="devices.pages")
class PagesInAnyOrder(Sandbox):
    """The list has another order each time that a page of it is read."""

    def listed_devices(self, call: Call) -> list[Device]:
        devices = super().listed_devices(call)
        return random.sample(devices, len(devices))


@fault("newest-comes-first-on-later-pages", clause="devices.pages")
class NewestComesFirstOnLaterPages(Sandbox):
    """The first page is sorted by creation, the later ones the other way round."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        return super().page_of(call, things if page.number == 1 else things[::-1], page)


@fault("twenty-devices-by-default", clause="devices.page-default")
class TwentyDevicesByDefault(Sandbox):
    """Where no size is given a page holds twenty devices."""

    def positive(self, call: Call, name: str, default: int) -> int:
        is_it = call.operation is Operation.LIST_DEVICES and name == "page[size]"
        return super().positive(call, name, 20 if is_it else default)


@fault("nine-devices-by-default", clause="devices.page-default")
class NineDevicesByDefault(Sandbox):
    """Where no size is given the tenth device of a page is dropped."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        shown = super().page_of(call, things, page)
        return shown if "page[size]" in call.request.query else shown[: DEFAULT_SIZE - 1]


@fault("no-page-without-a-number", clause="devices.page-default")
class NoPageWithoutANumber(Sandbox):
    """Where neither a size nor a number is given the whole list is shown."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        is_paged = call.request.query.keys() & {"page[size]", "page[number]"}
        return super().page_of(call, things, page) if is_paged else things


@fault("pages-count-from-zero", clause="devices.page-default")
class PagesCountFromZero(Sandbox):
    """The first page is number 0."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        later = "page[number]" in call.request.query
        return super().page_of(call, things, replace(page, number=page.number + later))


@fault("last-page-by-default", clause="devices.page-default")
class LastPageByDefault(Sandbox):
    """Where no page number is given the last page is shown."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        if "page[number]" in call.request.query:
            return super().page_of(call, things, page)
        return super().page_of(call, things, replace(page, number=self.last_page(call, page, len(things))))


# Pages that cannot be.


@fault("page-size-of-zero-divides", clause="devices.page-odd", level=Level.SHOULD)
class PageSizeOfZeroDivides(Sandbox):
    """A page size of 0 is divided by."""

    def is_count(self, call: Call, name: str, text: str) -> bool:
        return text == "0" or super().is_count(call, name, text)


@fault("odd-page-is-not-found", clause="devices.page-odd", level=Level.SHOULD)
class OddPageIsNotFound(Sandbox):
    """A page number that is none gets 404."""

    def is_count(self, call: Call, name: str, text: str) -> bool:
        is_one = super().is_count(call, name, text)
        self.require(call, is_one or name != "page[number]", Reason.PATH_UNKNOWN)
        return is_one


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


@fault("page-of-any-size", clause="devices.page-too-large", level=Level.SHOULD)
class PageOfAnySize(Sandbox):
    """A page is as large as it is asked for."""

    def page_size(self, call: Call, wanted: int) -> int:
        return wanted


@fault("page-of-a-thousand-and-one", clause="devices.page-too-large", level=Level.SHOULD)
class PageOfAThousandAndOne(Sandbox):
    """A page is cut to a thousand only when it is larger by two or more."""

    def page_size(self, call: Call, wanted: int) -> int:
        return wanted if wanted == LARGEST_SIZE + 1 else super().page_size(call, wanted)


@fault("page-that-is-too-large-is-empty", clause="devices.page-too-large", level=Level.SHOULD)
class PageThatIsTooLargeIsEmpty(Sandbox):
    """A page size above a thousand gets an empty page."""

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        too_large = super().positive(call, "page[size]", DEFAULT_SIZE) > LARGEST_SIZE
        return () if too_large else super().page_of(call, things, page)


@fault("page-size-overflows", clause="devices.page-too-large", level=Level.SHOULD)
class PageSizeOverflows(Sandbox):
    """A page size that does not fit into 64 bits is a server error."""

    def page_size(self, call: Call, wanted: int) -> int:
        if int(call.request.query.get("page[size]", DEFAULT_SIZE)) > BIGGEST_INTEGER:
            raise OverflowError
        return super().page_size(call, wanted)


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


@fault("total-with-the-deleted", clause="devices.page-headers")
class TotalWithTheDeleted(DeviceTotals):
    """The header total counts deleted devices that the list does not show."""

    def total(self, call: Call, page: Page, total: int) -> int:
        devices = self.devices_in_reach(call)
        return sum(self.is_listed_device(call, device, include_deleted=True) for device in devices)


@fault("total-without-the-deleted", clause="devices.page-headers")
class TotalWithoutTheDeleted(DeviceTotals):
    """The header total does not count the deleted devices that the list shows."""

    def total(self, call: Call, page: Page, total: int) -> int:
        return sum(self.is_live(call, device) for device in self.listed_devices(call))


@fault("total-with-the-pending", clause="devices.page-headers")
class TotalWithThePending(DeviceTotals):
    """The header total counts the devices of a person that are not bound yet."""

    def total(self, call: Call, page: Page, total: int) -> int:
        return total + sum(not device.bound for device in self.devices_in_reach(call))


@fault("per-page-counts-the-rows", clause="devices.page-headers")
class PerPageCountsTheRows(Sandbox):
    """The header per-page says how many devices the page shows."""

    def page_headers(self, call: Call, page: Page, total: int) -> dict[str, str]:
        shown = len(super().page_of(call, range(total), page))
        return super().page_headers(call, page, total) | {"per-page": str(shown)}


@fault("next-page-is-this-page", clause="devices.page-headers")
class NextPageIsThisPage(Sandbox):
    """The link next leads to the page that it stands on."""

    def linked_pages(self, call: Call, page: Page, last: int) -> dict[str, int | None]:
        return super().linked_pages(call, page, last) | {"next": page.number}


@fault("page-before-the-first", clause="devices.page-headers")
class PageBeforeTheFirst(Sandbox):
    """The first page has a link prev, too."""

    def linked_pages(self, call: Call, page: Page, last: int) -> dict[str, int | None]:
        return super().linked_pages(call, page, last) | {"prev": max(1, page.number - 1)}


@fault("empty-page-after-full-ones", clause="devices.page-headers")
class EmptyPageAfterFullOnes(Sandbox):
    """The link last leads to an empty page where the last page with devices is full."""

    def last_page(self, call: Call, page: Page, total: int) -> int:
        return total // page.size + 1


@fault("links-without-the-filter", clause="devices.page-headers")
class LinksWithoutTheFilter(Sandbox):
    """The links to other pages lack the filters."""

    def page_url(self, call: Call, number: int, size: int) -> str:
        query = {"page[number]": str(number), "page[size]": str(size)}
        return self.url_of(call, f"{call.request.raw_path.decode('latin-1')}?{urlencode(query)}")


@fault("links-without-the-size", clause="devices.page-headers")
class LinksWithoutTheSize(Sandbox):
    """The links to other pages lack the size."""

    def page_url(self, call: Call, number: int, size: int) -> str:
        return super().page_url(call, number, DEFAULT_SIZE)


@fault("links-without-the-deleted", clause="devices.page-headers")
class LinksWithoutTheDeleted(Sandbox):
    """The links to other pages lack filter[include_deleted]."""

    def page_url(self, call: Call, number: int, size: int) -> str:
        return super().page_url(call, number, size).replace("include_deleted", "include_gone")
