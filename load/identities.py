"""Customers with bound phones, made ahead of the load, and lent to one visit at a time."""

from __future__ import annotations

import math
import secrets
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from gevent.pool import Pool

from load.caller import Visit
from load.plan import Plan
from signer import KeyPair
from target.connection import Target
from target.profile import Profile
from target.provisioning import Person, Provisioning
from target.secret import Secret

LENT_AT_ONCE = 3
"""Visits that share a customer where none is free: with the bound phone these are no more than five devices."""

FEWEST, MOST = 10, 2_000
SECONDS_OF_ARRIVALS = 2.0
"""For how long a target may stall until customers have to be shared."""

_MAKING_AT_ONCE = 8


@dataclass(slots=True)
class Identity:
    """A customer, and a phone that is bound where some loop needs one.

    static_otp: where the target has one. lent: to so many visits. signed: whether the phone's key has signed.
    unsure: visits whose end is unknown, so that each may have left a device.
    """

    person: Person
    keys: KeyPair
    static_otp: Secret | None
    provisioning: Provisioning
    device_id: str = ""
    key_id: str = ""
    lent: int = 0
    signed: bool = False
    unsure: int = 0

    def otp(self, visit: Visit, challenge_id: str) -> str:
        """The OTP that was sent for a challenge. Raises NotTestable."""
        if self.static_otp is not None:
            return self.static_otp.reveal()
        assert self.person.number is not None
        found = self.provisioning.otp(self.person.partner, self.person.number, challenge_id)
        visit.secrets.append(found)
        return found.reveal()

    @property
    def secrets(self) -> list[Secret]:
        return [secret for secret in (self.person.number, self.static_otp) if secret is not None]


class Identities:
    """The customers of one worker."""

    def __init__(self, made: Iterable[Identity] = ()) -> None:
        self._free = deque(made)
        self._lent: dict[int, Identity] = {}
        self.sharings = 0

    def add(self, identity: Identity) -> None:
        self._free.append(identity)

    def keep(self, identity: Identity) -> None:
        """Know one that belongs to somebody for good."""
        self._lent[id(identity)] = identity

    def take(self) -> Identity | None:
        """One that is free; else the one that was lent first, shared; None where all are shared by enough."""
        if self._free:
            identity = self._free.popleft()
        elif self._lent and (identity := next(iter(self._lent.values()))).lent < LENT_AT_ONCE:
            del self._lent[id(identity)]
            self.sharings += 1
        else:
            return None
        self._lent[id(identity)] = identity
        identity.lent += 1
        return identity

    def give_back(self, identity: Identity) -> None:
        identity.lent -= 1
        if not identity.lent:
            del self._lent[id(identity)]
            self._free.append(identity)

    def __iter__(self) -> Iterator[Identity]:
        # Users may still come while these are looked through.
        yield from (*self._free, *self._lent.values())

    def __len__(self) -> int:
        return len(self._free) + len(self._lent)


def needed(plan: Plan) -> int:
    """How many customers a plan needs in all."""
    return min(MOST, max(FEWEST, math.ceil(plan.fastest * SECONDS_OF_ARRIVALS)))


def with_otps(profile: Profile, otp: str) -> Profile:
    """The profile with one way to an OTP: `static`, `outbox`, or `either` (static where there is one)."""
    if otp == "outbox" or (otp == "either" and profile.static_otp is None):
        return replace(profile, static_otp=None, static_number=None)
    return replace(profile, outbox=False)


def make(target: Target, count: int, *, bound: bool) -> list[Identity]:
    """So many customers, side by side. bound: each with a bound phone.

    Raises what the first failing call raised: CallFailed, NotTestable, TargetUnreachable, Violation.
    """
    provisioning = Provisioning(target.profile, secrets.token_hex(8))
    pool = Pool(_MAKING_AT_ONCE)
    made = pool.map(lambda _: _made(target, provisioning, bound=bound), range(count))
    if failures := [one for one in made if isinstance(one, Exception)]:
        raise failures[0]
    return [one for one in made if isinstance(one, Identity)]


def _made(target: Target, provisioning: Provisioning, *, bound: bool) -> Identity | Exception:
    # What a greenlet raises gevent prints, with all that led to it.
    try:
        return _make(target, provisioning, bound=bound)
    except Exception as error:  # noqa: BLE001 - raised by who asked
        return error


def _make(target: Target, provisioning: Provisioning, *, bound: bool) -> Identity:
    partner, keys = target.partner, KeyPair.generate()
    person = provisioning.customer(partner)
    identity = Identity(person, keys, target.profile.static_otp, provisioning)
    if bound:
        assert person.number is not None
        device, _ = partner.obtain("create-device", json={"person_id": person.id, "key": keys.public_hex})
        challenge = device["challenge"]["id"]
        otp = provisioning.otp(partner, person.number, challenge)
        partner.obtain("verify-signature-challenge", challenge, json={"signature": keys.sign(otp.reveal()).hex})
        identity.device_id, identity.key_id = device["id"], device["key_id"]
    return identity
