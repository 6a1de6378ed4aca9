"""Remove what a run created and left on the target: at its end, or later from its ledger.

    python -m target.sweep artifacts/<run>/ledger.jsonl [--target NAME_OR_PATH] [--target-url URL]

Exit codes: 0 nothing is left, 1 something could not be removed, 3 the target cannot be reached,
4 the ledger, the profile or the command line is wrong.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from contract.exchange import Exchange, NotJson
from contract.judge import NotTestable, Violation
from target.client import TargetUnreachable
from target.connection import Target
from target.ledger import Entry, Ledger, LedgerError, entries
from target.profile import ProfileError, Role, load_profile

DELETIONS = {"device": "delete-device", "activation-challenge": "delete-activation-challenge"}
LISTS = {"device": "list-devices", "activation-challenge": "list-activation-challenges"}

_GONE = {403, 404, 409, 410}
"""Refusals of a deletion that say that there is nothing (any more) to delete (contract 3 and 6)."""

PAGE = 1000
WORKERS = 32


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: how many resources it removed or found gone, and `kind id` of those that are left."""

    gone: int
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Leftover:
    role: Role
    kind: str
    id: str


def sweep(target: Target, ledger: Iterable[Entry]) -> Swept:
    """Remove all that the ledger names, the newest first. Raises TargetUnreachable.

    Of a call that never answered the id is unknown: there everything that the person has is removed.
    """
    found = [entry for entry in ledger if entry.kind in DELETIONS]
    named = [_Leftover(Role(entry.partner), entry.kind, entry.id) for entry in reversed(found) if entry.id]
    unknown = dict.fromkeys(
        (Role(entry.partner), entry.kind, entry.person_id) for entry in found if not entry.answered and entry.person_id
    )
    with ThreadPoolExecutor(min(WORKERS, target.profile.concurrency)) as pool:
        listed = dict(zip(unknown, pool.map(lambda what: _belongings(target, *what), unknown), strict=True))
        leftovers = list(dict.fromkeys([*named, *(one for group in listed.values() for one in group or ())]))
        removed = list(pool.map(lambda leftover: _remove(target, leftover), leftovers))
    left = [f"{what.kind} {what.id}" for what, gone in zip(leftovers, removed, strict=True) if not gone]
    unread = [f"what {person_id} has of kind {kind}" for (_, kind, person_id), group in listed.items() if group is None]
    return Swept(len(leftovers) - len(left), (*left, *unread))


def _belongings(target: Target, role: Role, kind: str, person_id: str) -> list[_Leftover] | None:
    """What a person has; None where the target would not say."""
    try:
        exchange = target.by_role(role).call(LISTS[kind], params={"filter[person_id]": person_id, "page[size]": PAGE})
        rows = exchange.answer.json() if exchange.status == 200 else []
        found = [_Leftover(role, kind, str(row["id"])) for row in rows]
    except (NotTestable, Violation, NotJson, LookupError, TypeError):
        return None
    # An unknown person has nothing.
    return found if exchange.status in {200, *_GONE} else None


def _remove(target: Target, leftover: _Leftover) -> bool:
    try:
        exchange: Exchange = target.by_role(leftover.role).call(DELETIONS[leftover.kind], leftover.id)
    except (NotTestable, Violation):
        return False
    return exchange.answer.ok or exchange.status in _GONE


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        self.exit(4, f"sweep: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = _Parser(prog="python -m target.sweep", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("ledger", type=Path, help="the ledger.jsonl of the run")
    parser.add_argument("--target", default="embedded", help="name or path of the run's target profile")
    parser.add_argument("--target-url", help="where the target is, in place of the profile's URLs")
    options = parser.parse_args(arguments)
    try:
        profile = load_profile(options.target)
        if options.target_url:
            profile = profile.at(options.target_url)
        if profile.start:
            raise ProfileError(
                f"the target {profile.name!r} is started anew by each run; name a running one by --target-url"
            )
        target = Target(profile, Ledger(Path(os.devnull)))
        try:
            swept = sweep(target, entries(options.ledger))
        finally:
            target.close()
    except (ProfileError, LedgerError) as error:
        print(f"sweep: {error}", file=sys.stderr)
        return 4
    except (TargetUnreachable, NotTestable, Violation) as error:
        print(f"sweep: {error}", file=sys.stderr)
        return 3
    print(f"sweep: {swept.gone} removed or already gone, {len(swept.left)} left")
    for what in swept.left:
        print(f"sweep: could not remove {what}", file=sys.stderr)
    return 1 if swept.left else 0


if __name__ == "__main__":
    sys.exit(main())
