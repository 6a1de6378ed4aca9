"""Contract 3, POST /v1/mfa/devices: a binding is begun, with what was asked for and what is the default."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from contract.exchange import Exchange, NotJson
from contract.judge import Judge, document
from signer import KeyPair
from suites.law import clause
from suites.lifetimes import lifetime
from suites.stories import Binding, Stories, signed
from target.connection import Target
from target.provisioning import Person

ALL_FIELDS = {
    "key_type": "ecdsa-p256",
    "challenge_type": "sms",
    "key_purpose": "restricted",
    "name": "Test device",
    "sms_challenge": {"app_signature": "e2e-e2e-e2e"},
    "language": "fr",
    "device_data": "YW55IGRldmljZSBkYXRh",
}


@clause("binding.created")
@pytest.mark.parametrize("fields", [{}, ALL_FIELDS], ids=["required-fields", "all-fields"])
def test_a_binding_is_begun_and_can_be_completed(
    fields: dict[str, Any], stories: Stories, customer: Person, judge: Judge
) -> None:
    keys = KeyPair.generate()
    body = {"person_id": customer.id, "key": keys.public_hex, **fields}
    created = judge.works(customer.partner.call("create-device", json=body))
    judge.works(stories.binding(customer, keys, created).verify())


@clause("binding.challenge-lifetime")
def test_a_signature_challenge_by_sms_lives_as_long_as_documented(
    stories: Stories, customer: Person, target: Target, judge: Judge
) -> None:
    lives(stories.begin(customer), target, judge)


@clause("binding.challenge-lifetime")
def test_a_signature_challenge_by_activation_code_lives_as_long_as_documented(
    stories: Stories, customer: Person, target: Target, judge: Judge
) -> None:
    lives(stories.begin_with_code(customer, stories.activation_code(customer)), target, judge)


@clause("binding.challenge-lifetime")
@pytest.mark.usefixtures("clock")
def test_a_signature_challenge_of_another_time_lives_as_long(
    stories: Stories, customer: Person, target: Target, judge: Judge
) -> None:
    for offset in (86_400, -86_400, 7.5):
        body = stories.registration(customer, KeyPair.generate())
        created = judge.works(customer.partner.call("create-device", json=body, clock_offset=offset))
        lasts(created["challenge"], target, judge)


def lives(binding: Binding, target: Target, judge: Judge) -> None:
    lasts(binding.challenge, target, judge)


def lasts(challenge: dict[str, Any], target: Target, judge: Judge) -> None:
    seconds, documented = lifetime(challenge), target.profile.challenge_lifetime
    judge.holds(abs(seconds - documented) <= 5, f"it lives for {seconds:g} s", f"{documented:g} s, 5 s more or less")


@clause("binding.defaults")
def test_the_challenge_is_by_sms_even_where_there_is_a_live_activation_code(
    stories: Stories, customer: Person, judge: Judge
) -> None:
    code, keys = stories.activation_code(customer), KeyPair.generate()
    begun = judge.works(customer.partner.call("create-device", json=stories.registration(customer, keys)))
    by_code = {"signature": signed(keys, code.code.reveal())}
    tried = customer.partner.call("verify-signature-challenge", begun["challenge"]["id"], json=by_code)
    judge.holds(not tried.answer.ok, "the activation code binds the device", "challenge_type sms", tried)
    binding = stories.begin(customer)
    judge.holds(binding.verify().answer.ok, "the OTP of the SMS does not bind the device", "challenge_type sms")


@clause("binding.defaults")
def test_a_key_without_a_purpose_is_unrestricted(stories: Stories, customer: Person, judge: Judge) -> None:
    stories.bind(customer, key_purpose="restricted")
    binding = stories.bind(customer)
    purpose, read = stories.beside(
        partial(purpose_of, binding, stories),
        partial(customer.partner.call, "read-key", binding.device_id, binding.key_id),
    )
    judge.holds(purpose == "unrestricted", f"the key's purpose is {purpose}", "unrestricted")
    said = judge.works(read)["key_purpose"]
    judge.holds(said == "unrestricted", f"the key says {said}", "unrestricted", read)


@clause("binding.defaults")
def test_a_field_that_is_null_has_its_default(stories: Stories, customer: Person, judge: Judge) -> None:
    keys = KeyPair.generate()
    nothing = dict.fromkeys(name for name in ALL_FIELDS)
    body = {"person_id": customer.id, "key": keys.public_hex, **nothing}
    created = judge.works(customer.partner.call("create-device", json=body))
    binding = stories.binding(customer, keys, created)
    judge.works(binding.verify())
    purpose = purpose_of(binding, stories)
    judge.holds(purpose == "unrestricted", f"the key's purpose is {purpose}", "unrestricted")


@clause("binding.defaults")
def test_a_key_without_a_type_is_ecdsa_p256(stories: Stories, customer: Person, judge: Judge) -> None:
    binding = stories.bind(customer, key_type=None)
    read = customer.partner.call("read-key", binding.device_id, binding.key_id)
    said = type_in(read)
    judge.holds(said in (None, "ecdsa-p256"), f"the key's type is {said!r}", "ecdsa-p256", read)
    judge.works(read)


def type_in(exchange: Exchange) -> object:
    """The key_type of an answer; None where it says none."""
    try:
        body = exchange.answer.json()
    except NotJson:
        return None
    return body.get("key_type") if isinstance(body, dict) else None


@clause("binding.key-purpose")
@pytest.mark.parametrize("key_purpose", ["unrestricted", "restricted"])
def test_the_first_key_has_the_purpose_that_was_asked_for(
    key_purpose: str, stories: Stories, customer: Person, judge: Judge
) -> None:
    binding = stories.bind(customer, key_purpose=key_purpose)
    purpose, read = stories.beside(
        partial(purpose_of, binding, stories),
        partial(customer.partner.call, "read-key", binding.device_id, binding.key_id),
    )
    judge.holds(purpose == key_purpose, f"the list of keys says {purpose}", key_purpose)
    key = judge.works(read)
    judge.holds(key["key_purpose"] == key_purpose, f"the key says {key['key_purpose']}", key_purpose)


def purpose_of(binding: Binding, stories: Stories) -> str | None:
    key = stories.keys(binding).get(binding.key_id)
    return key["key_purpose"] if key else None


# Names that are kept as they are: composed and decomposed, compatible with other ones, or like something else.
NAMES = {
    "of-many-scripts": (
        "Jörgs Händy 📱",
        "Дарьин телефон „Łódź”",
        "李小龍の携帯 & 'Ζωή' <\"Ánh\"> \\",
        "tablet TABLET " * 8 + ".",
        " two  blanks ",
    ),
    "of-unusual-characters": ("Zo\u00eb", "Zoe\u0308", "\ufb01 \u00bd \uff21\u00b2 \u212b", "👩\u200d👧 שלום 𝔘", "007"),
}


@clause("binding.name")
@pytest.mark.parametrize("given", NAMES.values(), ids=NAMES)
def test_each_device_has_the_name_that_it_was_given(
    given: tuple[str, ...], stories: Stories, customer: Person, judge: Judge
) -> None:
    devices = stories.together([partial(stories.bind, customer, name=name) for name in given])
    names = {device.device_id: name for device, name in zip(devices, given, strict=True)}
    listed = {row["id"]: row.get("name") for row in stories.devices(customer)}
    judge.holds(listed == names, "the list shows other names", "the names that were given")
    call = customer.partner.call
    reads = stories.together([partial(call, "read-device", device) for device in names])
    lists = stories.together([partial(call, "list-keys", device) for device in names])
    for name, read, keys in zip(names.values(), reads, lists, strict=True):
        said = judge.works(read).get("name")
        judge.holds(said == name, "the device reads with another name", "the name that was given")
        shown = {element.get("name") for element in document(keys)}
        judge.holds(shown == {name}, "the list of keys shows another name", "the name that was given")


@clause("binding.name-absent")
def test_a_device_without_a_name_shows_none(stories: Stories, customer: Person, judge: Judge) -> None:
    named = stories.bind(customer, name="Named")
    binding = stories.bind(customer, name=None)
    listed, read, keys = stories.beside(
        partial(stories.devices, customer),
        partial(customer.partner.call, "read-device", binding.device_id),
        partial(customer.partner.call, "list-keys", binding.device_id),
    )
    others = [row for row in listed if row["id"] != named.device_id]
    names = [row.get("name") for row in (*others, judge.works(read), *judge.works(keys))]
    judge.holds(not any(names), "the device shows a name that nobody gave", 'null, "" or absent')
