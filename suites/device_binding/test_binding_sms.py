"""Contract 3, POST /v1/mfa/devices: the SMS and its OTP, as the outbox shows them."""

from __future__ import annotations

import re

import pytest

from contract.judge import Judge
from signer import BAD_KEYS, KeyPair
from suites.law import clause
from suites.stories import Binding, Stories
from target.outbox import Message, messages
from target.provisioning import Person, Provisioning

pytestmark = pytest.mark.usefixtures("outbox")


def inbox(person: Person) -> list[Message]:
    """All that was ever sent to the person's number."""
    assert person.number is not None
    return messages(person.partner, person.number)


def sms_of(binding: Binding) -> Message:
    """The message that the binding's OTP came with."""
    return next(message for message in inbox(binding.person) if message.challenge_id == binding.challenge_id)


@clause("binding.sms")
def test_one_sms_with_six_digits_goes_to_the_number(stories: Stories, customer: Person, judge: Judge) -> None:
    before = inbox(customer)
    body = stories.registration(customer, KeyPair.generate(), challenge_type="sms")
    created = judge.works(customer.partner.call("create-device", json=body))
    sent = inbox(customer)[len(before) :]
    judge.holds(len(sent) == 1, f"{len(sent)} messages were sent to the number", "one")
    judge.holds(sent[0].to == customer.number, "the message names another number", "the person's number")
    judge.holds(sent[0].challenge_id == created["challenge"]["id"], "it is of another challenge", "this challenge's")
    otp, digits = sent[0].otp.reveal(), re.sub(r"\D", "", sent[0].text.reveal())
    judge.holds(re.fullmatch(r"[0-9]{6}", otp), "the OTP is not of 6 digits", "6 digits")
    judge.holds(otp in digits, "the text of the message does not hold the OTP", "the OTP in the text")


@clause("binding.sms")
def test_no_further_sms_is_sent_until_the_device_is_bound(stories: Stories, customer: Person, judge: Judge) -> None:
    before = len(inbox(customer))
    binding = stories.begin(customer)
    customer.partner.call("read-signature-challenge", binding.challenge_id)
    binding.verify()
    sent = len(inbox(customer)) - before
    judge.holds(sent == 1, f"{sent} messages were sent to the number", "one")


@clause("binding.sms")
def test_a_refused_binding_sends_no_sms(stories: Stories, customer: Person, judge: Judge) -> None:
    before = len(inbox(customer))
    keys = KeyPair.generate()
    bad = next(bad for bad in BAD_KEYS if bad.name == "y-plus-one")
    accepted = 0
    for delta in ({"key": bad.make(keys)}, {"language": "xx"}, {"key_purpose": "other"}, {"key_type": "rsa"}):
        body = stories.registration(customer, keys, challenge_type="sms", **delta)
        accepted += customer.partner.call("create-device", json=body).answer.ok
    for_refused = len(inbox(customer)) - before - accepted
    judge.holds(for_refused <= 0, f"{for_refused} messages were sent for refused bindings", "none")


@clause("binding.number-unverified")
def test_no_sms_goes_to_an_unverified_number(
    stories: Stories, provisioning: Provisioning, customer: Person, judge: Judge
) -> None:
    person = provisioning.unverified(customer.partner)
    before = len(inbox(person))
    judge.accepts(customer.partner.call("create-device", json=stories.registration(person, KeyPair.generate())))
    judge.holds(len(inbox(person)) == before, "an SMS was sent to the unverified number", "none")


@clause("binding.random-otp")
def test_the_otps_of_bindings_are_random(stories: Stories, customer: Person, judge: Judge) -> None:
    otps = [binding.secret.reveal() for binding in stories.begin_all(customer, 5)]
    judge.holds(len(set(otps)) >= 4, f"5 bindings had {len(set(otps))} different OTPs", "an OTP of its own for each")
    if all(re.fullmatch(r"[0-9]{1,18}", otp) for otp in otps):
        spread = max(map(int, otps)) - min(map(int, otps))
        # By chance five random OTPs are this near once in 10^11 runs; a counter's always are.
        judge.holds(spread > 1_000, f"the OTPs are within {spread} of each other", "OTPs that cannot be foretold")


@clause("binding.sms-language")
@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_the_sms_is_in_the_language_that_was_asked_for(
    language: str, stories: Stories, customer: Person, judge: Judge
) -> None:
    shown = sms_of(stories.begin(customer, language=language)).language
    judge.holds(shown == language, f"the message's language is {shown!r}", repr(language))


@clause("binding.default-language")
def test_the_language_of_an_sms_for_which_none_was_asked(stories: Stories, customer: Person, judge: Judge) -> None:
    judge.observes("default language", sms_of(stories.begin(customer)).language)


@clause("binding.sms-app-signature")
def test_the_sms_contains_the_app_signature_of_its_own_binding(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    signature = "FA+9qCX9VSu"
    with_signature = stories.begin(customer, sms_challenge={"app_signature": signature})
    without = stories.begin(customer)
    judge.holds(signature in sms_of(with_signature).text.reveal(), "it is not in the text", "the app signature")
    judge.holds(signature not in sms_of(without).text.reveal(), "it is in the next binding's text too", "no signature")


@clause("binding.activation-code")
def test_a_binding_by_activation_code_sends_no_sms(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    before = len(inbox(customer))
    binding = stories.begin_with_code(customer, code)
    judge.works(binding.verify())
    sent = len(inbox(customer)) - before
    judge.holds(sent == 0, f"{sent} messages were sent", "none")
