"""One attempt: the suite on one candidate, in a process of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from contract.clauses import clauses
from contract.evidence import Verdict
from contract.judge import NotTestable, Violation
from prove.candidates import Candidate
from prove.targets import NurseryError, embedded
from reports.proof import Alarm, Kind, Stage, Trial
from suites.law import clause_of
from suites.run import RUN, Run
from suites.verdicts import Verdicts
from target.client import TargetUnreachable
from target.profile import Profile

SEED = "proof"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of the suite is run on a fault.

    whole: everything, whether it is caught or not. as_far_as: the last stage for one that survives.
    unaware: as if nobody knew which clause is broken: everything, until the first alarm.
    """

    whole: bool = False
    as_far_as: Stage = Stage.ALL
    unaware: bool = False


class Observer:
    """pytest plugin: keeps what is red, and ends the attempt when enough has been seen.

    is_enough: whether the violation of a clause ends the attempt.
    """

    def __init__(self, session: pytest.Session, is_enough: Callable[[str], bool]) -> None:
        self._session = session
        self._is_enough = is_enough
        self.alarms: dict[str, Alarm] = {}
        self.errors: list[str] = []
        self.not_testable: dict[str, int] = {}
        self.checks = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        rows: list[dict[str, Any]] = getattr(report, "checks", [])
        self.checks += len(rows)
        for row in rows:
            verdict = Verdict(row["verdict"])
            if verdict is Verdict.SUITE_ERROR:
                self.errors.append(f"{row['test']}: {row['observed']}")
            elif verdict > Verdict.NOT_TESTABLE:
                self._alarm(row)
            elif verdict is Verdict.NOT_TESTABLE:
                self.not_testable[row["observed"]] = self.not_testable.get(row["observed"], 0) + 1
        if report.failed and not rows:
            self.errors.append(f"{report.nodeid} failed in its {report.when}")

    def _alarm(self, row: dict[str, Any]) -> None:
        known = self.alarms.get(row["clause"])
        if known is None:
            self.alarms[row["clause"]] = Alarm(row["clause"], row["verdict"], 1, row["observed"], row["test"])
        else:
            self.alarms[row["clause"]] = replace(known, checks=known.checks + 1)
        if self._is_enough(row["clause"]):
            self._session.shouldstop = "caught"


def attempt(
    session: pytest.Session, profile: Profile, nursery: Path, candidate: Candidate, directory: Path, plan: Plan
) -> Trial:
    """Try the collected tests on a candidate. Only once in a process: what it leaves in pytest is not taken back."""
    begun = time.monotonic()
    config = session.config
    is_fault = candidate.kind is Kind.FAULT
    staged = is_fault and not (plan.whole or plan.unaware)
    observer = Observer(session, lambda clause: is_fault and (plan.unaware or (staged and clause == candidate.clause)))
    last = Stage.ALL
    try:
        with embedded(nursery, candidate.arguments) as url, closing(Run(directory, profile.at(url))) as run:
            run.begin()
            config.stash[RUN] = run
            config.option.collectonly, config.option.seed = False, SEED
            config.pluginmanager.register(Verdicts("should", brief=True), "verdicts")
            config.pluginmanager.register(observer, "observer")
            for last, items in _stages(session.items, candidate.clause if staged else None):
                session.items = items
                config.hook.pytest_runtestloop(session=session)
                if staged and (observer.alarms or last is plan.as_far_as):
                    break
    except pytest.Session.Interrupted:
        pass
    except (OSError, NurseryError, TargetUnreachable, NotTestable, Violation) as error:
        observer.errors.append(f"the target cannot be tried: {error}")
    return Trial(
        kind=candidate.kind,
        id=candidate.id,
        what=candidate.what,
        clause=candidate.clause,
        warns=candidate.warns,
        stage=last,
        seconds=round(time.monotonic() - begun, 2),
        checks=observer.checks,
        alarms=tuple(observer.alarms.values()),
        not_testable=observer.not_testable,
        errors=tuple(observer.errors),
    )


def _stages(items: Sequence[pytest.Item], broken: str | None) -> Iterator[tuple[Stage, list[pytest.Item]]]:
    """The tests of the broken clause, those of its chapter, and the rest; all at once where there is none."""
    if broken is None:
        yield Stage.ALL, list(items)
        return
    law = clauses()[broken]
    yield Stage.CLAUSE, [item for item in items if clause_of(item) is law]
    others = [item for item in items if clause_of(item) is not law]
    yield Stage.CHAPTER, [item for item in others if clause_of(item).chapter == law.chapter]
    yield Stage.ALL, [item for item in others if clause_of(item).chapter != law.chapter]
