"""The facts of a run that no check holds: what was tested, when, how, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

FailOn = Literal["must", "should"]


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a reader has to know to judge a run, and to repeat it.

    started_at: RFC 3339, UTC. duration: seconds. seed: what the made-up persons and the order of the tests grew from.
    selection: the options that left tests out (`-k delete`), None when nothing was left out.
    fail_on: the gate; with "should" a SHOULD that is violated fails the run too.
    interrupted: the run was stopped from outside before its end.
    errors: one sentence for each failure of the suite itself outside any check. Both are known only at the end.
    """

    run_id: str
    target_name: str
    target_url: str
    suite_version: str
    started_at: str
    duration: float
    seed: int | str | None
    selection: str | None
    fail_on: FailOn = "must"
    interrupted: bool = False
    errors: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """A mapping of plain JSON types."""
        return {**asdict(self), "errors": list(self.errors)}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> RunFacts:
        """The inverse of as_json. Raises ValueError naming the fact that is missing, unknown or of a wrong type."""
        if odd := set(row) ^ {field.name for field in fields(cls)}:
            raise ValueError(f"the fact {min(odd)!r} is {'unknown' if min(odd) in row else 'missing'}")
        if wrong := [name for name, allowed in _TYPES.items() if not isinstance(row[name], allowed)]:
            raise ValueError(f"the fact {wrong[0]!r} cannot be {row[wrong[0]]!r}")
        if row["fail_on"] not in ("must", "should"):
            raise ValueError(f"the fact 'fail_on' is 'must' or 'should', not {row['fail_on']!r}")
        if not all(isinstance(error, str) for error in row["errors"]):
            raise ValueError("the fact 'errors' is a list of sentences")
        return cls(**{**row, "errors": tuple(row["errors"])})


_TYPES: Mapping[str, tuple[type, ...]] = {
    "run_id": (str,),
    "target_name": (str,),
    "target_url": (str,),
    "suite_version": (str,),
    "started_at": (str,),
    "duration": (int, float),
    "seed": (int, str, type(None)),
    "selection": (str, type(None)),
    "fail_on": (str,),
    "interrupted": (bool,),
    "errors": (list,),
}
