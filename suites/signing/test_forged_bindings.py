"""Contract 2 and 3: what is no signature over the OTP, or over the activation code, binds no device."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from contract.judge import Judge
from contract.schemas import documented
from suites.device_binding.beginnings import none_bound
from suites.law import clause
from suites.lifetimes import DEAD_OR_ALIVE
from suites.signing.forging import RESPELLED, Batch, all_refused, each_batch, scene_of_binding
from suites.stories import Binding, Stories, signed
from target.provisioning import Person


@each_batch("verify-signature-challenge")
def test_a_forged_signature_binds_nothing(forgeries: Batch, stories: Stories, customer: Person, judge: Judge) -> None:
    # A target may give up a challenge after one wrong try, so each forgery gets a live one of its own.
    good, *attempts = stories.begin_all(customer, len(forgeries) + 1)
    judge.works(good.verify())
    before = documented("devices", stories.devices(customer))
    forged = [forgery.make(scene_of_binding(attempt)) for forgery, attempt in zip(forgeries, attempts, strict=True)]
    exchanges = stories.together([partial(Binding.verify, *pair) for pair in zip(attempts, forged, strict=True)])
    all_refused(judge, forgeries, exchanges)
    judge.unchanged(before, documented("devices", stories.devices(customer)))
    judge.still_works(attempts[-1].verify(), DEAD_OR_ALIVE)


NEARLY: dict[str, Callable[[str], str]] = {
    **RESPELLED,
    "and a blank": lambda code: f"{code} ",
    "after a blank": lambda code: f" {code}",
    "and a newline": lambda code: f"{code}\n",
    "in groups of four": lambda code: "-".join(code[place : place + 4] for place in range(0, len(code), 4)),
    "without its last character": lambda code: code[:-1],
    "without its first character": lambda code: code[1:],
    "after a zero": lambda code: f"0{code}",
    "twice": lambda code: code * 2,
    "backwards": lambda code: code[::-1],
    "but its first four characters alone": lambda code: code[:4],
    "that is empty": lambda _: "",
}
"""What somebody could take for an activation code who does not compare it as it is."""


SPELLED: dict[str, Callable[[str], str]] = {
    "without its leading zeros": lambda otp: otp.lstrip("0"),
    "in full-width digits": lambda otp: otp.translate({digit: digit + 0xFEE0 for digit in range(0x30, 0x3A)}),
    "in Arabic digits": lambda otp: otp.translate({digit: digit + 0x630 for digit in range(0x30, 0x3A)}),
    "in two groups": lambda otp: f"{otp[:3]} {otp[3:]}",
    "in two groups with a hyphen": lambda otp: f"{otp[:3]}-{otp[3:]}",
    "after a plus": lambda otp: f"+{otp}",
    "as a decimal": lambda otp: f"{otp}.0",
    "but its last four digits alone": lambda otp: otp[-4:],
    "in hex as a number": lambda otp: f"{int(otp):x}",
}
"""What somebody could take for an OTP who reads it as a number, or tidies it up."""

SPARE = 2
"""Further bindings, among which there may be one whose OTP begins with a zero."""


@clause("signing.unverifiable", "verify-signature-challenge")
def test_a_signature_over_the_otp_in_another_spelling_binds_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    begun = stories.begin_all(customer, len(SPELLED) + SPARE)
    begun.sort(key=lambda binding: not binding.secret.reveal().startswith("0"))
    tries = {}
    for attempt, (what, spell) in zip(begun, SPELLED.items(), strict=False):
        otp = attempt.secret.reveal()
        # Only an OTP that begins with a zero is another text without it.
        if spell(otp) != otp:
            tries[f"the OTP {what}"] = partial(attempt.verify, signed(attempt.keys, spell(otp)))
    judge.accepts_each(stories.each(tries))
    none_bound(stories, customer, judge)
    judge.still_works(begun[-1].verify())


@clause("signing.unverifiable", "verify-signature-challenge")
def test_a_signature_over_nearly_the_activation_code_binds_nothing(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    code = stories.activation_code(customer)
    text = code.code.reveal()
    # A code may have no letters, or be the same backwards.
    forged = {what: spell(text) for what, spell in NEARLY.items() if spell(text) != text}
    right, *attempts = stories.together([partial(stories.begin_with_code, customer, code)] * (len(forged) + 1))
    tries = {
        f"the code {what}": partial(attempt.verify, signed(attempt.keys, other))
        for (what, other), attempt in zip(forged.items(), attempts, strict=True)
    }
    judge.accepts_each(stories.each(tries))
    none_bound(stories, customer, judge)
    judge.still_works(right.verify(), DEAD_OR_ALIVE)
