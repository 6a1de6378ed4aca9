# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Delivery events of an activation challenge (contract 6)."""

from __future__ import annotations

from sandbox import clock
from sandbox.chapters.activation import Activation
from sandbox.core import Call
from sandbox.http import Answer, Json
from sandbox.refusals import Reason
from sandbox.world import ActivationChallenge, DeliveryEvent


class Delivery(Activation):
    """The operations on delivery events."""

    async def create_delivery_event(self, call: Call) -> Answer:
        event = self.delivery_event(call, self.json_body(call))
        async with self.exclusively(call):
            challenge = self.activation_of_path(call)
            await self.between_check_and_act(call)
            challenge.events.append(event)
        return Answer(201, self.delivery_answer(call, challenge, event))

    async def list_delivery_events(self, call: Call) -> Answer:
        events = self.events_in_order(call, self.activation_of_path(call))
        return Answer(200, [self.event_view(call, event) for event in events])

    async def get_delivery_event(self, call: Call) -> Answer:
        return Answer(200, self.event_view(call, self.event_of_path(call, self.activation_of_path(call))))

    def delivery_event(self, call: Call, body: Json) -> DeliveryEvent:
        """The event that a body tells of, or a refusal of it; any type will do (facts 6.5)."""
        kind = self.text(call, body, "type")
        timestamp = self.text(call, body, "timestamp")
        instant = self.event_instant(call, timestamp)
        if instant is None:
            raise self.refused(call, Reason.FIELD_VALUE, "timestamp")
        return DeliveryEvent(
            id=self.new_id(),
            type=kind,
            timestamp=timestamp,
            instant=instant,
            provider=self.optional_text(call, body, "provider"),
            additional_details=self.optional_text(call, body, "additional_details"),
        )

    def event_instant(self, call: Call, timestamp: str) -> float | None:
        """The instant that a timestamp names, ``None`` where it names none."""
        return clock.parse_rfc3339(timestamp)

    def delivery_answer(self, call: Call, challenge: ActivationChallenge, event: DeliveryEvent) -> Json:
        """The activation challenge, not the event (facts 6.5)."""
        return self.activation_view(call, challenge)

    def events_in_order(self, call: Call, challenge: ActivationChallenge) -> list[DeliveryEvent]:
        """Newest timestamp first."""
        return sorted(challenge.events, key=lambda event: event.instant, reverse=True)

    def event_of_path(self, call: Call, challenge: ActivationChallenge) -> DeliveryEvent:
        for event in challenge.events:
            if event.id == call.ids[1]:
                return event
        raise self.refused(call, Reason.EVENT_UNKNOWN)

    def event_view(self, call: Call, event: DeliveryEvent) -> Json:
        return {
            "id": event.id,
            "type": event.type,
            "timestamp": event.timestamp,
            "provider": event.provider,
            "additional_details": event.additional_details,
        }
