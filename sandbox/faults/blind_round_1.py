# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Thirty faults by someone who had not seen the suites: the first round, in the order of the contract's chapters."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import defaultdict
from contextlib import AbstractAsyncContextManager, nullcontext, suppress
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sandbox import curve
from sandbox.app import Sandbox
from sandbox.chapters.activation import DELIVERY_METHODS, PURPOSES
from sandbox.chapters.change_requests import DEVICE_SIGNING, MOBILE_NUMBER
from sandbox.core import Call
from sandbox.curve import PublicKey
from sandbox.der import Signature
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json, Request
from sandbox.operations import Match, Operation, Route
from sandbox.refusals import Reason, RefusedError
from sandbox.rules.devices import UNRESTRICTED
from sandbox.settings import Partner, Settings
from sandbox.world import (
    ActivationChallenge,
    ChangeRequest,
    DeliveryEvent,
    Device,
    Key,
    Person,
    Progress,
    SignatureChallenge,
    SigningChallenge,
    SmsChallenge,
)

_MOMENT = 0.03


# Chapter 1.


@fault("b1-completed-sms-challenge-shows-code", clause="general.no-leak")
class CompletedSmsChallengeShowsCode(Sandbox):
    """An SMS challenge that was verified reads with the code that verified it."""

    def sms_challenge_view(self, call: Call, challenge: SmsChallenge) -> Json:
        view = super().sms_challenge_view(call, challenge)
        if challenge.progress is Progress.DONE:
            view["verified_code"] = challenge.otp
        return view


@fault("b1-null-in-patch-clears-field", clause="general.null-is-absent")
class NullInPatchClearsField(Sandbox):
    """A null beside the value that a PATCH changes clears the field, once the change is confirmed."""

    def person_fields(self, call: Call, body: Json) -> dict[str, Any]:
        fields = super().person_fields(call, body)
        person = self.world.persons.get(call.ids[0]) if call.operation is Operation.CHANGE_PERSON else None
        if person is None or not fields:
            return fields
        return fields | {name: None for name, value in body.items() if value is None and name in person.fields}

    def apply_changes(self, call: Call, person: Person, changes: dict[str, Any]) -> None:
        super().apply_changes(call, person, changes)
        person.fields = {name: value for name, value in person.fields.items() if value is not None}


@fault("b1-deleted-devices-of-foreign-person-listed", clause="general.foreign-list")
class DeletedDevicesOfForeignPersonListed(Sandbox):
    """With both a person and include_deleted in the query, deleted devices are shown to every partner."""

    def is_listed_device(self, call: Call, device: Device, include_deleted: bool) -> bool:
        if (
            include_deleted
            and self.filter_text(call, "person_id") == device.person_id
            and device.deleted_at is not None
        ):
            return device.bound
        return super().is_listed_device(call, device, include_deleted)


@fault("b1-code-retired-before-origin-check", clause="general.refusal-changes-nothing")
class CodeRetiredBeforeOriginCheck(Sandbox):
    """invalidate_existing_code kills the old code although the request is refused for its origin."""

    async def create_activation_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        person_id = self.text(call, body, "person_id")
        self.text(call, body, "origin")
        purpose = self.choice(call, body, "purpose", PURPOSES)
        delivery_method = self.choice(call, body, "delivery_method", DELIVERY_METHODS)
        replaces = self.invalidation_is_wanted(call, body)
        async with self.exclusively(call):
            person = self.person_of_body(call, person_id)
            is_free = self.live_code(call, person.id) is None
            self.require(call, is_free or replaces, Reason.LIVE_CODE_EXISTS)
            for code in self.codes_to_retire(call, person.id):
                self.invalidate(call, code)
            origin = self.origin(call, body)
            challenge = self.activation_challenge(call, person, origin, purpose, delivery_method)
            self.world.add_activation(challenge)
        return Answer(201, self.activation_view(call, challenge))


@fault("b1-max-usage-count-taken-from-body", clause="general.unknown-fields")
class MaxUsageCountTakenFromBody(Sandbox):
    """A max_usage_count in the request for an activation code is obeyed, so that one code binds several devices."""

    def uses_allowed(self, call: Call) -> int:
        wanted = self.json_body(call).get("max_usage_count")
        if isinstance(wanted, int) and not isinstance(wanted, bool) and wanted > 0:
            return wanted
        return super().uses_allowed(call)


@fault("b1-internal-error-after-key-was-added", clause="general.server-error")
class InternalErrorAfterKeyWasAdded(Sandbox):
    """The 500 of POST keys comes after the key was added, and the addition stays."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        if operation is Operation.ADD_KEY and route is not None:
            partner = self.admitted(operation, route.gate, request)
            if self.fault_is_wanted(operation, request):
                call = Call(operation, partner, request, match.ids, self.now(operation, request), await request.body())
                with suppress(RefusedError):
                    await self.add_key(call)
                return self.internal_error(operation)
        return await super().handled(operation, route, match, request)


# Chapter 2.


@fault("b1-signature-numbers-reduced", clause="signing.out-of-range")
class SignatureNumbersReduced(Sandbox):
    """r and s are taken modulo n: a good signature with r + n or s + n verifies."""

    def is_in_range(self, call: Call, signature: Signature) -> bool:
        return signature.r > 0 and signature.s > 0 and bool(signature.r % curve.ORDER and signature.s % curve.ORDER)

    def curve_verifies(self, call: Call, key: Key, signature: Signature, message: bytes) -> bool:
        r, s = signature.r % curve.ORDER, signature.s % curve.ORDER
        return key.public.verifies(Signature(encode_dss_signature(r, s), r, s), message)


@fault("b1-activation-code-in-capitals-signed", clause="signing.unverifiable")
class ActivationCodeInCapitalsSigned(Sandbox):
    """A binding by activation code also takes a signature over the code in capitals."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if super().verifies(call, key, signature, message):
            return True
        if call.operation is not Operation.VERIFY_SIGNATURE_CHALLENGE or message.upper() == message:
            return False
        return super().verifies(call, key, signature, message.upper())


# Chapter 3.


@fault("b1-registered-key-compared-as-text", clause="binding.key-registered", level=Level.SHOULD)
class RegisteredKeyComparedAsText(Sandbox):
    """Whether a key is registered is asked of its hex text: in the other case it is bound once more."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        # By identity; the key is kept, so that its identity is never given to another one.
        self._texts: dict[int, tuple[PublicKey, str]] = {}

    def public_key(self, call: Call, text: str) -> PublicKey:
        key = super().public_key(call, text)
        self._texts[id(key)] = (key, text)
        return key

    def check_binding(self, call: Call, person_id: str, key: PublicKey) -> None:
        self.require(call, self.has_free_place(call, person_id), Reason.DEVICE_LIMIT)
        text = self._texts[id(key)][1]
        others = (other for device in self.live_devices(call, person_id) for other in device.keys)
        is_new = all(self._texts[id(other.public)][1] != text for other in others)
        self.require(call, is_new, Reason.KEY_REGISTERED, "key")


@fault("b1-pending-deletion-frees-a-place", clause="binding.five-devices", level=Level.SHOULD)
class PendingDeletionFreesAPlace(Sandbox):
    """The devices of a person are counted up by a binding, but down by every deletion, a pending device's too."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._bound: defaultdict[str, int] = defaultdict(int)

    def has_free_place(self, call: Call, person_id: str) -> bool:
        return self._bound[person_id] < self.device_limit(call)

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        super().bind(call, device, code)
        self._bound[device.person_id] += 1

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        self._bound[device.person_id] -= 1


@fault("b1-link-forgets-include-deleted", clause="devices.page-headers")
class LinkForgetsIncludeDeleted(Sandbox):
    """The links of a device list with deleted devices lead to pages of a list without them."""

    def page_url(self, call: Call, number: int, size: int) -> str:
        if call.operation is not Operation.LIST_DEVICES:
            return super().page_url(call, number, size)
        person_id = self.filter_text(call, "person_id")
        query = {} if person_id is None else {"filter[person_id]": person_id}
        query |= {"page[number]": str(number), "page[size]": str(size)}
        return self.url_of(call, f"{call.request.raw_path.decode('latin-1')}?{urlencode(query)}")


@fault("b1-used-at-of-default-key", clause="keys.used-at")
class UsedAtOfDefaultKey(Sandbox):
    """A verified signing challenge sets used_at of the device's unrestricted key, whichever key signed."""

    def mark_used(self, call: Call, key: Key) -> None:
        challenge = self.world.signing_challenges.get(call.ids[0])
        device = None if challenge is None else self.world.devices.get(challenge.device_id)
        super().mark_used(call, key if device is None else self.default_key(call, device))


@fault("b1-deleted-pending-device-bound-by-code", clause="deletion.unbound")
class DeletedPendingDeviceBoundByCode(Sandbox):
    """The deletion of a pending device kills its challenge where it is an SMS, not where it is an activation code."""

    def device_to_bind(self, call: Call, challenge: SignatureChallenge) -> Device:
        if challenge.activation_id is None:
            return super().device_to_bind(call, challenge)
        return self.found(call, self.world.devices, challenge.device_id, Reason.CHALLENGE_DEAD)


@fault("b1-code-expired-between-post-and-put", clause="signature-challenge.dead-activation-code")
class CodeExpiredBetweenPostAndPut(Sandbox):
    """A code that ran out of time after POST devices still binds; only deleted and used ones are looked for."""

    def code_of(self, call: Call, challenge: SignatureChallenge) -> ActivationChallenge | None:
        if challenge.activation_id is None:
            return None
        code = self.found(call, self.world.activation_challenges, challenge.activation_id, Reason.NO_LIVE_CODE)
        is_good = code.invalidated_at is None and not self.is_used_up(call, code)
        self.require(call, is_good, Reason.NO_LIVE_CODE)
        return code


# Chapter 4.


@fault("b1-unrestricted-key-signs-for-restricted", clause="signing-challenge.other-key")
class UnrestrictedKeySignsForRestricted(Sandbox):
    """A signing challenge for the restricted key also takes a signature by the unrestricted one."""

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if super().verifies(call, key, signature, message):
            return True
        if call.operation is not Operation.VERIFY_SIGNING_CHALLENGE or key.purpose == UNRESTRICTED:
            return False
        challenge = self.world.signing_challenges.get(call.ids[0])
        device = None if challenge is None else self.world.devices.get(challenge.device_id)
        stronger = None if device is None else self.key_of_purpose(call, device, UNRESTRICTED)
        return stronger is not None and super().verifies(call, stronger, signature, message)


@fault("b1-any-open-challenge-of-device-signed", clause="signing-challenge.wrong-signature")
class AnyOpenChallengeOfDeviceSigned(Sandbox):
    """A signature over the text of any open challenge of the same key completes the challenge of the path."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._challenges_of_key: defaultdict[str, list[SigningChallenge]] = defaultdict(list)

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        challenge = super().signing_challenge(call, device, key)
        self._challenges_of_key[key.id].append(challenge)
        return challenge

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        if super().verifies(call, key, signature, message):
            return True
        if call.operation is not Operation.VERIFY_SIGNING_CHALLENGE:
            return False
        return any(
            super(AnyOpenChallengeOfDeviceSigned, self).verifies(call, key, signature, challenge.string_to_sign)
            for challenge in self._challenges_of_key[key.id][-20:]
            if challenge.progress is Progress.OPEN and not self.is_expired(call, challenge)
        )


# Chapter 5.

_DIGITS_OF_ANY_SCRIPT = re.compile(r"\d{6}")


@fault("b1-digits-of-any-script", clause="sms-challenge.not-six-digits")
class DigitsOfAnyScript(Sandbox):
    """The code of an SMS challenge is compared as a number, and taken in digits of any script."""

    def is_well_formed_otp(self, call: Call, text: str) -> bool:
        return _DIGITS_OF_ANY_SCRIPT.fullmatch(text) is not None

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if call.operation is not Operation.VERIFY_SMS_CHALLENGE:
            return super().otp_matches(call, otp, text)
        return int(otp) == int(text)


@fault("b1-tan-completes-sms-challenge", clause="sms-challenge.another-code")
class TanCompletesSmsChallenge(Sandbox):
    """The TAN that the person got last for a change request completes their SMS challenges, too."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._tans: dict[str, str] = {}

    def open_confirmation(self, call: Call, request: ChangeRequest, method: str) -> None:
        super().open_confirmation(call, request, method)
        if method == MOBILE_NUMBER and request.tan is not None:
            self._tans[request.person_id] = request.tan

    def otp_matches(self, call: Call, otp: str, text: str) -> bool:
        if super().otp_matches(call, otp, text):
            return True
        if call.operation is not Operation.VERIFY_SMS_CHALLENGE:
            return False
        tan = self._tans.get(self.sms_challenge_of_path(call).person_id)
        return tan is not None and super().otp_matches(call, tan, text)


# Chapter 6.


@fault("b1-origin-filtered-after-paging", clause="activation.pages")
class OriginFilteredAfterPaging(Sandbox):
    """filter[origin] is applied to the page that was cut, so that pages have gaps."""

    async def list_activation_challenges(self, call: Call) -> Answer:
        origin = self.filter_text(call, "origin")
        if origin is None:
            return await super().list_activation_challenges(call)
        include_expired = self.query_flag(call, "filter[include_expired]")
        page = self.page_wanted(call)
        rows = [
            challenge
            for challenge in self.activations_in_reach(call)
            if self.is_listed_activation(call, replace(challenge, origin=origin), include_expired)
        ]
        shown = [
            self.activation_view(call, challenge)
            for challenge in self.page_of(call, rows, page)
            if challenge.origin == origin
        ]
        total = sum(challenge.origin == origin for challenge in rows)
        return Answer(200, shown, self.page_headers(call, page, total))


@fault("b1-events-ordered-by-whole-seconds", clause="delivery.listed")
class EventsOrderedByWholeSeconds(Sandbox):
    """Delivery events are ordered by whole seconds: within one, the first to be sent stands first."""

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        return sorted(challenge.events, key=lambda event: int(event.instant), reverse=True)


@fault("b1-deleted-device-gives-code-back", clause="activation.used-up")
class DeletedDeviceGivesCodeBack(Sandbox):
    """The deletion of a device takes back the use of the code that bound it, and the code is live again."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._code_of_device: dict[str, ActivationChallenge] = {}

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        super().bind(call, device, code)
        if code is not None:
            self._code_of_device[device.id] = code

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        code = self._code_of_device.pop(device.id, None)
        if code is not None:
            code.usage_count -= 1


# Chapter 7.


@fault("b1-string-to-sign-is-digest-of-change", clause="authorize.never-repeats")
class StringToSignIsDigestOfChange(Sandbox):
    """The string_to_sign is a digest of who changes and what: the same change again has the same one."""

    def text_to_sign(self, call: Call) -> str:
        request = self.world.change_requests.get(call.ids[0])
        if request is None:
            return super().text_to_sign(call)
        what = orjson.dumps([request.person_id, request.changes], option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(what).hexdigest()


@fault("b1-person-cached-over-signed-change", clause="confirm.by-signature")
class PersonCachedOverSignedChange(Sandbox):
    """A person that was read before is cached, and a change that is confirmed by signature leaves the cache alone."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._views: dict[str, Json] = {}

    async def get_person(self, call: Call) -> Answer:
        person = self.person_of_path(call)
        if person.id not in self._views:
            self._views[person.id] = self.person_view(call, person)
        return Answer(200, self._views[person.id])

    def apply_changes(self, call: Call, person: Person, changes: dict[str, Any]) -> None:
        super().apply_changes(call, person, changes)
        request = self.world.change_requests.get(call.ids[0])
        if request is None or request.delivery_method != DEVICE_SIGNING:
            self._views.pop(person.id, None)


# Chapter 8.


@fault("b1-names-kept-as-latin-1", clause="persons.read")
class NamesKeptAsLatin1(Sandbox):
    """A name with letters beyond Latin-1 reads with question marks in their place."""

    def person_fields(self, call: Call, body: Json) -> dict[str, Any]:
        fields = super().person_fields(call, body)
        for name in ("first_name", "last_name", "birth_name"):
            if name in fields:
                fields[name] = fields[name].encode("latin-1", "replace").decode("latin-1")
        return fields


@fault("b1-secret-of-any-partner", clause="token.wrong-credentials")
class SecretOfAnyPartner(Sandbox):
    """A client id gets a token with the secret of another client."""

    def is_client(self, call: Call, partner: Partner, client_id: str, secret: str) -> bool:
        others = self.settings.partners
        is_secret = any(super(SecretOfAnyPartner, self).is_client(call, one, one.client_id, secret) for one in others)
        return is_secret and client_id == partner.client_id


@fault("b1-token-that-worked-never-expires", clause="token.expires")
class TokenThatWorkedNeverExpires(Sandbox):
    """A token that was good once is cached as good, beyond its expiry."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._good: dict[str, Partner] = {}

    def authenticated(self, operation: Operation, request: Request) -> Partner:
        value = self.presented_token(operation, request)
        if value is not None and value in self._good:
            return self._good[value]
        partner = super().authenticated(operation, request)
        if value is not None:
            self._good[value] = partner
        return partner


# Chapter 9.


@fault("b1-list-sweeps-expired-codes", clause="hooks.clock-one-request", level=Level.SHOULD)
class ListSweepsExpiredCodes(Sandbox):
    """A list of activation challenges ends the codes that have expired by its moved clock, for all later requests."""

    def listed_activations(self, call: Call) -> list[ActivationChallenge]:
        for code in self.activations_in_reach(call):
            if self.is_visible(call, code) and self.is_over(call, code.expires_at) and code.invalidated_at is None:
                self.invalidate(call, code)
        return super().listed_activations(call)


# Chapter 10.


@fault("b1-sixth-device-in-a-race", clause="races.five-devices", level=Level.SHOULD)
class SixthDeviceInARace(Sandbox):
    """Bindings are kept apart by challenge, and the free place is not asked for again: a race binds more than five."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def verify_signature_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        signature = self.signature(call, body)
        self.check_device_data(call, body)
        challenge = self.found(call, self.world.signature_challenges, call.ids[0], Reason.CHALLENGE_UNKNOWN)
        async with self._locks[challenge.id]:
            self.require_open(call, challenge, Reason.BINDING_REPEATED)
            device = self.device_to_bind(call, challenge)
            key = device.keys[0]
            if not self.verifies(call, key, signature, challenge.message):
                raise self.wrong_try(call, challenge, Reason.SIGNATURE_WRONG)
            self.check_binding(call, device.person_id, key.public)
            self.code_of(call, challenge)
            await asyncio.sleep(_MOMENT)
            async with self._lock:
                self.device_to_bind(call, challenge)
                registered = self.is_registered(call, device.person_id, key.public.point)
                self.require(call, not registered, Reason.KEY_REGISTERED, "key")
                code = self.code_of(call, challenge)
                self.complete(call, challenge)
                self.bind(call, device, code)
        return Answer(204)


@fault("b1-two-live-codes-by-replacement-race", clause="races.live-activation-code")
class TwoLiveCodesByReplacementRace(Sandbox):
    """Requests with invalidate_existing_code do not wait for each other: each leaves a live code."""

    def replaces(self, call: Call) -> bool:
        is_it = call.operation is Operation.CREATE_ACTIVATION_CHALLENGE
        return is_it and self.invalidation_is_wanted(call, self.json_body(call))

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self.replaces(call) else super().exclusively(call)

    async def between_check_and_act(self, call: Call) -> None:
        if self.replaces(call):
            await asyncio.sleep(_MOMENT)


@fault("b1-signed-confirmations-race", clause="races.confirm")
class SignedConfirmationsRace(Sandbox):
    """Confirmations by signature do not wait for each other, and all of them succeed; those by TAN do."""

    def is_signed_confirmation(self, call: Call) -> bool:
        if call.operation is not Operation.CONFIRM_CHANGE_REQUEST:
            return False
        request = self.world.change_requests.get(call.ids[0])
        return request is not None and request.delivery_method == DEVICE_SIGNING

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        return nullcontext() if self.is_signed_confirmation(call) else super().exclusively(call)

    async def between_check_and_act(self, call: Call) -> None:
        if self.is_signed_confirmation(call):
            await asyncio.sleep(_MOMENT)
