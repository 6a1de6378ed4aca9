"""What a proof of the suite found: which faults were caught and by which clause, and who was blamed wrongly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from functools import cached_property
from typing import Any

from contract.clauses import Clause, Clauses, Level

RIGHT_SHARE = 0.95
"""The share of all faults that has to be caught by the clause that it breaks."""

MANY = 10
"""A fault that turns more other clauses red than these needs a root cause that is named first."""


class Kind(StrEnum):
    """What a candidate is."""

    BASE = "base"
    VARIANT = "variant"
    COMBINATION = "combination"
    FAULT = "fault"


class Stage(StrEnum):
    """How much of the suite was run: the tests of the broken clause, those of its chapter too, or all."""

    CLAUSE = "clause"
    CHAPTER = "chapter"
    ALL = "all"


class Fate(StrEnum):
    """What became of a fault, or of a target that is right."""

    CAUGHT = "caught by its clause"
    ELSEWHERE = "caught elsewhere"
    SURVIVED = "survived"
    LEFT_ALONE = "left alone"
    BLAMED = "false alarm"
    ERROR = "suite error"


@dataclass(frozen=True, slots=True)
class Alarm:
    """A clause that was red: its gravest word, by how many checks, and what the first of them saw."""

    clause: str
    verdict: str
    checks: int
    observed: str
    test: str


@dataclass(frozen=True, slots=True)
class Trial:
    """The suite on one candidate. clause: that a fault breaks; warns: that a variant does not keep, being SHOULD.

    seconds: from the start of the target to its end. not_testable: reasons with the count of checks.
    errors: of the suite itself.
    """

    kind: Kind
    id: str
    what: str
    clause: str | None
    warns: tuple[str, ...]
    stage: Stage
    seconds: float
    checks: int
    alarms: tuple[Alarm, ...]
    not_testable: Mapping[str, int]
    errors: tuple[str, ...]

    @property
    def false_alarms(self) -> tuple[Alarm, ...]:
        """What a target that is right was blamed for."""
        if self.kind is Kind.FAULT:
            return ()
        return tuple(alarm for alarm in self.alarms if alarm.verdict != "warn" or alarm.clause not in self.warns)

    @property
    def fate(self) -> Fate:
        if self.errors:
            return Fate.ERROR
        if self.kind is not Kind.FAULT:
            return Fate.BLAMED if self.false_alarms else Fate.LEFT_ALONE
        red = {alarm.clause for alarm in self.alarms}
        if self.clause in red:
            return Fate.CAUGHT
        return Fate.ELSEWHERE if red else Fate.SURVIVED

    @property
    def others(self) -> tuple[Alarm, ...]:
        """What else was red than the clause that the fault breaks."""
        return tuple(alarm for alarm in self.alarms if alarm.clause != self.clause)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "fate": self.fate}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Trial:
        """The inverse of as_json. Raises KeyError, TypeError, ValueError."""
        known = {field.name: row[field.name] for field in fields(cls)}
        return cls(
            **known
            | {
                "kind": Kind(row["kind"]),
                "stage": Stage(row["stage"]),
                "warns": tuple(row["warns"]),
                "alarms": tuple(Alarm(**alarm) for alarm in row["alarms"]),
                "errors": tuple(row["errors"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """What was tried, and how. complete: every fault and every combination; at: RFC 3339.

    cpu_seconds: that all attempts and their targets computed, whatever else the machine did.
    """

    at: str
    suite_version: str
    seed: int
    jobs: int
    complete: bool
    whole: bool
    seconds: float
    cpu_seconds: float


class Proof:
    """All trials of one proof. history: the summaries of earlier ones, oldest first."""

    def __init__(
        self, scope: Scope, trials: Iterable[Trial], clauses: Clauses, history: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        self.scope = scope
        self.trials = tuple(trials)
        self.clauses = clauses
        self.history = tuple(history)

    def of(self, *kinds: Kind) -> tuple[Trial, ...]:
        return tuple(trial for trial in self.trials if trial.kind in kinds)

    @cached_property
    def faults(self) -> tuple[Trial, ...]:
        return self.of(Kind.FAULT)

    @cached_property
    def rightful(self) -> tuple[Trial, ...]:
        """The targets that are right, each in its way."""
        return self.of(Kind.BASE, Kind.VARIANT, Kind.COMBINATION)

    def having(self, fate: Fate, trials: Sequence[Trial] | None = None) -> tuple[Trial, ...]:
        return tuple(trial for trial in (self.trials if trials is None else trials) if trial.fate is fate)

    @cached_property
    def needing(self) -> tuple[Clause, ...]:
        """The clauses that have to be shown able to fail."""
        return tuple(clause for clause in self.clauses.testable if clause.level is not Level.OBSERVE)

    @cached_property
    def unproven(self) -> tuple[Clause, ...]:
        """The MUST and SHOULD clauses that no fault made fail."""
        red = {alarm.clause for trial in self.faults for alarm in trial.alarms}
        return tuple(clause for clause in self.needing if clause.id not in red)

    @property
    def caught(self) -> int:
        return len(self.faults) - len(self.having(Fate.SURVIVED, self.faults)) - len(self.errors_of_faults)

    @property
    def errors_of_faults(self) -> tuple[Trial, ...]:
        return self.having(Fate.ERROR, self.faults)

    @property
    def caught_rightly(self) -> int:
        return len(self.having(Fate.CAUGHT, self.faults))

    @property
    def diffuse(self) -> tuple[Trial, ...]:
        """The faults that turned many other clauses red, without a root cause that the contract names."""
        return tuple(trial for trial in self.faults if len(self._rootless(trial)) > MANY)

    def _rootless(self, trial: Trial) -> list[Alarm]:
        red = {alarm.clause for alarm in trial.alarms}
        return [alarm for alarm in trial.others if not red & set(self.clauses[alarm.clause].presupposes)]

    @property
    def holds(self) -> bool:
        """Whether the suite is proved, as far as this proof went."""
        return (
            self.caught == len(self.faults)
            and self.caught_rightly >= RIGHT_SHARE * len(self.faults)
            and len(self.having(Fate.LEFT_ALONE)) == len(self.rightful)
            and not (self.scope.complete and self.unproven)
        )

    @property
    def killers(self) -> Mapping[str, tuple[Trial, ...]]:
        """The faults that made each clause fail, by clause."""
        found: dict[str, list[Trial]] = {clause.id: [] for clause in self.needing}
        for trial in self.faults:
            for alarm in trial.alarms:
                found.setdefault(alarm.clause, []).append(trial)
        return {clause: tuple(trials) for clause, trials in found.items()}

    @property
    def summary(self) -> dict[str, Any]:
        """The numbers that history keeps."""
        return {
            "at": self.scope.at,
            "complete": self.scope.complete,
            "seconds": self.scope.seconds,
            "cpu_seconds": self.scope.cpu_seconds,
            "faults": len(self.faults),
            "caught": self.caught,
            "caught_by_their_clause": self.caught_rightly,
            "right_targets": len(self.rightful),
            "false_alarms": len(self.having(Fate.BLAMED)),
            "clauses": len(self.needing),
            "clauses_without_a_fault": len(self.unproven),
            "diffuse": [trial.id for trial in self.diffuse],
            "survivors": [trial.id for trial in self.having(Fate.SURVIVED)],
            "holds": self.holds,
        }

    def as_json(self) -> dict[str, Any]:
        """All of it, with plain JSON types."""
        return {
            "summary": self.summary,
            "scope": asdict(self.scope),
            "unproven": [clause.id for clause in self.unproven],
            "trials": [trial.as_json() for trial in self.trials],
            "history": list(self.history),
        }
