"""Customers made ahead of the tests: on a slow target a test would wait five answers long for its customer."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from contract.exchange import Exchange
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.secret import Secret

AHEAD = 2
"""Customers that are ready or in the making while a test runs."""


@dataclass(frozen=True, slots=True)
class _Made:
    """`customer` is None where the making failed with `error`."""

    customer: Person | None
    error: Exception | None
    numbers: list[Secret]
    otps: list[Secret]
    exchanges: list[Exchange]


class Reserve:
    """Makes customers of one partner in a thread and on a connection of its own.

    partner: must not be used by anybody else, since its exchanges are recorded here. provisioning: likewise.
    """

    def __init__(self, partner: Partner, provisioning: Provisioning) -> None:
        self._partner = partner
        self._provisioning = provisioning
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="reserve")
        self._ahead: list[Future[_Made]] = []

    def take(self, partner: Partner, provisioning: Provisioning) -> Person:
        """A customer nobody has had, as if `provisioning.customer(partner)` had made it just now.

        The exchanges that made the customer are recorded for the taker's test.
        Raises PrerequisiteFailed, NotTestable, TargetUnreachable, Violation as the making did.
        """
        while len(self._ahead) <= AHEAD:
            self._ahead.append(self._thread.submit(self._make))
        made = self._ahead.pop(0).result()
        for exchange in made.exchanges:
            partner.client.record(exchange)
        provisioning.numbers += made.numbers
        provisioning.otps += made.otps
        if made.customer is None:
            assert made.error is not None
            raise made.error
        return replace(made.customer, partner=partner)

    def _make(self) -> _Made:
        provisioning = self._provisioning
        provisioning.numbers, provisioning.otps = [], []
        customer, failure = None, None
        with self._partner.client.recording("reserve") as exchanges:
            try:
                customer = provisioning.customer(self._partner)
            except Exception as error:  # noqa: BLE001 - raised again where the customer is taken
                failure = error
        return _Made(customer, failure, provisioning.numbers, provisioning.otps, exchanges)

    def close(self) -> None:
        """Make no further customer."""
        self._thread.shutdown(wait=True, cancel_futures=True)
        self._partner.client.close()
