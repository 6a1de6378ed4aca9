"""The frontier between two partners, crossed once in a process; each test that judges it gets what it needs to know."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial

from contract.exchange import Exchange
from suites.general.estate import Album, Estate
from suites.general.trespass import Trespass
from suites.key_addition import KeyAddition
from suites.specimens import Workshop
from target.connection import Target
from target.partner import Partner
from target.provisioning import Provisioning
from target.recording import current, recording


class Frontier:
    """Two partners who have tried for each other's things. Raises NotTestable where there is but one partner.

    in_time: whether all was done before anything could expire.
    """

    def __init__(self, target: Target, key_addition: KeyAddition, seed: str) -> None:
        made = Provisioning(target.profile, seed)
        album = Album(target, made)

        def estate(partner: Partner) -> Estate:
            # The customers of both are made side by side, which is faster than to wait for those made ahead.
            return Estate(album, lambda: Workshop(album, made, partner, partial(made.customer, partner), key_addition))

        own, foreign = estate(target.partner), estate(target.other_partner)
        begun = time.monotonic()
        with recording("two-partners") as self._seen:
            self.trespass = Trespass(own, foreign)
        self.in_time = time.monotonic() - begun < target.profile.challenge_lifetime
        judged = set(map(id, self.trespass.judged))
        self._on_the_way = [exchange for exchange in self._seen.exchanges if id(exchange) not in judged]

    def lend(self) -> Trespass:
        """What was found, to a test that judges it: its secrets become the test's, so that none is written down.

        The exchanges on the way are the first test's: every exchange of a run belongs to one.
        """
        current().know(self._seen)
        self.record(self._on_the_way)
        self._on_the_way = []
        return self.trespass

    def record(self, exchanges: Iterable[Exchange]) -> None:
        """Write exchanges down as the test's that judges them."""
        current().exchanges.extend(exchanges)
