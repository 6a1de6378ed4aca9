"""The frontier between two partners, crossed once in a process; each test that judges it gets what it needs to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from contract.exchange import Exchange
from suites.general.estate import Album, Estate
from suites.general.trespass import Trespass
from suites.key_addition import KeyAddition
from suites.specimens import Workshop
from suites.stories import Stories
from target.connection import Target
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.reserve import Reserve


class Frontier:
    """Two partners who have tried for each other's things. Raises NotTestable where there is but one partner."""

    def __init__(self, target: Target, reserve: Reserve, key_addition: KeyAddition, seed: str) -> None:
        self._client = target.client
        self._provisioning = made = Provisioning(target.profile, seed)
        self._album = album = Album(target, made)

        def estate(partner: Partner, customer: Callable[[], Person]) -> Estate:
            return Estate(album, lambda: Workshop(album, made, partner, customer, key_addition))

        own = estate(target.partner, lambda: reserve.take(target.partner, made))
        foreign = estate(target.other_partner, lambda: made.customer(target.other_partner))
        with target.client.recording("two-partners") as exchanges:
            self.trespass = Trespass(own, foreign)
            self._met = target.client.met
        judged = set(map(id, self.trespass.judged))
        self._on_the_way = [exchange for exchange in exchanges if id(exchange) not in judged]

    def lend(self, stories: Stories, provisioning: Provisioning) -> Trespass:
        """What was found, to a test that judges it: its secrets become the test's, so that none is written down.

        The exchanges on the way are the first test's: every exchange of a run belongs to one.
        """
        provisioning.otps += self._provisioning.otps
        provisioning.numbers += self._provisioning.numbers
        stories.activation_codes += self._album.activation_codes
        self._client.met += self._met
        self.record(self._on_the_way)
        self._on_the_way = []
        return self.trespass

    def record(self, exchanges: Iterable[Exchange]) -> None:
        """Write exchanges down as the test's that judges them."""
        for exchange in exchanges:
            self._client.record(exchange)
