"""Customers made ahead of the tests: on a slow target a test would wait five answers long for its customer."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.recording import Recording, current, recording

AHEAD = 1
AHEAD_OF_A_SLOW_TARGET = 5
"""Customers that are ready or in the making while a test runs."""


@dataclass(frozen=True, slots=True)
class _Made:
    """`customer` is None where the making failed with `error`."""

    customer: Person | None
    error: Exception | None
    recording: Recording


class Reserve:
    """Makes customers of one partner, for takers in any thread."""

    def __init__(self, partner: Partner, provisioning: Provisioning) -> None:
        self._partner = partner
        self._provisioning = provisioning
        self._threads = ThreadPoolExecutor(AHEAD_OF_A_SLOW_TARGET, thread_name_prefix="reserve")
        self._ahead: deque[Future[_Made]] = deque()
        self._taking = Lock()

    def take(self) -> Person:
        """A customer nobody has had, as if it had been made just now, in the taker's recording.

        Raises PrerequisiteFailed, NotTestable, TargetUnreachable, Violation as the making did.
        """
        ahead = AHEAD_OF_A_SLOW_TARGET if self._partner.client.is_slow else AHEAD
        with self._taking:
            while len(self._ahead) <= ahead:
                self._ahead.append(self._threads.submit(self._make))
            oldest = self._ahead.popleft()
        made = oldest.result()
        current().adopt(made.recording)
        if made.customer is None:
            assert made.error is not None
            raise made.error
        return made.customer

    def _make(self) -> _Made:
        customer, failure = None, None
        with recording("reserve") as made:
            try:
                customer = self._provisioning.customer(self._partner)
            except Exception as error:  # noqa: BLE001 - raised again where the customer is taken
                failure = error
        return _Made(customer, failure, made)

    def close(self) -> None:
        """Make no further customer."""
        self._threads.shutdown(wait=True, cancel_futures=True)
