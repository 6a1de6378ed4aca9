"""A partner's estate: a thing of every kind, what it reads like, and whether it works to its end (contract 1.6)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle
from typing import Any, TypeVar

from contract.exchange import Exchange
from contract.judge import document
from contract.operations import Operation, operations
from suites.specimens import SPECIMENS, Specimen, Workshop
from suites.stories import Stories
from target.provisioning import Person

T = TypeVar("T")

CUSTOMERS = 3
"""Among whom the things are dealt out, so that nobody gets more than five devices."""


class Album(Stories):
    """Stories that read a person once, until the page is turned: many things are one person's."""

    _page: dict[str, Any]

    def turn(self) -> None:
        """From here on everything is read anew."""
        self._page = {}

    def state(self, person: Person) -> dict[str, Any]:
        return self._once(f"state {person.id}", partial(super().state, person))

    def sent(self, person: Person) -> int | None:
        return self._once(f"sent {person.id}", partial(super().sent, person))

    def _once(self, name: str, read: Callable[[], T]) -> T:
        if name not in self._page:
            self._page[name] = read()
        found: T = self._page[name]
        return found


class Estate:
    """All things of one partner. A specimen of each operation; one that only reads has the thing of a sibling.

    carriers: further good requests, whose bodies are to be spoilt. failed: what went wrong, by operation.
    """

    def __init__(self, album: Album, workshop: Callable[[], Workshop]) -> None:
        self._album = album
        self._workshops = [workshop() for _ in range(CUSTOMERS)]
        self.name = f"the {self._workshops[0].partner.role.value}"
        self.things: dict[str, Specimen] = {}
        self.carriers: dict[str, Specimen] = {}
        self.failed: dict[str, Exception] = {}
        self._before: dict[str, Any] = {}

    def together(self, calls: Sequence[Callable[[], T]]) -> list[T]:
        return self._album.together(calls)

    def make(self) -> None:
        """Make all things, and leave something dead where the lists can show it. What goes wrong is kept."""
        concerned = [operations()[name] for name in SPECIMENS if is_concerned(operations()[name])]
        own = [operation.id for operation in concerned if _sibling(operation) is None]
        dealt = dict(zip(own, cycle(self._workshops), strict=False))
        carrying = [name for name in own if id_fields(operations()[name])]
        self.things, carriers = self.together(
            [
                partial(self._kept, {name: partial(workshop.make, name) for name, workshop in dealt.items()}),
                partial(self._kept, {name: partial(dealt[name].make, name) for name in carrying}),
            ]
        )
        self.carriers = {name: carrier for name, carrier in carriers.items() if name in self.things}
        for operation in concerned:
            sibling = _sibling(operation)
            if sibling in self.things:
                self.things[operation.id] = replace(self.things[sibling], operation=operation, json=None)
            elif sibling in self.failed:
                self.failed[operation.id] = self.failed[sibling]
        dying = {"list-devices": self._deleted_device, "list-activation-challenges": self._replaced_code}
        self._kept({name: partial(die, dealt[name]) for name, die in dying.items() if name in self.things})

    def _deleted_device(self, workshop: Workshop) -> None:
        device = self._album.bind(workshop.person)
        document(device.partner.call("delete-device", device.device_id))

    def _replaced_code(self, workshop: Workshop) -> None:
        [person_id] = (self.things["list-activation-challenges"].params or {}).values()
        self._album.activation_code(Person(person_id, workshop.partner), invalidate_existing=True)

    def _kept(self, acts: Mapping[str, Callable[[], T]]) -> dict[str, T]:
        """What the acts gave, by operation; an operation whose act failed is given up."""

        def guarded(name: str, act: Callable[[], T]) -> list[T]:
            try:
                return [act()]
            except Exception as error:  # noqa: BLE001 - raised again where the operation is judged
                self.failed.setdefault(name, error)
                return []

        done = self.together([partial(guarded, name, act) for name, act in acts.items()])
        return {name: kept for name, result in zip(acts, done, strict=True) for kept in result}

    def read(self) -> None:
        """Remember what all things read like."""
        self._before = self._states()

    def moved(self) -> list[str]:
        """The operations whose things read otherwise than they did; each by what is its own."""
        after = self._states()
        return [name for name, state in after.items() if self._own(name, state) != self._own(name, self._before[name])]

    def _states(self) -> dict[str, Any]:
        self._album.turn()
        self._kept({f"customer {place}": partial(self._look, shop) for place, shop in enumerate(self._workshops)})
        return self._kept({name: self.things[name].state for name in self.things.keys() - self.failed.keys()})

    def _look(self, workshop: Workshop) -> None:
        """Read the customer first: side by side their things would not find them in the album."""
        self._album.state(workshop.person)
        self._album.sent(workshop.person)

    def _own(self, name: str, state: Any) -> Any:
        others = set().union(*(_ids(thing) for other, thing in self.things.items() if other != name))
        return _without(state, others - _ids(self.things[name]))

    def finish(self) -> dict[str, Exchange]:
        """Send all good requests, those that only read first. By operation."""
        done: dict[str, Exchange] = {}
        for reading in (True, False):
            sent = {name: thing.send for name, thing in self.things.items() if thing.operation.idempotent is reading}
            done |= self._kept(sent)
        return done


def is_concerned(operation: Operation) -> bool:
    """Whether an operation takes the id of anything, or lists a partner's things of a kind."""
    return bool(operation.parameters or id_fields(operation) or is_list(operation))


def is_list(operation: Operation) -> bool:
    """Whether an operation lists a partner's things of a kind."""
    return operation.idempotent and not operation.parameters and bool(operation.query)


def id_fields(operation: Operation) -> list[str]:
    """The fields of an operation's body that hold the id of another thing."""
    return [field.name for field in operation.body if field.name.endswith("_id")]


def _sibling(operation: Operation) -> str | None:
    """The operation that acts on what the other one only reads: they share their thing."""
    if not (operation.idempotent and operation.parameters):
        return None
    acting = (other.id for other in operations().values() if other.path == operation.path and not other.idempotent)
    return next((name for name in acting if name in SPECIMENS), None)


def _ids(thing: Specimen) -> set[str]:
    named = ((thing.json or {}).get(name) for name in id_fields(thing.operation))
    return {*thing.ids, *(value for value in named if isinstance(value, str))}


def _without(state: Any, ids: Iterable[str]) -> Any:
    """A state without what is said of the things with the given ids."""
    if isinstance(state, dict):
        return {name: _without(value, ids) for name, value in state.items() if name not in ids}
    return [_without(value, ids) for value in state] if isinstance(state, list | tuple) else state
