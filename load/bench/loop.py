"""What one would write for Locust as it is; the signer is ours, so that only the way to the target differs."""

from __future__ import annotations

from typing import Any

from signer import KeyPair

_CHALLENGES = "/v1/mfa/challenges/devices"


class Signing:
    """Signs challenges, without a pause."""

    abstract = True
    client: Any

    def on_start(self) -> None:
        self.keys = KeyPair.generate()
        self.headers = {"Authorization": "Bearer 00000000000000000000000000000000"}

    def sign(self) -> None:
        body = {"device_id": "00000000000000000000000000000001"}
        answer = self.client.post(_CHALLENGES, json=body, headers=self.headers, name="create-signing-challenge")
        challenge = answer.json()
        signature = self.keys.sign(challenge["string_to_sign"]).hex
        place = f"{_CHALLENGES}/{challenge['id']}"
        body = {"signature": signature}
        self.client.put(place, json=body, headers=self.headers, name="verify-signing-challenge")

    # Locust finds @task only in classes that are users themselves.
    tasks: Any = (sign,)
