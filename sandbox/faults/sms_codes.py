# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the codes of SMS challenges: which one is taken, and how often."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.messages import STATIC_OTP
from sandbox.settings import Settings
from sandbox.world import Challenge, Progress, SmsChallenge


@fault("verified-is-202", clause="sms-challenge.verified")
class VerifiedIs202(Sandbox):
    """The right code is only promised to be looked at: the answer is 202."""

    async def verify_sms_challenge(self, call: Call) -> Answer:
        answer = await super().verify_sms_challenge(call)
        return replace(answer, status=202)


@fault("open-binding-takes-the-code", clause="sms-challenge.verified")
class OpenBindingTakesTheCode(Sandbox):
    """While a binding of the person waits for its signature, SMS challenges have to wait too."""

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SmsChallenge):
            devices = self.world.devices_of_person.get(challenge.person_id, ())
            return any(not device.bound for device in devices) or super().is_dead(call, challenge)
        return super().is_dead(call, challenge)


@fault("last-digit-does-not-count", clause="sms-challenge.wrong-code")
class LastDigitDoesNotCount(Sandbox):
    """Of a code only the first five digits are compared."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        is_sms = call.operation is Operation.VERIFY_SMS_CHALLENGE
        return super().otp_matches(call, otp[:5], text[:5]) if is_sms else super().otp_matches(call, otp, text)


@fault("digits-in-any-order", clause="sms-challenge.wrong-code")
class DigitsInAnyOrder(Sandbox):
    """A code is right if it has the right digits."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        is_sms = call.operation is Operation.VERIFY_SMS_CHALLENGE
        return (is_sms and sorted(otp) == sorted(text)) or super().otp_matches(call, otp, text)


@fault("static-code-for-every-number", clause="sms-challenge.wrong-code")
class StaticCodeForEveryNumber(Sandbox):
    """The static OTP completes the SMS challenges of all numbers."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        is_static = call.operation is Operation.VERIFY_SMS_CHALLENGE and text == STATIC_OTP
        return is_static or super().otp_matches(call, otp, text)


@fault("six-zeros-for-testing", clause="sms-challenge.wrong-code")
class SixZerosForTesting(Sandbox):
    """Six zeros complete every SMS challenge."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        is_it = call.operation is Operation.VERIFY_SMS_CHALLENGE and text == "000000"
        return is_it or super().otp_matches(call, otp, text)


@fault("sixth-wrong-code-is-taken", clause="sms-challenge.wrong-code")
class SixthWrongCodeIsTaken(Sandbox):
    """When all tries are used up, the challenge counts as completed, and says so."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if call.operation is Operation.VERIFY_SMS_CHALLENGE:
            challenge = self.sms_challenge_of_path(call)
            return challenge.wrong_tries >= self.tries_allowed(call) or super().otp_matches(call, otp, text)
        return super().otp_matches(call, otp, text)

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        return not isinstance(challenge, SmsChallenge) and super().is_dead(call, challenge)


@fault("wrong-code-is-no-such-challenge", clause="sms-challenge.wrong-code")
class WrongCodeIsNoSuchChallenge(Sandbox):
    """A challenge is looked up by its id and code, so that with a wrong code there is none."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (Operation.VERIFY_SMS_CHALLENGE, Reason.CODE_WRONG)
        return super().refusal(operation, Reason.CHALLENGE_UNKNOWN if is_it else reason)


@fault("code-may-be-a-number", clause="sms-challenge.code-missing")
class CodeMayBeANumber(Sandbox):
    """A code may be a JSON number."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        value = super().value_of(call, body, name)
        return f"{value:06d}" if name == "code" and type(value) is int else value


@fault("code-may-be-a-list", clause="sms-challenge.code-missing")
class CodeMayBeAList(Sandbox):
    """Of a list of codes the first one counts."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        value = super().value_of(call, body, name)
        return value[0] if name == "code" and isinstance(value, list) and value else value


@fault("tan-is-a-code-too", clause="sms-challenge.code-missing")
class TanIsACodeToo(Sandbox):
    """A code may stand under its former name, tan."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        is_code = call.operation is Operation.VERIFY_SMS_CHALLENGE and name == "code"
        return super().value_of(call, body, "tan" if is_code and "code" not in body else name)


@fault("code-in-the-query", clause="sms-challenge.code-missing")
class CodeInTheQuery(Sandbox):
    """A code may stand in the query, where logs can read it."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        value = super().value_of(call, body, name)
        is_code = call.operation is Operation.VERIFY_SMS_CHALLENGE and name == "code"
        return call.request.query.get("code") if is_code and value is None else value


@fault("no-code-is-a-wrong-one", clause="sms-challenge.code-missing")
class NoCodeIsAWrongOne(Sandbox):
    """A body without a code is answered as one with a wrong code."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (Operation.VERIFY_SMS_CHALLENGE, Reason.FIELD_MISSING)
        return super().refusal(operation, Reason.CODE_WRONG if is_it else reason)


@fault("beginning-of-the-code-will-do", clause="sms-challenge.not-six-digits")
class BeginningOfTheCodeWillDo(Sandbox):
    """The code is compared with so many digits as were sent, if they are at least five."""

    def is_well_formed_otp(self, call: Call, text: str) -> bool:
        return super().is_well_formed_otp(call, f"{text}0") or super().is_well_formed_otp(call, text)

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return super().otp_matches(call, otp[: len(text)], text)


@fault("spaces-around-a-code", clause="sms-challenge.not-six-digits")
class SpacesAroundACode(Sandbox):
    """White space around a code is passed over."""

    def is_well_formed_otp(self, call: Call, text: str) -> bool:
        return super().is_well_formed_otp(call, text.strip())

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return super().otp_matches(call, otp, text.strip())


@fault("code-compared-as-a-number", clause="sms-challenge.not-six-digits")
class CodeComparedAsANumber(Sandbox):
    """Codes are numbers: a sign, zeros in front, and the digits of other scripts make no difference."""

    def is_well_formed_otp(self, call: Call, text: str) -> bool:
        return text.lstrip("+").isdecimal() and len(text) <= 8

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return text.lstrip("+").isdecimal() and int(otp) == int(text)


@fault("code-ends-with-a-newline", clause="sms-challenge.not-six-digits")
class CodeEndsWithANewline(Sandbox):
    """The pattern of a code ends with a dollar sign, which lets a newline pass."""

    def is_well_formed_otp(self, call: Call, text: str) -> bool:
        return super().is_well_formed_otp(call, text.removesuffix("\n"))

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return super().otp_matches(call, otp, text.removesuffix("\n"))


@fault("any-open-code-of-the-person", clause="sms-challenge.another-code")
class AnyOpenCodeOfThePerson(Sandbox):
    """The code of any open SMS challenge of the person will do."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if call.operation is not Operation.VERIFY_SMS_CHALLENGE:
            return super().otp_matches(call, otp, text)
        person_id = self.sms_challenge_of_path(call).person_id
        mine = [one for one in self.world.sms_challenges if one.person_id == person_id]
        return any(one.otp == text for one in mine if one.progress is Progress.OPEN)


@fault("any-open-code-at-all", clause="sms-challenge.another-code")
class AnyOpenCodeAtAll(Sandbox):
    """A code is looked up among all open SMS challenges, whoever they were for."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if call.operation is not Operation.VERIFY_SMS_CHALLENGE:
            return super().otp_matches(call, otp, text)
        return any(one.otp == text for one in self.world.sms_challenges if one.progress is Progress.OPEN)


@fault("used-code-of-the-person", clause="sms-challenge.another-code")
class UsedCodeOfThePerson(Sandbox):
    """A code that has once completed an SMS challenge of the person completes all others."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if super().otp_matches(call, otp, text) or call.operation is not Operation.VERIFY_SMS_CHALLENGE:
            return super().otp_matches(call, otp, text)
        person_id = self.sms_challenge_of_path(call).person_id
        mine = [one for one in self.world.sms_challenges if one.person_id == person_id]
        return any(one.otp == text for one in mine if one.progress is Progress.DONE)


@fault("binding-otp-completes-an-sms-challenge", clause="sms-challenge.another-code")
class BindingOtpCompletesAnSmsChallenge(Sandbox):
    """The OTP of an open binding of the person completes an SMS challenge."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if super().otp_matches(call, otp, text) or call.operation is not Operation.VERIFY_SMS_CHALLENGE:
            return super().otp_matches(call, otp, text)
        person_id = self.sms_challenge_of_path(call).person_id
        mine = {device.id for device in self.world.devices_of_person.get(person_id, ())}
        return any(one.message == text for one in self.world.signature_challenges if one.device_id in mine)


@fault("tan-completes-an-sms-challenge", clause="sms-challenge.another-code")
class TanCompletesAnSmsChallenge(Sandbox):
    """The TAN of an open change request of the person completes an SMS challenge."""

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if super().otp_matches(call, otp, text) or call.operation is not Operation.VERIFY_SMS_CHALLENGE:
            return super().otp_matches(call, otp, text)
        person_id = self.sms_challenge_of_path(call).person_id
        return any(one.tan == text for one in self.world.change_requests if one.person_id == person_id)


@fault("wrong-code-locks-the-challenge", clause="sms-challenge.right-after-wrong", level=Level.SHOULD)
class WrongCodeLocksTheChallenge(Sandbox):
    """After one wrong code an SMS challenge is locked, and says so with 423."""

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        return super().is_dead(call, challenge) or (isinstance(challenge, SmsChallenge) and challenge.wrong_tries > 0)

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        is_it = (operation, reason) == (Operation.VERIFY_SMS_CHALLENGE, Reason.CHALLENGE_DEAD)
        return replace(usual, status=423, code="locked") if is_it else usual


@fault("wrong-code-locks-the-person", clause="sms-challenge.right-after-wrong", level=Level.SHOULD)
class WrongCodeLocksThePerson(Sandbox):
    """A wrong code counts for all SMS challenges of the person that come later, too."""

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        if not isinstance(challenge, SmsChallenge):
            return super().is_dead(call, challenge)
        mine = [one for one in self.world.sms_challenges if one.person_id == challenge.person_id]
        return any(one.wrong_tries for one in mine)


@fault("code-completes-again-and-again", clause="sms-challenge.repeated")
class CodeCompletesAgainAndAgain(Sandbox):
    """A completed SMS challenge can be completed again."""

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        return not isinstance(challenge, SmsChallenge) and super().is_done(call, challenge)


@fault("reading-opens-it-again", clause="sms-challenge.repeated")
class ReadingOpensItAgain(Sandbox):
    """A completed SMS challenge is open again once it has been read."""

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SmsChallenge):
            challenge.progress = Progress.OPEN
        return super().is_readable(call, challenge)


@fault("new-sms-challenge-opens-older-ones", clause="sms-challenge.repeated")
class NewSmsChallengeOpensOlderOnes(Sandbox):
    """Only the last completed SMS challenge of a person is remembered to be completed."""

    def complete(self, call: Call, challenge: Challenge) -> None:
        if isinstance(challenge, SmsChallenge):
            for older in self.world.sms_challenges:
                if older.person_id == challenge.person_id:
                    older.progress = Progress.OPEN
        super().complete(call, challenge)


@fault("wrong-code-opens-it-again", clause="sms-challenge.repeated")
class WrongCodeOpensItAgain(Sandbox):
    """A wrong code for a completed SMS challenge is counted, and sets it back to a challenge with a wrong try."""

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        is_done = super().is_done(call, challenge)
        if is_done and isinstance(challenge, SmsChallenge) and challenge.otp.encode() not in call.body:
            challenge.progress = Progress.OPEN
        return is_done


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
