"""Accept sets: which statuses a right target may give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract.errors import ContractError


@dataclass(frozen=True, slots=True)
class Answers:
    """An accept set: `{404 | 400, 403}` is preferred (404), accepted (400, 403).

    code: the preferred error code words, where the contract names some; another non-empty code is a note.
    """

    preferred: tuple[int, ...]
    accepted: tuple[int, ...] = ()
    code: tuple[str, ...] = ()

    def __str__(self) -> str:
        text = " or ".join(map(str, self.preferred))
        if self.accepted:
            text += " | " + ", ".join(map(str, self.accepted))
        return "{" + text + "}"

    def __contains__(self, status: int) -> bool:
        return status in self.preferred or status in self.accepted

    def __or__(self, other: Answers) -> Answers:
        """Both sets apply to one request: what either of them accepts is accepted (contract 0, *set*)."""
        more = (*self.accepted, *other.preferred, *other.accepted)
        accepted = tuple(dict.fromkeys(status for status in more if status not in self.preferred))
        return Answers(self.preferred, accepted, self.code)


def answers(row: Mapping[str, Any], where: str) -> Answers:
    """Read `{preferred: 404, accepted: [400, 403], code: not_found}`. Raises ContractError naming `where`."""
    if not isinstance(row, Mapping):
        raise ContractError(f"{where}: {row!r} is no accept set, such as {{preferred: 404, accepted: [400]}}")
    if unknown := set(row) - {"preferred", "accepted", "code"}:
        raise ContractError(f"{where}: answers have 'preferred', 'accepted' and 'code', but not {min(unknown)!r}")
    preferred, accepted = _statuses(row.get("preferred"), where), _statuses(row.get("accepted"), where)
    if not preferred:
        raise ContractError(f"{where}: answers need at least one preferred status")
    if both := set(preferred) & set(accepted):
        raise ContractError(f"{where}: {min(both)} is both preferred and accepted; leave it in one of the two")
    code = row.get("code", [])
    return Answers(preferred, accepted, tuple([code] if isinstance(code, str) else code))


def _statuses(value: object, where: str) -> tuple[int, ...]:
    statuses = value if isinstance(value, list) else [] if value is None else [value]
    for status in statuses:
        if type(status) is not int or not 100 <= status <= 599:
            raise ContractError(f"{where}: {status!r} is not an HTTP status (100 to 599)")
    return tuple(statuses)
