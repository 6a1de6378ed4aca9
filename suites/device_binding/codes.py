"""What becomes of activation codes: used up, dead, replaced."""

from __future__ import annotations

from functools import partial

from contract.judge import NotTestable, document
from suites.stories import ActivationCode, Binding, Stories
from target.partner import Partner
from target.provisioning import Person

MOST = 4
"""Devices that a code may bind at most, to be used up by a person who then may bind one more."""


def uses(code: ActivationCode) -> int:
    """How many devices the code binds. Raises NotTestable where one person cannot use it up."""
    if not 1 <= code.max_usage_count <= MOST:
        raise NotTestable(f"needs a max_usage_count of 1 to {MOST}")
    return code.max_usage_count


def use_up(stories: Stories, person: Person, code: ActivationCode) -> list[Binding]:
    """Bind as many devices as the code allows. Raises PrerequisiteFailed, NotTestable."""
    bindings = stories.together([partial(stories.begin_with_code, person, code)] * uses(code))
    for binding in bindings:
        document(binding.verify())
    return bindings


def kill(partner: Partner, code: ActivationCode) -> None:
    """Delete an activation code. Raises PrerequisiteFailed."""
    document(partner.call("delete-activation-challenge", code.id))


def usage_count(person: Person, code: ActivationCode) -> object:
    """How often the list says that a live code was used; None where it does not show the code."""
    rows = document(person.partner.call("list-activation-challenges", params={"filter[person_id]": person.id}))
    shown = (
        [row for row in rows if isinstance(row, dict) and row.get("id") == code.id] if isinstance(rows, list) else []
    )
    return shown[0].get("usage_count") if shown else None
