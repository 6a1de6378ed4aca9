"""Contract 1.3: what was sent in confidence stands in no answer. The rule of `contract.leaks` judges every exchange."""

from __future__ import annotations

from functools import partial

from contract.judge import Judge
from signer import KeyPair
from suites.change_requests.changes import begin_all, by_number, values
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.sms_challenges.codes import another
from suites.stories import Binding, Stories, signed, signing_challenge, verify_signing_challenge
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.secret import Secret


def number_of(person: Person) -> dict[str, str]:
    return {"number": person.number.reveal()} if person.number else {}


def read_everything(stories: Stories, binding: Binding) -> None:
    """All readings of a device, bound or not; what they answer is judged elsewhere."""
    reads = {
        "read-signature-challenge": [binding.challenge_id],
        "read-device": [binding.device_id],
        "list-keys": [binding.device_id],
        "read-key": [binding.device_id, binding.key_id],
    }
    listing = partial(binding.partner.call, "list-devices", params={"filter[person_id]": binding.person.id})
    stories.together([listing, *(partial(binding.partner.call, operation, *ids) for operation, ids in reads.items())])


@clause("general.no-leak")
def test_no_answer_of_a_binding_holds_the_otp(
    judge: Judge, partner: Partner, customer: Person, stories: Stories
) -> None:
    binding = stories.begin(customer)
    read_everything(stories, binding)
    binding.verify(signed(KeyPair.generate(), binding.secret.reveal()))
    binding = stories.begin(customer)
    judge.works(binding.verify())
    binding.verify()
    read_everything(stories, binding)
    judge.works(partner.call("delete-device", binding.device_id))
    read_everything(stories, binding)
    partner.call("list-devices", params={"filter[person_id]": customer.id, "filter[include_deleted]": "true"})


@clause("general.no-leak")
def test_no_answer_echoes_an_otp_that_is_given_as_a_signature(judge: Judge, customer: Person, stories: Stories) -> None:
    plain, coded = stories.begin_all(customer, 2)
    tries = [partial(plain.verify, plain.secret.reveal()), partial(coded.verify, coded.secret.reveal().encode().hex())]
    for refused in stories.together(tries):
        judge.holds(not refused.answer.ok, "an OTP passed for a signature", "a refusal", refused)


@clause("general.no-leak")
def test_no_answer_of_a_number_holds_its_otp(
    judge: Judge, partner: Partner, customer: Person, stories: Stories
) -> None:
    """The number of every customer was confirmed with an OTP; the exchanges of that belong to this test."""
    judge.works(partner.call("read-person", customer.id))
    judge.works(stories.begin(customer).verify())


@clause("general.no-leak")
def test_no_answer_echoes_the_otp_of_another_number(
    judge: Judge, partner: Partner, stories: Stories, provisioning: Provisioning
) -> None:
    one, other = stories.together([partial(provisioning.unverified, partner)] * 2)
    authorize = partial(partner.call, "authorize-mobile-number")
    for asked in stories.together([partial(authorize, person.id, json=number_of(person)) for person in (one, other)]):
        judge.works(asked)
    assert one.number is not None
    token = provisioning.otp(partner, one.number, None).reveal()
    partner.call("confirm-mobile-number", other.id, json={**number_of(other), "token": token})
    judge.works(partner.call("confirm-mobile-number", one.id, json={**number_of(one), "token": token}))


@clause("general.no-leak")
def test_an_activation_code_stands_in_activation_answers_only(judge: Judge, customer: Person, stories: Stories) -> None:
    binding = stories.begin_with_code(customer, stories.activation_code(customer))
    read_everything(stories, binding)
    binding.verify(signed(KeyPair.generate(), binding.secret.reveal()))
    binding = stories.begin_with_code(customer, stories.activation_code(customer, invalidate_existing=True))
    judge.works(binding.verify())
    read_everything(stories, binding)


@clause("general.no-leak", "confirm-change-request")
def test_no_answer_of_a_change_holds_its_tan(judge: Judge, customer: Person, stories: Stories) -> None:
    refused, right = begin_all(stories, customer, by_number, 2)
    refused.confirm(refused.with_tan(another(Secret(refused.body["tan"])).reveal()))
    judge.works(right.confirm())
    right.confirm()
    stories.together([partial(read, customer) for read in (values, stories.devices)])


@clause("general.no-leak")
def test_no_answer_after_the_binding_holds_a_secret(
    judge: Judge, customer: Person, stories: Stories, key_addition: KeyAddition
) -> None:
    binding = stories.bind(customer)
    judge.works(key_addition.add(binding, KeyPair.generate()))
    judge.works(verify_signing_challenge(binding, signing_challenge(binding, key_purpose="unrestricted")))
    read_everything(stories, binding)
