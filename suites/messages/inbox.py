"""What was sent to a person, as the outbox hook shows it (contract 9)."""

from __future__ import annotations

import time

from contract.judge import NotTestable
from target.outbox import Message, messages
from target.provisioning import OUTBOX_PAUSES, Person


def inbox(person: Person, *awaited: str | None) -> list[Message]:
    """All that was ever sent to the person's number, oldest first. Raises NotTestable.

    awaited: what a message has to be there for (None: the number's confirmation), since a target may need a moment.
    """
    assert person.number is not None
    found: list[Message] = []
    for pause in OUTBOX_PAUSES:
        found = messages(person.partner, person.number)
        if {message.challenge_id for message in found} >= set(awaited):
            break
        time.sleep(pause)
    return found


def sent_for(person: Person, challenge_id: str) -> Message:
    """The message of a challenge or a change request. Raises NotTestable."""
    found = [message for message in inbox(person, challenge_id) if message.challenge_id == challenge_id]
    if not found:
        raise NotTestable("prerequisite failed: hooks.outbox: no message for the challenge in the outbox")
    return found[-1]
