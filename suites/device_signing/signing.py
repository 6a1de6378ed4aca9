"""A device signing challenge on its way (contract 4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from contract.exchange import Exchange
from contract.judge import document
from signer import KeyPair
from suites.stories import Binding, Stories, signed, signing_challenge


@dataclass(frozen=True, slots=True)
class Signing:
    """A signing challenge of a bound device.

    challenge: as the POST answer gave it. device: whose keys are the ones that are to sign.
    """

    device: Binding
    challenge: dict[str, Any]

    @classmethod
    def begin(cls, device: Binding, **fields: Any) -> Signing:
        """POST a challenge for the device, with further fields. Raises PrerequisiteFailed."""
        return cls(device, signing_challenge(device, **fields))

    @classmethod
    def begin_all(cls, stories: Stories, device: Binding, count: int, **fields: Any) -> list[Signing]:
        """POST several challenges for the device, side by side. Raises PrerequisiteFailed."""
        return stories.together([partial(cls.begin, device, **fields)] * count)

    @property
    def id(self) -> str:
        challenge_id: str = self.challenge["id"]
        return challenge_id

    @property
    def text(self) -> str:
        """What is to be signed."""
        string_to_sign: str = self.challenge["string_to_sign"]
        return string_to_sign

    def by(self, keys: KeyPair) -> Signing:
        """The same challenge in the hand of someone with other keys."""
        return replace(self, device=replace(self.device, keys=keys))

    def signature(self) -> str:
        """The right signature, in hex."""
        return signed(self.device.keys, self.text)

    def verify(self, signature: str | None = None, **options: Any) -> Exchange:
        """PUT the challenge: with the right signature, or another one."""
        body = {"signature": self.signature() if signature is None else signature}
        return self.put(body, **options)

    def put(self, body: Any, **options: Any) -> Exchange:
        """PUT the challenge with any body."""
        return self.device.partner.call("verify-signing-challenge", self.id, json=body, **options)

    def read(self, **options: Any) -> Exchange:
        """GET the challenge."""
        return self.device.partner.call("read-signing-challenge", self.id, **options)

    def status(self) -> int:
        """With what the challenge can be read, or that it is gone."""
        return self.read().status


def begin(device: Binding, **options: Any) -> Exchange:
    """POST a challenge for a device; `options` are the call's, `fields` in the body."""
    fields = options.pop("fields", {})
    return device.partner.call("create-signing-challenge", json={"device_id": device.device_id, **fields}, **options)


def used_at(device: Binding, key_id: str | None = None) -> Any:
    """When a key of the device, by default its first one, was last used. Raises PrerequisiteFailed."""
    return document(device.partner.call("read-key", device.device_id, key_id or device.key_id)).get("used_at")
