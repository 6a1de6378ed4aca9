"""Contract 8: the OTPs of all acts are random, but for numbers that begin with +1555."""

from __future__ import annotations

from functools import partial
from itertools import cycle, islice

import pytest

from contract.judge import Judge
from suites.messages.acts import NOTHING, Act, Occasion, each_act
from suites.messages.drawing import Draw, oddities
from suites.messages.inbox import inbox
from suites.stories import Stories
from target.provisioning import Person, Provisioning

pytestmark = pytest.mark.usefixtures("outbox")


def drawn(person: Person, occasions: dict[str | None, Occasion]) -> list[Draw]:
    """What was sent to a person for the given occasions, in the order in which it was sent."""
    number = person.number.reveal() if person.number else ""
    return [
        Draw(message.otp.reveal(), number, occasion.id, occasion.at)
        for message in inbox(person, *occasions)
        if (occasion := occasions.get(message.challenge_id)) is not None
    ]


@each_act(lambda act: act.random)
def test_otps_cannot_be_foretold(
    act: Act, stories: Stories, provisioning: Provisioning, customer: Person, another_customer: Person, judge: Judge
) -> None:
    persons = [customer, another_customer]
    if act.once:
        persons = stories.together([partial(act.recipient, provisioning, customer)] * act.draws)
    recipients = list(islice(cycle(persons), act.draws))
    occasions = stories.together([partial(act.do, stories, person, NOTHING) for person in recipients])
    own = [{one.id: one for one, whose in zip(occasions, recipients, strict=True) if whose is who} for who in persons]
    found = stories.together([partial(drawn, who, theirs) for who, theirs in zip(persons, own, strict=True)])
    draws = [draw for of_one in found for draw in of_one]
    judge.holds(len(draws) == act.draws, f"{len(draws)} messages were sent for {act.draws} acts", "one each")
    for oddity in oddities(draws):
        judge.holds(False, oddity, "OTPs that nobody can foretell")
