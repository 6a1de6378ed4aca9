"""Faults of the test hooks (contract 9)."""

from __future__ import annotations

from collections.abc import Sequence

from sandbox import clock
from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Request
from sandbox.operations import Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.settings import Partner
from sandbox.world import Message, Token

OFFSET = b"x-test-clock-offset"
OUTBOX = Operation.READ_OUTBOX


# The clock.


@fault("offset-moves-no-time-stamp", clause="hooks.clock-moves", level=Level.SHOULD)
class OffsetMovesNoTimeStamp(Sandbox):
    """The offset moves lifetimes; the time stamps of a new binding leave it out."""

    def timestamp(self, call: Call, instant: float) -> str:
        offset = self.clock_offset(call.operation, call.request)
        return super().timestamp(call, instant - offset * (call.operation is Operation.CREATE_DEVICE))


@fault("odd-offset-is-a-bad-request", clause="hooks.clock-one-request", level=Level.SHOULD)
class OddOffsetIsABadRequest(Sandbox):
    """An offset that is not a number is refused."""

    def clock_offset(self, operation: Operation, request: Request) -> float:
        offset = super().clock_offset(operation, request)
        if offset == 0 and (request.header(OFFSET) or "0").strip("+-0.") != "":
            raise RefusedError(self.refusal(operation, Reason.QUERY_VALUE))
        return offset


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


@fault("outbox-of-numbers-alike", clause="hooks.outbox", level=Level.SHOULD)
class OutboxOfNumbersAlike(Sandbox):
    """The outbox holds the messages to all numbers that begin alike."""

    def messages_to(self, call: Call, number: str) -> Sequence[Message]:
        boxes = self.world.messages.items()
        found = [one for (sender, to), box in boxes for one in box if sender is call.partner and to[:6] == number[:6]]
        return sorted(found, key=lambda message: message.sent_at)


@fault("outbox-of-the-next-partner", clause="hooks.outbox-of-partner")
class OutboxOfTheNextPartner(Sandbox):
    """Where the outbox holds nothing to a number, it is another partner's number, whose messages are shown."""

    def messages_to(self, call: Call, number: str) -> Sequence[Message]:
        others = (self.world.messages.get((partner, number), ()) for partner in self.settings.partners)
        return super().messages_to(call, number) or next((box for box in others if box), ())


@fault("unknown-token-opens-the-outbox", clause="hooks.outbox-token")
class UnknownTokenOpensTheOutbox(Sandbox):
    """With an unknown token the outbox is the one of the first partner."""

    def known_token(self, operation: Operation, value: str) -> Token | None:
        first = Token(partner=self.settings.partners[0], expires_at=clock.current() + 60)
        return super().known_token(operation, value) or (first if operation is OUTBOX else None)


# The fault.


@fault("fault-waits-for-the-device", clause="hooks.fault-first", level=Level.SHOULD)
class FaultWaitsForTheDevice(Sandbox):
    """Where a device is unknown, the fault header comes too late."""

    def fault_is_wanted(self, operation: Operation, request: Request) -> bool:
        is_of_one = request.raw_path.startswith(b"/v1/mfa/devices/")
        is_known = request.raw_path.split(b"/")[-1].decode("latin-1") in {device.id for device in self.world.devices}
        return (is_known or not is_of_one) and super().fault_is_wanted(operation, request)
