"""Fixtures of the chapter on access."""

from __future__ import annotations

import pytest

from contract.judge import Judge
from suites.access.specimens import AccessWorkshop
from suites.proof import ProvedRefusal
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Provisioning


@pytest.fixture
def access(stories: Stories, provisioning: Provisioning, partner: Partner) -> AccessWorkshop:
    return AccessWorkshop(stories, provisioning, partner)


@pytest.fixture
def refusal(judge: Judge, stories: Stories, access: AccessWorkshop, operation: str) -> ProvedRefusal:
    """Frames bad requests of the operation under test between good ones."""
    return ProvedRefusal(judge, stories, operation, access.make)
