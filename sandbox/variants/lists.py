# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""How lists and pages may be otherwise (contract 1.2, 3, 6)."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.http import Answer
from sandbox.refusals import Reason
from sandbox.rules.pages import LARGEST_SIZE, Page
from sandbox.variants.catalogue import variant
from sandbox.world import ActivationChallenge, DeliveryEvent, Device


@variant("newest-first", freedom="order of lists")
class NewestFirst(Sandbox):
    """Lists begin with the newest, and of equal delivery events too."""

    def listed_devices(self, call: Call) -> list[Device]:
        return super().listed_devices(call)[::-1]

    def listed_activations(self, call: Call) -> list[ActivationChallenge]:
        return super().listed_activations(call)[::-1]

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        return sorted(challenge.events, key=lambda event: event.instant)[::-1]


@variant("ordered-by-id", freedom="order of lists")
class OrderedById(Sandbox):
    """Lists are in the order of their ids."""

    def listed_devices(self, call: Call) -> list[Device]:
        return sorted(super().listed_devices(call), key=lambda device: device.id)

    def listed_activations(self, call: Call) -> list[ActivationChallenge]:
        return sorted(super().listed_activations(call), key=lambda challenge: challenge.id)


@variant("no-page-headers", freedom="page headers")
class NoPageHeaders(Sandbox):
    """A page has none of the optional headers."""

    def page_headers(self, call: Call, page: Page, total: int) -> dict[str, str]:
        return {}


@variant("per-page-with-underscore", freedom="page headers")
class PerPageWithUnderscore(Sandbox):
    """The header for the size of a page is per_page, and there is no link."""

    def page_headers(self, call: Call, page: Page, total: int) -> dict[str, str]:
        return {"total": str(total), "per_page": str(page.size)}


@variant("odd-pages-are-passed-over", freedom="odd pages")
class OddPagesArePassedOver(Sandbox):
    """A page size or number that is none counts as absent."""

    def positive(self, call: Call, name: str, default: int) -> int:
        text = call.request.query.get(name)
        return default if text is None or not self.is_count(call, name, text) else super().positive(call, name, default)


@variant("too-large-pages-are-400", freedom="too large pages")
class TooLargePagesAre400(Sandbox):
    """A page size above 1,000 is refused."""

    def page_size(self, call: Call, wanted: int) -> int:
        self.require(call, wanted <= LARGEST_SIZE, Reason.QUERY_VALUE, "page[size]")
        return super().page_size(call, wanted)


@variant("events-have-pages")
class EventsHavePages(Sandbox):
    """The list of delivery events has pages."""

    async def list_delivery_events(self, call: Call) -> Answer:
        events = self.events_in_order(call, self.activation_of_path(call))
        return self.page_answer(call, events, self.event_view)
