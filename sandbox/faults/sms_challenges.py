"""Faults of SMS challenges: for whom there is one, how long it lives, and which code completes it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.fields import Choices
from sandbox.settings import Settings
from sandbox.world import Challenge, Person, Progress, SmsChallenge

MINUTE = 60.0


# For whom there is a challenge.


@fault("no-french-sms-challenge", clause="sms-challenge.created")
class NoFrenchSmsChallenge(Sandbox):
    """An SMS challenge in French is refused."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        is_french = call.operation is Operation.CREATE_SMS_CHALLENGE and value == "fr"
        return not is_french and super().is_listed(call, name, value, choices)


@fault("unknown-person-is-a-conflict", clause="sms-challenge.unknown-person")
class UnknownPersonIsAConflict(Sandbox):
    """An SMS challenge for an unknown person is refused as a conflict."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        is_it = (operation, reason) == (Operation.CREATE_SMS_CHALLENGE, Reason.PERSON_UNKNOWN)
        return replace(usual, status=409, code="conflict") if is_it else usual


@fault("challenge-without-an-sms", clause="sms-challenge.number-not-verified")
class ChallengeWithoutAnSms(Sandbox):
    """A person without a number gets an SMS challenge, of which nobody is told."""

    def reachable_number(self, call: Call, person: Person) -> str:
        is_sms = call.operation is Operation.CREATE_SMS_CHALLENGE
        return "" if is_sms and person.mobile_number is None else super().reachable_number(call, person)


# What is sent.


@fault("sms-without-the-otp", clause="sms-challenge.sms")
class SmsWithoutTheOtp(Sandbox):
    """With no app signature to end it, the text of an SMS challenge is cut before the OTP."""

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        text = super().sms_text(call, otp, language, app_signature)
        is_cut = call.operation is Operation.CREATE_SMS_CHALLENGE and app_signature is None
        return text.partition(otp)[0] if is_cut else text


@fault("app-signature-in-percent-signs", clause="sms-challenge.message", level=Level.SHOULD)
class AppSignatureInPercentSigns(Sandbox):
    """The app signature is escaped as if the SMS were a URL."""

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        is_sms = call.operation is Operation.CREATE_SMS_CHALLENGE
        written = quote(app_signature, safe="") if is_sms and app_signature else app_signature
        return super().sms_text(call, otp, language, written)


# Reading.


@fault("newest-sms-challenge-is-read", clause="sms-challenge.read")
class NewestSmsChallengeIsRead(Sandbox):
    """Whichever SMS challenge of a person is read, the newest one is shown."""

    def sms_challenge_view(self, call: Call, challenge: SmsChallenge) -> Json:
        *_, newest = [one for one in self.world.sms_challenges if one.person_id == challenge.person_id]
        return super().sms_challenge_view(call, newest)


@fault("completion-moves-expires-at", clause="sms-challenge.read-after-success", level=Level.SHOULD)
class CompletionMovesExpiresAt(Sandbox):
    """The completion of an SMS challenge ends its life, and expires_at with it."""

    def complete(self, call: Call, challenge: Challenge) -> None:
        super().complete(call, challenge)
        if isinstance(challenge, SmsChallenge):
            challenge.expires_at = call.now


@fault("expired-sms-challenge-is-forbidden", clause="sms-challenge.read-after-expiry", level=Level.SHOULD)
class ExpiredSmsChallengeIsForbidden(Sandbox):
    """An expired SMS challenge is refused to its own partner."""

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        is_expired = isinstance(challenge, SmsChallenge) and self.is_expired(call, challenge)
        self.require(call, not is_expired, Reason.NOT_ENTITLED)
        return super().is_readable(call, challenge)


# How long it lives.


@fault("sms-challenge-lives-six-minutes", clause="sms-challenge.lifetime", level=Level.SHOULD)
class SmsChallengeLivesSixMinutes(Sandbox):
    """An SMS challenge lives a minute longer than all other challenges."""

    def challenge_lifetime(self, call: Call) -> float:
        return super().challenge_lifetime(call) + MINUTE * (call.operation is Operation.CREATE_SMS_CHALLENGE)


@fault("new-sms-challenge-ends-older-ones", clause="sms-challenge.alive-before-expiry", level=Level.SHOULD)
class NewSmsChallengeEndsOlderOnes(Sandbox):
    """A person's new SMS challenge is the end of those that were open."""

    def sms_challenge(self, call: Call, person: Person, otp: str) -> SmsChallenge:
        for older in self.world.sms_challenges:
            if older.person_id == person.id and older.progress is Progress.OPEN:
                older.progress = Progress.DEAD
        return super().sms_challenge(call, person, otp)


@fault("read-sms-challenge-never-expires", clause="sms-challenge.expired")
class ReadSmsChallengeNeverExpires(Sandbox):
    """An SMS challenge that was read once never expires."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._read: set[str] = set()

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        return challenge.id not in self._read and super().is_expired(call, challenge)

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SmsChallenge):
            self._read.add(challenge.id)
        return super().is_readable(call, challenge)
