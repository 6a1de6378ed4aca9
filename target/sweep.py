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

from contract.exchange import Exchange
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
WORKERS = 8


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
        listed = [
            leftover for group in pool.map(lambda what: _belongings(target, *what), unknown) for leftover in group
        ]
        leftovers = list(dict.fromkeys([*named, *listed]))
        removed = list(pool.map(lambda leftover: _remove(target, leftover), leftovers))
    left = [f"{what.kind} {what.id}" for what, gone in zip(leftovers, removed, strict=True) if not gone]
    return Swept(len(leftovers) - len(left), tuple(left))


def _belongings(target: Target, role: Role, kind: str, person_id: str) -> list[_Leftover]:
    exchange = target.by_role(role).call(LISTS[kind], params={"filter[person_id]": person_id, "page[size]": PAGE})
    rows = exchange.answer.json() if exchange.status == 200 else []
    return [_Leftover(role, kind, row["id"]) for row in rows]


def _remove(target: Target, leftover: _Leftover) -> bool:
    try:
        exchange: Exchange = target.by_role(leftover.role).call(DELETIONS[leftover.kind], leftover.id)
    except (NotTestable, Violation):
        return False
    return exchange.answer.ok or exchange.status in _GONE


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m target.sweep", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("ledger", type=Path, help="the ledger.jsonl of the run")
    parser.add_argument("--target", default="embedded", help="name or path of the run's target profile")
    parser.add_argument("--target-url", help="where the target is, in place of the profile's URLs")
    try:
        options = parser.parse_args(arguments)
    except SystemExit as usage:
        return 4 if usage.code else 0
    try:
        profile = load_profile(options.target)
        if options.target_url:
            profile = profile.at(options.target_url)
        if profile.start:
            raise ProfileError(
                f"the target {profile.name!r} is started anew by each run; name a running one by --target-url"
            )
        target = Target(profile, Ledger(Path(os.devnull)))
        swept = sweep(target, entries(options.ledger))
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
