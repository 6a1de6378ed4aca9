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
from sandbox.chapters.persons import ADDRESSES, ENUMS, TEXTS
from sandbox.core import Call
from sandbox.der import Signature
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json, Request
from sandbox.operations import Match, Operation, Route
from sandbox.refusals import Reason, RefusedError
from sandbox.settings import Settings
from sandbox.world import (
    ActivationChallenge,
    Challenge,
    ChangeRequest,
    Device,
    Key,
    Person,
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


@fault("b4-patch-null-clears", clause="general.null-is-absent")
class PatchNullClears(Sandbox):
    """A null in a PATCH of a person, next to a real change, empties the field when the change is confirmed."""

    async def change_person(self, call: Call) -> Answer:
        body = self.json_body(call)
        changes = self.person_fields(call, body)
        nulls = {name: None for name in (*TEXTS, *ENUMS, *ADDRESSES) if name in body and body[name] is None}
        async with self.exclusively(call):
            person = self.person_of_path(call)
            is_sensitive = self.needs_change_request(call, person, changes)
            await self.between_check_and_act(call)
            if not is_sensitive:
                self.apply_changes(call, person, changes)
                return Answer(200, self.person_view(call, person))
            request = self.change_request(call, person, changes | nulls)
            self.world.change_requests.add(request)
        return Answer(202, self.required_authorization_view(call, request))

    def apply_changes(self, call: Call, person: Person, changes: dict[str, Any]) -> None:
        merged = person.fields | changes
        person.fields = {name: value for name, value in merged.items() if value is not None}


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


@fault("b4-500-after-commit", clause="general.server-error")
class Error500AfterCommit(Sandbox):
    """POST delivery_events fails after its commit: the answer is 500, and the event stands in the list."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        if operation is Operation.CREATE_DELIVERY_EVENT and self.fault_is_wanted(operation, request) and route:
            partner = self.admitted(operation, route.gate, request)
            call = Call(operation, partner, request, match.ids, self.now(operation, request))
            call.body = await request.body()
            with contextlib.suppress(RefusedError):
                await self.create_delivery_event(call)
            return self.internal_error(operation)
        return await super().handled(operation, route, match, request)


@fault("b4-refused-authorize-drops-tan", clause="general.refusal-changes-nothing")
class RefusedAuthorizeDropsTan(Sandbox):
    """An authorize by device that is refused has thrown the TAN of the earlier authorization away already."""

    async def authorize_by_device(self, call: Call, request: ChangeRequest, device_id: str) -> None:
        request.tan = None
        await super().authorize_by_device(call, request, device_id)


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


@fault("b4-device-counter-drift", clause="binding.five-devices", level=Level.SHOULD)
class DeviceCounterDrift(Sandbox):
    """Bound devices are counted in a column, which the deletion of a pending device lowers too: a sixth is bound."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._count: defaultdict[str, int] = defaultdict(int)

    def has_free_place(self, call: Call, person_id: str) -> bool:
        return self._count[person_id] < self.device_limit(call)

    def bind(self, call: Call, device: Device, code: ActivationChallenge | None) -> None:
        super().bind(call, device, code)
        self._count[device.person_id] += 1

    def delete(self, call: Call, device: Device) -> None:
        super().delete(call, device)
        self._count[device.person_id] = max(0, self._count[device.person_id] - 1)


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


@fault("b4-used-at-first-only", clause="keys.used-at")
class UsedAtFirstOnly(Sandbox):
    """used_at is written by the first verified challenge only, and never again."""

    def mark_used(self, call: Call, key: Key) -> None:
        if key.used_at is None:
            super().mark_used(call, key)


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


@fault("b4-snapshot-overwrites", clause="confirm.by-tan")
class SnapshotOverwrites(Sandbox):
    """A change request writes back the whole person of its PATCH: of two open ones the later undoes the first."""

    def change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> ChangeRequest:
        return super().change_request(call, person, person.fields | changes)


@fault("b4-patch-applies-unset-now", clause="change.begins")
class PatchAppliesUnsetNow(Sandbox):
    """A PATCH of a set and an unset field answers 202, and has written the unset one already."""

    async def change_person(self, call: Call) -> Answer:
        changes = self.person_fields(call, self.json_body(call))
        async with self.exclusively(call):
            person = self.person_of_path(call)
            sensitive = {name: value for name, value in changes.items() if name in person.fields}
            await self.between_check_and_act(call)
            self.apply_changes(call, person, {name: changes[name] for name in changes if name not in sensitive})
            if not sensitive:
                return Answer(200, self.person_view(call, person))
            request = self.change_request(call, person, sensitive)
            self.world.change_requests.add(request)
        return Answer(202, self.required_authorization_view(call, request))


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
