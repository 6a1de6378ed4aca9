# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of what is sent: OTPs that can be foretold, and messages that should not be."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.operations import Operation


@fault("otps-count-down", clause="sms-challenge.random-otp")
class OtpsCountDown(Sandbox):
    """Each OTP is the one before it less something, whoever it goes to."""

    def draw_otp(self, call: Call, number: str) -> str:
        sent = sum(map(len, self.world.messages.values()))
        return f"{(471_147 - 17 * sent) % 1_000_000:06d}"


@fault("otps-without-leading-zero", clause="sms-challenge.random-otp")
class OtpsWithoutLeadingZero(Sandbox):
    """The OTP is a random number of six digits, which never begins with a zero."""

    def draw_otp(self, call: Call, number: str) -> str:
        return str(100_000 + secrets.randbelow(900_000))


@fault("otp-ends-the-number", clause="mobile-number.random-otp")
class OtpEndsTheNumber(Sandbox):
    """The OTP is the end of the number that it goes to."""

    def draw_otp(self, call: Call, number: str) -> str:
        return number[-6:]


@fault("two-messages-for-a-tan", clause="authorize.sms")
class TwoMessagesForATan(Sandbox):
    """The TAN of a change request is sent twice."""

    def send_sms(self, call: Call, number: str, otp: str, **details: Any) -> None:
        super().send_sms(call, number, otp, **details)
        if call.operation is Operation.AUTHORIZE_CHANGE_REQUEST:
            super().send_sms(call, number, otp, **details)
