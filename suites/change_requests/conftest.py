"""Fixtures of the chapter on change requests."""

from __future__ import annotations

import pytest

from contract.judge import NotTestable
from target.connection import Target


@pytest.fixture
def drawn_tans(target: Target) -> None:
    """The test tells one TAN from another: they have to be drawn for each message."""
    if not target.profile.outbox:
        raise NotTestable("needs outbox hook: different TANs")
