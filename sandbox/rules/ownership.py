"""Whose data a call may see (contract 1.6)."""

from __future__ import annotations

from sandbox.core import Call, Core
from sandbox.refusals import Reason
from sandbox.world import Owned, OwnedT, Person, Store


class OwnershipRules(Core):
    """The one way to a thing by its id."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        """Whether the thing belongs to the partner who calls."""
        return thing.partner is call.partner

    def found(
        self, call: Call, store: Store[OwnedT], thing_id: str, reason: Reason, field: str | None = None
    ) -> OwnedT:
        """The thing with this id.

        Raises:
            RefusedError: There is none, or it belongs to another partner: the same answer.
        """
        thing = store.get(thing_id)
        if thing is None or not self.is_visible(call, thing):
            raise self.refused(call, reason, field)
        return thing

    def person_of_path(self, call: Call) -> Person:
        return self.found(call, self.world.persons, call.ids[0], Reason.PERSON_UNKNOWN)

    def person_of_body(self, call: Call, person_id: str) -> Person:
        return self.found(call, self.world.persons, person_id, Reason.PERSON_UNKNOWN, "person_id")
