"""The proved refusal: good, bad, state unchanged, good again (design, *proved refusal*)."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

from contract.answers import Answers
from contract.judge import Judge
from suites.specimens import Specimen


class ProvedRefusal:
    """Frames the bad requests of a test between good ones.

    >>> with refusal as good:
    ...     judge.accepts(good.send(token=None))

    On entering, a twin of the good request works. On leaving, the state reads as before, and the good request works.
    afterwards: what else the good request may get in the end, where the refusal was allowed to use up a try.
    """

    def __init__(self, judge: Judge, make: Callable[[], Specimen], afterwards: Answers | None = None) -> None:
        self._judge = judge
        self._make = make
        self._afterwards = afterwards

    def __enter__(self) -> Specimen:
        self._judge.works(self._make().send())
        self._good = self._make()
        self._before: Any = self._good.state()
        return self._good

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._judge.unchanged(self._before, self._good.state())
            self._judge.still_works(self._good.send(), self._afterwards)
