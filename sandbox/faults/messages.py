# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of what is sent: OTPs that can be foretold, and messages that should not be."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.operations import Operation
from sandbox.rules.messages import STATIC_PREFIX


@fault("otps-count-down", clause="sms-challenge.random-otp")
class OtpsCountDown(Sandbox):
    """Each OTP is the one before it less something, whoever it goes to."""

    def draw_otp(self, call: Call, number: str) -> str:
        sent = sum(map(len, self.world.messages.values()))
        return f"{(471_147 - 17 * sent) % 1_000_000:06d}"


@fault("two-messages-for-a-tan", clause="authorize.sms")
class TwoMessagesForATan(Sandbox):
    """The TAN of a change request is sent twice."""

    def send_sms(self, call: Call, number: str, otp: str, **details: Any) -> None:
        super().send_sms(call, number, otp, **details)
        if call.operation is Operation.AUTHORIZE_CHANGE_REQUEST:
            super().send_sms(call, number, otp, **details)


class _SmsChallengesDraw(Sandbox):
    """Of SMS challenges, the OTPs that are not static are drawn by :meth:`foretold`."""

    def draw_otp(self, call: Call, number: str) -> str:
        is_drawn = call.operation is Operation.CREATE_SMS_CHALLENGE and not number.startswith(STATIC_PREFIX)
        return self.foretold(call, number) if is_drawn else super().draw_otp(call, number)

    def foretold(self, call: Call, number: str) -> str:
        return super().draw_otp(call, number)


@fault("otp-of-the-time", clause="sms-challenge.random-otp")
class OtpOfTheTime(_SmsChallengesDraw):
    """The OTP of an SMS challenge is the end of the seconds since 1970."""

    def foretold(self, call: Call, number: str) -> str:
        return f"{int(call.now) % 1_000_000:06d}"


@fault("even-otps", clause="sms-challenge.random-otp")
class EvenOtps(_SmsChallengesDraw):
    """The OTP of an SMS challenge is always even."""

    def foretold(self, call: Call, number: str) -> str:
        return f"{2 * secrets.randbelow(500_000):06d}"


@fault("no-digit-twice-in-an-otp", clause="sms-challenge.random-otp")
class NoDigitTwiceInAnOtp(_SmsChallengesDraw):
    """No digit stands twice in the OTP of an SMS challenge, so that six of seven OTPs are never drawn."""

    def foretold(self, call: Call, number: str) -> str:
        return "".join(secrets.SystemRandom().sample("0123456789", 6))
