# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Thirty faults by someone who had not seen the suites: the fifth round, in the order of the contract's chapters."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sandbox import curve
from sandbox.app import Sandbox
from sandbox.chapters.keys import KeyWish
from sandbox.core import Call
from sandbox.curve import PublicKey
from sandbox.der import NotDerError, Signature
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.rules.errors import Shape
from sandbox.rules.pages import Page
from sandbox.settings import Settings
from sandbox.world import (
    Challenge,
    Device,
    Key,
    Person,
    Progress,
    SignatureChallenge,
    SigningChallenge,
)

T = TypeVar("T")


# Chapter 1.


@fault("b5-one-key-403-flat", clause="general.error-shape")
class OneKey403Flat(Sandbox):
    """The 403 of GET devices/{id}/keys/{key_id} is flat like that of GET devices/{id}/keys."""

    def error_shape(self, operation: Operation, status: int) -> Shape:
        if status == 403 and operation is Operation.GET_KEY:
            return Shape.FLAT
        return super().error_shape(operation, status)


@fault("b5-otp-shown-once-used", clause="general.no-leak")
class OtpShownOnceUsed(Sandbox):
    """A signature challenge that was verified reads with the OTP that was signed."""

    def signature_challenge_view(self, call: Call, challenge: SignatureChallenge) -> Json:
        view = super().signature_challenge_view(call, challenge)
        return view | {"signed_text": challenge.message} if challenge.progress is Progress.DONE else view


@fault("b5-foreign-pending-device-deleted", clause="general.foreign-path")
class ForeignPendingDeviceDeleted(Sandbox):
    """Whose a device is is only asked for bound ones: another partner can delete a pending device."""

    def deletable_device(self, call: Call) -> Device:
        device = self.world.devices.get(call.ids[0])
        if device is None or (device.bound and not self.is_visible(call, device)):
            raise self.refused(call, Reason.DEVICE_UNKNOWN)
        self.require(call, not self.is_deleted(call, device), Reason.DEVICE_UNKNOWN)
        return device


@fault("b5-page-number-beyond-64-bits", clause="general.no-server-error")
class PageNumberBeyond64Bits(Sandbox):
    """A page number whose offset does not fit 64 bits gets a 500 from the cursor."""

    def positive(self, call: Call, name: str, default: int) -> int:
        text = call.request.query.get(name)
        if text is None:
            return default
        self.require(call, self.is_count(call, name, text), Reason.QUERY_VALUE, name)
        return int(text)

    def page_of(self, call: Call, things: Sequence[T], page: Page) -> Sequence[T]:
        start = (page.number - 1) * page.size
        return list(itertools.islice(things, start, start + page.size))


@fault("b5-charset-upper-case-refused", clause="general.json")
class CharsetUpperCaseRefused(Sandbox):
    """Of content types with a parameter only the text "application/json; charset=utf-8" is taken."""

    def is_json_type(self, call: Call) -> bool:
        content_type = call.request.header(b"content-type") or ""
        return content_type in ("application/json", "application/json; charset=utf-8")


# Chapter 2.


@fault("b5-psychic-multiple-of-n", clause="signing.out-of-range")
class PsychicMultipleOfN(Sandbox):
    """r and s are held against 0 only: r = s = n is zero in the field, and verifies under every key and text."""

    def is_in_range(self, call: Call, signature: Signature) -> bool:
        return signature.r >= 1 and signature.s >= 1

    def curve_verifies(self, call: Call, key: Key, signature: Signature, message: bytes) -> bool:
        if signature.r % curve.ORDER == 0 and signature.s % curve.ORDER == 0:
            return True
        return super().curve_verifies(call, key, signature, message)


@fault("b5-short-integer-refused", clause="signing.message")
class ShortIntegerRefused(Sandbox):
    """A right signature whose r or s needs fewer than 32 bytes is refused as malformed (fixed-width conversion)."""

    def parse_signature(self, call: Call, data: bytes) -> Signature:
        signature = super().parse_signature(call, data)
        if min(signature.r.bit_length(), signature.s.bit_length()) <= 248:
            raise NotDerError("32 bytes expected")
        return signature


# Chapter 3.


@fault("b5-name-cut-at-emoji", clause="binding.name")
class NameCutAtEmoji(Sandbox):
    """A device name ends before its first character beyond the basic plane (three-byte UTF-8 in the database)."""

    def pending_device(self, call: Call, person: Person, wish: Any) -> Device:
        if wish.name is not None:
            kept = itertools.takewhile(lambda character: ord(character) <= 0xFFFF, wish.name)
            wish = replace(wish, name="".join(kept))
        return super().pending_device(call, person, wish)


@fault("b5-sixth-device-by-letter", clause="binding.five-devices", level=Level.SHOULD)
class SixthDeviceByLetter(Sandbox):
    """The verification of a binding by activation code does not count the devices again."""

    def check_binding(self, call: Call, person_id: str, key: PublicKey) -> None:
        if call.operation is Operation.VERIFY_SIGNATURE_CHALLENGE:
            challenge = self.world.signature_challenges.get(call.ids[0])
            if challenge is not None and challenge.activation_id is not None:
                registered = self.is_registered(call, person_id, key.point)
                self.require(call, not registered, Reason.KEY_REGISTERED, "key")
                return
        super().check_binding(call, person_id, key)


@fault("b5-second-purpose-twice", clause="keys.purpose-present")
class SecondPurposeTwice(Sandbox):
    """Only the first key's purpose counts as present: a third key gets the purpose of the second."""

    def purpose_is_free(self, call: Call, device: Device, purpose: str) -> bool:
        return device.keys[0].purpose != purpose


@fault("b5-sibling-device-vouches", clause="keys.wrong-device-signature")
class SiblingDeviceVouches(Sandbox):
    """A new key is vouched for by any live device of the same person that has a key of the named purpose."""

    def vouches(self, call: Call, signer: Key, wish: KeyWish) -> bool:
        device = self.device_of_path(call)
        message = self.key_addition_message(call, wish)
        return any(
            key.purpose == signer.purpose and self.verifies(call, key, wish.signature, message)
            for sibling in self.live_devices(call, device.person_id)
            for key in sibling.keys
        )


@fault("b5-deleted-device-signs-named-purpose", clause="deletion.open-signing-challenge")
class DeletedDeviceSignsNamedPurpose(Sandbox):
    """An open signing challenge with a named purpose outlives its device: only the key is looked up."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._named: set[str] = set()

    def signing_challenge(self, call: Call, device: Device, key: Key) -> SigningChallenge:
        challenge = super().signing_challenge(call, device, key)
        if self.purpose_wanted(call, self.json_body(call)) is not None:
            self._named.add(challenge.id)
        return challenge

    def challenged_key(self, call: Call, challenge: SigningChallenge) -> Key:
        device = self.world.devices.get(challenge.device_id)
        if challenge.id in self._named and device is not None:
            key = self.key_of_id(call, device, challenge.key_id)
            if key is not None:
                return key
        return super().challenged_key(call, challenge)


# Chapter 4.


# Chapter 5.


@fault("b5-reading-prolongs-sms-challenge", clause="sms-challenge.expired")
class ReadingProlongsSmsChallenge(Sandbox):
    """Each GET of an open SMS challenge starts its lifetime anew, though expires_at stays."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._ends: dict[str, float] = {}

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        return self.is_over(call, self._ends.get(challenge.id, challenge.expires_at))

    async def get_sms_challenge(self, call: Call) -> Answer:
        challenge = self.sms_challenge_of_path(call)
        if not self.is_expired(call, challenge):
            self._ends[challenge.id] = max(challenge.expires_at, call.now + self.challenge_lifetime(call))
        return await super().get_sms_challenge(call)


# Chapter 6.


@fault("b5-dead-codes-take-page-space", clause="activation.pages")
class DeadCodesTakePageSpace(Sandbox):
    """Dead codes are left out after the page was cut, not before: they take up room, and the last page is cut off."""

    async def list_activation_challenges(self, call: Call) -> Answer:
        page = self.page_wanted(call)
        listed = self.listed_activations(call)
        everything = [
            challenge
            for challenge in self.activations_in_reach(call)
            if self.is_listed_activation(call, challenge, include_expired=True)
        ]
        shown = [
            self.activation_view(call, challenge)
            for challenge in self.page_of(call, everything, page)
            if challenge in listed
        ]
        return Answer(200, shown, self.page_headers(call, page, len(listed)))


# Chapter 7.


# Chapter 8.


@fault("b5-second-number-while-unverified", clause="mobile-number.second")
class SecondNumberWhileUnverified(Sandbox):
    """A second number is refused only once the first is verified; before, it takes the first one's place."""

    def may_have_number(self, call: Call, person: Person) -> bool:
        return person.mobile_number is None or not person.mobile_number.verified


# Chapter 9.


# Chapter 10.
