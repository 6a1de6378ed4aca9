"""Contract 3, POST /v1/mfa/devices: when an SMS is sent, and when none is. What is in it: `suites.messages`."""

from __future__ import annotations

from functools import partial

import pytest

from contract.judge import Judge
from signer import BAD_KEYS, KeyPair
from suites.law import clause
from suites.messages.inbox import inbox, sent_for
from suites.stories import Stories, signed
from target.partner import Partner
from target.provisioning import Person, Provisioning

pytestmark = pytest.mark.usefixtures("outbox")


@clause("binding.sms")
def test_no_further_sms_is_sent_until_the_device_is_bound(stories: Stories, customer: Person, judge: Judge) -> None:
    before = len(inbox(customer))
    binding = stories.begin(customer)
    customer.partner.call("read-signature-challenge", binding.challenge_id)
    binding.verify(signed(KeyPair.generate(), binding.secret.reveal()))
    binding.verify()
    binding.verify()
    customer.partner.call("delete-device", binding.device_id)
    sent = len(inbox(customer)) - before
    judge.holds(sent == 1, f"{sent} messages were sent to the number", "one")


@clause("binding.sms")
def test_a_refused_binding_sends_no_sms(stories: Stories, customer: Person, judge: Judge) -> None:
    bound, keys = stories.bind(customer), KeyPair.generate()
    before = len(inbox(customer))
    bad = next(bad for bad in BAD_KEYS if bad.name == "y-plus-one")
    deltas: tuple[dict[str, object], ...] = (
        {"key": bad.make(keys)},
        {"key": bound.keys.public_hex},
        {"key": None},
        {"language": "xx"},
        {"key_purpose": "other"},
        {"key_type": "rsa"},
        {"challenge_type": "SMS"},
        {"name": 42},
        {"sms_challenge": "e2e-e2e-e2e"},
    )
    bodies = [stories.registration(customer, keys, **{"challenge_type": "sms", **delta}) for delta in deltas]
    tried = stories.together([partial(customer.partner.call, "create-device", json=body) for body in bodies])
    accepted = sum(exchange.answer.ok for exchange in tried)
    for_refused = len(inbox(customer)) - before - accepted
    judge.holds(for_refused <= 0, f"{for_refused} messages were sent for refused bindings", "none")


@clause("binding.number-unverified")
def test_no_sms_goes_to_an_unverified_number(
    stories: Stories, provisioning: Provisioning, partner: Partner, judge: Judge
) -> None:
    person = provisioning.unverified(partner)
    before = len(inbox(person))
    judge.accepts(partner.call("create-device", json=stories.registration(person, KeyPair.generate())))
    judge.holds(len(inbox(person)) == before, "an SMS was sent to the unverified number", "none")


@clause("binding.default-language")
def test_the_language_of_an_sms_for_which_none_was_asked(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.begin(customer)
    judge.observes("default language", sent_for(customer, binding.challenge_id).language)


@clause("binding.activation-code")
def test_a_binding_by_activation_code_sends_no_sms(stories: Stories, customer: Person, judge: Judge) -> None:
    code = stories.activation_code(customer)
    before = len(inbox(customer))
    binding = stories.begin_with_code(customer, code)
    judge.works(binding.verify())
    stories.activation_code(customer, invalidate_existing=True)
    wishes = {"challenge_type": "activation_code", "language": "fr", "sms_challenge": {"app_signature": "e2e-e2e"}}
    body = stories.registration(customer, KeyPair.generate(), **wishes)
    judge.works(customer.partner.call("create-device", json=body))
    sent = len(inbox(customer)) - before
    judge.holds(sent == 0, f"{sent} messages were sent", "none")
