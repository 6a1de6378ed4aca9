# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the codes of SMS challenges: which one is taken, and how often."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.settings import Settings
from sandbox.world import Challenge, SmsChallenge


@fault("open-binding-takes-the-code", clause="sms-challenge.verified")
class OpenBindingTakesTheCode(Sandbox):
    """While a binding of the person waits for its signature, SMS challenges have to wait too."""

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SmsChallenge):
            devices = self.world.devices_of_person.get(challenge.person_id, ())
            return any(not device.bound for device in devices) or super().is_dead(call, challenge)
        return super().is_dead(call, challenge)


@fault("wrong-code-is-no-such-challenge", clause="sms-challenge.wrong-code")
class WrongCodeIsNoSuchChallenge(Sandbox):
    """A challenge is looked up by its id and code, so that with a wrong code there is none."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (Operation.VERIFY_SMS_CHALLENGE, Reason.CODE_WRONG)
        return super().refusal(operation, Reason.CHALLENGE_UNKNOWN if is_it else reason)


@fault("no-code-is-a-wrong-one", clause="sms-challenge.code-missing")
class NoCodeIsAWrongOne(Sandbox):
    """A body without a code is answered as one with a wrong code."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (Operation.VERIFY_SMS_CHALLENGE, Reason.FIELD_MISSING)
        return super().refusal(operation, Reason.CODE_WRONG if is_it else reason)


@fault("code-compared-as-a-number", clause="sms-challenge.not-six-digits")
class CodeComparedAsANumber(Sandbox):
    """Codes are numbers: a sign, zeros in front, and the digits of other scripts make no difference."""

    def is_well_formed_otp(self, call: Call, text: str) -> bool:
        return text.lstrip("+").isdecimal() and len(text) <= 8

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return text.lstrip("+").isdecimal() and int(otp) == int(text)


@fault("tan-completes-an-sms-challenge", clause="sms-challenge.another-code")
class TanCompletesAnSmsChallenge(Sandbox):
    """The TAN of an open change request of the person completes an SMS challenge."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if super().otp_matches(call, otp, text) or call.operation is not Operation.VERIFY_SMS_CHALLENGE:
            return super().otp_matches(call, otp, text)
        person_id = self.sms_challenge_of_path(call).person_id
        return any(one.tan == text for one in self.world.change_requests if one.person_id == person_id)


@fault("wrong-code-locks-the-person", clause="sms-challenge.right-after-wrong", level=Level.SHOULD)
class WrongCodeLocksThePerson(Sandbox):
    """A wrong code counts for all SMS challenges of the person that come later, too."""

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        if not isinstance(challenge, SmsChallenge):
            return super().is_dead(call, challenge)
        mine = [one for one in self.world.sms_challenges if one.person_id == challenge.person_id]
        return any(one.wrong_tries for one in mine)


@fault("completion-remembered-for-a-minute", clause="sms-challenge.repeated")
class CompletionRememberedForAMinute(Sandbox):
    """That an SMS challenge was completed is remembered for a minute."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._forgotten_at: dict[str, float] = {}

    def complete(self, call: Call, challenge: Challenge) -> None:
        super().complete(call, challenge)
        self._forgotten_at[challenge.id] = call.now + 60

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        is_over = isinstance(challenge, SmsChallenge) and self.is_over(
            call, self._forgotten_at.get(challenge.id, call.now + 1)
        )
        return not is_over and super().is_done(call, challenge)
