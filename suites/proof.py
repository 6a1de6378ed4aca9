"""The proved refusal: good, bad, state unchanged, good again (design, *proved refusal*)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any

from contract.judge import Judge
from contract.operations import operations
from contract.schemas import documented
from suites.specimens import Specimen
from suites.stories import Stories


class ProvedRefusal:
    """Frames the bad requests of a test between good ones.

    >>> with refusal as good:
    ...     judge.accepts(good.send(token=None))

    On entering, a twin of the good request works. On leaving, the state reads as before, and the good request works.
    A good request that only reads is its own twin, and what it reads is the state.
    """

    def __init__(self, judge: Judge, stories: Stories, operation: str, make: Callable[[str], Specimen]) -> None:
        self._judge = judge
        self._stories = stories
        self._reads = operations()[operation].idempotent
        self._make = partial(make, operation)
        self._before: Any = None

    def __enter__(self) -> Specimen:
        if self._reads:
            self._good = self._make()
            self._before = self._read(self._judge.works(self._good.send()))
        else:
            twin, self._good = self._stories.together([self._make, self._make])
            self._judge.works(twin.send())
            self._before = self._good.state()
        return self._good

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            return
        if self._reads:
            last = self._good.send()
            self._judge.still_works(last)
            self._judge.unchanged(self._before, self._read(last.answer.json()))
        else:
            self._judge.unchanged(self._before, self._good.state())
            self._judge.still_works(self._good.send())

    def _read(self, document: Any) -> Any:
        schema = self._good.operation.answer
        return documented(schema, document) if schema else document
