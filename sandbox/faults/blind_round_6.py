"""Thirty wrong servers, written from the contract alone."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from typing import Any
from urllib.parse import urlencode

import orjson
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sandbox import der
from sandbox.app import Sandbox
from sandbox.chapters.binding import ACTIVATION_CODE
from sandbox.core import Call
from sandbox.curve import PublicKey
from sandbox.der import Signature
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json, Request
from sandbox.operations import Match, Operation, Route
from sandbox.refusals import Reason, RefusedError
from sandbox.rules.challenges import WRONG_TRIES
from sandbox.rules.devices import UNRESTRICTED
from sandbox.settings import Settings
from sandbox.world import (
    ActivationChallenge,
    Challenge,
    ChangeRequest,
    DeliveryEvent,
    Device,
    Key,
    MobileNumber,
    Progress,
    SmsChallenge,
    Token,
)

# Chapter 1: every operation.


@fault("b6-token-in-any-case", clause="general.token-unknown")
class TokenInAnyCase(Sandbox):
    """Access tokens are looked up without regard to case, so a token in another case is taken for the good one."""

    def known_token(self, operation: Operation, value: str) -> Token | None:
        known = super().known_token(operation, value)
        if known is not None:
            return known
        folded = value.lower()
        return next((token for text, token in self.world.tokens.items() if text.lower() == folded), None)


@fault("b6-null-flag-is-true", clause="general.null-is-absent")
class NullFlagIsTrue(Sandbox):
    """An invalidate_existing_code of null in the body counts as true, so a live code is replaced instead of a 409."""

    def invalidation_is_wanted(self, call: Call, body: Json) -> bool:
        return super().invalidation_is_wanted(call, body) or body.get("invalidate_existing_code", False) is None


@fault("b6-filter-beyond-latin-1-crashes", clause="general.no-server-error")
class FilterBeyondLatin1Crashes(Sandbox):
    """A filter value with a character beyond Latin-1 gets a 500, as the link header cannot be written with it."""

    def page_url(self, call: Call, number: int, size: int) -> str:
        query = {**call.request.query, "page[number]": str(number), "page[size]": str(size)}
        path = f"{call.request.raw_path.decode('latin-1')}?{urlencode(query, encoding='latin-1', errors='strict')}"
        return self.url_of(call, path)


@fault("b6-foreign-codes-with-expired", clause="general.foreign-list")
class ForeignCodesWithExpired(Sandbox):
    """filter[person_id] of another partner's person together with filter[include_expired]=true lists their codes."""

    def is_listed_activation(self, call: Call, challenge: ActivationChallenge, include_expired: bool) -> bool:
        if not (include_expired and self.filter_text(call, "person_id")):
            return super().is_listed_activation(call, challenge, include_expired)
        return all(
            self.passes(call, name, getattr(challenge, name))
            for name in ("person_id", "origin", "purpose", "delivery_method")
        )


@fault("b6-refused-key-stays-reserved", clause="keys.purpose-present")
class RefusedKeyStaysReserved(Sandbox):
    """POST keys reserves the new key before it checks the device_signature: the right request afterwards is a 409."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.reserved: defaultdict[str, set[bytes]] = defaultdict(set)

    def check_key_addition(self, call: Call, device: Device, wish: Any) -> None:
        reserved = self.reserved[device.person_id]
        is_new = wish.key.point not in reserved
        reserved.add(wish.key.point)
        super().check_key_addition(call, device, wish)
        self.require(call, is_new, Reason.KEY_REGISTERED, "key")


@fault("b6-mobile-number-despite-500", clause="general.server-error")
class MobileNumberDespite500(Sandbox):
    """POST mobile_number that ends in an internal error has saved the number all the same; the retry is a 409."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        if operation is not Operation.CREATE_MOBILE_NUMBER or not self.fault_is_wanted(operation, request):
            return await super().handled(operation, route, match, request)
        assert route is not None
        partner = self.admitted(operation, route.gate, request)
        call = Call(operation, partner, request, match.ids, self.now(operation, request), await request.body())
        with contextlib.suppress(RefusedError):
            await self.create_mobile_number(call)
        return self.internal_error(operation)


# Chapter 2: signatures.


@fault("b6-unsigned-der-integers", clause="signing.out-of-range")
class UnsignedDerIntegers(Sandbox):
    """A DER integer with its highest bit set and no zero in front (a negative r or s) is read as an unsigned one."""

    def parse_signature(self, _: Call, data: bytes) -> Signature:
        found = der.parse_signature(data)
        if found.r >= 0 and found.s >= 0:
            return found
        r, s = self.unsigned(found.r), self.unsigned(found.s)
        return Signature(encode_dss_signature(r, s), r, s)

    def unsigned(self, number: int) -> int:
        if number >= 0:
            return number
        return number + (1 << 8 * ((~number).bit_length() // 8 + 1))


# Chapter 3: devices and keys.


@fault("b6-sms-cut-at-160", clause="binding.sms-app-signature")
class SmsCutAt160(Sandbox):
    """The text of an SMS is cut after 160 characters, and with it the end of a long app_signature."""

    def sms_text(self, call: Call, otp: str, language: str, app_signature: str | None) -> str:
        return super().sms_text(call, otp, language, app_signature)[:160]


@fault("b6-five-only-by-sms", clause="binding.five-devices", level=Level.SHOULD)
class FiveOnlyBySms(Sandbox):
    """The limit of five devices is asked for SMS bindings only: an activation code binds a sixth one."""

    def is_by_code(self, call: Call) -> bool:
        if call.operation is Operation.CREATE_DEVICE:
            return bool(orjson.loads(call.body).get("challenge_type") == ACTIVATION_CODE)
        challenge = self.world.signature_challenges.get(call.ids[0])
        return challenge is not None and challenge.activation_id is not None

    def check_binding(self, call: Call, person_id: str, key: PublicKey) -> None:
        if not self.is_by_code(call):
            self.require(call, self.has_free_place(call, person_id), Reason.DEVICE_LIMIT)
        self.require(call, not self.is_registered(call, person_id, key.point), Reason.KEY_REGISTERED, "key")


@fault("b6-keys-named-after-first-device", clause="keys.listed")
class KeysNamedAfterFirstDevice(Sandbox):
    """GET keys of a person's second device shows the name of their oldest live device."""

    def key_owner_view(self, call: Call, device: Device) -> Json:
        return super().key_owner_view(call, device) | {"name": self.live_devices(call, device.person_id)[0].name}


# Chapter 4: signing challenges.


@fault("b6-deletion-kills-siblings-challenges", clause="signing-challenge.verified")
class DeletionKillsSiblingsChallenges(Sandbox):
    """The deletion of a device kills the open signing challenges of all devices of its person."""

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        siblings = {other.id for other in self.world.devices_of_person.get(device.person_id, ())}
        for challenge in self.world.signing_challenges:
            if challenge.device_id in siblings and challenge.progress is Progress.OPEN:
                challenge.progress = Progress.DEAD


@fault("b6-restricted-key-for-unrestricted", clause="signing-challenge.purpose-without-key")
class RestrictedKeyForUnrestricted(Sandbox):
    """A device that has a restricted key only gets a challenge for `unrestricted`, and signs it with that key."""

    def signing_key(self, call: Call, device: Device, purpose: str | None) -> Key:
        return super().signing_key(call, device, None if purpose == UNRESTRICTED else purpose)


# Chapter 5: SMS challenges.


@fault("b6-sms-tries-per-person", clause="sms-challenge.verified")
class SmsTriesPerPerson(Sandbox):
    """Wrong codes are counted for the person and never forgotten: after five, no new SMS challenge is verified."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.tries: defaultdict[str, int] = defaultdict(int)

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        if isinstance(challenge, SmsChallenge):
            self.tries[challenge.person_id] += 1
        return super().wrong_try(call, challenge, reason)

    def is_dead(self, call: Call, challenge: Challenge) -> bool:
        if isinstance(challenge, SmsChallenge) and self.tries[challenge.person_id] >= WRONG_TRIES:
            return True
        return super().is_dead(call, challenge)


# Chapter 6: activation codes.


@fault("b6-event-of-another-code-of-the-person", clause="delivery.of-another-code")
class EventOfAnotherCodeOfThePerson(Sandbox):
    """GET of a delivery event finds the events of every code that the same person ever had."""

    def event_of_path(self, call: Call, challenge: ActivationChallenge) -> DeliveryEvent:
        for code in self.codes_of(call, challenge.person_id):
            for event in code.events:
                if event.id == call.ids[1]:
                    return event
        raise self.refused(call, Reason.EVENT_UNKNOWN)


# Chapter 7: change requests.


@fault("b6-refused-authorize-prolongs", clause="confirm.expired")
class RefusedAuthorizeProlongs(Sandbox):
    """A refused authorization of an authorized request starts the 300 s for its confirmation anew."""

    def open_change_request(self, call: Call) -> ChangeRequest:
        request = super().open_change_request(call)
        if call.operation is Operation.AUTHORIZE_CHANGE_REQUEST:
            request.expires_at = max(request.expires_at, call.now + self.change_request_lifetime(call))
        return request


# Chapter 8: access and provisioning.


@fault("b6-wrong-token-unverifies", clause="mobile-number.wrong-token")
class WrongTokenUnverifies(Sandbox):
    """A refused confirm of a number that is verified already makes it an unverified one."""

    def token_confirms(self, call: Call, number: MobileNumber, token: str) -> bool:
        number.verified = super().token_confirms(call, number, token)
        return number.verified


# Chapter 9: hooks.


# Chapter 10: concurrency.
