"""Fixtures of the activation challenges."""

from __future__ import annotations

import pytest

from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person


@pytest.fixture
def newcomer(stories: Stories, partner: Partner) -> Person:
    """A person without a number, which an activation code does not need."""
    return stories.newcomer(partner)
