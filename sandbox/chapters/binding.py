# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Binding a device: ``POST /v1/mfa/devices`` and its signature challenge (contract 3)."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.core import Call
from sandbox.curve import PublicKey
from sandbox.http import Answer, Json
from sandbox.refusals import Reason
from sandbox.rules import Rules
from sandbox.rules.devices import KEY_PURPOSES, KEY_TYPES, UNRESTRICTED
from sandbox.rules.messages import LANGUAGES
from sandbox.world import ActivationChallenge, Device, Key, Person, SignatureChallenge

SMS = "sms"
ACTIVATION_CODE = "activation_code"


@dataclass(frozen=True, slots=True)
class BindingWish:
    """What ``POST /v1/mfa/devices`` asks for, read and well-formed."""

    person_id: str
    key: PublicKey
    key_type: str
    key_purpose: str
    challenge_type: str
    name: str | None
    language: str | None
    app_signature: str | None


@dataclass(frozen=True, slots=True)
class BindingSecret:
    """What has to be signed, and how it reaches the person: as an SMS, or as the code they have."""

    message: str
    number: str | None = None
    activation: ActivationChallenge | None = None


class Binding(Rules):
    """The operations that bind a device."""

    async def create_device(self, call: Call) -> Answer:
        wish = self.binding_wish(call)
        async with self.exclusively(call):
            person = self.person_of_body(call, wish.person_id)
            self.check_binding(call, person.id, wish.key)
            secret = self.binding_secret(call, person, wish)
            await self.between_check_and_act(call)
            device = self.pending_device(call, person, wish)
            challenge = self.signature_challenge(call, device, secret)
            self.world.add_device(device)
            self.world.signature_challenges.add(challenge)
            self.deliver(call, wish, secret, challenge)
        return Answer(202, self.pending_device_view(call, device, challenge))

    async def get_signature_challenge(self, call: Call) -> Answer:
        challenge = self.found(call, self.world.signature_challenges, call.ids[0], Reason.CHALLENGE_UNKNOWN)
        self.require(call, self.is_readable(call, challenge), Reason.CHALLENGE_UNKNOWN)
        return Answer(200, self.signature_challenge_view(call, challenge))

    async def verify_signature_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        signature = self.signature(call, body)
        self.check_device_data(call, body)
        async with self.exclusively(call):
            challenge = self.found(call, self.world.signature_challenges, call.ids[0], Reason.CHALLENGE_UNKNOWN)
            self.require_open(call, challenge, Reason.BINDING_REPEATED)
            device = self.device_to_bind(call, challenge)
            key = device.keys[0]
            if not self.verifies(call, key, signature, challenge.message):
                raise self.wrong_try(call, challenge, Reason.SIGNATURE_WRONG)
            self.check_binding(call, device.person_id, key.public)
            code = self.code_of(call, challenge)
            await self.between_check_and_act(call)
            self.complete(call, challenge)
            self.bind(call, device, code)
        return Answer(204)

    # What is asked.

    def binding_wish(self, call: Call) -> BindingWish:
        """The body of the call, or a refusal of it."""
        body = self.json_body(call)
        sms_challenge = self.optional_group(call, body, "sms_challenge")
        self.check_device_data(call, body)
        types = self.challenge_types(call)
        return BindingWish(
            person_id=self.text(call, body, "person_id"),
            key=self.public_key(call, self.text(call, body, "key")),
            key_type=self.optional_choice(call, body, "key_type", KEY_TYPES) or KEY_TYPES[0],
            key_purpose=self.optional_choice(call, body, "key_purpose", KEY_PURPOSES) or UNRESTRICTED,
            challenge_type=self.optional_choice(call, body, "challenge_type", types) or SMS,
            name=self.optional_text(call, body, "name"),
            language=self.optional_choice(call, body, "language", LANGUAGES),
            app_signature=self.optional_text(call, sms_challenge, "app_signature"),
        )

    def challenge_types(self, call: Call) -> tuple[str, ...]:
        return (SMS, ACTIVATION_CODE)

    # What may be bound; asked when the binding begins, and again when it ends.

    def check_binding(self, call: Call, person_id: str, key: PublicKey) -> None:
        """Goes on where the person has a free place, and the key is new to them.

        Raises:
            RefusedError: 409 otherwise.
        """
        self.require(call, self.has_free_place(call, person_id), Reason.DEVICE_LIMIT)
        self.require(call, not self.is_registered(call, person_id, key.point), Reason.KEY_REGISTERED, "key")

    def binding_secret(self, call: Call, person: Person, wish: BindingWish) -> BindingSecret:
        """What the device will have to sign.

        Raises:
            RefusedError: The person has no verified number, or no live activation code.
        """
        if wish.challenge_type == ACTIVATION_CODE:
            activation = self.live_code(call, person.id)
            if activation is None:
                raise self.refused(call, Reason.NO_LIVE_CODE)
            return BindingSecret(activation.code, activation=activation)
        number = self.reachable_number(call, person)
        return BindingSecret(self.draw_otp(call, number), number=number)

    def device_to_bind(self, call: Call, challenge: SignatureChallenge) -> Device:
        """The device of a challenge; one that was deleted before it was bound has no challenge any more."""
        device = self.found(call, self.world.devices, challenge.device_id, Reason.CHALLENGE_DEAD)
        self.require(call, not self.is_deleted(call, device), Reason.CHALLENGE_DEAD)
        return device

    def code_of(self, call: Call, challenge: SignatureChallenge) -> ActivationChallenge | None:
        """The activation code that the challenge was made with, if any.

        Raises:
            RefusedError: 409: the code has died or was used up meanwhile.
        """
        if challenge.activation_id is None:
            return None
        code = self.found(call, self.world.activation_challenges, challenge.activation_id, Reason.NO_LIVE_CODE)
        self.require(call, self.is_live_code(call, code), Reason.NO_LIVE_CODE)
        return code

    # What is written.

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        key = Key(id=self.new_id(), purpose=wish.key_purpose, type=wish.key_type, public=wish.key)
        return Device(
            id=self.new_id(),
            partner=call.partner,
            person_id=person.id,
            name=wish.name,
            created_at=call.now,
            keys=[key],
        )

    def signature_challenge(self, call: Call, device: Device, secret: BindingSecret) -> SignatureChallenge:
        return SignatureChallenge(
            id=self.new_id(),
            partner=call.partner,
            created_at=call.now,
            expires_at=call.now + self.challenge_lifetime(call),
            device_id=device.id,
            message=secret.message,
            activation_id=secret.activation.id if secret.activation else None,
        )

    def deliver(self, call: Call, wish: BindingWish, secret: BindingSecret, challenge: SignatureChallenge) -> None:
        """One SMS with the OTP; nothing for an activation code."""
        if secret.number is not None:
            self.send_sms(
                call,
                secret.number,
                secret.message,
                language=wish.language,
                app_signature=wish.app_signature,
                challenge_id=challenge.id,
            )

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        """The device is bound, and the code that bound it is used once more."""
        device.bound = True
        if code is not None:
            self.use_code(call, code)

    # What is shown.

    def signature_challenge_view(self, call: Call, challenge: SignatureChallenge) -> Json:
        return self.challenge_view(call, challenge, "signature")

    def pending_device_view(self, call: Call, device: Device, challenge: SignatureChallenge) -> Json:
        return {
            "id": device.id,
            "key_id": device.keys[0].id,
            "challenge": self.signature_challenge_view(call, challenge),
        }
