"""What customers do, again and again: each loop is a few calls, of which the last one proves the first ones.

A *negative* visit tries what must be refused: another key's signature, a used one, a wrong code. It ends there, since a
target may give up a challenge after a wrong try. Whatever is accepted of that is a wrong success.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from load.caller import Visit
from load.identities import Identity
from signer import KeyPair

Story = Callable[[Visit, Identity], None]


@dataclass(frozen=True, slots=True)
class Loop:
    """What a customer does once. calls: how many requests that takes; negative: how many, where it tries the forbidden.

    bound: whether a bound phone is needed.
    """

    story: Story
    calls: int
    negative: int
    bound: bool = False


def bind_verify(visit: Visit, who: Identity) -> None:
    """Bind a new phone by its OTP, and remove it again."""
    keys = KeyPair.generate()
    body = {"person_id": who.person.id, "key": keys.public_hex, "key_type": "ecdsa-p256", "challenge_type": "sms"}
    device = visit.call("create-device", body=body, hidden=who.static_otp)
    challenge = device["challenge"]["id"]
    otp = who.otp(visit, challenge)
    if visit.negative:
        visit.refuses("verify-signature-challenge", challenge, body={"signature": stranger().sign(otp).hex})
        visit.call("delete-device", device["id"], also=404)
        return
    visit.call("verify-signature-challenge", challenge, body={"signature": keys.sign(otp).hex})
    visit.call("delete-device", device["id"])


def signing(visit: Visit, who: Identity) -> None:
    """Sign a challenge with a bound phone, as for a login."""
    body = {"device_id": who.device_id}
    challenge = visit.call("create-signing-challenge", body=body)
    signature = who.keys.sign(challenge["string_to_sign"]).hex
    visit.call("verify-signing-challenge", challenge["id"], body={"signature": signature})
    who.signed = True
    if visit.negative:
        another = visit.call("create-signing-challenge", body=body)
        visit.refuses("verify-signing-challenge", another["id"], body={"signature": signature})
        another = visit.call("create-signing-challenge", body=body)
        forged = stranger().sign(another["string_to_sign"]).hex
        visit.refuses("verify-signing-challenge", another["id"], body={"signature": forged})


def sms(visit: Visit, who: Identity) -> None:
    """Answer an SMS challenge with its code."""
    challenge = visit.call("create-sms-challenge", body={"person_id": who.person.id}, hidden=who.static_otp)
    otp = who.otp(visit, challenge["id"])
    if visit.negative:
        visit.refuses("verify-sms-challenge", challenge["id"], body={"code": another_code(otp)})
        return
    visit.call("verify-sms-challenge", challenge["id"], body={"code": otp})


def change_by_tan(visit: Visit, who: Identity) -> None:
    """Change a customer's e-mail address, authorized by the TAN of an SMS."""
    change = visit.call("change-person", who.person.id, body={"email": new_address()})
    body = {"delivery_method": "mobile_number", "person_id": who.person.id}
    visit.call("authorize-change-request", change["id"], body=body, hidden=who.static_otp)
    tan = who.otp(visit, change["id"])
    if visit.negative:
        body = {"person_id": who.person.id, "tan": another_code(tan)}
        visit.refuses("confirm-change-request", change["id"], body=body)
        return
    visit.call("confirm-change-request", change["id"], body={"person_id": who.person.id, "tan": tan})


def change_by_device(visit: Visit, who: Identity) -> None:
    """Change a customer's e-mail address, authorized by a bound phone."""
    change = visit.call("change-person", who.person.id, body={"email": new_address()})
    body = {"delivery_method": "device_signing", "device_id": who.device_id}
    authorized = visit.call("authorize-change-request", change["id"], body=body)
    text = authorized.get("string_to_sign") or authorized["text_to_sign"]
    keys = stranger() if visit.negative else who.keys
    body = {"device_id": who.device_id, "signature": keys.sign(text).hex}
    if visit.negative:
        visit.refuses("confirm-change-request", change["id"], body=body)
        return
    visit.call("confirm-change-request", change["id"], body=body)


LOOPS: Mapping[str, Loop] = MappingProxyType(
    {
        "signing": Loop(signing, calls=2, negative=6, bound=True),
        "bind-verify": Loop(bind_verify, calls=3, negative=3),
        "sms": Loop(sms, calls=2, negative=2),
        "change-by-tan": Loop(change_by_tan, calls=3, negative=3),
        "change-by-device": Loop(change_by_device, calls=3, negative=3, bound=True),
    }
)
"""All loops by name."""

MIX: Mapping[str, float] = MappingProxyType(
    {"signing": 12, "bind-verify": 2, "sms": 3, "change-by-tan": 1, "change-by-device": 2}
)
"""What customers do without further word: mostly logins and payments."""


def stranger() -> KeyPair:
    """A key that no device has."""
    return KeyPair.generate()


def another_code(code: str) -> str:
    """Six digits that are not these."""
    return f"{(int(code) + 1 + secrets.randbelow(999_998)) % 1_000_000:06d}"


def new_address() -> str:
    """An e-mail address that nobody has."""
    return f"customer-{secrets.token_hex(8)}@example.org"
