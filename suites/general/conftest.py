"""Fixtures of the rules for every operation."""

from __future__ import annotations

import pytest

from suites.key_addition import KeyAddition
from suites.specimens import Workshop
from suites.stories import Stories
from target.provisioning import Person


@pytest.fixture
def foreign_workshop(stories: Stories, foreign_customer: Person, request: pytest.FixtureRequest) -> Workshop:
    """Makes specimens for a person of another partner."""

    def key_addition() -> KeyAddition:
        settled: KeyAddition = request.getfixturevalue("key_addition")
        return settled

    return Workshop(stories, foreign_customer, key_addition)
