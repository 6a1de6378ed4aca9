"""Two partners, each of whom tries for all that the other one has (contract 1.6).

Both have a thing of every kind. What each tries, what the other one's things read like before and after, and whether
they work to their end, is found out once in a process; the tests judge it operation by operation.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from contract.answers import Answers
from contract.clauses import clauses
from contract.exchange import Exchange
from contract.judge import Finding, document
from contract.operations import Operation
from suites.general.deltas import ALSO_REFUSED_BY, SPENDS_A_TRY, answers_to_foreigner, spoilt
from suites.general.estate import Estate, id_fields, is_list
from suites.specimens import Specimen
from suites.stories import PAGE

PATH, BODY, LIST = "general.foreign-path", "general.foreign-body", "general.foreign-list"

MOST_PAGES = 50
"""A reading of a whole list ends here: a target that passes over page[number] would never end it."""


TRIES = 6
"""Wrong signatures, codes and TANs of a stranger: more than a target lets its owner make (contract 3 and 5)."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request of one partner that reaches for the other one's data. what: in words."""

    what: str
    exchange: Exchange
    allowed: Answers


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as one partner got it. hidden: the ids of the other one's rows and persons. empty: it has to be."""

    what: str
    exchange: Exchange
    hidden: frozenset[str]
    empty: bool


@dataclass(slots=True)
class Findings:
    """What there is to judge about one operation. moved: whose things read otherwise than before."""

    attempts: dict[str, list[Attempt]] = field(default_factory=lambda: defaultdict(list))
    listings: list[Listing] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    last: list[Exchange] = field(default_factory=list)


class Trespass:
    """What two partners found out about each other. Made by trying; raises nothing that concerns one operation."""

    def __init__(self, one: Estate, other: Estate) -> None:
        self._found: dict[str, Findings] = defaultdict(Findings)
        self._failed: dict[str, Exception] = {}
        self._together = one.together
        estates = (one, other)
        one.together([estate.make for estate in estates])
        one.together([estate.read for estate in estates])
        tried = [*self._intrusions(one, other), *self._intrusions(other, one)]
        one.together([partial(self._guarded, name, act) for name, act in tried])
        for estate, moved in zip(estates, one.together([estate.moved for estate in estates]), strict=True):
            for name in moved:
                self._found[name].moved.append(estate.name)
        for finished in one.together([estate.finish for estate in estates]):
            for name, last in finished.items():
                self._found[name].last.append(last)
        late = [*self._latecomers(one, other), *self._latecomers(other, one)]
        one.together([partial(self._guarded, name, act) for name, act in late])
        for estate in estates:
            self._failed |= estate.failed

    @property
    def judged(self) -> Iterator[Exchange]:
        """All exchanges that a test judges; the others only served to make and to read things."""
        for found in self._found.values():
            yield from (attempt.exchange for attempts in found.attempts.values() for attempt in attempts)
            yield from (listing.exchange for listing in found.listings)
            yield from found.last

    def intrusion(self, operation: str) -> Finding | None:
        """How a partner got through to the other one by another operation, but not by this one."""
        through = {
            name: Finding(law, f"{name} answered {attempt.exchange.status}", str(attempt.allowed), attempt.exchange)
            for name, found in self._found.items()
            for law, attempts in found.attempts.items()
            for attempt in attempts
            if attempt.exchange.answer.ok
        }
        return None if operation in through else next(iter(through.values()), None)

    def about(self, operation: str) -> Findings:
        """What was found about an operation. Raises what went wrong as its things were made or tried."""
        if operation in self._failed:
            raise self._failed[operation]
        return self._found[operation]

    def _guarded(self, name: str, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # noqa: BLE001 - raised again where the operation is judged
            self._failed.setdefault(name, error)

    def _intrusions(self, intruder: Estate, owner: Estate) -> Iterator[tuple[str, Callable[[], None]]]:
        """All that one partner tries, operation by operation."""
        for name in sorted(intruder.things.keys() & owner.things.keys()):
            mine, theirs = intruder.things[name], owner.things[name]
            if theirs.ids:
                yield name, partial(self._paths, mine, theirs)
            if name in intruder.carriers:
                yield name, partial(self._bodies, intruder.carriers[name], theirs)
            if is_list(theirs.operation):
                yield name, partial(self._lists, mine, theirs)

    def _latecomers(self, intruder: Estate, owner: Estate) -> Iterator[tuple[str, Callable[[], None]]]:
        """What one partner tries for once more when all of the other one's is verified, confirmed or deleted."""
        for name in sorted(intruder.things.keys() & owner.things.keys()):
            if owner.things[name].ids:
                yield name, partial(self._late, intruder.things[name], owner.things[name])

    def _late(self, mine: Specimen, theirs: Specimen) -> None:
        allowed = answers_to_foreigner(theirs.operation, clauses()[PATH].answers)
        late = {"the id of another partner, who is done with it": partial(theirs.send, partner=mine.partner)}
        self._add(PATH, theirs.operation, self._sent(late), lambda _: allowed)

    def _paths(self, mine: Specimen, theirs: Specimen) -> None:
        operation = theirs.operation
        tried = {"the id of another partner": partial(theirs.send, partner=mine.partner)}
        if id_fields(operation):
            tried["it, and a body of one's own"] = partial(theirs.send, partner=mine.partner, json=mine.json)
        for place, name in enumerate(operation.parameters if len(theirs.ids) > 1 else ()):
            ids = (*mine.ids[:place], theirs.ids[place], *mine.ids[place + 1 :])
            tried[f"another partner's {name} alone"] = partial(mine.send, ids=ids)
        for name in spends_a_try(operation):
            wrong = spoilt(theirs.json, name, altered(str((theirs.json or {})[name])))
            for number in range(1, TRIES + 1):
                tried[f"it, and a wrong {name}, try {number}"] = partial(theirs.send, partner=mine.partner, json=wrong)
        allowed = answers_to_foreigner(operation, clauses()[PATH].answers)
        self._add(PATH, operation, self._sent(tried), lambda _: allowed)

    def _bodies(self, carrier: Specimen, theirs: Specimen) -> None:
        operation = carrier.operation
        foreign = {name: (theirs.json or {}).get(name) for name in id_fields(operation)}
        tried = {
            name: partial(carrier.send, json=spoilt(carrier.json, name, value))
            for name, value in foreign.items()
            if value
        }
        self._add(BODY, operation, self._sent(tried), lambda name: as_unknown(operation, name))

    def _sent(self, tried: Mapping[str, Callable[[], Exchange]]) -> dict[str, Exchange]:
        return dict(zip(tried, self._together(list(tried.values())), strict=True))

    def _add(
        self, law: str, operation: Operation, tried: dict[str, Exchange], allowed: Callable[[str], Answers]
    ) -> None:
        self._found[operation.id].attempts[law] += [
            Attempt(what, exchange, allowed(what)) for what, exchange in tried.items()
        ]

    def _lists(self, mine: Specimen, theirs: Specimen) -> None:
        """By the other partner's person, with each filter and page; and the whole list without one."""
        operation, reader = theirs.operation, mine.partner
        wide = {parameter.name: "true" for parameter in operation.query if parameter.type == "boolean"}
        rows = [row for row in document(theirs.send(params={**(theirs.params or {}), **wide})) if isinstance(row, dict)]
        hidden = frozenset(str(row.get(name)) for row in rows for name in ("id", "person_id"))
        fitting = {
            parameter.name: rows[0][found[1]]
            for parameter in operation.query
            if rows and (found := re.fullmatch(r"filter\[(\w+)\]", parameter.name)) and found[1] in rows[0]
        }
        person = theirs.params or {}
        queries: dict[str, tuple[dict[str, Any], bool]] = {
            "by another partner's person": ({**person}, True),
            "by another partner's person, dead ones too": ({**person, **wide}, True),
            "by another partner's person, page 2": ({**person, **wide, "page[size]": 1, "page[number]": 2}, True),
            "by all filters together": ({**fitting, **wide}, True),
            "by all filters but the person": (
                {**{name: value for name, value in fitting.items() if name not in person}, "page[size]": PAGE},
                False,
            ),
            "small pages, number 2": ({"page[size]": 2, "page[number]": 2}, False),
            "small pages, number 3": ({"page[size]": 2, "page[number]": 3, **wide}, False),
        }
        listings = self._found[operation.id].listings
        calls = [partial(reader.call, operation.id, params=params) for params, _ in queries.values()]
        for (what, (_, empty)), listed in zip(queries.items(), self._together(calls), strict=True):
            listings.append(Listing(what, listed, hidden, empty))
        for number, listed in enumerate(_pages(mine, wide), start=1):
            listings.append(Listing(f"the whole list, page {number}", listed, hidden, False))


def spends_a_try(operation: Operation) -> list[str]:
    """The field of an operation's body whose wrong value may use up a try, where it has one."""
    return [field.name for field in operation.body if (operation.id, field.name) in SPENDS_A_TRY]


def altered(text: str) -> str:
    """A signature, code or TAN that is as well-formed, but another one."""
    return text[:-1] + ("1" if text[-1] == "0" else "0")


def _pages(mine: Specimen, wide: dict[str, Any]) -> Iterator[Exchange]:
    """All pages of a partner's list, up to the first with nothing new on it."""
    seen: set[str] = set()
    for number in range(1, MOST_PAGES + 1):
        listed = mine.send(params={"page[size]": PAGE, "page[number]": number, **wide})
        yield listed
        ids = row_values(listed, "id")
        if len(ids) < PAGE or seen >= ids:
            return
        seen |= ids


def row_values(listed: Exchange, *names: str) -> set[str]:
    """What the rows of a list have in the named fields. Raises PrerequisiteFailed where a success is no such list."""
    rows: Sequence[Any] = document(listed) if listed.answer.ok else ()
    return {str(row[name]) for row in rows if isinstance(row, dict) for name in names if name in row}


def as_unknown(operation: Operation, name: str) -> Answers:
    """What a foreign id in a field of the body may get, preferably the answer that an unknown one prefers."""
    foreign = clauses()[BODY].answers
    assert foreign is not None
    [unknown] = [field.unknown for field in operation.body if field.name == name]
    if (other := ALSO_REFUSED_BY.get((operation.id, name))) is not None:
        unknown = clauses()[other].answers
    return unknown | foreign if unknown else foreign
