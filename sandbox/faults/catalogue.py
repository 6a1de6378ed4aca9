"""The catalogue: planted faults, each one decision gone wrong, under an id and with the clause that it breaks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from sandbox.app import Sandbox


class Level(StrEnum):
    """How far the broken clause may be held against a target (contract 0)."""

    MUST = "MUST"
    SHOULD = "SHOULD"


@dataclass(frozen=True, slots=True)
class Fault:
    """A sandbox with one bug.

    clause: the id of the clause that it breaks. level: of that clause. what: one line.
    """

    id: str
    clause: str
    level: Level
    what: str
    sandbox: type[Sandbox]


FAULTS: dict[str, Fault] = {}


def fault(fault_id: str, *, clause: str, level: Level = Level.MUST) -> Callable[[type[Sandbox]], type[Sandbox]]:
    """Enter a subclass of the sandbox into the catalogue; its docstring says what is wrong."""

    def enter(kind: type[Sandbox]) -> type[Sandbox]:
        if fault_id in FAULTS:
            raise ValueError(f"two faults have the id {fault_id!r}")
        FAULTS[fault_id] = Fault(fault_id, clause, level, (kind.__doc__ or "").strip(), kind)
        return kind

    return enter
