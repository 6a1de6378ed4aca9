"""Contract 4, POST /v1/mfa/challenges/devices: which devices get no challenge."""

from __future__ import annotations

from functools import partial

from contract.judge import Judge, NotTestable, document
from signer import KeyPair
from suites.device_signing.signing import Signing, begin
from suites.general.odd_ids import nearly, unknown_like
from suites.law import clause
from suites.lifetimes import after_expiry
from suites.stories import Stories, signed
from suites.waiting import Story, waits
from target.partner import Partner
from target.provisioning import Person


@clause("signing-challenge.unknown-device")
def test_an_unknown_device_is_refused(stories: Stories, customer: Person, partner: Partner, judge: Judge) -> None:
    device = stories.bind(customer)
    challenge = Signing.begin(device)
    unknown = {
        "an id that nothing has": unknown_like(device.device_id),
        "the person's id": customer.id,
        "the key's id": device.key_id,
        "the challenge's id": challenge.id,
        **nearly(device.device_id),
    }
    # Ids are unique among things of a kind alone, so another thing may have the device's.
    strange = {what: one for what, one in unknown.items() if one != device.device_id}
    ask = partial(partner.call, "create-signing-challenge")
    judge.accepts_each(stories.each({what: partial(ask, json={"device_id": one}) for what, one in strange.items()}))
    purposed = {"device_id": unknown["an id that nothing has"], "key_purpose": "unrestricted"}
    judge.accepts(ask(json=purposed))
    judge.still_works(begin(device))


@clause("signing-challenge.unbound-device")
def test_a_device_that_is_not_bound_yet_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    binding, other = stories.begin_all(customer, 2)
    judge.works(other.verify())
    for refused in stories.beside(
        partial(begin, binding), partial(begin, binding, fields={"key_purpose": "unrestricted"})
    ):
        judge.accepts(refused)
    judge.still_works(binding.verify())
    judge.still_works(begin(binding))


@clause("signing-challenge.unbound-device")
def test_a_device_whose_signature_was_refused_gets_no_challenge(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    binding = stories.begin(customer)
    refused = binding.verify(signed(KeyPair.generate(), binding.secret.reveal()))
    judge.holds(not refused.answer.ok, "a wrong signature was verified", "a refusal", refused)
    judge.accepts(begin(binding))


@clause("signing-challenge.unbound-device")
def test_a_device_of_a_pending_activation_code_is_refused(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.begin_with_code(customer, stories.activation_code(customer))
    judge.accepts(begin(binding))
    judge.still_works(binding.verify())
    judge.still_works(Signing.begin(binding).verify())


@clause("signing-challenge.unbound-device")
@waits
def test_a_device_whose_binding_expired_is_refused(stories: Stories, customer: Person, judge: Judge) -> Story:
    binding = stories.begin(customer)
    late = yield after_expiry(binding.challenge)
    binding.verify(clock_offset=late)
    judge.accepts(begin(binding, clock_offset=late))


@clause("signing-challenge.unbound-device")
def test_a_device_is_not_bound_because_another_one_has_its_key(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    keys = KeyPair.generate()
    registration = stories.registration(customer, keys)
    begun = [customer.partner.call("create-device", json=registration) for _ in range(2)]
    if not begun[1].answer.ok:
        raise NotTestable("needs a target that begins two bindings of one key")
    pending, bound = stories.bindings(customer, keys, [document(exchange) for exchange in begun])
    if pending.device_id == bound.device_id:
        raise NotTestable("needs a target that begins two bindings of one key")
    document(bound.verify())
    judge.accepts(begin(pending))
    judge.still_works(begin(bound))
