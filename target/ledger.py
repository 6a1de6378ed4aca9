"""The ledger: what a run is about to create, written down before each creating call.

`ledger.jsonl` has two kinds of lines: `{entry, partner, kind, person_id}` before the call, and `{entry, id}` after
it, where an id of null says that the call was refused. Whatever ends a run, `sweep` finds in it what is left.
"""

from __future__ import annotations

import itertools
import json
import os
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any


class LedgerError(Exception):
    """A ledger cannot be read; one sentence."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One creating call. `answered`: whether its end is known; `id`: what it created, None where it was refused."""

    entry: str
    partner: str
    kind: str
    person_id: str | None
    answered: bool = False
    id: str | None = None


class Ledger:
    """Appends to a ledger that several worker processes share."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._name = uuid.uuid4().hex
        self._serial = itertools.count(1)

    def announce(self, partner: str, kind: str, person_id: str | None) -> str:
        """Write down a creating call that is about to be made; returns the entry's name."""
        entry = f"{self._name}-{next(self._serial)}"
        self._append({"entry": entry, "partner": partner, "kind": kind, "person_id": person_id})
        return entry

    def answered(self, entry: str, resource_id: str | None) -> None:
        """Write down the id that the call gave, or None where it was refused."""
        self._append({"entry": entry, "id": resource_id})

    def _append(self, line: dict[str, str | None]) -> None:
        # One write to a file opened for appending: lines of several processes cannot mix.
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, json.dumps(line).encode() + b"\n")
        finally:
            os.close(descriptor)


_ANNOUNCED = {"entry", "partner", "kind", "person_id"}
_ANSWERED = {"entry", "id"}


def entries(path: Path) -> list[Entry]:
    """The calls of a ledger in the order they were announced. A last line that was cut off is passed over.

    Raises LedgerError where there is no ledger or a line is none.
    """
    found: dict[str, Entry] = {}
    for number, line in _lines(path):
        if line.keys() == _ANNOUNCED:
            found[line["entry"]] = Entry(**line)
        elif line.keys() == _ANSWERED and line["entry"] in found:
            found[line["entry"]] = replace(found[line["entry"]], answered=True, id=line["id"])
        else:
            raise LedgerError(f"{path}: line {number} is not a line of a ledger")
    return list(found.values())


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise LedgerError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise LedgerError(f"{path}: is not a ledger, which is UTF-8 text") from None
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            parsed = json.loads(line)
        except ValueError:
            parsed = None
        if isinstance(parsed, dict) and "entry" in parsed:
            yield number, parsed
        elif number < len(lines):
            raise LedgerError(f"{path}: line {number} is not a line of a ledger")
