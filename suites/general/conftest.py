"""Fixtures of the rules for every operation."""

from __future__ import annotations

import pytest

from suites.key_addition import KeyAddition
from suites.specimens import Workshop
from suites.stories import Stories
from target.provisioning import Person


@pytest.fixture
def foreign_workshop(stories: Stories, foreign_customer: Person, settled_key_addition: KeyAddition) -> Workshop:
    """Makes specimens for a person of another partner."""
    return Workshop(stories, foreign_customer, settled_key_addition)
