# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of mobile numbers: how many a person has, and what verifies one (contract 8)."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import replace
from typing import Any

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.rules.messages import STATIC_OTP, STATIC_PREFIX
from sandbox.world import MobileNumber, Person

ADD = Operation.CREATE_MOBILE_NUMBER
AUTHORIZE = Operation.AUTHORIZE_MOBILE_NUMBER
CONFIRM = Operation.CONFIRM_MOBILE_NUMBER


# One number.


@fault("numbers-of-twelve-digits", clause="mobile-number.added")
class NumbersOfTwelveDigits(Sandbox):
    """A number of more than twelve digits is refused."""

    def is_e164(self, call: Call, number: str) -> bool:
        return len(number) <= 1 + 12 and super().is_e164(call, number)


@fault("numbers-alike-are-the-same", clause="mobile-number.added")
class NumbersAlikeAreTheSame(Sandbox):
    """A number that differs from another one in its end alone is taken for the same, and refused."""

    def may_have_number(self, call: Call, person: Person) -> bool:
        wanted = self.number_wanted(call, self.json_body(call))
        others = (one.mobile_number.number for one in self.world.persons if one.mobile_number is not None)
        return wanted[:5] not in {other[:5] for other in others} and super().may_have_number(call, person)


@fault("second-number-taken", clause="mobile-number.repeated")
class SecondNumberTaken(Sandbox):
    """A number takes the place of the one that is there."""

    def may_have_number(self, call: Call, person: Person) -> bool:
        return True


@fault("same-number-is-welcome", clause="mobile-number.repeated")
class SameNumberIsWelcome(Sandbox):
    """The number that a person has can be added once more, and is unverified then."""

    def may_have_number(self, call: Call, person: Person) -> bool:
        wanted = self.number_wanted(call, self.json_body(call))
        is_same = person.mobile_number is not None and person.mobile_number.number == wanted
        return is_same or super().may_have_number(call, person)


@fault("unverified-number-is-replaced", clause="mobile-number.second")
class UnverifiedNumberIsReplaced(Sandbox):
    """A number that is not verified gives way to another one."""

    def may_have_number(self, call: Call, person: Person) -> bool:
        return person.mobile_number is None or not person.mobile_number.verified


@fault("verified-number-is-replaced", clause="mobile-number.second")
class VerifiedNumberIsReplaced(Sandbox):
    """A number that is verified gives way to another one."""

    def may_have_number(self, call: Call, person: Person) -> bool:
        return person.mobile_number is None or person.mobile_number.verified


@fault("second-number-is-written-and-refused", clause="mobile-number.second")
class SecondNumberIsWrittenAndRefused(Sandbox):
    """A second number is refused, but only after it has taken the place of the first one."""

    def may_have_number(self, call: Call, person: Person) -> bool:
        may = super().may_have_number(call, person)
        if person.mobile_number is not None:
            person.mobile_number.number = self.number_wanted(call, self.json_body(call))
        return may


@fault("second-number-is-a-bad-request", clause="mobile-number.second")
class SecondNumberIsABadRequest(Sandbox):
    """A second number is refused as a bad request."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        return replace(usual, status=400) if reason is Reason.NUMBER_EXISTS else usual


@fault("numbers-without-a-lock", clause="mobile-number.second")
class NumbersWithoutALock(Sandbox):
    """Of simultaneous numbers each one is taken for the first."""

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        return nullcontext() if call.operation is ADD else super().exclusively(call)

    async def between_check_and_act(self, call: Call) -> None:
        if call.operation is ADD:
            await asyncio.sleep(0.01)


# Its verification.


@fault("authorization-is-a-conflict", clause="mobile-number.authorized")
class AuthorizationIsAConflict(Sandbox):
    """A number that is not verified cannot be authorized."""

    def number_of(self, call: Call, person: Person, text: str) -> MobileNumber:
        number = super().number_of(call, person, text)
        self.require(call, call.operation is not AUTHORIZE or number.verified, Reason.NUMBER_EXISTS)
        return number


@fault("two-messages-for-a-number", clause="mobile-number.authorized")
class TwoMessagesForANumber(Sandbox):
    """The OTP of a number is sent twice."""

    def send_sms(self, call: Call, number: str, otp: str, **details: Any) -> None:
        super().send_sms(call, number, otp, **details)
        if call.operation is AUTHORIZE:
            super().send_sms(call, number, otp, **details)


@fault("eight-digits-for-a-number", clause="mobile-number.authorized")
class EightDigitsForANumber(Sandbox):
    """The OTP of a number has eight digits."""

    def draw_otp(self, call: Call, number: str) -> str:
        otp = super().draw_otp(call, number)
        return f"{otp}{otp[:2]}" if call.operation is AUTHORIZE else otp


@fault("added-number-is-verified", clause="mobile-number.confirmed")
class AddedNumberIsVerified(Sandbox):
    """A number can be used for bindings as soon as it is added."""

    def is_reachable(self, call: Call, number: MobileNumber | None) -> bool:
        return call.operation is Operation.CREATE_DEVICE or super().is_reachable(call, number)


@fault("authorized-number-is-verified", clause="mobile-number.confirmed")
class AuthorizedNumberIsVerified(Sandbox):
    """A number is verified when its OTP is sent."""

    def number_of(self, call: Call, person: Person, text: str) -> MobileNumber:
        number = super().number_of(call, person, text)
        number.verified = number.verified or call.operation is AUTHORIZE
        return number


@fault("confirmation-verifies-nothing", clause="mobile-number.confirmed")
class ConfirmationVerifiesNothing(Sandbox):
    """A number that was confirmed gets no OTP of a binding."""

    def is_reachable(self, call: Call, number: MobileNumber | None) -> bool:
        return call.operation is not Operation.CREATE_DEVICE and super().is_reachable(call, number)


@fault("confirmation-verifies-all-numbers", clause="mobile-number.confirmed")
class ConfirmationVerifiesAllNumbers(Sandbox):
    """The confirmation of a number verifies all others of the partner, too."""

    def verify_number(self, call: Call, number: MobileNumber) -> None:
        super().verify_number(call, number)
        for person in self.world.persons:
            if person.mobile_number is not None and self.is_visible(call, person):
                person.mobile_number.verified = True


@fault("confirmation-by-sms", clause="mobile-number.confirmed")
class ConfirmationBySms(Sandbox):
    """That a number is verified is told by a second SMS."""

    def verify_number(self, call: Call, number: MobileNumber) -> None:
        otp = number.otp or ""
        super().verify_number(call, number)
        self.send_sms(call, number.number, otp)


@fault("beginning-of-a-token-will-do", clause="mobile-number.wrong-token")
class BeginningOfATokenWillDo(Sandbox):
    """A token is compared with as many digits as were sent."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return super().otp_matches(call, otp[: len(text)] if call.operation is CONFIRM else otp, text)


@fault("end-of-a-token-is-not-read", clause="mobile-number.wrong-token")
class EndOfATokenIsNotRead(Sandbox):
    """Of a token six digits are read."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return super().otp_matches(call, otp, text[:6] if call.operation is CONFIRM else text)


@fault("token-of-any-number", clause="mobile-number.wrong-token")
class TokenOfAnyNumber(Sandbox):
    """A token is looked up among all that wait for their confirmation."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        numbers = (person.mobile_number for person in self.world.persons)
        is_any = call.operation is CONFIRM and text in {number.otp for number in numbers if number is not None}
        return is_any or super().otp_matches(call, otp, text)


@fault("verified-before-the-token-is-checked", clause="mobile-number.wrong-token")
class VerifiedBeforeTheTokenIsChecked(Sandbox):
    """A wrong token is refused, but only after the number has been verified."""

    def token_confirms(self, call: Call, number: MobileNumber, token: str) -> bool:
        number.verified = True
        return super().token_confirms(call, number, token)


@fault("wrong-token-is-no-such-number", clause="mobile-number.wrong-token")
class WrongTokenIsNoSuchNumber(Sandbox):
    """A wrong token is answered as an unknown number."""

    def refused(self, call: Call, reason: Reason, field: str | None = None) -> RefusedError:
        is_it = call.operation is CONFIRM and reason is Reason.CODE_WRONG
        return super().refused(call, Reason.NUMBER_UNKNOWN if is_it else reason, field)


# Its OTP.


@fault("static-otp-of-one-number", clause="mobile-number.static-otp")
class StaticOtpOfOneNumber(Sandbox):
    """The static OTP belongs to +15550101 alone."""

    def draw_otp(self, call: Call, number: str) -> str:
        is_other = number.startswith(STATIC_PREFIX) and number != "+15550101"
        return super().draw_otp(call, "" if is_other else number)


@fault("static-otp-confirms-and-no-more", clause="mobile-number.static-otp")
class StaticOtpConfirmsAndNoMore(Sandbox):
    """A number that begins with +1555 has the static OTP for its confirmation only."""

    def draw_otp(self, call: Call, number: str) -> str:
        return super().draw_otp(call, number if call.operation is AUTHORIZE else "")


@fault("static-number-has-drawn-tans", clause="mobile-number.static-otp")
class StaticNumberHasDrawnTans(Sandbox):
    """A number that begins with +1555 gets TANs that are drawn."""

    def draw_otp(self, call: Call, number: str) -> str:
        is_tan = call.operation is Operation.AUTHORIZE_CHANGE_REQUEST
        return super().draw_otp(call, "" if is_tan else number)


@fault("anything-confirms-a-static-number", clause="mobile-number.static-otp")
class AnythingConfirmsAStaticNumber(Sandbox):
    """A number that begins with +1555 is confirmed by any token."""

    def token_confirms(self, call: Call, number: MobileNumber, token: str) -> bool:
        return number.number.startswith(STATIC_PREFIX) or super().token_confirms(call, number, token)


@fault("static-prefix-anywhere", clause="mobile-number.random-otp")
class StaticPrefixAnywhere(Sandbox):
    """A number has the static OTP that has 1555 anywhere in it."""

    def draw_otp(self, call: Call, number: str) -> str:
        return STATIC_OTP if "1555" in number else super().draw_otp(call, number)


@fault("static-token-confirms-any-number", clause="mobile-number.random-otp")
class StaticTokenConfirmsAnyNumber(Sandbox):
    """The static OTP confirms all numbers."""

    def token_confirms(self, call: Call, number: MobileNumber, token: str) -> bool:
        return token == STATIC_OTP or super().token_confirms(call, number, token)


@fault("otp-kept-for-its-minute", clause="mobile-number.random-otp")
class OtpKeptForItsMinute(Sandbox):
    """All numbers that are authorized within a minute get one OTP."""

    def draw_otp(self, call: Call, number: str) -> str:
        minute = int(call.now / 60)
        return f"{minute * 7_919 % 1_000_000:06d}" if call.operation is AUTHORIZE else super().draw_otp(call, number)
