"""A change of a person, from the sensitive call to its confirmation (contract 7)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest

from contract.clauses import clauses
from contract.exchange import Exchange
from contract.judge import Finding, Judge, PrerequisiteFailed, document
from signer import KeyPair
from suites.access.echo import differing
from suites.stories import Binding, Stories, signed
from target.provisioning import Person

STATIC_TAN = "212212"
"""The TAN of the delivery method `static`, and of no other (contract 7)."""


def values(person: Person, *also: str) -> dict[str, Any]:
    """What is read of all that was sent of a person; equal before and after a refusal. Raises PrerequisiteFailed.

    also: further fields, which a target need not show: then they read None.
    """
    read = document(person.partner.call("read-person", person.id))
    return {name: read.get(name) for name in (*person.fields, *also)}


def stays(judge: Judge, person: Person, before: dict[str, Any]) -> None:
    """What was answered well so far, has not moved the person. Raises Violation."""
    moved = differing(before, values(person, *before))
    judge.holds(not moved, "the person has changed", "no change but by a confirmation")


def new_email() -> dict[str, Any]:
    """A field with a value that nobody has."""
    return {"email": f"{secrets.token_hex(8)}@example.org"}


def ask(person: Person, fields: Mapping[str, Any] | None = None, **options: Any) -> Exchange:
    """PATCH the person, by default with a new e-mail address."""
    return person.partner.call("change-person", person.id, json=fields or new_email(), **options)


@dataclass(frozen=True, slots=True)
class Change:
    """A change request. fields: what the person has when it is completed."""

    person: Person
    id: str
    fields: dict[str, Any]

    @classmethod
    def begin(cls, person: Person, fields: dict[str, Any] | None = None, **options: Any) -> Change:
        """Ask for a change, by default of the e-mail address. Raises PrerequisiteFailed."""
        fields = fields or new_email()
        return cls(person, document(ask(person, fields, **options))["id"], fields)

    def authorize(self, body: Any, **options: Any) -> Exchange:
        """POST .../authorize with any body."""
        return self.person.partner.call("authorize-change-request", self.id, json=body, **options)

    def confirm(self, body: Any, **options: Any) -> Exchange:
        """POST .../confirm with any body."""
        return self.person.partner.call("confirm-change-request", self.id, json=body, **options)

    def is_done(self) -> bool:
        """Whether the person has the new value."""
        return not differing(self.fields, document(self.person.partner.call("read-person", self.person.id)))


@dataclass(frozen=True, slots=True)
class Authorized:
    """A change request that waits for its confirmation.

    body: the right confirmation. text: what is to be signed; device: by whose keys. Both None for a TAN.
    """

    change: Change
    body: dict[str, Any]
    text: str = ""
    device: Binding | None = None

    def confirm(self, body: Any = None, **options: Any) -> Exchange:
        """POST .../confirm: the right one, or another body."""
        return self.change.confirm(self.body if body is None else body, **options)

    def with_signature(self, signature: str) -> dict[str, Any]:
        """The confirmation with another signature."""
        return {**self.body, "signature": signature}

    def with_tan(self, tan: Any) -> dict[str, Any]:
        """The confirmation with another TAN."""
        return {**self.body, "tan": tan}


def completes(judge: Judge, waiting: Authorized) -> None:
    """The right confirmation gives the person the new value, and no other; the answer shows it. Raises Violation."""
    before = values(waiting.change.person)
    answer = waiting.confirm()
    judge.accepts(answer, clauses()["confirm.by-tan"].answers)
    completed = judge.works(answer)
    judge.holds(completed["id"] == waiting.change.id, "the answer has another id", "the change request's id", answer)
    moved = differing(waiting.change.fields, completed["response_body"])
    judge.holds(not moved, f"response_body shows another {', '.join(moved)}", "the new value", answer)
    expected = {**before, **waiting.change.fields}
    # An address may show more than was sent of it.
    other = differing(expected, values(waiting.change.person))
    judge.holds(not other, "the person is not as was confirmed", "the new value alone")


def to_number(person: Person) -> dict[str, Any]:
    """The body of an authorization by SMS."""
    return {"delivery_method": "mobile_number", "person_id": person.id}


def to_nobody(person: Person) -> dict[str, Any]:
    """The body of an authorization by the static TAN."""
    return {"delivery_method": "static", "person_id": person.id}


def to_device(device: Binding) -> dict[str, Any]:
    """The body of an authorization by a device."""
    return {"delivery_method": "device_signing", "device_id": device.device_id}


def by_tan(person: Person, tan: str) -> dict[str, Any]:
    """The body of a confirmation by TAN."""
    return {"person_id": person.id, "tan": tan}


def by_signature(device: Binding, text: str, keys: KeyPair | None = None) -> dict[str, Any]:
    """The body of a confirmation by a signature over a text, made with the device's first key or other ones."""
    return {"device_id": device.device_id, "signature": signed(keys or device.keys, text)}


def text_of(authorized: Mapping[str, Any]) -> str:
    """The text to sign of an authorization's answer; both names are in use (contract 7). Empty where there is none."""
    text = authorized.get("string_to_sign") or authorized.get("text_to_sign")
    return text if isinstance(text, str) else ""


def by_number(stories: Stories, change: Change, **options: Any) -> Authorized:
    """Authorize by SMS, and read the TAN. Raises PrerequisiteFailed, NotTestable."""
    document(change.authorize(to_number(change.person), **options))
    [tan] = stories.otps(change.person, [change.id])
    return Authorized(change, by_tan(change.person, tan.reveal()))


def by_static_tan(_: Stories, change: Change, **options: Any) -> Authorized:
    """Authorize by the static TAN. Raises PrerequisiteFailed."""
    document(change.authorize(to_nobody(change.person), **options))
    return Authorized(change, by_tan(change.person, STATIC_TAN))


def by_device(stories: Stories, change: Change, device: Binding | None = None, **options: Any) -> Authorized:
    """Authorize by a device, by default a new one of the person. Raises PrerequisiteFailed."""
    device = device or stories.bind(change.person)
    authorized = change.authorize(to_device(device), **options)
    text = text_of(document(authorized))
    if not text:
        raise PrerequisiteFailed(Finding("authorize.string-to-sign", "no text to sign", "one to sign", authorized))
    return Authorized(change, by_signature(device, text), text, device)


Way = Callable[..., Authorized]

WAYS: Mapping[str, Way] = MappingProxyType(
    {"mobile_number": by_number, "static": by_static_tan, "device_signing": by_device}
)

each_way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
"""Try a test on a change request that was authorized in each of the three ways."""


def begin_all(stories: Stories, person: Person, way: Way, count: int, *device: Binding) -> list[Authorized]:
    """Several change requests of a person, each authorized; where a device is needed and none given, by a new one.

    Raises PrerequisiteFailed, NotTestable.
    """
    changes, by = stories.beside(
        lambda: stories.together([partial(Change.begin, person)] * count),
        lambda: [stories.bind(person)] if way is by_device and not device else list(device),
    )
    return stories.together([partial(way, stories, change, *by) for change in changes])


def begin(stories: Stories, person: Person, way: Way, *device: Binding) -> Authorized:
    """A change request of a person that is authorized in a way. Raises PrerequisiteFailed, NotTestable."""
    return begin_all(stories, person, way, 1, *device)[0]


def confirm_each(
    stories: Stories, waiting: Sequence[Authorized], bodies: Mapping[str, dict[str, Any]]
) -> dict[str, Exchange]:
    """Confirm each request with a body of its own, side by side; `bodies` has in words what each of them is."""
    calls = [partial(one.confirm, body) for one, body in zip(waiting, bodies.values(), strict=True)]
    return dict(zip(bodies, stories.together(calls), strict=True))
