"""Fixtures of the rules for every operation."""

from __future__ import annotations

import pytest

from suites.key_addition import KeyAddition
from suites.specimens import Workshop
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Person, Provisioning


@pytest.fixture
def foreign_workshop(
    stories: Stories, provisioning: Provisioning, other_partner: Partner, settled_key_addition: KeyAddition
) -> Workshop:
    """Makes specimens of another partner."""

    def customer() -> Person:
        return provisioning.customer(other_partner)

    return Workshop(stories, provisioning, other_partner, customer, settled_key_addition)
