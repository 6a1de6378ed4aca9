"""The conformance run that this process takes part in: its target, and where it leaves what it found."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from contract.judge import PrerequisiteFailed, Violation
from target.connection import Target
from target.ledger import Ledger
from target.process import Started
from target.profile import Profile, Role

LEDGER = "ledger.jsonl"


@dataclass(slots=True)
class Run:
    """A run from its configuration to its end.

    profile: where the target really is, once it has started. started: the target, where the run started it.
    retries: connections that had to be tried again, of all workers that have ended.
    """

    directory: Path
    profile: Profile
    started: Started | None = None
    connected: Target | None = None
    retries: int = 0

    @property
    def target(self) -> Target:
        assert self.connected is not None, "the run is not connected yet"
        return self.connected

    @property
    def ledger(self) -> Path:
        return self.directory / LEDGER

    def begin(self, processes: int = 1) -> None:
        """Start the target where the profile says how, connect to it, and fetch the tokens that all workers will use.

        Raises OSError, StartError, TargetUnreachable, PrerequisiteFailed.
        """
        self.directory.mkdir(parents=True, exist_ok=True)
        if self.profile.start:
            self.started = Started(self.profile)
            self.profile = self.started.profile
        self.connected = Target(self.profile, Ledger(self.ledger), processes=processes)
        _fetch_tokens(self.connected)

    def close(self) -> None:
        """Hang up, and stop the target that the run started."""
        if self.connected is not None:
            self.connected.close()
        if self.started is not None:
            self.started.stop()


RUN = pytest.StashKey[Run]()


def _fetch_tokens(target: Target) -> None:
    """Raises TargetUnreachable, PrerequisiteFailed.

    A target that refuses the credentials cannot be tried. One that answers amiss, or refuses a partner without
    permission, is tried all the same: then it is the target that broke a clause, and the checks say so.
    """
    for role in target.profile.credentials:
        try:
            target.tokens.of(role)
        except PrerequisiteFailed as error:
            exchange = error.finding.exchange
            is_refused = exchange is None or 400 <= exchange.status < 500
            if is_refused and role is not Role.RESTRICTED:
                raise
        except Violation:
            return
