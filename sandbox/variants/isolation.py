# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""What another partner's data may get otherwise (contract 1.6)."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.refusals import Reason
from sandbox.variants.catalogue import variant
from sandbox.world import OwnedT, Store


@variant("foreign-is-403")
class ForeignIs403(Sandbox):
    """What belongs to another partner gets 403."""

    def found(
        self, call: Call, store: Store[OwnedT], thing_id: str, reason: Reason, field: str | None = None
    ) -> OwnedT:
        thing = store.get(thing_id)
        if thing is not None and not self.is_visible(call, thing):
            raise self.refused(call, Reason.PARTNER_NOT_PERMITTED, field)
        return super().found(call, store, thing_id, reason, field)


class _StrictFilter(Sandbox):
    """A sandbox that refuses an unknown or foreign person in a filter."""

    def filter_text(self, call: Call, name: str) -> str | None:
        text = super().filter_text(call, name)
        if name == "person_id" and text is not None:
            person = self.world.persons.get(text)
            is_known = person is not None and self.is_visible(call, person)
            self.require(call, is_known, self.reason_of_filter(call))
        return text

    def reason_of_filter(self, call: Call) -> Reason:
        raise NotImplementedError


@variant("filter-is-404", freedom="unknown person in a filter")
class FilterIs404(_StrictFilter):
    """An unknown or foreign person in a filter gets 404."""

    def reason_of_filter(self, call: Call) -> Reason:
        return Reason.PERSON_UNKNOWN


@variant("filter-is-403", freedom="unknown person in a filter")
class FilterIs403(_StrictFilter):
    """An unknown or foreign person in a filter gets 403."""

    def reason_of_filter(self, call: Call) -> Reason:
        return Reason.PARTNER_NOT_PERMITTED
