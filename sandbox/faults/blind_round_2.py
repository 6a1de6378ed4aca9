# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Thirty faults by someone who had not seen the suites: the second round, in the order of the contract's chapters."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

import orjson
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sandbox import clock, curve
from sandbox.app import Sandbox
from sandbox.chapters.binding import ACTIVATION_CODE
from sandbox.chapters.change_requests import COMPLETED, STATIC
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import fault
from sandbox.http import Answer, Json, Request
from sandbox.operations import Gate, Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.rules.devices import UNRESTRICTED
from sandbox.rules.messages import STATIC_OTP
from sandbox.settings import Partner, Settings
from sandbox.world import (
    ActivationChallenge,
    ChangeRequest,
    Device,
    Key,
    Message,
    MobileNumber,
    Person,
    Progress,
    SignatureChallenge,
    SigningChallenge,
    SmsChallenge,
    Token,
)

_RACE_SECONDS = 0.1


def _body_of(call: Call) -> Json:
    """The body of a call as a mapping, empty where it is none."""
    try:
        body = orjson.loads(call.body)
    except orjson.JSONDecodeError:
        return {}
    return body if isinstance(body, dict) else {}


# Chapter 1: rules for every operation.


@fault("b2-own-change-request-needs-no-permission", clause="general.permission")
class OwnChangeRequestNeedsNoPermission(Sandbox):
    """A partner without permission authorizes and confirms change requests that are its own; unknown ids get 403."""

    def admitted(self, operation: Operation, gate: Gate, request: Request) -> Partner:
        if operation in (Operation.AUTHORIZE_CHANGE_REQUEST, Operation.CONFIRM_CHANGE_REQUEST):
            partner = self.authenticated(operation, request)
            found = self.world.change_requests.get(self._router.match(request.raw_path).ids[0])
            if found is not None and found.partner is partner:
                return partner
        return super().admitted(operation, gate, request)


@fault("b2-refused-authorize-arms-static-tan", clause="general.refusal-changes-nothing")
class RefusedAuthorizeArmsStaticTan(Sandbox):
    """A refused static authorization by a stranger switches an authorized request to static: 212212 confirms it."""

    async def authorize_by_tan(self, call: Call, request: ChangeRequest, person_id: str, method: str) -> None:
        request.delivery_method = method
        if method == STATIC:
            request.tan = self.static_tan(call)
        await super().authorize_by_tan(call, request, person_id, method)


@fault("b2-confirm-commits-before-its-500", clause="general.server-error")
class ConfirmCommitsBeforeIts500(Sandbox):
    """A confirmation that ends in a 500 has been committed: the person is changed, and the request is finished."""

    def fault_is_wanted(self, operation: Operation, request: Request) -> bool:
        return operation is not Operation.CONFIRM_CHANGE_REQUEST and super().fault_is_wanted(operation, request)

    async def confirm_change_request(self, call: Call) -> Answer:
        if not super().fault_is_wanted(call.operation, call.request):
            return await super().confirm_change_request(call)
        # What is wrong with the body of this request is never reached: only a good one is committed.
        known = self.world.change_requests.get(call.ids[0])
        was_dead = known is not None and known.dead
        try:
            await super().confirm_change_request(call)
        except RefusedError:
            if known is not None:
                known.dead = was_dead
        return self.internal_error(call.operation)


@fault("b2-number-says-itself-that-it-is-verified", clause="general.unknown-fields")
class NumberSaysItselfThatItIsVerified(Sandbox):
    """POST mobile_number takes over a field "verified": true that a client sends: no OTP is needed."""

    async def create_mobile_number(self, call: Call) -> Answer:
        answer = await super().create_mobile_number(call)
        number = self.person_of_path(call).mobile_number
        if number is None or _body_of(call).get("verified") is not True:
            return answer
        number.verified = True
        return Answer(201, self.number_view(call, number))


@fault("b2-foreign-person-with-a-live-code", clause="general.foreign-body")
class ForeignPersonWithALiveCode(Sandbox):
    """Another partner binds a device to a foreign person by activation_code, while that person has a live code."""

    def person_of_body(self, call: Call, person_id: str) -> Person:
        person = self.world.persons.get(person_id)
        if (
            call.operation is Operation.CREATE_DEVICE
            and person is not None
            and _body_of(call).get("challenge_type") == ACTIVATION_CODE
            and self.live_code(call, person.id) is not None
        ):
            return person
        return super().person_of_body(call, person_id)

    def code_of(self, call: Call, challenge: SignatureChallenge) -> ActivationChallenge | None:
        code = self.world.activation_challenges.get(challenge.activation_id or "")
        self.require(call, code is None or self.is_live_code(call, code), Reason.NO_LIVE_CODE)
        return code


@fault("b2-tries-of-another-partner-count", clause="general.foreign-path")
class TriesOfAnotherPartnerCount(Sandbox):
    """Another partner's PUTs on an SMS challenge get 404, but use up its tries: after five the right code fails."""

    def sms_challenge_of_path(self, call: Call) -> SmsChallenge:
        challenge = self.world.sms_challenges.get(call.ids[0])
        if (
            challenge is not None
            and call.operation is Operation.VERIFY_SMS_CHALLENGE
            and not self.is_visible(call, challenge)
        ):
            challenge.wrong_tries += 1
        return super().sms_challenge_of_path(call)


# Chapter 2: signing.


@fault("b2-confirm-reduces-r-and-s-modulo-n", clause="signing.out-of-range")
class ConfirmReducesRAndSModuloN(Sandbox):
    """A confirmation takes r and s modulo n: (r, s + n) and (r, s - n) of a right signature confirm the change."""

    def is_in_range(self, call: Call, signature: Signature) -> bool:
        if call.operation is Operation.CONFIRM_CHANGE_REQUEST:
            return bool(signature.r % curve.ORDER and signature.s % curve.ORDER)
        return super().is_in_range(call, signature)

    def curve_verifies(self, call: Call, key: Key, signature: Signature, message: bytes) -> bool:
        r, s = signature.r % curve.ORDER, signature.s % curve.ORDER
        if call.operation is Operation.CONFIRM_CHANGE_REQUEST and r and s:
            signature = Signature(encode_dss_signature(r, s), r, s)
        return super().curve_verifies(call, key, signature, message)


# Chapter 3: devices and keys.


@fault("b2-deletion-forgets-the-second-key", clause="deletion.open-signing-challenge")
class DeletionForgetsTheSecondKey(Sandbox):
    """An open signing challenge for the second key of a device is verified after the device was deleted."""

    def challenged_key(self, call: Call, challenge: SigningChallenge) -> Key:
        device = self.world.devices.get(challenge.device_id)
        key = None if device is None else self.key_of_id(call, device, challenge.key_id)
        if device is not None and key is not None and key is not device.keys[0]:
            return key
        return super().challenged_key(call, challenge)


@fault("b2-include-deleted-drops-the-person", clause="devices.filter-person")
class IncludeDeletedDropsThePerson(Sandbox):
    """person_id AND live OR include_deleted: both filters together show deleted devices of other persons, too."""

    def devices_in_reach(self, call: Call) -> Iterable[Device]:
        return self.world.devices_of_partner.get(call.partner, ())

    def is_listed_device(self, call: Call, device: Device, include_deleted: bool) -> bool:
        if include_deleted and self.is_deleted(call, device) and self.is_bound(call, device):
            return self.is_visible(call, device)
        return super().is_listed_device(call, device, include_deleted)


# Chapter 4: signing challenges.


@fault("b2-purpose-by-position", clause="signing-challenge.named-purpose")
class PurposeByPosition(Sandbox):
    """Of two keys the first counts as unrestricted: a device bound with a restricted key has them swapped."""

    def key_of_purpose(self, call: Call, device: Device, purpose: str) -> Key | None:
        if len(device.keys) == 2:
            return device.keys[0] if purpose == UNRESTRICTED else device.keys[1]
        return super().key_of_purpose(call, device, purpose)


@fault("b2-wrong-try-reopens-a-completed-challenge", clause="signing-challenge.repeated")
class WrongTryReopensACompletedChallenge(Sandbox):
    """A wrong signature sets a completed signing challenge back to open: right, wrong, right is verified twice."""

    async def verify_signing_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        signature = self.signature(call, body)
        self.check_device_data(call, body)
        async with self.exclusively(call):
            challenge = self.signing_challenge_of_path(call)
            self.require(call, not self.is_expired(call, challenge), Reason.CHALLENGE_EXPIRED)
            self.require(call, not self.is_dead(call, challenge), Reason.CHALLENGE_DEAD)
            key = self.challenged_key(call, challenge)
            if not self.verifies(call, key, signature, challenge.string_to_sign):
                challenge.progress = Progress.OPEN
                raise self.wrong_try(call, challenge, Reason.SIGNATURE_WRONG)
            self.require(call, not self.is_done(call, challenge), Reason.CHALLENGE_REPEATED)
            await self.between_check_and_act(call)
            self.complete(call, challenge)
            self.mark_used(call, key)
        return Answer(204)


# Chapter 5: SMS challenges.


@fault("b2-otp-shared-while-one-is-open", clause="sms-challenge.another-code")
class OtpSharedWhileOneIsOpen(Sandbox):
    """While an SMS challenge of a person is open, the next one gets the same code, so that one SMS passes both."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._latest: dict[str, SmsChallenge] = {}

    def sms_challenge(self, call: Call, person: Person, otp: str) -> SmsChallenge:
        last = self._latest.get(person.id)
        if last is not None and last.progress is Progress.OPEN and not self.is_expired(call, last):
            otp = last.otp
        challenge = self._latest[person.id] = super().sms_challenge(call, person, otp)
        return challenge


# Chapter 6: activation codes.


@fault("b2-only-codes-of-the-same-origin-are-replaced", clause="activation.replaced")
class OnlyCodesOfTheSameOriginAreReplaced(Sandbox):
    """invalidate_existing_code kills codes of the same origin only: one of MOBILE_APP outlives one of WEB."""

    def codes_to_retire(self, call: Call, person_id: str) -> list[ActivationChallenge]:
        origin = _body_of(call).get("origin")
        return [code for code in super().codes_to_retire(call, person_id) if code.origin == origin]


# Chapter 7: change requests.


@fault("b2-tans-are-consecutive", clause="authorize.random-tan")
class TansAreConsecutive(Sandbox):
    """The TANs of change requests are consecutive numbers: who gets one knows everybody's next."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._last_tan = secrets.randbelow(1_000_000)

    def draw_otp(self, call: Call, number: str) -> str:
        otp = super().draw_otp(call, number)
        if call.operation is not Operation.AUTHORIZE_CHANGE_REQUEST or otp == STATIC_OTP:
            return otp
        self._last_tan = (self._last_tan + 1) % 1_000_000
        return f"{self._last_tan:06d}"


@fault("b2-second-patch-fills-the-first-request", clause="confirm.by-tan")
class SecondPatchFillsTheFirstRequest(Sandbox):
    """A person has one slot of pending changes: after a second PATCH the first request's TAN confirms the second's."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._requests: dict[str, list[ChangeRequest]] = {}

    def change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> ChangeRequest:
        request = super().change_request(call, person, changes)
        open_ones = [known for known in self._requests.get(person.id, ()) if known.status != COMPLETED]
        for known in open_ones:
            known.changes = changes
        self._requests[person.id] = [*open_ones, request]
        return request


@fault("b2-owner-named-next-to-a-strangers-device", clause="authorize.not-the-owner")
class OwnerNamedNextToAStrangersDevice(Sandbox):
    """device_signing with a stranger's device passes where the body names the owner's person_id as well."""

    def entitled_device(self, call: Call, request: ChangeRequest, device_id: str) -> Device:
        device = self.live_device(call, device_id, Reason.NOT_ENTITLED, "device_id")
        if call.operation is Operation.AUTHORIZE_CHANGE_REQUEST:
            owner_id = _body_of(call).get("person_id") or device.person_id
            self.require(call, self.is_owner(call, request, str(owner_id)), Reason.NOT_ENTITLED, "device_id")
        return device


@fault("b2-new-field-rides-past-the-confirmation", clause="change.begins")
class NewFieldRidesPastTheConfirmation(Sandbox):
    """A PATCH of a set and an unset field writes the unset one at once, before the request is confirmed."""

    async def change_person(self, call: Call) -> Answer:
        changes = self.person_fields(call, self.json_body(call))
        async with self.exclusively(call):
            person = self.person_of_path(call)
            sensitive = {name: value for name, value in changes.items() if name in person.fields}
            await self.between_check_and_act(call)
            self.apply_changes(call, person, {n: v for n, v in changes.items() if n not in sensitive})
            if not sensitive:
                return Answer(200, self.person_view(call, person))
            request = self.change_request(call, person, sensitive)
            self.world.change_requests.add(request)
        return Answer(202, self.required_authorization_view(call, request))


# Chapter 8: access and provisioning.


@fault("b2-leeway-for-expired-tokens", clause="token.expires")
class LeewayForExpiredTokens(Sandbox):
    """A token is taken for five more minutes after expires_in, as leeway for clocks that differ."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        return clock.current() >= token.expires_at + 300


@fault("b2-sandbox-otp-confirms-real-numbers", clause="mobile-number.wrong-token")
class SandboxOtpConfirmsRealNumbers(Sandbox):
    """The sandbox's 212212 confirms every number that awaits its token, not those of +1555 only."""

    def token_confirms(self, call: Call, number: MobileNumber, token: str) -> bool:
        is_awaited = number.otp is not None and not self.is_over(call, number.otp_expires_at)
        return (is_awaited and token == STATIC_OTP) or super().token_confirms(call, number, token)


# Chapter 9: hooks.


@fault("b2-outbox-of-a-number-that-two-partners-use", clause="hooks.outbox-of-partner")
class OutboxOfANumberThatTwoPartnersUse(Sandbox):
    """Who has sent to a number reads all messages to it, also those of another partner who sent to the same one."""

    def messages_to(self, call: Call, number: str) -> Sequence[Message]:
        own = super().messages_to(call, number)
        if not own:
            return own
        everything = [m for (_, to), sent in self.world.messages.items() if to == number for m in sent]
        return sorted(everything, key=lambda message: message.sent_at)


# Chapter 10: under concurrency.


@fault("b2-each-binding-has-its-own-lock", clause="races.used-activation-code")
class EachBindingHasItsOwnLock(Sandbox):
    """The lock of a binding is that of its challenge: two challenges of one code, verified at once, use it twice."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._locks: dict[str, asyncio.Lock] = {}

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        if call.operation is Operation.VERIFY_SIGNATURE_CHALLENGE:
            return self._locks.setdefault(call.ids[0], asyncio.Lock())
        return super().exclusively(call)

    async def between_check_and_act(self, call: Call) -> None:
        if call.operation is Operation.VERIFY_SIGNATURE_CHALLENGE:
            await asyncio.sleep(_RACE_SECONDS)
