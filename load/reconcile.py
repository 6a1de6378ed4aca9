"""After a run: does the target's own state agree with what the client counted?"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from load.identities import Identity
from target.client import TargetUnreachable
from target.connection import Target
from target.partner import CallFailed

MOST = 100
"""Customers of each worker that are looked at."""

PAGE = 100


def reconcile(target: Target, identities: Iterable[Identity]) -> list[dict[str, Any]]:
    """Rows of {what, expected: [least, most], found}, over the same customers.

    What a call did that got no answer nobody knows: it may have bound or removed a device.
    """
    least = most = found = signed = used = 0
    for identity in islice(identities, MOST):
        try:
            devices, _ = target.partner.obtain(
                "list-devices", params={"filter[person_id]": identity.person.id, "page[size]": PAGE}
            )
            bound = 1 if identity.device_id else 0
            least += bound
            most += bound + identity.unsure
            found += sum(not device.get("deleted_at") for device in devices)
            if identity.signed:
                signed += 1
                key, _ = target.partner.obtain("read-key", identity.device_id, identity.key_id)
                used += bool(key.get("used_at"))
        except Exception as error:  # noqa: BLE001 - what the target does not say must not end the run
            # Other exceptions may quote what was answered.
            why = str(error) if isinstance(error, CallFailed | TargetUnreachable) else type(error).__name__
            return [{"what": "the target's state", "expected": None, "found": None, "why": why}]
    rows = [{"what": "bound devices", "expected": [least, most], "found": found}]
    if signed:
        rows.append({"what": "keys that have signed", "expected": [signed, signed], "found": used})
    return rows


def together(parts: Iterable[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """The rows of all workers as one."""
    whole: dict[str, dict[str, Any]] = {}
    for row in (row for rows in parts for row in rows):
        known = whole.setdefault(row["what"], {"what": row["what"], "expected": [0, 0], "found": 0})
        if row["expected"] is None or known["expected"] is None:
            whole[row["what"]] = row
            continue
        known["expected"] = [mine + more for mine, more in zip(known["expected"], row["expected"], strict=True)]
        known["found"] += row["found"]
    for row in whole.values():
        row["agrees"] = row["expected"] is not None and row["expected"][0] <= row["found"] <= row["expected"][1]
    return list(whole.values())
