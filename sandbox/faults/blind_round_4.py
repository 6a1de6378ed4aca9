# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Thirty faults by someone who had not seen the suites: the fourth round, in the order of the contract's chapters."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sandbox import clock
from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.settings import Settings
from sandbox.world import (
    Challenge,
    Device,
    Key,
    SigningChallenge,
    SmsChallenge,
)

# Chapter 1


@fault("b4-type-error-quotes-value", clause="general.no-leak")
class TypeErrorQuotesValue(Sandbox):
    """The refusal of a wrong type quotes the value: an OTP sent as a number stands in the answer."""

    def optional_text(self, call: Call, body: Json, name: str) -> str | None:
        value = self.value_of(call, body, name)
        if value is None:
            return None
        if not self.is_text(call, name, value):
            refusal = self.refusal(call.operation, Reason.FIELD_TYPE)
            shown = f"Input should be a valid string [input_value={value!r}, input_type={type(value).__name__}]"
            raise RefusedError(replace(refusal, detail=shown), name)
        return str(value)


@fault("b4-event-cache-by-url", clause="general.foreign-path")
class EventCacheByUrl(Sandbox):
    """GET of one delivery event is cached by its path alone: once its owner has read it, any partner reads it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._cached: dict[bytes, tuple[float, Json]] = {}

    async def get_delivery_event(self, call: Call) -> Answer:
        path = call.request.raw_path
        hit = self._cached.get(path)
        if hit is not None and clock.current() < hit[0]:
            return Answer(200, hit[1])
        answer = await super().get_delivery_event(call)
        self._cached[path] = (clock.current() + 60, answer.body)  # type: ignore[assignment]
        return answer


@fault("b4-foreign-total", clause="general.foreign-list")
class ForeignTotal(Sandbox):
    """The count of the device list lacks the tenant: total counts a foreign person's devices, on an empty list."""

    async def list_devices(self, call: Call) -> Answer:
        things = self.listed_devices(call)
        page = self.page_wanted(call)
        shown = [self.device_view(call, thing) for thing in self.page_of(call, things, page)]
        with_deleted = self.query_flag(call, "filter[include_deleted]")
        total = sum(
            self.is_bound(call, device) and (with_deleted or not self.is_deleted(call, device))
            for device in self.devices_in_reach(call)
        )
        return Answer(200, shown, self.page_headers(call, page, total))


# Chapter 2

_HEX_LINE = re.compile(r"^(?:[0-9A-Fa-f]{2})+$")


@fault("b4-hex-trailing-newline", clause="signing.not-der")
class HexTrailingNewline(Sandbox):
    """The check for hex ends in a dollar: a signature (or key) with a line feed at its end is taken."""

    def bytes_of_hex(self, call: Call, text: str) -> bytes | None:
        return bytes.fromhex(text) if _HEX_LINE.match(text) else None


@fault("b4-verify-memo-without-message", clause="signing-challenge.wrong-signature")
class VerifyMemoWithoutMessage(Sandbox):
    """Good verifications are remembered by key and signature, not by message: an accepted signature can be replayed."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._good: set[tuple[str, bytes]] = set()

    def verifies(self, call: Call, key: Key, signature: Signature, message: str) -> bool:
        memo = (key.id, signature.der)
        if memo in self._good:
            return True
        is_good = super().verifies(call, key, signature, message)
        if is_good:
            self._good.add(memo)
        return is_good


# Chapter 3


@fault("b4-deleted-pending-listed", clause="devices.unbound-not-listed")
class DeletedPendingListed(Sandbox):
    """filter[include_deleted]=true lists deleted devices that were never bound."""

    def is_listed_device(self, call: Call, device: Device, include_deleted: bool) -> bool:
        state_fits = include_deleted if self.is_deleted(call, device) else self.is_bound(call, device)
        return self.passes(call, "person_id", device.person_id) and state_fits and self.is_visible(call, device)


@fault("b4-page-order-by-name", clause="devices.pages")
class PageOrderByName(Sandbox):
    """Pages are cut from ORDER BY name without a tie-break: devices of one name, or none, come twice or never."""

    def listed_devices(self, call: Call) -> list[Device]:
        things = super().listed_devices(call)
        turn = (self.page_wanted(call).number - 1) % (len(things) or 1)
        turned = things[len(things) - turn :] + things[: len(things) - turn]
        return sorted(turned, key=lambda device: device.name or "")


@fault("b4-key-cache-survives-deletion", clause="deletion.key-unreadable")
class KeyCacheSurvivesDeletion(Sandbox):
    """GET of one key is cached until the key is used: a key that was read before stays readable after the deletion."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._views: dict[tuple[str, str, str], Json] = {}
        self._places: dict[str, tuple[str, str, str]] = {}

    async def get_key(self, call: Call) -> Answer:
        place = (call.partner.client_id, call.ids[0], call.ids[1])
        if place not in self._views:
            answer = await super().get_key(call)
            self._views[place] = answer.body  # type: ignore[assignment]
            self._places[call.ids[1]] = place
        return Answer(200, self._views[place])

    def mark_used(self, call: Call, key: Key) -> None:
        super().mark_used(call, key)
        place = self._places.get(key.id)
        if place is not None:
            self._views.pop(place, None)


@fault("b4-challenge-follows-new-code", clause="signature-challenge.dead-activation-code")
class ChallengeFollowsNewCode(Sandbox):
    """A challenge of a replaced activation code is verified against the person's new code, and binds with that."""

    async def verify_signature_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        signature = self.signature(call, body)
        self.check_device_data(call, body)
        async with self.exclusively(call):
            challenge = self.found(call, self.world.signature_challenges, call.ids[0], Reason.CHALLENGE_UNKNOWN)
            self.require_open(call, challenge, Reason.BINDING_REPEATED)
            device = self.device_to_bind(call, challenge)
            key = device.keys[0]
            message, code = challenge.message, None
            if challenge.activation_id is not None:
                code = self.live_code(call, device.person_id)
                if code is None:
                    raise self.refused(call, Reason.NO_LIVE_CODE)
                message = code.code
            if not self.verifies(call, key, signature, message):
                raise self.wrong_try(call, challenge, Reason.SIGNATURE_WRONG)
            self.check_binding(call, device.person_id, key.public)
            await self.between_check_and_act(call)
            self.complete(call, challenge)
            self.bind(call, device, code)
        return Answer(204)


# Chapter 4


@fault("b4-purpose-joined-on-person", clause="signing-challenge.purpose-without-key")
class PurposeJoinedOnPerson(Sandbox):
    """The key of a named purpose is looked for on all devices of the person: a device without one gets a challenge."""

    def signing_key(self, call: Call, device: Device, purpose: str | None) -> Key:
        if purpose is not None:
            for each in (device, *self.live_devices(call, device.person_id)):
                key = self.key_of_purpose(call, each, purpose)
                if key is not None:
                    return key
        return super().signing_key(call, device, purpose)

    def challenged_key(self, call: Call, challenge: SigningChallenge) -> Key:
        device = self.live_device(call, challenge.device_id, Reason.CHALLENGE_DEAD)
        for each in (device, *self.live_devices(call, device.person_id)):
            key = self.key_of_id(call, each, challenge.key_id)
            if key is not None:
                return key
        raise self.refused(call, Reason.CHALLENGE_DEAD)


# Chapter 5


@fault("b4-wrong-try-renews-ttl", clause="sms-challenge.expired")
class WrongTryRenewsTtl(Sandbox):
    """Counting a wrong code writes the SMS challenge back with a whole new lifetime: it outlives its expires_at."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._ends: dict[str, float] = {}

    def wrong_try(self, call: Call, challenge: Challenge, reason: Reason) -> RefusedError:
        if isinstance(challenge, SmsChallenge):
            self._ends[challenge.id] = call.now + self.challenge_lifetime(call)
        return super().wrong_try(call, challenge, reason)

    def is_expired(self, call: Call, challenge: Challenge) -> bool:
        return self.is_over(call, self._ends.get(challenge.id, challenge.expires_at))


# Chapter 6


@fault("b4-query-false-is-true", clause="activation.live-code-exists")
class QueryFalseIsTrue(Sandbox):
    """invalidate_existing_code=false in the query is a text that is not empty, so it counts as true."""

    def invalidation_is_wanted(self, call: Call, body: Json) -> bool:
        in_query = bool(call.request.query.get("invalidate_existing_code"))
        return self.flag(call, body, "invalidate_existing_code") or in_query


@fault("b4-event-order-milliseconds", clause="delivery.listed")
class EventOrderMilliseconds(Sandbox):
    """Events are ordered by whole milliseconds: two within one stand in the order in which they came."""

    def event_instant(self, call: Call, timestamp: str) -> float | None:
        instant = clock.parse_rfc3339(timestamp)
        return None if instant is None else float(int(instant * 1000 + 1e-3))


@fault("b4-refused-binding-burns-code", clause="activation.used")
class RefusedBindingBurnsCode(Sandbox):
    """A right signature uses the activation code before the five devices are counted; the refusal keeps that."""

    async def verify_signature_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        signature = self.signature(call, body)
        self.check_device_data(call, body)
        async with self.exclusively(call):
            challenge = self.found(call, self.world.signature_challenges, call.ids[0], Reason.CHALLENGE_UNKNOWN)
            self.require_open(call, challenge, Reason.BINDING_REPEATED)
            device = self.device_to_bind(call, challenge)
            key = device.keys[0]
            if not self.verifies(call, key, signature, challenge.message):
                raise self.wrong_try(call, challenge, Reason.SIGNATURE_WRONG)
            code = self.code_of(call, challenge)
            if code is not None:
                self.use_code(call, code)
            self.check_binding(call, device.person_id, key.public)
            await self.between_check_and_act(call)
            self.complete(call, challenge)
            self.bind(call, device, None)
        return Answer(204)


# Chapter 7


# Chapter 8

_LONDON = ZoneInfo("Europe/London")


@fault("b4-birth-date-summer-time", clause="persons.read")
class BirthDateSummerTime(Sandbox):
    """A birth date is kept as the instant of London's midnight and read in UTC: one in summer is a day too early."""

    def person_fields(self, call: Call, body: Json) -> dict[str, Any]:
        fields = super().person_fields(call, body)
        with contextlib.suppress(KeyError, ValueError, OverflowError):
            born = date.fromisoformat(fields["birth_date"])
            midnight = datetime(born.year, born.month, born.day, tzinfo=_LONDON)
            fields["birth_date"] = midnight.astimezone(UTC).date().isoformat()
        return fields


@fault("b4-1555-anywhere", clause="mobile-number.random-otp")
class Static1555Anywhere(Sandbox):
    """The digits 1555 anywhere in a number make its OTP 212212: German mobiles of +49 1555, too."""

    def draw_otp(self, call: Call, number: str) -> str:
        return super().draw_otp(call, "+1555" if "1555" in number else number)


# Chapter 9


# Chapter 10


@fault("b4-lock-per-key-text", clause="races.add-key")
class LockPerKeyText(Sandbox):
    """POST keys locks device and new key together: different keys of one purpose pass each other."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._key_locks: defaultdict[tuple[str, object], asyncio.Lock] = defaultdict(asyncio.Lock)

    def exclusively(self, call: Call) -> AbstractAsyncContextManager[None]:
        if call.operation is Operation.ADD_KEY:
            return self._key_locks[call.ids[0], self.json_body(call)["key"]]
        return super().exclusively(call)

    async def between_check_and_act(self, call: Call) -> None:
        if call.operation is Operation.ADD_KEY:
            await asyncio.sleep(0.03)


@fault("b4-lost-events", clause="delivery.listed")
class LostEvents(Sandbox):
    """Events are one JSON column, read, extended, written back without a lock: of simultaneous ones most get lost."""

    async def create_delivery_event(self, call: Call) -> Answer:
        event = self.delivery_event(call, self.json_body(call))
        challenge = self.activation_of_path(call)
        column: Sequence[Any] = list(challenge.events)
        await asyncio.sleep(0.03)
        challenge.events = [*column, event]
        return Answer(201, self.delivery_answer(call, challenge, event))


@fault("b4-stale-counter-500", clause="races.no-server-error")
class StaleCounter500(Sandbox):
    """Wrong signatures are counted under an optimistic version: simultaneous wrong ones end in a 500."""

    async def verify_signing_challenge(self, call: Call) -> Answer:
        body = self.json_body(call)
        signature = self.signature(call, body)
        self.check_device_data(call, body)
        version = self.signing_challenge_of_path(call).wrong_tries
        await asyncio.sleep(0.03)
        async with self.exclusively(call):
            challenge = self.signing_challenge_of_path(call)
            self.require_open(call, challenge, Reason.CHALLENGE_REPEATED)
            key = self.challenged_key(call, challenge)
            if not self.verifies(call, key, signature, challenge.string_to_sign):
                if challenge.wrong_tries != version:
                    raise RuntimeError("stale version")
                raise self.wrong_try(call, challenge, Reason.SIGNATURE_WRONG)
            await self.between_check_and_act(call)
            self.complete(call, challenge)
            self.mark_used(call, key)
        return Answer(204)
