"""Faults of isolation that no answer to a single request shows."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.rules.pages import Page
from sandbox.world import ActivationChallenge, Owned, OwnedT, Store


@fault("refused-stranger-kills-the-code", clause="general.foreign-path")
class RefusedStrangerKillsTheCode(Sandbox):
    """Another partner's deletion of a code is refused, but only after the code has been deleted."""

    def found(
        self, call: Call, store: Store[OwnedT], thing_id: str, reason: Reason, field: str | None = None
    ) -> OwnedT:
        thing = store.get(thing_id)
        if isinstance(thing, ActivationChallenge) and call.operation is Operation.DELETE_ACTIVATION_CHALLENGE:
            self.invalidate(call, thing)
        return super().found(call, store, thing_id, reason, field)


@fault("foreign-codes-on-later-pages", clause="general.foreign-list")
class ForeignCodesOnLaterPages(Sandbox):
    """The owner is asked for on the first page of the activation challenges only."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        later = call.request.query.get("page[number]", "1") != "1"
        on_a_list = call.operation is Operation.LIST_ACTIVATION_CHALLENGES
        return (on_a_list and later) or super().is_visible(call, thing)


@fault("total-of-the-page", clause="activation.page-headers")
class TotalOfThePage(Sandbox):
    """The header total counts what the page can hold, not the list."""

    def page_headers(self, call: Call, page: Page, total: int) -> dict[str, str]:
        return super().page_headers(call, page, total) | {"total": str(min(total, page.size))}
