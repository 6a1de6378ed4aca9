"""What is signed when a key is added: the vendor does not say, so the target is asked (contract 3, facts 2.7)."""

from __future__ import annotations

from threading import Lock
from typing import Any

from contract.exchange import Exchange
from contract.judge import PrerequisiteFailed, flaw
from signer import KeyPair
from suites.stories import Binding, Stories, signed
from target.provisioning import Person


class KeyAddition:
    """Makes good bodies for POST /v1/mfa/devices/{id}/keys.

    choice: `hex-text` (the new key's hex text as it is sent), `raw-bytes` (its 65 bytes), or `either`: then the
    first body finds out which of the two the target takes, on a device of its own.
    """

    def __init__(self, choice: str) -> None:
        self._choice = choice
        self._settling = Lock()

    @property
    def is_open(self) -> bool:
        """Whether it is still to be found out what the target takes."""
        return self._choice == "either"

    def settle(self, stories: Stories, person: Person) -> KeyAddition:
        """Find out which message the target takes, where that is still open. Raises PrerequisiteFailed."""
        with self._settling:
            if self.is_open:
                self._choice = self._found_out(stories, person)
        return self

    def _found_out(self, stories: Stories, person: Person) -> str:
        for choice in ("hex-text", "raw-bytes"):
            binding = stories.bind(person)
            tried = KeyAddition(choice)
            exchange = tried.add(binding, KeyPair.generate())
            binding.partner.call("delete-device", binding.device_id)
            if exchange.answer.ok:
                return choice
        fault = flaw(exchange)
        assert fault is not None
        raise PrerequisiteFailed(fault)

    def message(self, new: KeyPair, spelled: str | None = None) -> str | bytes:
        """The text or bytes that an existing key of the device has to sign."""
        return new.public_point if self._choice == "raw-bytes" else spelled or new.public_hex

    def body(
        self,
        binding: Binding,
        new: KeyPair,
        *,
        spelled: str | None = None,
        key_purpose: str = "restricted",
        **fields: Any,
    ) -> dict[str, Any]:
        """A good body: the new key, authorized by the device's first key, which is unrestricted.

        spelled: another way than lower-case hex to write the new key.
        """
        return {
            "key": spelled or new.public_hex,
            "key_type": "ecdsa-p256",
            "key_purpose": key_purpose,
            "device_signature": {
                "signature_key_purpose": "unrestricted",
                "signature": signed(binding.keys, self.message(new, spelled)),
            },
            **fields,
        }

    def add(self, binding: Binding, new: KeyPair, **fields: Any) -> Exchange:
        """Add a key to a bound device."""
        return binding.partner.call("add-key", binding.device_id, json=self.body(binding, new, **fields))
