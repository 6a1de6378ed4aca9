"""Contract 2: what is a signature is accepted, however its numbers came out and however it is spelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import cycle

import pytest

from contract.answers import Answers
from contract.judge import Judge, NotTestable
from contract.operations import operations
from signer import LEGAL_VARIANTS, TOLERATED_KEYS, Forgery, KeyPair, Signature, ToleratedKey
from suites.device_signing.signing import Signing
from suites.key_addition import KeyAddition
from suites.law import clause
from suites.signing.forging import scene_of_addition, scene_of_binding, spoilt
from suites.stories import Binding, Stories, signing_challenge, verify_signing_challenge
from target.provisioning import Person

VERIFIED = operations()["verify-signature-challenge"].success
SIGNED = operations()["verify-signing-challenge"].success
ADDED = operations()["add-key"].success
REFUSED = Answers((400,), (403,))

AT_ONCE = 16
ROUNDS = 10
"""One run in twenty million finds no OTP that begins with zero."""

SIGNATURES: dict[str, Callable[[Signature], bool]] = {
    "r-of-33-bytes": lambda signature: signature.r.bit_length() == 256,
    "r-of-31-bytes": lambda signature: signature.r.bit_length() <= 248,
    "s-of-31-bytes": lambda signature: signature.s.bit_length() <= 248,
}

POINTS: dict[str, Callable[[KeyPair], bool]] = {
    "x-begins-with-zeros": lambda keys: keys.public_point[1] == 0,
    "y-begins-with-zeros": lambda keys: keys.public_point[33] == 0,
}

SPELLINGS = {
    "s-high": "signing.high-s",
    "hex-upper-case": "signing.upper-case-hex",
    "hex-mixed-case": "signing.upper-case-hex",
}


def each_spelling(operation: str) -> pytest.MarkDecorator:
    """Try a test on all legal variants, each under its clause."""
    return pytest.mark.parametrize(
        "variant",
        [
            pytest.param(variant, id=variant.name, marks=clause(SPELLINGS[variant.name], operation))
            for variant in LEGAL_VARIANTS
        ],
    )


@clause("signing.message", "verify-signature-challenge")
@pytest.mark.parametrize("fits", SIGNATURES.values(), ids=SIGNATURES)
def test_a_signature_is_accepted_whatever_the_size_of_its_numbers(
    fits: Callable[[Signature], bool], stories: Stories, customer: Person, judge: Judge
) -> None:
    binding = stories.begin(customer)
    judge.accepts(binding.verify(of_size(fits, binding.keys, binding.secret.reveal())), VERIFIED)
    assert stories.is_bound(binding), "the device is not bound"


def of_size(fits: Callable[[Signature], bool], keys: KeyPair, message: str | bytes) -> str:
    """A right signature in hex that is as wanted; about one in 256 has a number of 31 bytes."""
    tries = (keys.sign(message).with_low_s() for _ in range(10_000))
    return next(signature for signature in tries if fits(signature)).hex


@clause("signing.message", "verify-signature-challenge")
def test_a_signature_over_an_otp_that_begins_with_zero_is_accepted(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    judge.accepts(begun_with_zero(stories, customer).verify(), VERIFIED)


def begun_with_zero(stories: Stories, person: Person) -> Binding:
    """A binding whose OTP begins with a zero, as about one in ten does. Raises NotTestable, PrerequisiteFailed."""
    for _ in range(ROUNDS):
        begun = stories.begin_all(person, AT_ONCE)
        if found := [binding for binding in begun if binding.secret.reveal().startswith("0")]:
            return found[0]
        if len({binding.secret.reveal() for binding in begun}) == 1:
            break
    raise NotTestable("needs outbox hook: an OTP that begins with zero")


@clause("signing.message", "create-device")
@pytest.mark.parametrize("fits", POINTS.values(), ids=POINTS)
def test_a_key_signs_wherever_its_point_lies(
    fits: Callable[[KeyPair], bool], stories: Stories, customer: Person, judge: Judge
) -> None:
    keys = lying(fits)
    begun = customer.partner.call("create-device", json=stories.registration(customer, keys))
    judge.accepts(begun, operations()["create-device"].success)
    binding = stories.binding(customer, keys, judge.works(begun))
    judge.accepts(binding.verify(), VERIFIED)


@clause("signing.message", "add-key")
def test_a_key_is_added_whatever_the_size_of_its_numbers_and_of_its_signature(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    devices = stories.bind_all(customer, len(SIGNATURES))
    for device, fits, lies in zip(devices, SIGNATURES.values(), cycle(POINTS.values()), strict=False):
        new = lying(lies)
        signature = of_size(fits, device.keys, key_addition.message(new))
        body = spoilt(key_addition.body(device, new), signature)
        judge.accepts(customer.partner.call("add-key", device.device_id, json=body), ADDED)
        challenge = signing_challenge(device, key_purpose="restricted")
        judge.accepts(verify_signing_challenge(replace(device, keys=new), challenge), SIGNED)


def lying(lies: Callable[[KeyPair], bool]) -> KeyPair:
    """A key pair whose point lies as wanted; about one in 256 has a coordinate that begins with zeros."""
    return next(keys for keys in (KeyPair.generate() for _ in range(10_000)) if lies(keys))


@clause("signing.message", "verify-signature-challenge")
def test_a_signature_over_the_activation_code_is_accepted(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.begin_with_code(customer, stories.activation_code(customer))
    judge.accepts(binding.verify(), VERIFIED)


@clause("signing.message", "verify-signing-challenge")
def test_a_signature_over_the_string_to_sign_is_accepted(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.bind(customer)
    exchange = verify_signing_challenge(binding, signing_challenge(binding))
    judge.accepts(exchange, SIGNED)


@clause("signing.message", "verify-signing-challenge")
def test_a_signing_challenge_takes_numbers_of_any_size(stories: Stories, customer: Person, judge: Judge) -> None:
    device = stories.bind(customer)
    for fits, signing in zip(SIGNATURES.values(), Signing.begin_all(stories, device, len(SIGNATURES)), strict=True):
        judge.accepts(signing.verify(of_size(fits, device.keys, signing.text)), SIGNED)


@each_spelling("verify-signature-challenge")
def test_a_signature_in_an_unusual_spelling_binds_or_is_refused(
    variant: Forgery, stories: Stories, customer: Person, judge: Judge
) -> None:
    binding = stories.begin(customer)
    exchange = binding.verify(variant.make(scene_of_binding(binding)))
    judge.accepts(exchange)
    assert stories.is_bound(binding) == exchange.answer.ok, "the device's state is not what the answer says"


@each_spelling("add-key")
def test_a_device_signature_in_an_unusual_spelling_adds_the_key_or_is_refused(
    variant: Forgery, stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    device, new = stories.bind(customer), KeyPair.generate()
    body = spoilt(key_addition.body(device, new), variant.make(scene_of_addition(device, new, key_addition)))
    exchange = customer.partner.call("add-key", device.device_id, json=body)
    judge.accepts(exchange)
    assert len(stories.keys(device)) == 1 + exchange.answer.ok, "the device's keys are not what the answer says"


@clause("signing.upper-case-key", "add-key")
def test_an_added_key_in_upper_case_signs_or_is_refused(
    stories: Stories, customer: Person, key_addition: KeyAddition, judge: Judge
) -> None:
    device, new = stories.bind(customer), KeyPair.generate()
    exchange = key_addition.add(device, new, spelled=new.public_hex.upper())
    judge.accepts(exchange, ADDED | REFUSED)
    if exchange.answer.ok:
        challenge = signing_challenge(device, key_purpose="restricted")
        judge.accepts(verify_signing_challenge(replace(device, keys=new), challenge), SIGNED)


@clause("signing.upper-case-key", "create-device")
@pytest.mark.parametrize("key", [key for key in TOLERATED_KEYS if "case" in key.name], ids=lambda key: key.name)
def test_a_key_in_upper_case_can_be_bound_or_is_refused(
    key: ToleratedKey, stories: Stories, customer: Person, judge: Judge
) -> None:
    keys = KeyPair.generate()
    exchange = customer.partner.call("create-device", json=stories.registration(customer, keys, key=key.make(keys)))
    judge.accepts(exchange)
    if exchange.answer.ok:
        binding = stories.binding(customer, keys, judge.works(exchange))
        judge.accepts(binding.verify(), VERIFIED)
        judge.accepts(verify_signing_challenge(binding, signing_challenge(binding)), SIGNED)
