"""Adding keys to a bound device, and what its keys are good for (contract 3, POST /v1/mfa/devices/{id}/keys)."""

from __future__ import annotations

from typing import Any

from contract.exchange import Exchange
from signer import KeyPair
from suites.key_addition import KeyAddition
from suites.stories import Binding, signed, signing_challenge

PURPOSES = ("unrestricted", "restricted")


def other(purpose: str) -> str:
    """The other one of the two purposes."""
    return PURPOSES[1 - PURPOSES.index(purpose)]


def authorization(keys: KeyPair, message: str | bytes, purpose: str = "unrestricted") -> dict[str, str]:
    """A device_signature."""
    return {"signature_key_purpose": purpose, "signature": signed(keys, message)}


def addition(key_addition: KeyAddition, binding: Binding, new: KeyPair, present: str, **fields: Any) -> dict[str, Any]:
    """The body that adds a key of the other purpose to a device whose first key is of the purpose that is present."""
    by_first_key = authorization(binding.keys, key_addition.message(new), present)
    return key_addition.body(binding, new, key_purpose=other(present), **{"device_signature": by_first_key, **fields})


def add(binding: Binding, body: dict[str, Any]) -> Exchange:
    """POST .../keys."""
    return binding.partner.call("add-key", binding.device_id, json=body)


def sign(binding: Binding, keys: KeyPair, purpose: str) -> Exchange:
    """Verify a fresh signing challenge that names a purpose, by some key. Raises PrerequisiteFailed."""
    challenge = signing_challenge(binding, key_purpose=purpose)
    body = {"signature": signed(keys, challenge["string_to_sign"])}
    return binding.partner.call("verify-signing-challenge", challenge["id"], json=body)
