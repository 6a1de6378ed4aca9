"""Faults of SMS challenges: for whom there is one, how long it lives, and which code completes it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import quote

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.rules.fields import Choices
from sandbox.settings import Settings
from sandbox.world import Challenge, MobileNumber, Person, Progress, SmsChallenge

MINUTE = 60.0


# For whom there is a challenge.


@fault("sms-challenge-says-device", clause="sms-challenge.created")
class SmsChallengeSaysDevice(Sandbox):
    """The type of an SMS challenge is the one of a device signing challenge."""

    def sms_challenge_view(self, call: Call, challenge: SmsChallenge) -> Json:
        return self.challenge_view(call, challenge, "device")


@fault("sms-challenge-has-the-persons-id", clause="sms-challenge.created")
class SmsChallengeHasThePersonsId(Sandbox):
    """An SMS challenge has the id of its person, so that a second one has the id of the first."""

    def sms_challenge(self, call: Call, person: Person, otp: str) -> SmsChallenge:
        return replace(super().sms_challenge(call, person, otp), id=person.id)


@fault("no-french-sms-challenge", clause="sms-challenge.created")
class NoFrenchSmsChallenge(Sandbox):
    """An SMS challenge in French is refused."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        is_french = call.operation is Operation.CREATE_SMS_CHALLENGE and value == "fr"
        return not is_french and super().is_listed(call, name, value, choices)


@fault("sms-challenge-for-anybody", clause="sms-challenge.unknown-person")
class SmsChallengeForAnybody(Sandbox):
    """Lest ids be guessed, an unknown person gets a challenge too, whose SMS goes nowhere."""

    def person_of_body(self, call: Call, person_id: str) -> Person:
        if call.operation is Operation.CREATE_SMS_CHALLENGE and self.world.persons.get(person_id) is None:
            nowhere = MobileNumber(id="", number="+10000000000", verified=True)
            return Person(id="", partner=call.partner, fields={}, created_at=0.0, mobile_number=nowhere)
        return super().person_of_body(call, person_id)


@fault("sms-challenge-for-a-device", clause="sms-challenge.unknown-person")
class SmsChallengeForADevice(Sandbox):
    """The id of a device stands for its person."""

    def person_of_body(self, call: Call, person_id: str) -> Person:
        device = self.world.devices.get(person_id)
        return super().person_of_body(call, device.person_id if device else person_id)


@fault("unknown-person-is-a-conflict", clause="sms-challenge.unknown-person")
class UnknownPersonIsAConflict(Sandbox):
    """An SMS challenge for an unknown person is refused as a conflict."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        is_it = (operation, reason) == (Operation.CREATE_SMS_CHALLENGE, Reason.PERSON_UNKNOWN)
        return replace(usual, status=409, code="conflict") if is_it else usual


@fault("sms-challenge-to-the-unverified", clause="sms-challenge.number-not-verified")
class SmsChallengeToTheUnverified(Sandbox):
    """Whether the number is verified is asked for bindings only."""

    def is_reachable(self, call: Call, number: MobileNumber | None) -> bool:
        return call.operation is Operation.CREATE_SMS_CHALLENGE or super().is_reachable(call, number)


@fault("authorized-number-counts-as-verified", clause="sms-challenge.number-not-verified")
class AuthorizedNumberCountsAsVerified(Sandbox):
    """A number that awaits its confirmation is good enough for an SMS challenge."""

    def is_reachable(self, call: Call, number: MobileNumber | None) -> bool:
        is_awaited = call.operation is Operation.CREATE_SMS_CHALLENGE and number is not None and number.otp is not None
        return is_awaited or super().is_reachable(call, number)


@fault("number-of-somebody-else", clause="sms-challenge.number-not-verified")
class NumberOfSomebodyElse(Sandbox):
    """For a person without a number the one is taken to which the last message went."""

    def reachable_number(self, call: Call, person: Person) -> str:
        if call.operation is Operation.CREATE_SMS_CHALLENGE and person.mobile_number is None:
            sent = [messages[-1] for messages in self.world.messages.values()]
            return max(sent, key=lambda message: message.sent_at).to
        return super().reachable_number(call, person)


@fault("challenge-without-an-sms", clause="sms-challenge.number-not-verified")
class ChallengeWithoutAnSms(Sandbox):
    """A person without a number gets an SMS challenge, of which nobody is told."""

    def reachable_number(self, call: Call, person: Person) -> str:
        is_sms = call.operation is Operation.CREATE_SMS_CHALLENGE
        return "" if is_sms and person.mobile_number is None else super().reachable_number(call, person)


# What is sent.


@fault("reading-sends-the-sms-again", clause="sms-challenge.sms")
class ReadingSendsTheSmsAgain(Sandbox):
    """Whoever reads an SMS challenge has its SMS sent again."""

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SmsChallenge):
            _send_again(self, call, challenge)
        return super().is_readable(call, challenge)


@fault("wrong-code-sends-the-sms-again", clause="sms-challenge.sms")
class WrongCodeSendsTheSmsAgain(Sandbox):
    """After a wrong code the SMS is sent again."""

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        if isinstance(challenge, SmsChallenge):
            _send_again(self, call, challenge)
        return super().wrong_try(call, challenge, reason)


def _send_again(sandbox: Sandbox, call: Call, challenge: SmsChallenge) -> None:
    person = sandbox.world.persons.get(challenge.person_id)
    if person is not None and person.mobile_number is not None:
        sandbox.send_sms(call, person.mobile_number.number, challenge.otp, challenge_id=challenge.id)


@fault("eight-digits-by-sms", clause="sms-challenge.sms")
class EightDigitsBySms(Sandbox):
    """The OTP of an SMS challenge has eight digits, the last two of which nobody asks for."""

    def sms_challenge(self, call: Call, person: Person, otp: str) -> SmsChallenge:
        return super().sms_challenge(call, person, f"{otp}00")

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        return super().otp_matches(call, otp[:6], text)


@fault("sms-without-the-otp", clause="sms-challenge.sms")
class SmsWithoutTheOtp(Sandbox):
    """With no app signature to end it, the text of an SMS challenge is cut before the OTP."""

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        text = super().sms_text(call, otp, language, app_signature)
        is_cut = call.operation is Operation.CREATE_SMS_CHALLENGE and app_signature is None
        return text.partition(otp)[0] if is_cut else text


@fault("sms-challenges-in-german-alone", clause="sms-challenge.message", level=Level.SHOULD)
class SmsChallengesInGermanAlone(Sandbox):
    """The language is passed over where the SMS is no binding's."""

    def language(self, call: Call, wanted: str | None) -> str:
        return super().language(call, None if call.operation is Operation.CREATE_SMS_CHALLENGE else wanted)


@fault("language-of-the-first-sms-stays", clause="sms-challenge.message", level=Level.SHOULD)
class LanguageOfTheFirstSmsStays(Sandbox):
    """The language of a person's first SMS challenge is kept for all later ones."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._kept: dict[str, str] = {}

    def language(self, call: Call, wanted: str | None) -> str:
        language = super().language(call, wanted)
        if call.operation is not Operation.CREATE_SMS_CHALLENGE:
            return language
        return self._kept.setdefault(self.json_body(call)["person_id"], language)


@fault("app-signature-in-percent-signs", clause="sms-challenge.message", level=Level.SHOULD)
class AppSignatureInPercentSigns(Sandbox):
    """The app signature is escaped as if the SMS were a URL."""

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        is_sms = call.operation is Operation.CREATE_SMS_CHALLENGE
        written = quote(app_signature, safe="") if is_sms and app_signature else app_signature
        return super().sms_text(call, otp, language, written)


# Reading.


@fault("sms-challenge-created-when-read", clause="sms-challenge.read")
class SmsChallengeCreatedWhenRead(Sandbox):
    """created_at of an SMS challenge is the time of the reading."""

    def sms_challenge_view(self, call: Call, challenge: SmsChallenge) -> Json:
        created = call.now if call.operation is Operation.GET_SMS_CHALLENGE else challenge.created_at
        return super().sms_challenge_view(call, replace(challenge, created_at=created))


@fault("newest-sms-challenge-is-read", clause="sms-challenge.read")
class NewestSmsChallengeIsRead(Sandbox):
    """Whichever SMS challenge of a person is read, the newest one is shown."""

    def sms_challenge_view(self, call: Call, challenge: SmsChallenge) -> Json:
        *_, newest = [one for one in self.world.sms_challenges if one.person_id == challenge.person_id]
        return super().sms_challenge_view(call, newest)


@fault("completed-sms-challenge-reads-as-conflict", clause="sms-challenge.read-after-success", level=Level.SHOULD)
class CompletedSmsChallengeReadsAsConflict(Sandbox):
    """A completed SMS challenge cannot be read, for it conflicts with itself."""

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        is_done = isinstance(challenge, SmsChallenge) and self.is_done(call, challenge)
        self.require(call, not is_done, Reason.BINDING_REPEATED)
        return super().is_readable(call, challenge)


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


@fault("sms-challenge-dies-early", clause="sms-challenge.alive-before-expiry", level=Level.SHOULD)
class SmsChallengeDiesEarly(Sandbox):
    """An SMS challenge is dead half a minute before it expires, lest a slow clock be behind."""

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        early = MINUTE / 2 * isinstance(challenge, SmsChallenge)
        return self.is_over(call, challenge.expires_at - early)


@fault("new-sms-challenge-ends-older-ones", clause="sms-challenge.alive-before-expiry", level=Level.SHOULD)
class NewSmsChallengeEndsOlderOnes(Sandbox):
    """A person's new SMS challenge is the end of those that were open."""

    def sms_challenge(self, call: Call, person: Person, otp: str) -> SmsChallenge:
        for older in self.world.sms_challenges:
            if older.person_id == person.id and older.progress is Progress.OPEN:
                older.progress = Progress.DEAD
        return super().sms_challenge(call, person, otp)


@fault("minute-of-grace", clause="sms-challenge.expired")
class MinuteOfGrace(Sandbox):
    """An SMS challenge can be completed for a minute after its expiry."""

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        return self.is_over(call, challenge.expires_at + MINUTE * isinstance(challenge, SmsChallenge))


@fault("reading-renews-an-sms-challenge", clause="sms-challenge.expired")
class ReadingRenewsAnSmsChallenge(Sandbox):
    """An SMS challenge that is read lives for a whole lifetime from then on."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._read_at: dict[str, float] = {}

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        begin = self._read_at.get(challenge.id, challenge.created_at)
        return self.is_over(call, begin + self.challenge_lifetime(call))

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SmsChallenge):
            self._read_at[challenge.id] = call.now
        return super().is_readable(call, challenge)


@fault("new-sms-challenge-renews-older-ones", clause="sms-challenge.expired")
class NewSmsChallengeRenewsOlderOnes(Sandbox):
    """A person's new SMS challenge lengthens the life of those that were open."""

    def sms_challenge(self, call: Call, person: Person, otp: str) -> SmsChallenge:
        for older in self.world.sms_challenges:
            if older.person_id == person.id and older.progress is Progress.OPEN:
                older.expires_at = call.now + self.challenge_lifetime(call)
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
