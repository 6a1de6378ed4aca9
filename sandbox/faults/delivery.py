"""Faults of delivery events: what is taken for one, in which order they are listed, and whose they are."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.world import ActivationChallenge, DeliveryEvent


@fault("event-answer-has-the-events-id", clause="delivery.created")
class EventAnswerHasTheEventsId(Sandbox):
    """The answer to a delivery event is the activation challenge under the id of the event."""

    def delivery_answer(self, call: Call, challenge: ActivationChallenge, event: DeliveryEvent) -> Json:
        return super().delivery_answer(call, replace(challenge, id=event.id), event)


@fault("event-of-now", clause="delivery.missing")
class EventOfNow(Sandbox):
    """A delivery event without a timestamp happened just now."""

    def text(self, call: Call, body: Json, name: str) -> str:
        is_event = call.operation is Operation.CREATE_DELIVERY_EVENT and name == "timestamp"
        is_absent = is_event and body.get("timestamp") is None
        return self.timestamp(call, call.now) if is_absent else super().text(call, body, name)


@fault("unknown-type-is-a-conflict", clause="delivery.unknown-type", level=Level.SHOULD)
class UnknownTypeIsAConflict(Sandbox):
    """An event of an unknown type is refused as a conflict."""

    def delivery_event(self, call: Call, body: Json) -> DeliveryEvent:
        event = super().delivery_event(call, body)
        self.require(call, event.type in _TYPES, Reason.NO_LIVE_CODE, "type")
        return event


_TYPES = ("DISPATCHED", "DELIVERED", "RETURNED")


@fault("events-of-the-person", clause="delivery.listed")
class EventsOfThePerson(Sandbox):
    """A code is listed with the events of all codes that its person ever had."""

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        events = [event for code in self.codes_of(call, challenge.person_id) for event in code.events]
        return sorted(events, key=lambda event: event.instant, reverse=True)


@fault("event-reads-without-details", clause="delivery.read")
class EventReadsWithoutDetails(Sandbox):
    """Where a single event is read, provider and additional_details are left out."""

    async def get_delivery_event(self, call: Call) -> Answer:
        event = self.event_of_path(call, self.activation_of_path(call))
        return Answer(200, {"id": event.id, "type": event.type, "timestamp": event.timestamp})


@fault("event-of-another-code-is-forbidden", clause="delivery.of-another-code")
class EventOfAnotherCodeIsForbidden(Sandbox):
    """The refusal of another code's event tells that there is one."""

    def event_of_path(self, call: Call, challenge: ActivationChallenge) -> DeliveryEvent:
        all_events = (event.id for code in self.world.activation_challenges for event in code.events)
        if call.ids[1] in all_events and call.ids[1] not in {event.id for event in challenge.events}:
            raise self.refused(call, Reason.NOT_ENTITLED)
        return super().event_of_path(call, challenge)
