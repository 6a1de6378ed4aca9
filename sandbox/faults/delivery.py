# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of delivery events: what is taken for one, in which order they are listed, and whose they are."""

from __future__ import annotations

import re
from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.world import ActivationChallenge, DeliveryEvent


@fault("event-needs-a-provider", clause="delivery.created")
class EventNeedsAProvider(Sandbox):
    """A delivery event without a provider is refused."""

    def delivery_event(self, call: Call, body: Json) -> DeliveryEvent:
        self.text(call, body, "provider")
        return super().delivery_event(call, body)


@fault("equal-events-are-one", clause="delivery.created")
class EqualEventsAreOne(Sandbox):
    """Of two equal delivery events only one is shown."""

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        seen = {(event.type, event.timestamp, event.additional_details): event for event in challenge.events}
        return sorted(seen.values(), key=lambda event: event.instant, reverse=True)


@fault("event-lengthens-the-life-of-its-code", clause="delivery.created")
class EventLengthensTheLifeOfItsCode(Sandbox):
    """A code that is dispatched lives for an hour longer."""

    def delivery_answer(self, call: Call, challenge: ActivationChallenge, event: DeliveryEvent) -> Json:
        challenge.expires_at += 3_600
        return super().delivery_answer(call, challenge, event)


@fault("event-answer-has-the-events-id", clause="delivery.created")
class EventAnswerHasTheEventsId(Sandbox):
    """The answer to a delivery event is the activation challenge under the id of the event."""

    def delivery_answer(self, call: Call, challenge: ActivationChallenge, event: DeliveryEvent) -> Json:
        return super().delivery_answer(call, replace(challenge, id=event.id), event)


@fault("time-without-a-zone", clause="delivery.missing")
class TimeWithoutAZone(Sandbox):
    """A timestamp without a zone is taken for one in UTC."""

    def event_instant(self, call: Call, timestamp: str) -> float | None:
        return super().event_instant(call, timestamp) or super().event_instant(call, f"{timestamp}Z")


@fault("day-without-a-time", clause="delivery.missing")
class DayWithoutATime(Sandbox):
    """A date is a timestamp, too."""

    def event_instant(self, call: Call, timestamp: str) -> float | None:
        is_day = re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", timestamp) is not None
        return super().event_instant(call, f"{timestamp}T00:00:00Z" if is_day else timestamp)


@fault("seconds-since-1970", clause="delivery.missing")
class SecondsSince1970(Sandbox):
    """A timestamp may be a number of seconds."""

    def event_instant(self, call: Call, timestamp: str) -> float | None:
        return float(timestamp) if timestamp.isdecimal() else super().event_instant(call, timestamp)


@fault("thirtieth-of-february", clause="delivery.missing")
class ThirtiethOfFebruary(Sandbox):
    """Every month has thirty-one days."""

    def event_instant(self, call: Call, timestamp: str) -> float | None:
        shortened = re.sub(r"^([0-9]{4}-[0-9]{2})-(29|30|31)T", r"\1-28T", timestamp)
        return super().event_instant(call, timestamp) or super().event_instant(call, shortened)


@fault("end-of-a-timestamp-is-not-read", clause="delivery.missing")
class EndOfATimestampIsNotRead(Sandbox):
    """Whatever follows the Z of a timestamp is passed over."""

    def event_instant(self, call: Call, timestamp: str) -> float | None:
        whole, zone, _ = timestamp.partition("Z")
        return super().event_instant(call, whole + zone)


@fault("event-without-a-type", clause="delivery.missing")
class EventWithoutAType(Sandbox):
    """A delivery event without a type is one of an unknown type."""

    def text(self, call: Call, body: Json, name: str) -> str:
        is_event = call.operation is Operation.CREATE_DELIVERY_EVENT and name == "type"
        return "UNKNOWN" if is_event and body.get("type") is None else super().text(call, body, name)


@fault("event-of-now", clause="delivery.missing")
class EventOfNow(Sandbox):
    """A delivery event without a timestamp happened just now."""

    def text(self, call: Call, body: Json, name: str) -> str:
        is_event = call.operation is Operation.CREATE_DELIVERY_EVENT and name == "timestamp"
        is_absent = is_event and body.get("timestamp") is None
        return self.timestamp(call, call.now) if is_absent else super().text(call, body, name)


@fault("unknown-type-is-lost", clause="delivery.unknown-type", level=Level.SHOULD)
class UnknownTypeIsLost(Sandbox):
    """An event of an unknown type is taken, and not listed."""

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        return [event for event in super().events_in_order(call, challenge) if event.type in _TYPES]


@fault("unknown-type-is-a-conflict", clause="delivery.unknown-type", level=Level.SHOULD)
class UnknownTypeIsAConflict(Sandbox):
    """An event of an unknown type is refused as a conflict."""

    def delivery_event(self, call: Call, body: Json) -> DeliveryEvent:
        event = super().delivery_event(call, body)
        self.require(call, event.type in _TYPES, Reason.NO_LIVE_CODE, "type")
        return event


_TYPES = ("DISPATCHED", "DELIVERED", "RETURNED")


@fault("events-in-the-order-of-their-texts", clause="delivery.listed")
class EventsInTheOrderOfTheirTexts(Sandbox):
    """Timestamps are compared as texts, whatever their zone."""

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        return sorted(challenge.events, key=lambda event: event.timestamp, reverse=True)


@fault("events-in-the-order-of-arrival", clause="delivery.listed")
class EventsInTheOrderOfArrival(Sandbox):
    """The event that came last is listed first, whenever it happened."""

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        return challenge.events[::-1]


@fault("oldest-event-first", clause="delivery.listed")
class OldestEventFirst(Sandbox):
    """The oldest event is listed first."""

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        return super().events_in_order(call, challenge)[::-1]


@fault("events-in-the-order-of-days", clause="delivery.listed")
class EventsInTheOrderOfDays(Sandbox):
    """Of two events of one day the one that came first is listed first."""

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        return sorted(challenge.events, key=lambda event: event.instant // 86_400, reverse=True)


@fault("one-event-for-each-instant", clause="delivery.listed")
class OneEventForEachInstant(Sandbox):
    """Events are kept by their instant, so that one takes the place of another."""

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        by_instant = {event.instant: event for event in challenge.events}
        return [by_instant[instant] for instant in sorted(by_instant, reverse=True)]


@fault("details-without-their-end", clause="delivery.listed")
class DetailsWithoutTheirEnd(Sandbox):
    """Of additional_details 128 characters are kept."""

    def event_view(self, call: Call, event: DeliveryEvent) -> Json:
        view = super().event_view(call, event)
        return view | {"additional_details": event.additional_details and event.additional_details[:128]}


@fault("details-escaped-for-html", clause="delivery.listed")
class DetailsEscapedForHtml(Sandbox):
    """additional_details is escaped as if it were shown on a page."""

    def event_view(self, call: Call, event: DeliveryEvent) -> Json:
        details = (event.additional_details or "").replace("<", "&lt;").replace(">", "&gt;") or None
        return super().event_view(call, event) | {"additional_details": details}


@fault("events-of-the-person", clause="delivery.listed")
class EventsOfThePerson(Sandbox):
    """A code is listed with the events of all codes that its person ever had."""

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        events = [event for code in self.codes_of(call, challenge.person_id) for event in code.events]
        return sorted(events, key=lambda event: event.instant, reverse=True)


@fault("newest-event-is-read", clause="delivery.read")
class NewestEventIsRead(Sandbox):
    """Whichever event of a code is read, the newest one is shown under its id."""

    def event_of_path(self, call: Call, challenge: ActivationChallenge) -> DeliveryEvent:
        event = super().event_of_path(call, challenge)
        return replace(self.events_in_order(call, challenge)[0], id=event.id)


@fault("event-reads-without-details", clause="delivery.read")
class EventReadsWithoutDetails(Sandbox):
    """Where a single event is read, provider and additional_details are left out."""

    async def get_delivery_event(self, call: Call) -> Answer:
        event = self.event_of_path(call, self.activation_of_path(call))
        return Answer(200, {"id": event.id, "type": event.type, "timestamp": event.timestamp})


@fault("event-of-any-code", clause="delivery.of-another-code")
class EventOfAnyCode(Sandbox):
    """A delivery event is found by its own id, whichever code stands in the path."""

    def event_of_path(self, call: Call, challenge: ActivationChallenge) -> DeliveryEvent:
        for code in self.world.activations_of_partner[call.partner]:
            for event in code.events:
                if event.id == call.ids[1]:
                    return event
        return super().event_of_path(call, challenge)


@fault("event-of-a-former-code", clause="delivery.of-another-code")
class EventOfAFormerCode(Sandbox):
    """A delivery event is found under each code of its person."""

    def event_of_path(self, call: Call, challenge: ActivationChallenge) -> DeliveryEvent:
        for code in self.codes_of(call, challenge.person_id):
            for event in code.events:
                if event.id == call.ids[1]:
                    return event
        return super().event_of_path(call, challenge)


@fault("event-of-another-code-is-forbidden", clause="delivery.of-another-code")
class EventOfAnotherCodeIsForbidden(Sandbox):
    """The refusal of another code's event tells that there is one."""

    def event_of_path(self, call: Call, challenge: ActivationChallenge) -> DeliveryEvent:
        all_events = (event.id for code in self.world.activation_challenges for event in code.events)
        if call.ids[1] in all_events and call.ids[1] not in {event.id for event in challenge.events}:
            raise self.refused(call, Reason.NOT_ENTITLED)
        return super().event_of_path(call, challenge)
