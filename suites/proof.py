"""The proved refusal: good, bad, state unchanged, good again (design, *proved refusal*)."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

from contract.answers import Answers
from contract.judge import Judge
from contract.schemas import documented
from suites.specimens import Specimen


class ProvedRefusal:
    """Frames the bad requests of a test between good ones.

    >>> with refusal as good:
    ...     judge.accepts(good.send(token=None))

    On entering, a twin of the good request works. On leaving, the state reads as before, and the good request works.
    A good request that only reads is its own twin, and what it reads is the state.
    afterwards: what else the good request may get in the end, where the refusal was allowed to use up a try.
    """

    def __init__(self, judge: Judge, make: Callable[[], Specimen], afterwards: Answers | None = None) -> None:
        self._judge = judge
        self._make = make
        self._afterwards = afterwards
        self._before: Any = None

    def __enter__(self) -> Specimen:
        self._good = self._make()
        if self._good.operation.idempotent:
            self._before = self._read(self._judge.works(self._good.send()))
        else:
            self._judge.works(self._make().send())
            self._before = self._good.state()
        return self._good

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            return
        if self._good.operation.idempotent:
            last = self._good.send()
            self._judge.still_works(last)
            self._judge.unchanged(self._before, self._read(last.answer.json()))
        else:
            self._judge.unchanged(self._before, self._good.state())
            self._judge.still_works(self._good.send(), self._afterwards)

    def _read(self, document: Any) -> Any:
        schema = self._good.operation.answer
        return documented(schema, document) if schema else document
