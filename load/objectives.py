"""Objectives: what a target has to keep under load, read from TOML and held against measurements."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from load.loops import LOOPS
from load.measure import Measurements, Total
from target.route import route

_SHARES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999}
_KEYS = (*_SHARES, "errors")
_RUN = ("rate", "wrong_successes")
_PARTS = ("rate", "errors")


class ObjectivesError(Exception):
    """A file of objectives that cannot be used; one sentence."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One objective, held against a run.

    unit: ms, share, or nothing for a count. observed: infinite where too many calls failed for this quantile.
    """

    subject: str
    measure: str
    limit: float
    observed: float
    unit: str
    met: bool

    def as_json(self) -> dict[str, Any]:
        observed = None if math.isinf(self.observed) or math.isnan(self.observed) else self.observed
        return {
            "subject": self.subject,
            "measure": self.measure,
            "limit": self.limit,
            "observed": observed,
            "unit": self.unit,
            "met": self.met,
        }


@dataclass(frozen=True, slots=True)
class Objectives:
    """run: for the run as a whole; default, loop: for every operation and every loop; named: for one of them."""

    run: Mapping[str, float]
    default: Mapping[str, float]
    loop: Mapping[str, float]
    named: Mapping[str, Mapping[str, float]]

    def of(self, name: str) -> Mapping[str, float]:
        """What one operation or loop has to keep."""
        return self.named.get(name, self.loop if name in LOOPS else self.default)

    def judge(self, measured: Measurements, stages: Sequence[int], rate_reached: float | None) -> Iterator[Judged]:
        """All objectives held against the judged stages. rate_reached: of what was asked, None in the closed model."""
        wrong = sum(measured.sum(name, stages).wrong_successes for name in measured.names if name not in LOOPS)
        if (limit := self.run.get("wrong_successes")) is not None:
            yield Judged("run", "wrong successes", limit, wrong, "", wrong <= limit)
        if rate_reached is not None and (limit := self.run.get("rate")) is not None:
            yield Judged("run", "rate", limit, rate_reached, "share", rate_reached >= limit)
        for name in measured.names:
            yield from self._of_one(name, measured.sum(name, stages))

    def _of_one(self, name: str, total: Total) -> Iterator[Judged]:
        if not total.asked:
            return
        for measure, limit in self.of(name).items():
            if measure == "errors":
                yield Judged(name, measure, limit, total.error_share, "share", total.error_share <= limit)
            else:
                observed = total.objective(_SHARES[measure]) / 1000
                yield Judged(name, measure, limit, observed, "ms", observed <= limit)


def load_objectives(path: Path) -> Objectives:
    """Read a file such as load/objectives.toml. Raises ObjectivesError."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ObjectivesError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or 'not UTF-8'})") from None
    except tomllib.TOMLDecodeError as error:
        raise ObjectivesError(f"{path}: is not TOML: {error}") from None
    for name, rows in table.items():
        if not isinstance(rows, dict):
            raise ObjectivesError(f"{path}: {name} is {rows!r}; allowed are tables, such as [default] with p99 = 500")
        if not _is_known(name):
            raise ObjectivesError(f"{path}: [{name}] is no operation and no loop; the loops are {', '.join(LOOPS)}")
        known = _RUN if name == "run" else _KEYS
        for key, value in rows.items():
            if key not in known:
                raise ObjectivesError(f"{path}: {name}.{key} is unknown; allowed are {', '.join(known)}")
            if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
                raise ObjectivesError(f"{path}: {name}.{key} is {value!r}; allowed is a number of 0 or more")
            if key in _PARTS and value > 1:
                raise ObjectivesError(f"{path}: {name}.{key} is {value!r}; allowed is a share from 0 to 1")
    named = {name: rows for name, rows in table.items() if name not in ("run", "default", "loop")}
    return Objectives(table.get("run", {}), table.get("default", {}), table.get("loop", {}), named)


def _is_known(name: str) -> bool:
    """Whether a table of this name means anything."""
    if name in ("run", "default", "loop", *LOOPS):
        return True
    try:
        route(name)
    except KeyError:
        return False
    return True
