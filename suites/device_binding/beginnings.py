"""The two ways to begin a binding: by an OTP, or by an activation code."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from contract.judge import Judge, NotTestable
from suites.lifetimes import lifetime
from suites.stories import Binding, Stories
from target.provisioning import Person

Begin = Callable[[Stories, Person], Binding]

BEGINNINGS: dict[str, Begin] = {
    "otp": lambda stories, person: stories.begin(person),
    "activation-code": lambda stories, person: begin_with_lasting_code(stories, person),
}


def begin_with_lasting_code(stories: Stories, person: Person) -> Binding:
    """Begin a binding with a code that outlives its challenge. Raises NotTestable, PrerequisiteFailed."""
    code = stories.activation_code(person)
    binding = stories.begin_with_code(person, code)
    if code.lifetime <= lifetime(binding.challenge):
        raise NotTestable("needs an activation code that outlives the challenge")
    return binding


each_beginning = pytest.mark.parametrize("begin", BEGINNINGS.values(), ids=BEGINNINGS)
"""Try a test on a binding that was begun in either way."""


def none_bound(stories: Stories, person: Person, judge: Judge) -> None:
    """None of the person's bindings that were begun came to its end. Raises Violation."""
    judge.holds(not stories.devices(person), "a device is bound", "all devices stay unbound")
