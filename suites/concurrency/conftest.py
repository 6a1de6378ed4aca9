"""Fixtures of the races."""

from __future__ import annotations

import pytest

from contract.judge import Judge, NotTestable
from suites.concurrency.race import SIXTEEN, Race, SecondToken
from target.connection import Target


@pytest.fixture(scope="session")
def second_token(target: Target) -> SecondToken:
    return SecondToken(target.tokens)


@pytest.fixture
def race(target: Target, judge: Judge, second_token: SecondToken) -> Race:
    """Runs races of the test's clause."""
    size = min(SIXTEEN, target.profile.concurrency)
    if size < 2:
        raise NotTestable("needs limits.concurrency of 2")
    return Race(target, judge, size, second_token)
