"""What is on the target before the fuzzing begins, so that requests can be about real things, and some be right."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from contract.judge import document
from signer import KeyPair
from target.connection import Target
from target.partner import Partner
from target.provisioning import Person, Provisioning
from target.secret import Secret


@dataclass(frozen=True, slots=True)
class Good:
    """A request that is right, once: what stands in the path, and the body."""

    ids: dict[str, str]
    body: dict[str, Any] | None = None


@dataclass(slots=True)
class Things:
    """values: real ones, by the name of their schema (`contract/schemas.yaml`). good: right requests, by operation."""

    values: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    good: dict[str, Good] = field(default_factory=dict)


def made(target: Target, seed: str) -> Things:
    """Make customers with devices, keys, challenges, codes and change requests.

    Random data finds no right signature and no right TAN; those requests stand in `good`.
    Raises PrerequisiteFailed, NotTestable, TargetUnreachable, Violation.
    """
    provisioning = Provisioning(target.profile, seed)
    things = Things()
    for make in (_challenges, _devices, _activation, _change_requests):
        make(things, _Customer(target, provisioning))
    _numbers(things, target.partner, provisioning)
    return things


class _Customer:
    """A person with a verified number, whose requests have to work."""

    def __init__(self, target: Target, provisioning: Provisioning) -> None:
        self._provisioning = provisioning
        self._person: Person = provisioning.customer(target.partner)
        self._partner: Partner = target.partner
        self.id = self._person.id

    def call(self, operation: str, *ids: str, **body: Any) -> Any:
        return document(self._partner.call(operation, *ids, json=body or None))

    def otp(self, challenge_id: str) -> str:
        assert self._person.number is not None
        return self._provisioning.otp(self._partner, self._person.number, challenge_id).reveal()

    def begun(self) -> tuple[KeyPair, Any, str]:
        """A device that waits for its signature: its key, the answer, and the right signature."""
        keys = KeyPair.generate()
        device = self.call("create-device", person_id=self.id, key=keys.public_hex)
        return keys, device, _signed(keys, self.otp(device["challenge"]["id"]))

    def bound(self) -> tuple[KeyPair, Any]:
        keys, device, signature = self.begun()
        self.call("verify-signature-challenge", device["challenge"]["id"], signature=signature)
        return keys, device


def _signed(keys: KeyPair, text: str) -> str:
    return keys.sign(text).with_low_s().hex


def _devices(things: Things, customer: _Customer) -> None:
    things.values["person-id"].append(customer.id)
    keys, device = customer.bound()
    things.values["device-id"].append(device["id"])
    things.values["key-id"].append(device["key_id"])
    things.good["read-key"] = Good({"id": device["id"], "key_id": device["key_id"]})
    another = KeyPair.generate().public_hex
    proof = {"signature_key_purpose": "unrestricted", "signature": _signed(keys, another)}
    things.good["add-key"] = Good(
        {"id": device["id"]}, {"key": another, "key_purpose": "restricted", "device_signature": proof}
    )


def _challenges(things: Things, customer: _Customer) -> None:
    keys, device = customer.bound()
    things.values["device-id"].append(device["id"])
    signing = customer.call("create-signing-challenge", device_id=device["id"])
    signature = _signed(keys, signing["string_to_sign"])
    things.good["verify-signing-challenge"] = Good({"id": signing["id"]}, {"signature": signature})
    things.values["signing-challenge-id"].append(signing["id"])
    things.values["signature"].append(signature)

    _, pending, signature = customer.begun()
    binding = pending["challenge"]["id"]
    things.good["verify-signature-challenge"] = Good({"id": binding}, {"signature": signature})
    things.values["signature-challenge-id"].append(binding)
    things.values["signature"].append(signature)

    sms = customer.call("create-sms-challenge", person_id=customer.id)["id"]
    things.good["verify-sms-challenge"] = Good({"id": sms}, {"code": customer.otp(sms)})
    things.values["sms-challenge-id"].append(sms)


def _activation(things: Things, customer: _Customer) -> None:
    asked = {"origin": "MOBILE_APP", "purpose": "DEVICE_BINDING", "delivery_method": "SNAILMAIL"}
    code = customer.call("create-activation-challenge", person_id=customer.id, **asked)["id"]
    customer.call("create-delivery-event", code, type="SENT", timestamp="2025-01-31T12:00:00Z")
    event = customer.call("list-delivery-events", code)[0]["id"]
    things.values["activation-challenge-id"].append(code)
    things.values["delivery-event-id"].append(event)
    things.good["read-delivery-event"] = Good({"id": code, "event_id": event})


def _change_requests(things: Things, customer: _Customer) -> None:
    things.values["person-id"].append(customer.id)
    things.values["public-key"].append(KeyPair.generate().public_hex)
    first, second = (customer.call("change-person", customer.id, email=email)["id"] for email in _EMAILS)
    things.values["change-request-id"] += [first, second]
    by_sms = {"delivery_method": "mobile_number", "person_id": customer.id}
    things.good["authorize-change-request"] = Good({"id": first}, by_sms)
    customer.call("authorize-change-request", second, **by_sms)
    tan = customer.otp(second)
    things.good["confirm-change-request"] = Good({"id": second}, {"person_id": customer.id, "tan": tan})


_EMAILS = ("first@example.org", "second@example.org")


def _numbers(things: Things, partner: Partner, provisioning: Provisioning) -> None:
    waiting, _ = _with_number(partner, provisioning)
    things.good["authorize-mobile-number"] = waiting
    asked, number = _with_number(partner, provisioning)
    document(partner.call("authorize-mobile-number", asked.ids["id"], json=asked.body))
    token = {"token": provisioning.otp(partner, number, None).reveal()}
    things.good["confirm-mobile-number"] = Good(asked.ids, {**(asked.body or {}), **token})


def _with_number(partner: Partner, provisioning: Provisioning) -> tuple[Good, Secret]:
    """A person whose number is not verified, as the good request names them."""
    person = provisioning.unverified(partner)
    assert person.number is not None
    return Good({"id": person.id}, {"number": person.number.reveal()}), person.number
