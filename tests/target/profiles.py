"""A profile of a target at any place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from target.profile import LOOPBACK_CREDENTIALS, Profile

SMALL = Profile(
    name="made-up",
    api_url="http://127.0.0.1:1",
    auth_url="http://127.0.0.1:1",
    start=None,
    credentials=LOOPBACK_CREDENTIALS,
    clock=False,
    outbox=False,
    fault=False,
    static_otp=None,
    static_number=None,
    challenge_lifetime=300,
    change_request_lifetime=300,
    requests_per_second=None,
    concurrency=32,
    load=False,
    key_addition_message="either",
)


def profile(url: str = SMALL.api_url, **changes: Any) -> Profile:
    """A target at a URL, without any hook, but for the changes."""
    return replace(SMALL, api_url=url, auth_url=url, **changes)
