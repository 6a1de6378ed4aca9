"""Faults of activation challenges: what a code gets, and that a person has one live code at most."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.chapters.activation import DELIVERY_METHODS
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.rules.fields import Choices
from sandbox.world import ActivationChallenge, Person

HOUR = 3600.0


# What a code gets.


@fault("creation-is-a-use", clause="activation.created")
class CreationIsAUse(Sandbox):
    """A new code has been used once, by its creation."""

    def activation_challenge(
        self, call: Call, person: Person, origin: str, purpose: str, delivery_method: str
    ) -> ActivationChallenge:
        challenge = super().activation_challenge(call, person, origin, purpose, delivery_method)
        return replace(challenge, usage_count=1, max_usage_count=challenge.max_usage_count + 1)


@fault("new-code-has-expired", clause="activation.expires-later")
class NewCodeHasExpired(Sandbox):
    """The answer says that a new code expires when it is made."""

    def activation_view(self, call: Call, challenge: ActivationChallenge) -> Json:
        view = super().activation_view(call, challenge)
        is_new = call.operation is Operation.CREATE_ACTIVATION_CHALLENGE
        return view | {"expires_at": view["created_at"]} if is_new else view


@fault("unknown-origin-is-web", clause="activation.unknown-origin", level=Level.SHOULD)
class UnknownOriginIsWeb(Sandbox):
    """An unknown origin is taken, and written down as WEB."""

    def choice(self, call: Call, body: Json, name: str, choices: Choices) -> str:
        is_odd = name == "origin" and body.get("origin") not in choices and isinstance(body.get("origin"), str)
        return "WEB" if is_odd else super().choice(call, body, name, choices)


@fault("reserved-origin-is-a-conflict", clause="activation.reserved-origin", level=Level.SHOULD)
class ReservedOriginIsAConflict(Sandbox):
    """The reserved origin is refused as a conflict."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        return super().refusal(operation, Reason.NO_LIVE_CODE if reason is Reason.ORIGIN_RESERVED else reason)


@fault("purpose-where-delivery-stands", clause="activation.other-purpose")
class PurposeWhereDeliveryStands(Sandbox):
    """Purposes and delivery methods are in one table, so that the one will do for the other."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        is_either = name == "purpose" and value in DELIVERY_METHODS
        return is_either or super().is_listed(call, name, value, choices)


@fault("delivery-begins-as-a-known-one", clause="activation.other-delivery")
class DeliveryBeginsAsAKnownOne(Sandbox):
    """A delivery method that begins as a known one does is taken."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        is_alike = choices == DELIVERY_METHODS and value.startswith(DELIVERY_METHODS)
        return is_alike or super().is_listed(call, name, value, choices)


@fault("person-by-what-follows-the-id", clause="activation.unknown-person")
class PersonByWhatFollowsTheId(Sandbox):
    """Of a person's id no more is read than an id has characters."""

    def person_of_body(self, call: Call, person_id: str) -> Person:
        is_it = call.operation is Operation.CREATE_ACTIVATION_CHALLENGE
        return super().person_of_body(call, person_id[:36] if is_it else person_id)


@fault("replacement-is-told-by-sms", clause="activation.no-sms", level=Level.SHOULD)
class ReplacementIsToldBySms(Sandbox):
    """Whoever gets a new code in place of an old one is told so by an SMS."""

    def invalidate(self, call: Call, challenge: ActivationChallenge) -> None:
        super().invalidate(call, challenge)
        person = self.world.persons.get(challenge.person_id)
        if call.operation is Operation.CREATE_ACTIVATION_CHALLENGE and person and person.mobile_number:
            number = person.mobile_number.number
            self.send_sms(call, number, self.draw_otp(call, number), challenge_id=challenge.id)


# One live code.


@fault("false-invalidates", clause="activation.live-code-exists")
class FalseInvalidates(Sandbox):
    """invalidate_existing_code counts as true where it is there at all."""

    def flag(self, call: Call, body: Json, name: str) -> bool:
        return super().flag(call, body, name) or body.get(name) is False


@fault("repetition-kills-the-code", clause="activation.repeated")
class RepetitionKillsTheCode(Sandbox):
    """A second code is refused, but only after the first one has been invalidated."""

    def refused(self, call: Call, reason: Reason, field: str | None = None) -> RefusedError:
        if reason is Reason.LIVE_CODE_EXISTS:
            live = self.live_code(call, self.json_body(call)["person_id"])
            if live is not None:
                self.invalidate(call, live)
        return super().refused(call, reason, field)


# A new code in place of the old one.


@fault("replaced-code-binds-what-had-begun", clause="activation.replaced")
class ReplacedCodeBindsWhatHadBegun(Sandbox):
    """A binding that has begun with a code can be completed after the code was replaced."""

    def is_live_code(self, call: Call, challenge: ActivationChallenge) -> bool:
        is_replaced = self.codes_of(call, challenge.person_id)[-1] is not challenge
        if call.operation is Operation.VERIFY_SIGNATURE_CHALLENGE and is_replaced:
            return not self.is_used_up(call, challenge)
        return super().is_live_code(call, challenge)


# A place that is free again.


def _in_the_way(sandbox: Sandbox, call: Call, person_id: str) -> ActivationChallenge | None:
    return next(reversed(sandbox.codes_of(call, person_id)), None)


@fault("expired-code-holds-its-place", clause="activation.place-is-free")
class ExpiredCodeHoldsItsPlace(Sandbox):
    """A code that has expired is in the way of a new one until somebody deletes it."""

    def live_code(self, call: Call, person_id: str) -> ActivationChallenge | None:
        latest = _in_the_way(self, call, person_id)
        if call.operation is Operation.CREATE_ACTIVATION_CHALLENGE and latest and latest.invalidated_at is None:
            return None if self.is_used_up(call, latest) else latest
        return super().live_code(call, person_id)
