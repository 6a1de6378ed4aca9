"""Contract 8, mobile numbers: what the contract leaves open is written down."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from contract.judge import Judge
from suites.access.numbers import add, another, ask, begin_binding, confirm
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner
from target.provisioning import Provisioning
from target.recording import current
from target.secret import Secret

# Ways to write the number +4915...; a name, and what is done to the digits after the +.
FORMATS: dict[str, Callable[[str], str]] = {
    "with spaces": lambda digits: f"+{digits[:2]} {digits[2:5]} {digits[5:]}",
    "with dashes": lambda digits: f"+{digits[:2]}-{digits[2:5]}-{digits[5:]}",
    "with 00 for the plus": lambda digits: f"00{digits}",
    "without the plus": lambda digits: digits,
    "national": lambda digits: f"0{digits[2:]}",
    "too short": lambda digits: f"+{digits[:4]}",
    "too long": lambda digits: f"+{digits * 2}",
    "letters": lambda _digits: "+49CALLME",
    "empty": lambda _digits: "",
}


@clause("mobile-number.formats")
def test_which_formats_are_taken(stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge) -> None:
    def added(write: Callable[[str], str]) -> int:
        number = Secret(write(provisioning.number().reveal().removeprefix("+")))
        current().numbers.append(number)
        return add(provisioning.person(partner), number).status

    for name, status in stories.each({name: partial(added, write) for name, write in FORMATS.items()}).items():
        judge.observes(name, status)


@clause("mobile-number.confirm-without-authorize")
def test_what_a_confirmation_gets_that_was_not_authorized(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    person = provisioning.unverified(partner)
    judge.observes("status", confirm(person, another(Secret("212212"))).status)
    judge.observes("verifies the number", begin_binding(stories, person).answer.ok)


@clause("mobile-number.token-lifetime")
@pytest.mark.usefixtures("clock")
def test_how_long_the_otp_of_a_confirmation_lives(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    def works_after(seconds: int) -> bool:
        asked = ask(provisioning, partner)
        return confirm(asked.person, asked.otp, clock_offset=seconds).answer.ok

    moments = {f"works after {seconds} s": partial(works_after, seconds) for seconds in (295, 306, 3_700)}
    for what, works in stories.each(moments).items():
        judge.observes(what, works)
