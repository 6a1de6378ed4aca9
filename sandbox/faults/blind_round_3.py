"""Thirty faults by someone who had not seen the suites: the third round, in the order of the contract's chapters."""

from __future__ import annotations

import asyncio
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sandbox.app import Sandbox
from sandbox.chapters.binding import BindingWish
from sandbox.chapters.keys import KeyWish
from sandbox.core import Call
from sandbox.curve import ORDER
from sandbox.der import Signature
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Request
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.rules.messages import STATIC_OTP
from sandbox.rules.pages import Page
from sandbox.settings import Settings
from sandbox.world import (
    ActivationChallenge,
    Challenge,
    ChangeRequest,
    Device,
    Key,
    MobileNumber,
    Person,
    Progress,
    SigningChallenge,
)

# Chapter 1: rules for every operation.


@fault("b3-mass-assignment-of-code", clause="general.unknown-fields")
class MassAssignmentOfCode(Sandbox):
    """A `code` or `max_usage_count` that a client sends along with POST activation is taken over, not ignored."""

    def activation_challenge(
        self, call: Call, person: Person, origin: str, purpose: str, delivery_method: str
    ) -> ActivationChallenge:
        challenge = super().activation_challenge(call, person, origin, purpose, delivery_method)
        body = orjson.loads(call.body)
        if isinstance(body.get("code"), str) and body["code"]:
            challenge.code = body["code"]
        if type(body.get("max_usage_count")) is int and body["max_usage_count"] > 0:
            challenge.max_usage_count = body["max_usage_count"]
        return challenge


@fault("b3-foreign-finished-challenge-readable", clause="general.foreign-path")
class ForeignFinishedChallengeReadable(Sandbox):
    """Once a signing challenge is verified, GET finds it in an archive that does not ask for the partner."""

    def signing_challenge_of_path(self, call: Call) -> SigningChallenge:
        challenge = self.world.signing_challenges.get(call.ids[0])
        if (
            call.operation is Operation.GET_SIGNING_CHALLENGE
            and challenge is not None
            and challenge.progress is Progress.DONE
        ):
            return challenge
        return super().signing_challenge_of_path(call)


@fault("b3-otp-in-etag", clause="general.no-leak")
class OtpInEtag(Sandbox):
    """GET of an SMS challenge has an ETag that is put together from the record, the OTP included."""

    async def get_sms_challenge(self, call: Call) -> Answer:
        answer = await super().get_sms_challenge(call)
        challenge = self.sms_challenge_of_path(call)
        answer.headers["etag"] = f'W/"{challenge.wrong_tries}-{challenge.otp}"'
        return answer


@fault("b3-nul-in-activation-filter", clause="general.no-server-error")
class NulInActivationFilter(Sandbox):
    """A NUL (%00) in filter[person_id] of the activation list reaches the database, which refuses it: 500."""

    def activations_in_reach(self, call: Call) -> Any:
        if "\0" in (self.filter_text(call, "person_id") or ""):
            raise ValueError("a text for the database must not hold NUL")
        return super().activations_in_reach(call)


@fault("b3-refused-authorize-drops-tan", clause="general.refusal-changes-nothing")
class RefusedAuthorizeDropsTan(Sandbox):
    """device_signing with a device that is then refused has already dropped the TAN of the authorization before it."""

    async def authorize_by_device(self, call: Call, request: ChangeRequest, device_id: str) -> None:
        request.tan = None
        await super().authorize_by_device(call, request, device_id)


@fault("b3-failed-event-is-stored", clause="general.server-error")
class FailedEventIsStored(Sandbox):
    """POST delivery_events that ends in a 500 has committed its event before it fails."""

    def fault_is_wanted(self, operation: Operation, request: Request) -> bool:
        return operation is not Operation.CREATE_DELIVERY_EVENT and super().fault_is_wanted(operation, request)

    async def create_delivery_event(self, call: Call) -> Answer:
        if not super().fault_is_wanted(call.operation, call.request):
            return await super().create_delivery_event(call)
        with suppress(RefusedError):
            await super().create_delivery_event(call)
        raise self.refused(call, Reason.INTERNAL_ERROR)


# Chapter 2: signing.


@fault("b3-s-modulo-order", clause="signing.out-of-range")
class SModuloOrder(Sandbox):
    """`s` is reduced modulo n before the range is checked: s + n of a good signature verifies."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if signature.s > ORDER and 1 <= signature.r < ORDER:
            s = signature.s % ORDER
            signature = Signature(encode_dss_signature(signature.r, s), signature.r, s)
        return super().verifies(call, key, signature, message)


# Chapter 3: device binding, devices, keys.


@fault("b3-page-two-without-size", clause="devices.pages")
class PageTwoWithoutSize(Sandbox):
    """A device page number above 1 without page[size] starts at an offset of 20s, though a page holds 10."""

    def page_of(self, call: Call, things: Sequence[Any], page: Page) -> Sequence[Any]:
        if call.operation is Operation.LIST_DEVICES and "page[size]" not in call.request.query:
            start = (page.number - 1) * 20
            return things[start : start + page.size]
        return super().page_of(call, things, page)


@fault("b3-default-purpose-not-checked", clause="keys.purpose-present")
class DefaultPurposeNotChecked(Sandbox):
    """POST keys checks the purpose as it was sent: absent or null, it adds a second unrestricted key."""

    def purpose_is_free(self, call: Call, device: Device, purpose: str) -> bool:
        if orjson.loads(call.body).get("key_purpose") is None:
            return True
        return super().purpose_is_free(call, device, purpose)


@fault("b3-deleted-device-vouches", clause="keys.wrong-device-signature")
class DeletedDeviceVouches(Sandbox):
    """POST keys also takes the device_signature of a key of a deleted device of the same person."""

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        if super().vouches(call, signer, wish):
            return True
        person_id = self.device_of_path(call).person_id
        return any(
            super(DeletedDeviceVouches, self).vouches(call, key, wish)
            for device in self.world.devices_of_person.get(person_id, ())
            if device.bound and self.is_deleted(call, device)
            for key in device.keys
            if key.purpose == wish.signer_purpose
        )


@fault("b3-name-in-nfkc", clause="binding.name")
class NameInNfkc(Sandbox):
    """A device's name is kept in NFKC: ligatures, full-width letters and superscripts read as other characters."""

    def pending_device(self, call: Call, person: Person, wish: BindingWish) -> Device:
        device = super().pending_device(call, person, wish)
        if device.name is not None:
            device.name = unicodedata.normalize("NFKC", device.name)
        return device


# Chapter 4: device signing challenges.


@fault("b3-replay-with-fresh-signature", clause="signing-challenge.repeated")
class ReplayWithFreshSignature(Sandbox):
    """Only the same signature counts as a repetition: a verified challenge takes a second, fresh signature."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._seen: set[tuple[str, bytes]] = set()

    async def verify_signing_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        signature = self.signature(call, body)
        self.check_device_data(call, body)
        async with self.exclusively(call):
            challenge = self.signing_challenge_of_path(call)
            self.require(call, (challenge.id, signature.der) not in self._seen, Reason.CHALLENGE_REPEATED)
            self.require(call, not self.is_expired(call, challenge), Reason.CHALLENGE_EXPIRED)
            self.require(call, not self.is_dead(call, challenge), Reason.CHALLENGE_DEAD)
            key = self.challenged_key(call, challenge)
            if not self.verifies(call, key, signature, challenge.string_to_sign):
                raise self.wrong_try(call, challenge, Reason.SIGNATURE_WRONG)
            self._seen.add((challenge.id, signature.der))
            self.complete(call, challenge)
            self.mark_used(call, key)
        return Answer(204)


@fault("b3-reading-prolongs-challenge", clause="signing-challenge.expired")
class ReadingProlongsChallenge(Sandbox):
    """Each GET of a live signing challenge lets it live for 300 s more, whatever its expires_at says."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._prolonged: dict[str, float] = {}

    async def get_signing_challenge(self, call: Call) -> Answer:
        answer = await super().get_signing_challenge(call)
        challenge = self.signing_challenge_of_path(call)
        if not self.is_expired(call, challenge):
            self._prolonged[challenge.id] = call.now + self.challenge_lifetime(call)
        return answer

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        return self.is_over(call, max(challenge.expires_at, self._prolonged.get(challenge.id, 0.0)))


@fault("b3-used-at-only-once", clause="keys.used-at")
class UsedAtOnlyOnce(Sandbox):
    """used_at is written by the first signing challenge only, and stays old after later ones."""

    def mark_used(self, call: Call, key: Key) -> None:
        if key.used_at is None:
            key.used_at = call.now


# Chapter 5: SMS challenges.


@fault("b3-binding-otp-for-sms-challenge", clause="sms-challenge.another-code")
class BindingOtpForSmsChallenge(Sandbox):
    """An SMS challenge also takes the OTP of an open device binding of the same person."""

    async def verify_sms_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        code = self.text(call, body, "code")
        self.require(call, self.is_well_formed_otp(call, code), Reason.CODE_MALFORMED, "code")
        async with self.exclusively(call):
            challenge = self.sms_challenge_of_path(call)
            self.require_open(call, challenge, Reason.CHALLENGE_REPEATED)
            known = {challenge.otp, *self._binding_otps(call, challenge.person_id)}
            if code not in known:
                raise self.wrong_try(call, challenge, Reason.CODE_WRONG)
            self.complete(call, challenge)
        return Answer(204)

    def _binding_otps(self, call: Call, person_id: str) -> list[str]:
        devices = {device.id for device in self.world.devices_of_person.get(person_id, ())}
        return [
            binding.message
            for binding in self.world.signature_challenges
            if binding.device_id in devices
            and binding.activation_id is None
            and binding.progress is Progress.OPEN
            and not self.is_expired(call, binding)
        ]


# Chapter 6: activation challenges.


@fault("b3-origin-filter-by-prefix", clause="activation.filters")
class OriginFilterByPrefix(Sandbox):
    """filter[origin] compares beginnings: WEB also finds WEBUI."""

    def passes(self, call: Call, name: str, value: str) -> bool:
        wanted = self.filter_text(call, name)
        if name == "origin" and wanted:
            return value.startswith(wanted)
        return super().passes(call, name, value)


# Chapter 7: change requests.


@fault("b3-confirmation-writes-snapshot", clause="confirm.by-tan")
class ConfirmationWritesSnapshot(Sandbox):
    """A change request keeps the whole person as of its PATCH: confirming it undoes another one confirmed meanwhile."""

    def change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> ChangeRequest:
        return super().change_request(call, person, person.fields | changes)


# Chapter 8: access and provisioning.


@fault("b3-number-otp-kept-by-number", clause="mobile-number.confirmed")
class NumberOtpKeptByNumber(Sandbox):
    """The OTP of a number is kept by number, not by person: a second person with it overwrites the first one's."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._otps: dict[str, str] = {}

    def draw_otp(self, call: Call, number: str) -> str:
        otp = super().draw_otp(call, number)
        if call.operation is Operation.AUTHORIZE_MOBILE_NUMBER:
            self._otps[number] = otp
        return otp

    def token_confirms(self, call: Call, number: MobileNumber, token: str) -> bool:
        kept = self._otps.get(number.number)
        if kept is not None and number.otp is not None and kept != STATIC_OTP:
            number.otp = kept
        return super().token_confirms(call, number, token)


# Chapter 9: hooks.


@fault("b3-clock-offset-only-whole", clause="hooks.clock-moves", level=Level.SHOULD)
class ClockOffsetOnlyWhole(Sandbox):
    """A clock offset with a fraction (400.5) counts as none, as only whole numbers are read."""

    def clock_offset(self, operation: Operation, request: Request) -> float:
        header = request.header(b"x-test-clock-offset") or ""
        if not header.lstrip("+-").isdigit():
            return 0.0
        return super().clock_offset(operation, request)


# Chapter 10: under concurrency.


@fault("b3-lock-per-token", clause="races.verify-signing-challenge")
class LockPerToken(Sandbox):
    """Requests wait for others with the same access token only: with two tokens one challenge is verified twice."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        return self._locks[call.request.header(b"authorization") or ""]

    async def between_check_and_act(self, call: Call) -> None:
        if call.operation is Operation.VERIFY_SIGNING_CHALLENGE:
            await asyncio.sleep(0.03)
