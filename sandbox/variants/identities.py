# ruff: noqa: ARG002 (a decision gets the kind, whether it needs it or not)
"""What an id may look like otherwise: it is opaque (contract 1.1, 1.7)."""

from __future__ import annotations

import itertools
import re

from sandbox.app import Sandbox
from sandbox.core import Call, Kind
from sandbox.refusals import Reason, RefusedError
from sandbox.settings import Settings
from sandbox.variants.catalogue import variant

_USUAL_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")
_UNKNOWN = frozenset(
    {
        Reason.PERSON_UNKNOWN,
        Reason.DEVICE_UNKNOWN,
        Reason.KEY_UNKNOWN,
        Reason.CHALLENGE_UNKNOWN,
        Reason.EVENT_UNKNOWN,
        Reason.CHANGE_REQUEST_UNKNOWN,
    }
)


@variant("short-ids", freedom="ids")
class ShortIds(Sandbox):
    """Ids are small numbers, counted through for all kinds of things."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._ids = itertools.count(1)

    def new_id(self, kind: Kind = Kind.PLAIN) -> str:
        return str(next(self._ids))


@variant("long-ids", freedom="ids")
class LongIds(Sandbox):
    """Ids have three hundred characters, in capitals too."""

    def new_id(self, kind: Kind = Kind.PLAIN) -> str:
        return f"ID_{super().new_id(kind)}".ljust(300, "Z")


@variant("ids-to-be-quoted", freedom="ids")
class IdsToBeQuoted(Sandbox):
    """Ids have characters that a client has to quote in a path and in a query."""

    def new_id(self, kind: Kind = Kind.PLAIN) -> str:
        return f"urn:{super().new_id(kind)}/?#&=+%41 ü"


@variant("impossible-ids-are-400")
class ImpossibleIdsAre400(Sandbox):
    """An unknown id in the path that is no word of letters and digits gets 400."""

    def refused(self, call: Call, reason: Reason, field: str | None = None) -> RefusedError:
        is_odd = reason in _UNKNOWN and field is None and not all(_USUAL_ID.fullmatch(text) for text in call.ids)
        return super().refused(call, Reason.QUERY_VALUE if is_odd else reason, field)
