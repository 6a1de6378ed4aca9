# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""The keys of a bound device (contract 3)."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.chapters.devices import Devices
from sandbox.core import Call
from sandbox.curve import PublicKey
from sandbox.der import Signature
from sandbox.http import Answer, Json
from sandbox.refusals import Reason
from sandbox.rules.devices import KEY_PURPOSES, KEY_TYPES, UNRESTRICTED
from sandbox.world import Device, Key


@dataclass(frozen=True, slots=True)
class KeyWish:
    """What ``POST .../keys`` asks for, read and well-formed; ``text`` is the key as it was sent."""

    text: str
    key: PublicKey
    key_type: str
    key_purpose: str
    signer_purpose: str
    signature: Signature


class Keys(Devices):
    """The operations on keys."""

    async def add_key(self, call: Call) -> Answer:
        wish = self.key_wish(call)
        async with self.exclusively(call):
            device = self.device_of_path(call)
            self.check_key_addition(call, device, wish)
            await self.between_check_and_act(call)
            key = self.added_key(call, wish)
            device.keys.append(key)
        return Answer(201, {"id": key.id})

    async def list_keys(self, call: Call) -> Answer:
        return Answer(200, self.keys_view(call, self.device_of_path(call)))

    async def get_key(self, call: Call) -> Answer:
        key = self.key_of_path(call, self.device_of_path(call))
        return Answer(200, self.key_view(call, key))

    # What is asked.

    def key_wish(self, call: Call) -> KeyWish:
        """The body of the call, or a refusal of it."""
        body = self.json_body(call)
        self.check_device_data(call, body)
        proof = self.group(call, body, "device_signature")
        text = self.text(call, body, "key")
        return KeyWish(
            text=text,
            key=self.public_key(call, text),
            key_type=self.optional_choice(call, body, "key_type", KEY_TYPES) or KEY_TYPES[0],
            key_purpose=self.optional_choice(call, body, "key_purpose", KEY_PURPOSES) or UNRESTRICTED,
            signer_purpose=self.choice(call, proof, "signature_key_purpose", KEY_PURPOSES),
            signature=self.signature(call, proof),
        )

    # What may be added.

    def check_key_addition(self, call: Call, device: Device, wish: KeyWish) -> None:
        """Goes on where a key of the device vouches for a new key of a new purpose.

        Raises:
            RefusedError: 400, 403 or 409 otherwise.
        """
        signer = self.vouching_key(call, device, wish)
        self.require(call, self.vouches(call, signer, wish), Reason.SIGNATURE_WRONG)
        self.require(call, self.purpose_is_free(call, device, wish.key_purpose), Reason.PURPOSE_PRESENT, "key_purpose")
        registered = self.is_registered(call, device.person_id, wish.key.point)
        self.require(call, not registered, Reason.KEY_REGISTERED, "key")

    def vouching_key(self, call: Call, device: Device, wish: KeyWish) -> Key:
        """The key of the device that has to sign the new one."""
        key = self.key_of_purpose(call, device, wish.signer_purpose)
        if key is None:
            raise self.refused(call, Reason.PURPOSE_WITHOUT_KEY, "signature_key_purpose")
        return key

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        return self.verifies(call, signer, wish.signature, self.key_addition_message(call, wish))

    def key_addition_message(self, call: Call, wish: KeyWish) -> str:
        """What is signed: the hex text of the new key, exactly as it was sent (facts 2.7)."""
        return wish.text

    def purpose_is_free(self, call: Call, device: Device, purpose: str) -> bool:
        return self.key_of_purpose(call, device, purpose) is None

    def added_key(self, call: Call, wish: KeyWish) -> Key:
        return Key(id=self.new_id(), purpose=wish.key_purpose, type=wish.key_type, public=wish.key)

    def key_of_path(self, call: Call, device: Device) -> Key:
        key = self.key_of_id(call, device, call.ids[1])
        if key is None:
            raise self.refused(call, Reason.KEY_UNKNOWN)
        return key

    # What is shown.

    def keys_view(self, call: Call, device: Device) -> list[Json]:
        """One element that nests all keys (facts 2.8)."""
        keys = [self.key_view(call, key) for key in device.keys]
        return [self.key_owner_view(call, device) | {"keys": keys}]

    def key_owner_view(self, call: Call, device: Device) -> Json:
        return {
            "device_id": device.id,
            "person_id": device.person_id,
            "name": device.name,
            "created_at": self.timestamp(call, device.created_at),
        } | self.deletion_view(call, device)

    def key_view(self, call: Call, key: Key) -> Json:
        return {
            "key_id": key.id,
            "key_purpose": key.purpose,
            "key_type": key.type,
            "used_at": None if key.used_at is None else self.timestamp(call, key.used_at),
        }
