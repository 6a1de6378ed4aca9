# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the test hooks (contract 9)."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox import clock
from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json, Request
from sandbox.operations import Gate, Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.rules.access import NOBODY
from sandbox.settings import Partner, Settings
from sandbox.world import Message, Token

OFFSET = b"x-test-clock-offset"
OUTBOX = Operation.READ_OUTBOX


# The clock.


@fault("offset-never-goes-back", clause="hooks.clock-moves", level=Level.SHOULD)
class OffsetNeverGoesBack(Sandbox):
    """A negative offset is passed over."""

    def clock_offset(self, operation: Operation, request: Request) -> float:
        return max(0.0, super().clock_offset(operation, request))


@fault("offset-of-an-hour-at-most", clause="hooks.clock-moves", level=Level.SHOULD)
class OffsetOfAnHourAtMost(Sandbox):
    """An offset of more than an hour moves by an hour."""

    def clock_offset(self, operation: Operation, request: Request) -> float:
        return min(3_600.0, super().clock_offset(operation, request))


@fault("offset-moves-no-deletion", clause="hooks.clock-moves", level=Level.SHOULD)
class OffsetMovesNoDeletion(Sandbox):
    """The time of a deletion is the real one, whatever the offset."""

    def clock_offset(self, operation: Operation, request: Request) -> float:
        return 0.0 if operation is Operation.DELETE_DEVICE else super().clock_offset(operation, request)


@fault("offset-moves-no-time-stamp", clause="hooks.clock-moves", level=Level.SHOULD)
class OffsetMovesNoTimeStamp(Sandbox):
    """The offset moves lifetimes; the time stamps of a new binding leave it out."""

    def timestamp(self, call: Call, instant: float) -> str:
        offset = self.clock_offset(call.operation, call.request)
        return super().timestamp(call, instant - offset * (call.operation is Operation.CREATE_DEVICE))


@fault("offset-stays", clause="hooks.clock-one-request", level=Level.SHOULD)
class OffsetStays(Sandbox):
    """The offset of one new binding moves the next one, too."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._kept = 0.0

    def clock_offset(self, operation: Operation, request: Request) -> float:
        own = super().clock_offset(operation, request)
        if operation is not Operation.CREATE_DEVICE:
            return own
        kept, self._kept = self._kept, own
        return own or kept


@fault("offset-with-commas", clause="hooks.clock-one-request", level=Level.SHOULD)
class OffsetWithCommas(Sandbox):
    """Commas in an offset are passed over."""

    def clock_offset(self, operation: Operation, request: Request) -> float:
        return clock.parse_offset((request.header(OFFSET) or "").replace(",", ""))


@fault("odd-offset-is-a-bad-request", clause="hooks.clock-one-request", level=Level.SHOULD)
class OddOffsetIsABadRequest(Sandbox):
    """An offset that is not a number is refused."""

    def clock_offset(self, operation: Operation, request: Request) -> float:
        offset = super().clock_offset(operation, request)
        if offset == 0 and (request.header(OFFSET) or "0").strip("+-0.") != "":
            raise RefusedError(self.refusal(operation, Reason.QUERY_VALUE))
        return offset


@fault("offset-ages-tokens", clause="hooks.clock-spares-tokens", level=Level.SHOULD)
class OffsetAgesTokens(Sandbox):
    """A token is checked by the clock that the offset has moved."""

    def authenticated(self, operation: Operation, request: Request) -> Partner:
        token = self.known_token(operation, self.presented_token(operation, request) or "")
        if token is not None and self.now(operation, request) >= token.expires_at:
            raise RefusedError(self.refusal(operation, Reason.TOKEN_INVALID))
        return super().authenticated(operation, request)


@fault("token-from-the-future", clause="hooks.clock-spares-tokens", level=Level.SHOULD)
class TokenFromTheFuture(Sandbox):
    """A token is refused that was issued after the moment to which the offset moves."""

    def authenticated(self, operation: Operation, request: Request) -> Partner:
        token = self.known_token(operation, self.presented_token(operation, request) or "")
        if token is not None and self.now(operation, request) < token.expires_at - 86_400:
            raise RefusedError(self.refusal(operation, Reason.TOKEN_INVALID))
        return super().authenticated(operation, request)


@fault("offset-dates-no-token", clause="hooks.clock-dates-tokens", level=Level.SHOULD)
class OffsetDatesNoToken(Sandbox):
    """On the token endpoint the offset is passed over."""

    def clock_offset(self, operation: Operation, request: Request) -> float:
        return 0.0 if operation is Operation.ISSUE_TOKEN else super().clock_offset(operation, request)


# The outbox.


@fault("newest-message-first", clause="hooks.outbox", level=Level.SHOULD)
class NewestMessageFirst(Sandbox):
    """The outbox holds the newest message first."""

    def messages_to(self, call: Call, number: str) -> Sequence[Message]:
        return super().messages_to(call, number)[::-1]


@fault("confirmation-message-names-its-number", clause="hooks.outbox", level=Level.SHOULD)
class ConfirmationMessageNamesItsNumber(Sandbox):
    """The message that confirms a number names its number for a challenge."""

    def message_view(self, call: Call, message: Message) -> Json:
        view = super().message_view(call, message)
        return view | {"challenge_id": message.challenge_id or message.to}


@fault("message-in-the-partners-language", clause="hooks.outbox", level=Level.SHOULD)
class MessageInThePartnersLanguage(Sandbox):
    """Whatever its language, a message is listed as a German one."""

    def message_view(self, call: Call, message: Message) -> Json:
        return super().message_view(call, message) | {"language": "de"}


@fault("message-without-its-app-signature", clause="hooks.outbox", level=Level.SHOULD)
class MessageWithoutItsAppSignature(Sandbox):
    """The app signature of a message is not listed."""

    def message_view(self, call: Call, message: Message) -> Json:
        return super().message_view(call, message) | {"app_signature": None}


@fault("message-sent-in-milliseconds", clause="hooks.outbox", level=Level.SHOULD)
class MessageSentInMilliseconds(Sandbox):
    """sent_at is a number of milliseconds."""

    def message_view(self, call: Call, message: Message) -> Json:
        return super().message_view(call, message) | {"sent_at": round(message.sent_at * 1_000)}


@fault("outbox-of-numbers-alike", clause="hooks.outbox", level=Level.SHOULD)
class OutboxOfNumbersAlike(Sandbox):
    """The outbox holds the messages to all numbers that begin alike."""

    def messages_to(self, call: Call, number: str) -> Sequence[Message]:
        boxes = self.world.messages.items()
        found = [one for (sender, to), box in boxes for one in box if sender is call.partner and to[:6] == number[:6]]
        return sorted(found, key=lambda message: message.sent_at)


@fault("outbox-of-all-partners", clause="hooks.outbox-of-partner")
class OutboxOfAllPartners(Sandbox):
    """The outbox shows the messages to a number whoever sent them."""

    def messages_to(self, call: Call, number: str) -> Sequence[Message]:
        return [message for (_, to), box in self.world.messages.items() for message in box if to == number]


@fault("outbox-of-the-next-partner", clause="hooks.outbox-of-partner")
class OutboxOfTheNextPartner(Sandbox):
    """Where the outbox holds nothing to a number, it is another partner's number, whose messages are shown."""

    def messages_to(self, call: Call, number: str) -> Sequence[Message]:
        others = (self.world.messages.get((partner, number), ()) for partner in self.settings.partners)
        return super().messages_to(call, number) or next((box for box in others if box), ())


@fault("outbox-needs-no-token", clause="hooks.outbox-token")
class OutboxNeedsNoToken(Sandbox):
    """Who shows the outbox no good token gets an empty one."""

    def admitted(self, operation: Operation, gate: Gate, request: Request) -> Partner:
        try:
            return super().admitted(operation, gate, request)
        except RefusedError:
            if operation is not OUTBOX:
                raise
            return NOBODY


@fault("outbox-takes-old-tokens", clause="hooks.outbox-token")
class OutboxTakesOldTokens(Sandbox):
    """The outbox takes a token that has expired."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        return operation is not OUTBOX and super().token_is_expired(operation, token)


@fault("outbox-takes-any-scheme", clause="hooks.outbox-token")
class OutboxTakesAnyScheme(Sandbox):
    """The outbox takes a token whatever stands in front of it."""

    def is_bearer(self, operation: Operation, scheme: str) -> bool:
        return operation is OUTBOX or super().is_bearer(operation, scheme)


@fault("outbox-takes-a-token-from-the-query", clause="hooks.outbox-token")
class OutboxTakesATokenFromTheQuery(Sandbox):
    """The outbox takes a token from the query, as browsers like it."""

    def presented_token(self, operation: Operation, request: Request) -> str | None:
        in_query = request.query.get("access_token") if operation is OUTBOX else None
        return super().presented_token(operation, request) or in_query


@fault("unknown-token-opens-the-outbox", clause="hooks.outbox-token")
class UnknownTokenOpensTheOutbox(Sandbox):
    """With an unknown token the outbox is the one of the first partner."""

    def known_token(self, operation: Operation, value: str) -> Token | None:
        first = Token(partner=self.settings.partners[0], expires_at=clock.current() + 60)
        return super().known_token(operation, value) or (first if operation is OUTBOX else None)


# The fault.


@fault("fault-spares-deletions", clause="hooks.fault-first", level=Level.SHOULD)
class FaultSparesDeletions(Sandbox):
    """The fault header does not act on the deletion of an activation challenge."""

    def fault_applies(self, operation: Operation) -> bool:
        return operation is not Operation.DELETE_ACTIVATION_CHALLENGE and super().fault_applies(operation)


@fault("fault-spares-mobile-numbers", clause="hooks.fault-first", level=Level.SHOULD)
class FaultSparesMobileNumbers(Sandbox):
    """The fault header does not act on the confirmation of a mobile number."""

    def fault_applies(self, operation: Operation) -> bool:
        return operation is not Operation.CONFIRM_MOBILE_NUMBER and super().fault_applies(operation)


@fault("fault-waits-for-the-device", clause="hooks.fault-first", level=Level.SHOULD)
class FaultWaitsForTheDevice(Sandbox):
    """Where a device is unknown, the fault header comes too late."""

    def fault_is_wanted(self, operation: Operation, request: Request) -> bool:
        is_of_one = request.raw_path.startswith(b"/v1/mfa/devices/")
        is_known = request.raw_path.split(b"/")[-1].decode("latin-1") in {device.id for device in self.world.devices}
        return (is_known or not is_of_one) and super().fault_is_wanted(operation, request)
