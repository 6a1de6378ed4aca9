"""The two ways to begin a binding: by an OTP, or by an activation code."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contract.judge import Judge
from suites.stories import Binding, Stories
from target.provisioning import Person

Begin = Callable[[Stories, Person], Binding]

BEGINNINGS: dict[str, Begin] = {
    "otp": lambda stories, person: stories.begin(person),
    "activation-code": lambda stories, person: stories.begin_with_code(person, stories.activation_code(person)),
}

each_beginning = pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS)
"""Try a test on a binding that was begun in either way."""


def none_bound(stories: Stories, person: Person, judge: Judge) -> None:
    """None of the person's bindings that were begun came to its end. Raises Violation."""
    judge.holds(not stories.devices(person), "a device is bound", "all devices stay unbound")
