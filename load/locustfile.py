"""Load on a target with plain Locust.

    TARGET=embedded locust -f load/locustfile.py --headless -u 4 -r 4 -t 30s

TARGET is the name or path of a profile, TARGET_URL a place to use instead of the profile's. The run refuses a target
whose profile does not say `load = true`, stays below the profile's `requests_per_second`, and removes what it created.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from pathlib import Path
from typing import Any

from locust import User, constant, events, task

from signer import KeyPair
from target.connection import Target
from target.ledger import Ledger, entries
from target.partner import CallFailed
from target.process import Started, StartError
from target.profile import ProfileError, load_profile
from target.provisioning import Person, Provisioning
from target.sweep import sweep

USAGE_ERROR = 4


class Load:
    """The target of a load run, from `test_start` to `quitting`."""

    def __init__(self) -> None:
        profile = load_profile(os.environ.get("TARGET", "embedded"))
        if url := os.environ.get("TARGET_URL"):
            profile = profile.at(url)
        if not profile.load:
            raise ProfileError(f"the target {profile.name!r} allows no load; its profile would have to say load = true")
        self.started = Started(profile) if profile.start else None
        self.profile = self.started.profile if self.started else profile
        self.ledger = Path(tempfile.mkdtemp(prefix="load-"), "ledger.jsonl")
        self.target = Target(self.profile, Ledger(self.ledger))

    def close(self) -> None:
        if self.started is None and self.ledger.exists():
            sweep(self.target, entries(self.ledger))
        self.target.close()
        if self.started is not None:
            self.started.stop()


_load: Load | None = None


@events.test_start.add_listener  # type: ignore[untyped-decorator]
def connect(**_: Any) -> None:
    global _load
    try:
        _load = Load()
    except (ProfileError, StartError) as error:
        print(f"load: {error}", file=sys.stderr)
        sys.exit(USAGE_ERROR)


@events.quitting.add_listener  # type: ignore[untyped-decorator]
def disconnect(**_: Any) -> None:
    if _load is not None:
        _load.close()


class BindVerifyUser(User):
    """A customer who binds a phone, looks at it, and removes it again."""

    wait_time = constant(0)

    def on_start(self) -> None:
        assert _load is not None
        self.provisioning = Provisioning(_load.profile, secrets.token_hex(8))
        self.customer: Person = self.provisioning.customer(_load.target.partner)

    @task
    def bind_verify_delete(self) -> None:
        partner, number = self.customer.partner, self.customer.number
        assert number is not None
        keys = KeyPair.generate()
        device = self.timed(
            "create-device", json={"person_id": self.customer.id, "key": keys.public_hex, "key_type": "ecdsa-p256"}
        )
        if device is None:
            return
        challenge = device["challenge"]["id"]
        otp = self.provisioning.otp(partner, number, challenge)
        self.timed("verify-signature-challenge", challenge, json={"signature": keys.sign(otp.reveal()).hex})
        self.timed("delete-device", device["id"])

    def timed(self, operation: str, *ids: str, json: dict[str, Any] | None = None) -> Any:
        """Make a call and report it to Locust; a wrong answer is a failure. Returns the document, None on failure."""
        document, elapsed, length, failure = None, 0.0, 0, None
        try:
            document, answer = self.customer.partner.obtain(operation, *ids, json=json)
            elapsed, length = answer.elapsed, len(answer.body)
        except CallFailed as error:
            failure = error
        self.environment.events.request.fire(
            request_type="CALL",
            name=operation,
            response_time=elapsed * 1000,
            response_length=length,
            exception=failure,
            context={},
        )
        return document
