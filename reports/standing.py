"""Where a clause stands after a run: the worst verdict of its checks, or why it has none."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from enum import Enum

from contract.evidence import Check, Verdict


@functools.total_ordering
class Standing(Enum):
    """The verdicts in their order of gravity, with the two standings of a clause that nothing was checked for.

    *Untested* is graver than a warning, because it makes a run incomplete; *excluded* says nothing at all.
    """

    EXCLUDED = "excluded"
    PASS = "pass"
    NOTE = "note"
    NOT_TESTABLE = "not testable"
    WARN = "warn"
    UNTESTED = "untested"
    FAIL = "fail"
    SUITE_ERROR = "suite error"

    @property
    def gravity(self) -> int:
        return list(Standing).index(self)

    @property
    def slug(self) -> str:
        """The word, fit for a CSS class."""
        return self.value.replace(" ", "-")

    @property
    def symbol(self) -> str:
        """A sign that can be told from the others without colour."""
        return _SYMBOLS[self]

    def __lt__(self, other: Standing) -> bool:
        return self.gravity < other.gravity

    @classmethod
    def of(cls, checks: Iterable[Check]) -> Standing | None:
        """The worst verdict of some checks; None when there is no check."""
        return max((cls(check.verdict) for check in checks), default=None)


_SYMBOLS = {
    Standing.EXCLUDED: "∅",
    Standing.PASS: "✓",
    Standing.NOTE: "≈",
    Standing.NOT_TESTABLE: "○",
    Standing.WARN: "!",
    Standing.UNTESTED: "?",
    Standing.FAIL: "✕",
    Standing.SUITE_ERROR: "⚠",
}

VERDICTS = tuple(Standing(verdict.value) for verdict in Verdict)
"""The standings that a single check can have, from harmless to grave."""
