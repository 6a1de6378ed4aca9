"""The proved refusal: good, bad, state unchanged, good again (design, *proved refusal*)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Any

from contract.judge import Judge, NotTestable, Violation, flaw
from contract.schemas import documented
from suites.specimens import Specimen
from suites.stock import Stock


class ProvedRefusal:
    """Frames the bad requests of a test between good ones.

    >>> with refusal as good:
    ...     judge.accepts(good.send(token=None))

    On entering, a twin of the good request works. On leaving, the state reads as before, and the good request works.
    A good request that only reads is its own twin, and what it reads is the state. One twin stands for all frames of
    an operation in a process, until a good request fails: then another one tells what was moved from what never works.
    """

    def __init__(self, judge: Judge, operation: str, stock: Stock, soon: Sequence[str] = ()) -> None:
        self._judge = judge
        self._operation = operation
        self._stock = stock
        self._soon = soon
        self._reads = False
        self._before: Any = None

    def __enter__(self) -> Specimen:
        framed = self._stock.take(self._operation, self._soon)
        self._good, self._before, self._until = framed.good, framed.before, framed.until
        self._reads = framed.first is not None
        if framed.first is not None:
            self._before = self._read(self._judge.works(framed.first))
        elif self._operation not in self._stock.worked:
            self._twin_works()
            self._stock.worked.add(self._operation)
        return self._good

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            return
        try:
            self._prove()
        except Violation as violation:
            if time.monotonic() > self._until:
                raise NotTestable("needs faster answers: the good request expired meanwhile") from violation
            raise

    def _prove(self) -> None:
        """Raises Violation where something moved, or the good request does not work."""
        if self._reads:
            last = self._good.send()
            self._judge.still_works(last)
            self._judge.unchanged(self._before, self._read(last.answer.json()))
            self._stock.give_back(self._operation)
        else:
            self._judge.unchanged(self._before, self._good.state())
            last = self._good.send()
            if flaw(last):
                self._twin_works()
            self._judge.still_works(last)

    def _twin_works(self) -> None:
        self._judge.works(self._stock.make(self._operation).good.send())

    def _read(self, document: Any) -> Any:
        schema = self._good.operation.answer
        return documented(schema, document) if schema else document
