# ruff: noqa: ARG002 (a decision gets the request, whether it needs it or not)
"""How the JSON of an answer may be written otherwise (contract 1.1, 1.2)."""

from __future__ import annotations

import json
import random

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.http import Answer, Json, Request
from sandbox.operations import Operation
from sandbox.settings import Settings
from sandbox.variants.catalogue import variant
from sandbox.world import Device, Key

_UNDOCUMENTED = {
    "meta": {"id": "one-for-all", "status": "OK", "created_at": "long ago", "keys": [], "errors": None},
    "_links": [],
    "version": 7,
    "Ümlaut \N{SNOWMAN}": "\N{SNOWMAN}",
}


@variant("escaped-json", freedom="JSON text")
class EscapedJson(Sandbox):
    """The JSON is indented, and all that is not ASCII is escaped."""

    def rendered(self, request: Request, answer: Answer) -> bytes:
        return b"" if answer.body is None else json.dumps(answer.body, ensure_ascii=True, indent=3).encode()


@variant("spacious-json", freedom="JSON text")
class SpaciousJson(Sandbox):
    """There is white space around the JSON."""

    def rendered(self, request: Request, answer: Answer) -> bytes:
        body = super().rendered(request, answer)
        return b"\r\n\t " + body + b" \n\r\n" if body else body


@variant("shuffled-members")
class ShuffledMembers(Sandbox):
    """The members of objects stand in any order, another one each time."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._order = random.Random(1)  # noqa: S311 - nothing secret

    def finished(self, operation: Operation, request: Request, answer: Answer) -> Answer:
        answer = super().finished(operation, request, answer)
        return Answer(answer.status, self._shuffled(answer.body), answer.headers)

    def _shuffled(self, value: object) -> object:
        if isinstance(value, list):
            return [self._shuffled(item) for item in value]
        if isinstance(value, dict):
            return {name: self._shuffled(value[name]) for name in self._order.sample(list(value), len(value))}
        return value


@variant("more-members")
class MoreMembers(Sandbox):
    """Every object of an answer has members that nobody documented."""

    def finished(self, operation: Operation, request: Request, answer: Answer) -> Answer:
        answer = super().finished(operation, request, answer)
        return Answer(answer.status, self._with_more(answer.body), answer.headers)

    def _with_more(self, value: object) -> object:
        if isinstance(value, list):
            return [self._with_more(item) for item in value]
        if isinstance(value, dict):
            return {name: self._with_more(item) for name, item in value.items()} | _UNDOCUMENTED
        return value


@variant("no-name-is-empty", freedom="absent name")
class NoNameIsEmpty(Sandbox):
    """A device without a name has an empty one."""

    def device_view(self, call: Call, device: Device) -> Json:
        return super().device_view(call, device) | {"name": device.name or ""}

    def key_owner_view(self, call: Call, device: Device) -> Json:
        return super().key_owner_view(call, device) | {"name": device.name or ""}


@variant("nothing-is-absent", freedom="absent name")
class NothingIsAbsent(Sandbox):
    """What has no value is left out: the name of a device, and when a key was used."""

    def device_view(self, call: Call, device: Device) -> Json:
        return _without_nulls(super().device_view(call, device))

    def key_owner_view(self, call: Call, device: Device) -> Json:
        return _without_nulls(super().key_owner_view(call, device))

    def key_view(self, call: Call, key: Key) -> Json:
        return _without_nulls(super().key_view(call, key))


@variant("deleted-at-is-null")
class DeletedAtIsNull(Sandbox):
    """A live device has a deleted_at that is null."""

    def deletion_view(self, call: Call, device: Device) -> Json:
        return {"deleted_at": None} | super().deletion_view(call, device)


def _without_nulls(view: Json) -> Json:
    return {name: value for name, value in view.items() if value is not None}
