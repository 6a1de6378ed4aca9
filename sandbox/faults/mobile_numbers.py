"""Faults of mobile numbers: how many a person has, and what verifies one (contract 8)."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.rules.messages import STATIC_PREFIX
from sandbox.world import MobileNumber, Person

ADD = Operation.CREATE_MOBILE_NUMBER
AUTHORIZE = Operation.AUTHORIZE_MOBILE_NUMBER
CONFIRM = Operation.CONFIRM_MOBILE_NUMBER


# One number.


@fault("numbers-alike-are-the-same", clause="mobile-number.added")
class NumbersAlikeAreTheSame(Sandbox):
    """A number that differs from another one in its end alone is taken for the same, and refused."""

    def may_have_number(self, call: Call, person: Person) -> bool:
        wanted = self.number_wanted(call, self.json_body(call))
        others = (one.mobile_number.number for one in self.world.persons if one.mobile_number is not None)
        return wanted[:5] not in {other[:5] for other in others} and super().may_have_number(call, person)


@fault("same-number-is-welcome", clause="mobile-number.repeated")
class SameNumberIsWelcome(Sandbox):
    """The number that a person has can be added once more, and is unverified then."""

    def may_have_number(self, call: Call, person: Person) -> bool:
        wanted = self.number_wanted(call, self.json_body(call))
        is_same = person.mobile_number is not None and person.mobile_number.number == wanted
        return is_same or super().may_have_number(call, person)


@fault("numbers-without-a-lock", clause="mobile-number.second")
class NumbersWithoutALock(Sandbox):
    """Of simultaneous numbers each one is taken for the first."""

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        return nullcontext() if call.operation is ADD else super().exclusively(call)

    async def between_check_and_act(self, call: Call) -> None:
        if call.operation is ADD:
            await asyncio.sleep(0.01)


# Its verification.


@fault("eight-digits-for-a-number", clause="mobile-number.authorized")
class EightDigitsForANumber(Sandbox):
    """The OTP of a number has eight digits."""

    def draw_otp(self, call: Call, number: str) -> str:
        otp = super().draw_otp(call, number)
        return f"{otp}{otp[:2]}" if call.operation is AUTHORIZE else otp


@fault("confirmation-by-sms", clause="mobile-number.confirmed")
class ConfirmationBySms(Sandbox):
    """That a number is verified is told by a second SMS."""

    def verify_number(self, call: Call, number: MobileNumber) -> None:
        otp = number.otp or ""
        super().verify_number(call, number)
        self.send_sms(call, number.number, otp)


@fault("wrong-token-is-no-such-number", clause="mobile-number.wrong-token")
class WrongTokenIsNoSuchNumber(Sandbox):
    """A wrong token is answered as an unknown number."""

    def refused(self, call: Call, reason: Reason, field: str | None = None) -> RefusedError:
        is_it = call.operation is CONFIRM and reason is Reason.CODE_WRONG
        return super().refused(call, Reason.NUMBER_UNKNOWN if is_it else reason, field)


# Its OTP.


@fault("anything-confirms-a-static-number", clause="mobile-number.static-otp")
class AnythingConfirmsAStaticNumber(Sandbox):
    """A number that begins with +1555 is confirmed by any token."""

    def token_confirms(self, call: Call, number: MobileNumber, token: str) -> bool:
        return number.number.startswith(STATIC_PREFIX) or super().token_confirms(call, number, token)


@fault("otp-kept-for-its-minute", clause="mobile-number.random-otp")
class OtpKeptForItsMinute(Sandbox):
    """All numbers that are authorized within a minute get one OTP."""

    def draw_otp(self, call: Call, number: str) -> str:
        minute = int(call.now / 60)
        return f"{minute * 7_919 % 1_000_000:06d}" if call.operation is AUTHORIZE else super().draw_otp(call, number)
