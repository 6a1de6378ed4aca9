# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Device signing challenges (contract 4)."""

from __future__ import annotations

from sandbox.core import Call
from sandbox.http import Answer, Json
from sandbox.refusals import Reason
from sandbox.rules import Rules
from sandbox.rules.devices import KEY_PURPOSES
from sandbox.world import Device, Key, SigningChallenge


class Signing(Rules):
    """The operations on signing challenges: the hot path of a load test."""

    async def create_signing_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        device_id = self.text(call, body, "device_id")
        purpose = self.purpose_wanted(call, body)
        self.check_device_data(call, body)
        async with self.exclusively(call):
            device = self.live_device(call, device_id, Reason.DEVICE_NOT_USABLE, "device_id")
            key = self.signing_key(call, device, purpose)
            await self.between_check_and_act(call)
            challenge = self.signing_challenge(call, device, key)
            self.world.signing_challenges.add(challenge)
        return Answer(201, self.signing_challenge_view(call, challenge))

    async def get_signing_challenge(self, call: Call) -> Answer:
        challenge = self.signing_challenge_of_path(call)
        self.require(call, self.is_readable(call, challenge), Reason.CHALLENGE_UNKNOWN)
        return Answer(200, self.signing_challenge_view(call, challenge))

    async def verify_signing_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        signature = self.signature(call, body)
        self.check_device_data(call, body)
        async with self.exclusively(call):
            challenge = self.signing_challenge_of_path(call)
            self.require_open(call, challenge, Reason.CHALLENGE_REPEATED)
            key = self.challenged_key(call, challenge)
            if not self.verifies(call, key, signature, challenge.string_to_sign):
                raise self.wrong_try(call, challenge, Reason.SIGNATURE_WRONG)
            await self.between_check_and_act(call)
            self.complete(call, challenge)
            self.mark_used(call, key)
        return Answer(204)

    def purpose_wanted(self, call: Call, body: Json) -> str | None:
        """The purpose that the body names; the empty one names none (facts 4.1)."""
        return self.optional_choice(call, body, "key_purpose", ("", *KEY_PURPOSES)) or None

    def signing_key(self, call: Call, device: Device, purpose: str | None) -> Key:
        """The key that has to sign.

        Raises:
            RefusedError: The device has no key of the purpose that is named.
        """
        key = self.default_key(call, device) if purpose is None else self.key_of_purpose(call, device, purpose)
        if key is None:
            raise self.refused(call, Reason.PURPOSE_WITHOUT_KEY, "key_purpose")
        return key

    def signing_challenge_of_path(self, call: Call) -> SigningChallenge:
        return self.found(call, self.world.signing_challenges, call.ids[0], Reason.CHALLENGE_UNKNOWN)

    def challenged_key(self, call: Call, challenge: SigningChallenge) -> Key:
        """The key that the challenge was made for.

        Raises:
            RefusedError: Its device is deleted: nothing of it signs any more.
        """
        device = self.live_device(call, challenge.device_id, Reason.CHALLENGE_DEAD)
        key = self.key_of_id(call, device, challenge.key_id)
        if key is None:
            raise self.refused(call, Reason.CHALLENGE_DEAD)
        return key

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        return SigningChallenge(
            id=self.new_id(),
            partner=call.partner,
            created_at=call.now,
            expires_at=call.now + self.challenge_lifetime(call),
            device_id=device.id,
            key_id=key.id,
            string_to_sign=self.string_to_sign(call),
        )

    def string_to_sign(self, call: Call) -> str:
        """An opaque text that never repeats."""
        return self.new_id()

    def mark_used(self, call: Call, key: Key) -> None:
        key.used_at = call.now

    def signing_challenge_view(self, call: Call, challenge: SigningChallenge) -> Json:
        return self.challenge_view(call, challenge, "device") | {"string_to_sign": challenge.string_to_sign}
