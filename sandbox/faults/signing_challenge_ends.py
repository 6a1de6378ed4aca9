# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the verification of signing challenges: no signature, too long a one, too late, and once more."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.signatures import LONGEST_SIGNATURE
from sandbox.settings import Settings
from sandbox.world import Challenge, Device, Key, Progress, SigningChallenge

MINUTE = 60.0


# No signature, or far too much of one.


class SigningBodies(Sandbox):
    """The sandbox with what stands for the signature of a signing challenge made a decision of its own."""

    def presented(self, call: Call, body: Json) -> object:
        """What is taken for the signature."""
        return body.get("signature")

    def signature(self, call: Call, body: Json, name: str = "signature") -> Signature:
        if call.operation is Operation.VERIFY_SIGNING_CHALLENGE:
            body = body | {"signature": self.presented(call, body)}
        return super().signature(call, body, name)


@fault("signature-from-the-query", clause="signing-challenge.signature-missing")
class SignatureFromTheQuery(SigningBodies):
    """A signature in the query is as good as one in the body."""

    def presented(self, call: Call, body: Json) -> object:
        return super().presented(call, body) or call.request.query.get("signature")


@fault("signature-in-a-list", clause="signing-challenge.signature-missing")
class SignatureInAList(SigningBodies):
    """Of a list of signatures the first one is taken."""

    def presented(self, call: Call, body: Json) -> object:
        value = super().presented(call, body)
        return value[0] if isinstance(value, list) and value else value


@fault("signature-under-the-name-of-a-code", clause="signing-challenge.signature-missing")
class SignatureUnderTheNameOfACode(SigningBodies):
    """The signature may stand in the field of the other challenges, code."""

    def presented(self, call: Call, body: Json) -> object:
        return super().presented(call, body) or body.get("code")


@fault("field-names-in-any-case", clause="signing-challenge.signature-missing")
class FieldNamesInAnyCase(SigningBodies):
    """The name of the field signature is read without its case."""

    def presented(self, call: Call, body: Json) -> object:
        return {name.lower(): value for name, value in body.items()}.get("signature")


@fault("number-for-a-signature-is-a-server-error", clause="signing-challenge.signature-missing")
class NumberForASignatureIsAServerError(SigningBodies):
    """A signature of the wrong type is a server error."""

    def presented(self, call: Call, body: Json) -> object:
        value = super().presented(call, body)
        if value is not None and not isinstance(value, str):
            raise TypeError("signature")
        return value


@fault("missing-signature-is-a-wrong-one", clause="signing-challenge.signature-missing")
class MissingSignatureIsAWrongOne(SigningBodies):
    """A signature that is absent gets 403, as one that does not verify."""

    def presented(self, call: Call, body: Json) -> object:
        value = super().presented(call, body)
        self.require(call, value is not None, Reason.SIGNATURE_WRONG)
        return value


@fault("null-signs", clause="signing-challenge.signature-missing")
class NullSigns(Sandbox):
    """A signature of null completes the challenge, as there is nothing to be looked at."""

    async def verify_signing_challenge(self, call: Call) -> Answer:
        if self.json_body(call).get("signature", "") is not None:
            return await super().verify_signing_challenge(call)
        async with self.exclusively(call):
            challenge = self.signing_challenge_of_path(call)
            self.require_open(call, challenge, Reason.CHALLENGE_REPEATED)
            self.complete(call, challenge)
        return Answer(204)


@fault("long-signature-is-cut", clause="signing-challenge.signature-too-long")
class LongSignatureIsCut(SigningBodies):
    """What is longer than the field of the database is cut, and what is left over behind the signature passed over."""

    def presented(self, call: Call, body: Json) -> object:
        value = super().presented(call, body)
        if not isinstance(value, str) or len(value) <= LONGEST_SIGNATURE or value[:2] != "30":
            return value
        return value[: 4 + 2 * int(value[2:4], 16)]


@fault("signature-is-trimmed", clause="signing-challenge.signature-too-long")
class SignatureIsTrimmed(SigningBodies):
    """White space around a signature is removed before its length is looked at."""

    def presented(self, call: Call, body: Json) -> object:
        value = super().presented(call, body)
        return value.strip() if isinstance(value, str) else value


@fault("long-signature-is-a-server-error", clause="signing-challenge.signature-too-long")
class LongSignatureIsAServerError(Sandbox):
    """A signature of more than 2,048 characters does not fit into the database."""

    def signature_fits(self, call: Call, text: str) -> bool:
        if call.operation is Operation.VERIFY_SIGNING_CHALLENGE and not super().signature_fits(call, text):
            raise OverflowError
        return super().signature_fits(call, text)


@fault("long-signature-is-too-large", clause="signing-challenge.signature-too-long")
class LongSignatureIsTooLarge(Sandbox):
    """A signature of more than 2,048 characters gets 413."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (Operation.VERIFY_SIGNING_CHALLENGE, Reason.FIELD_LENGTH)
        return super().refusal(operation, Reason.BODY_TOO_LARGE if is_it else reason)


# Too late, or too early.


class SigningLifetimes(Sandbox):
    """The sandbox with the end of a signing challenge made a decision of its own."""

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        """When the challenge expires, whatever it shows."""
        return challenge.expires_at

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SigningChallenge):
            return call.now >= self.end_of(call, challenge)
        return super().is_expired(call, challenge)


@fault("signing-challenge-dies-a-minute-early", clause="signing-challenge.alive-before-expiry")
class SigningChallengeDiesAMinuteEarly(SigningLifetimes):
    """A signing challenge is refused a minute before its expiry."""

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        return challenge.expires_at - MINUTE


@fault("signing-challenge-ages-with-its-device", clause="signing-challenge.alive-before-expiry")
class SigningChallengeAgesWithItsDevice(SigningLifetimes):
    """The lifetime of a signing challenge is counted from the creation of its device."""

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        device = self.world.devices.get(challenge.device_id)
        return challenge.expires_at if device is None else device.created_at + self.challenge_lifetime(call)


@fault("next-challenge-shortens-the-last", clause="signing-challenge.alive-before-expiry")
class NextChallengeShortensTheLast(SigningLifetimes):
    """A signing challenge expires when its device gets one that lives longer by more than a minute."""

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        mine = [one for one in self.world.signing_challenges if one.device_id == challenge.device_id]
        is_left_behind = mine[-1].created_at - challenge.created_at > MINUTE
        return mine[-1].created_at if is_left_behind else challenge.expires_at


@fault("signing-challenge-never-expires", clause="signing-challenge.expired")
class SigningChallengeNeverExpires(SigningLifetimes):
    """The expiry of a signing challenge is not looked at."""

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        return call.now + 1


@fault("restricted-challenge-never-expires", clause="signing-challenge.expired")
class RestrictedChallengeNeverExpires(SigningLifetimes):
    """The expiry of a signing challenge for a restricted key is not looked at."""

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        device = self.world.devices.get(challenge.device_id)
        key = device and self.key_of_id(call, device, challenge.key_id)
        return call.now + 1 if key and key.purpose == "restricted" else challenge.expires_at


@fault("signing-challenge-has-a-grace", clause="signing-challenge.expired")
class SigningChallengeHasAGrace(SigningLifetimes):
    """A signing challenge can be verified for a minute after its expiry."""

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        return challenge.expires_at + MINUTE


@fault("signing-challenge-lives-from-its-reading", clause="signing-challenge.expired")
class SigningChallengeLivesFromItsReading(SigningLifetimes):
    """The lifetime of a signing challenge begins anew when it is read."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._read: dict[str, float] = {}

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        self._read[challenge.id] = call.now
        return super().is_readable(call, challenge)

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        return self._read.get(challenge.id, challenge.created_at) + self.challenge_lifetime(call)


@fault("next-challenge-lengthens-the-last", clause="signing-challenge.expired")
class NextChallengeLengthensTheLast(SigningLifetimes):
    """The signing challenges of a device expire together with its newest one."""

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        return max(one.expires_at for one in self.world.signing_challenges if one.device_id == challenge.device_id)


@fault("expired-challenge-is-refused-once", clause="signing-challenge.expired")
class ExpiredChallengeIsRefusedOnce(SigningLifetimes):
    """A signing challenge that was refused as expired can be verified at the second try."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._refused: set[str] = set()

    def end_of(self, call: Call, challenge: SigningChallenge) -> float:
        if challenge.id in self._refused:
            return call.now + 1
        if call.now >= challenge.expires_at:
            self._refused.add(challenge.id)
        return challenge.expires_at


@fault("expired-challenge-uses-the-key", clause="signing-challenge.expired")
class ExpiredChallengeUsesTheKey(Sandbox):
    """An expired signing challenge is refused, but only after used_at of the key has been set."""

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SigningChallenge) and super().is_expired(call, challenge):
            self.mark_used(call, self.challenged_key(call, challenge))
        return super().is_expired(call, challenge)


# Once more.


@fault("signing-challenge-verifies-again", clause="signing-challenge.repeated")
class SigningChallengeVerifiesAgain(Sandbox):
    """A signing challenge can be verified as often as one likes."""

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        return not isinstance(challenge, SigningChallenge) and super().is_done(call, challenge)


@fault("another-signature-verifies-again", clause="signing-challenge.repeated")
class AnotherSignatureVerifiesAgain(Sandbox):
    """Not the challenge is used up but the signature, and another one completes the challenge once more."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._used: set[str] = set()

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        if call.operation is not Operation.VERIFY_SIGNING_CHALLENGE:
            return super().is_done(call, challenge)
        return str(self.json_body(call)["signature"]) in self._used

    def complete(self, call: Call, challenge: Challenge) -> None:
        super().complete(call, challenge)
        if call.operation is Operation.VERIFY_SIGNING_CHALLENGE:
            self._used.add(str(self.json_body(call)["signature"]))


@fault("reading-opens-the-challenge-again", clause="signing-challenge.repeated")
class ReadingOpensTheChallengeAgain(Sandbox):
    """A verified signing challenge that is read is open again."""

    def is_readable(self, call: Call, challenge: Challenge) -> bool:
        if call.operation is Operation.GET_SIGNING_CHALLENGE:
            challenge.progress = Progress.OPEN
        return super().is_readable(call, challenge)


@fault("next-challenge-opens-the-last-again", clause="signing-challenge.repeated")
class NextChallengeOpensTheLastAgain(Sandbox):
    """A further signing challenge opens all others of its device again."""

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        for one in self.world.signing_challenges:
            if one.device_id == device.id and one.progress is Progress.DONE:
                one.progress = Progress.OPEN
        return super().signing_challenge(call, device, key)


@fault("verified-from-then-on", clause="signing-challenge.repeated")
class VerifiedFromThenOn(Sandbox):
    """A signing challenge counts as verified only for requests that are later than the verification."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._verified: dict[str, float] = {}

    def complete(self, call: Call, challenge: Challenge) -> None:
        super().complete(call, challenge)
        self._verified[challenge.id] = call.now

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        return super().is_done(call, challenge) and call.now >= self._verified.get(challenge.id, 0.0)


@fault("repetition-uses-the-key", clause="signing-challenge.repeated")
class RepetitionUsesTheKey(Sandbox):
    """A second verification is refused, but only after used_at of the key has been set anew."""

    def is_done(self, call: Call, challenge: Challenge) -> bool:
        is_done = super().is_done(call, challenge)
        if is_done and isinstance(challenge, SigningChallenge):
            self.mark_used(call, self.challenged_key(call, challenge))
        return is_done


@fault("wrong-signature-opens-the-challenge-again", clause="signing-challenge.repeated")
class WrongSignatureOpensTheChallengeAgain(Sandbox):
    """The progress of a challenge is set back to open by a wrong signature that comes after the right one."""

    def require_open(self, call: Call, challenge: Challenge, repeated: Reason) -> None:
        if isinstance(challenge, SigningChallenge) and self.is_done(call, challenge):
            self.reopen_if_wrong(call, challenge)
        super().require_open(call, challenge, repeated)

    def reopen_if_wrong(self, call: Call, challenge: SigningChallenge) -> None:
        signature = self.signature(call, self.json_body(call))
        if not self.verifies(call, self.challenged_key(call, challenge), signature, challenge.string_to_sign):
            challenge.progress = Progress.OPEN


@fault("repeated-verification-is-unprocessable", clause="signing-challenge.repeated")
class RepeatedVerificationIsUnprocessable(Sandbox):
    """A second verification gets 422."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        is_it = (operation, reason) == (Operation.VERIFY_SIGNING_CHALLENGE, Reason.CHALLENGE_REPEATED)
        return replace(refusal, status=422) if is_it else refusal
