# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""How activation codes and their delivery may be otherwise (contract 6)."""

from __future__ import annotations

import secrets

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.variants.catalogue import variant
from sandbox.world import ActivationChallenge, DeliveryEvent

_EVENT_TYPES = ("CREATED", "PRINTED", "DISPATCHED", "DELIVERED", "RETURNED")
_DEFAULTS = {"origin": "WEB", "purpose": "DEVICE_BINDING", "delivery_method": "SNAILMAIL"}


@variant("codes-for-three-uses")
class CodesForThreeUses(Sandbox):
    """An activation code binds three devices."""

    def uses_allowed(self, call: Call) -> int:
        return 3


@variant("codes-of-digits", freedom="activation codes")
class CodesOfDigits(Sandbox):
    """Activation codes are eight digits."""

    def draw_code(self, call: Call) -> str:
        return f"{secrets.randbelow(10**8):08d}"


@variant("codes-of-every-script", freedom="activation codes")
class CodesOfEveryScript(Sandbox):
    """Activation codes are long, and hold characters that are not ASCII."""

    def draw_code(self, call: Call) -> str:
        return f"Zoë-{secrets.token_urlsafe(48)}-Жß€"


@variant("codes-for-an-hour", freedom="lifetime of codes")
class CodesForAnHour(Sandbox):
    """Activation codes live for an hour."""

    def activation_lifetime(self, call: Call) -> float:
        return 3600.0


@variant("codes-for-years", freedom="lifetime of codes")
class CodesForYears(Sandbox):
    """Activation codes live for three years."""

    def activation_lifetime(self, call: Call) -> float:
        return 3 * 365 * 86_400.0


@variant("every-origin-is-taken", freedom="origins")
class EveryOriginIsTaken(Sandbox):
    """Any text is an origin, also the reserved one."""

    def origin(self, call: Call, body: Json) -> str:
        return self.text(call, body, "origin")


@variant("fields-of-a-code-by-default")
class FieldsOfACodeByDefault(Sandbox):
    """Origin, purpose and delivery method of an activation code have defaults."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        value = super().value_of(call, body, name)
        is_code = call.operation is Operation.CREATE_ACTIVATION_CHALLENGE
        return _DEFAULTS.get(name) if is_code and value is None else value


@variant("used-up-codes-are-hidden")
class UsedUpCodesAreHidden(Sandbox):
    """Used-up codes are listed only with the expired ones."""

    def is_listed_activation(self, call: Call, challenge: ActivationChallenge, include_expired: bool) -> bool:
        is_shown = include_expired or not self.is_used_up(call, challenge)
        return is_shown and super().is_listed_activation(call, challenge, include_expired)


@variant("dead-codes-are-404")
class DeadCodesAre404(Sandbox):
    """A code that is expired or deleted is unknown, and so are its delivery events."""

    def activation_of_path(self, call: Call) -> ActivationChallenge:
        challenge = super().activation_of_path(call)
        self.require(call, not self.is_expired_code(call, challenge), Reason.CHALLENGE_UNKNOWN)
        return challenge


@variant("event-is-answered")
class EventIsAnswered(Sandbox):
    """A delivery event is answered with the event."""

    def delivery_answer(self, call: Call, challenge: ActivationChallenge, event: DeliveryEvent) -> Json:
        return self.event_view(call, event)


@variant("event-types-are-listed")
class EventTypesAreListed(Sandbox):
    """A delivery event has one of a few types."""

    def delivery_event(self, call: Call, body: Json) -> DeliveryEvent:
        self.choice(call, body, "type", _EVENT_TYPES)
        return super().delivery_event(call, body)


@variant("invalidation-by-query", freedom="invalidation")
class InvalidationByQuery(Sandbox):
    """A live code is replaced only where the query says so."""

    def invalidation_is_wanted(self, call: Call, body: Json) -> bool:
        super().invalidation_is_wanted(call, body)
        return self.query_flag(call, "invalidate_existing_code")


@variant("invalidation-by-body", freedom="invalidation")
class InvalidationByBody(Sandbox):
    """A live code is replaced only where the body says so."""

    def invalidation_is_wanted(self, call: Call, body: Json) -> bool:
        super().invalidation_is_wanted(call, body)
        return self.flag(call, body, "invalidate_existing_code")
