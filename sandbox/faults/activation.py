# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of activation challenges: what a code gets, and that a person has one live code at most."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.chapters.activation import DELIVERY_METHODS, PURPOSES
from sandbox.core import Call
from sandbox.faults.catalogue import Level, fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError
from sandbox.rules.fields import Choices
from sandbox.rules.pages import Page
from sandbox.settings import Settings
from sandbox.world import ActivationChallenge, Person

HOUR = 3600.0


# What a code gets.


@fault("web-ui-is-web", clause="activation.created")
class WebUiIsWeb(Sandbox):
    """A code for WEBUI is written down as one for WEB."""

    def origin(self, call: Call, body: Json) -> str:
        return super().origin(call, body).removesuffix("UI")


@fault("codes-of-a-minute-are-one", clause="activation.created")
class CodesOfAMinuteAreOne(Sandbox):
    """A code is made of the time, so that persons who ask in the same minute share one."""

    def draw_code(self, call: Call) -> str:
        return f"a{int(call.now / 60):013d}"


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


@fault("unknown-origin-is-forbidden", clause="activation.unknown-origin", level=Level.SHOULD)
class UnknownOriginIsForbidden(Sandbox):
    """An unknown origin is refused as if it were a matter of permission."""

    def refused(self, call: Call, reason: Reason, field: str | None = None) -> RefusedError:
        is_it = (reason, field) == (Reason.FIELD_VALUE, "origin")
        return super().refused(call, Reason.NOT_ENTITLED if is_it else reason, field)


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


@fault("any-purpose", clause="activation.other-purpose")
class AnyPurpose(Sandbox):
    """Any text is a purpose."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        return name == "purpose" or super().is_listed(call, name, value, choices)


@fault("empty-purpose-is-the-only-one", clause="activation.other-purpose")
class EmptyPurposeIsTheOnlyOne(Sandbox):
    """An empty purpose is taken for the only one that there is."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        value = super().value_of(call, body, name)
        return PURPOSES[0] if name == "purpose" and value == "" else value


@fault("purpose-where-delivery-stands", clause="activation.other-purpose")
class PurposeWhereDeliveryStands(Sandbox):
    """Purposes and delivery methods are in one table, so that the one will do for the other."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        is_either = name == "purpose" and value in DELIVERY_METHODS
        return is_either or super().is_listed(call, name, value, choices)


@fault("codes-by-email", clause="activation.other-delivery")
class CodesByEmail(Sandbox):
    """The delivery method EMAIL, which is to come, is there already."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        is_email = name == "delivery_method" and choices == DELIVERY_METHODS and value == "EMAIL"
        return is_email or super().is_listed(call, name, value, choices)


@fault("delivery-begins-as-a-known-one", clause="activation.other-delivery")
class DeliveryBeginsAsAKnownOne(Sandbox):
    """A delivery method that begins as a known one does is taken."""

    def is_listed(self, call: Call, name: str, value: str, choices: Choices) -> bool:
        is_alike = choices == DELIVERY_METHODS and value.startswith(DELIVERY_METHODS)
        return is_alike or super().is_listed(call, name, value, choices)


@fault("code-for-nobody", clause="activation.unknown-person")
class CodeForNobody(Sandbox):
    """A code is made for any id, before anybody looks whose it is."""

    def person_of_body(self, call: Call, person_id: str) -> Person:
        if call.operation is Operation.CREATE_ACTIVATION_CHALLENGE and self.world.persons.get(person_id) is None:
            return Person(id=person_id, partner=call.partner, fields={}, created_at=call.now)
        return super().person_of_body(call, person_id)


@fault("person-by-the-beginning-of-an-id", clause="activation.unknown-person")
class PersonByTheBeginningOfAnId(Sandbox):
    """The beginning of a person's id is enough to get them a code."""

    def person_of_body(self, call: Call, person_id: str) -> Person:
        if call.operation is Operation.CREATE_ACTIVATION_CHALLENGE:
            alike = (one.id for one in self.world.persons if one.id.startswith(person_id))
            return super().person_of_body(call, next(alike, person_id))
        return super().person_of_body(call, person_id)


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


@fault("live-code-of-each-origin", clause="activation.live-code-exists")
class LiveCodeOfEachOrigin(Sandbox):
    """A person may have a live code of each origin."""

    def live_code(self, call: Call, person_id: str) -> ActivationChallenge | None:
        live = super().live_code(call, person_id)
        if call.operation is Operation.CREATE_ACTIVATION_CHALLENGE and live is not None:
            return live if live.origin == self.json_body(call).get("origin") else None
        return live


@fault("code-on-its-way-does-not-count", clause="activation.live-code-exists")
class CodeOnItsWayDoesNotCount(Sandbox):
    """A live code is not in the way while a device waits for the signature over it."""

    def live_code(self, call: Call, person_id: str) -> ActivationChallenge | None:
        live = super().live_code(call, person_id)
        if call.operation is Operation.CREATE_ACTIVATION_CHALLENGE and live is not None:
            begun = {challenge.activation_id for challenge in self.world.signature_challenges}
            return None if live.id in begun else live
        return live


@fault("code-in-its-last-hour-does-not-count", clause="activation.live-code-exists")
class CodeInItsLastHourDoesNotCount(Sandbox):
    """A code that expires within the hour is no longer in the way of a new one."""

    def live_code(self, call: Call, person_id: str) -> ActivationChallenge | None:
        later = call.now + HOUR * (call.operation is Operation.CREATE_ACTIVATION_CHALLENGE)
        return super().live_code(replace(call, now=later), person_id)


@fault("who-insists-gets-a-second-code", clause="activation.live-code-exists")
class WhoInsistsGetsASecondCode(Sandbox):
    """The fourth request for a second code is granted."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._requests: dict[str, int] = {}

    def live_code(self, call: Call, person_id: str) -> ActivationChallenge | None:
        live = super().live_code(call, person_id)
        if call.operation is Operation.CREATE_ACTIVATION_CHALLENGE and live is not None:
            self._requests[live.id] = self._requests.get(live.id, 0) + 1
            return live if self._requests[live.id] < 4 else None
        return live


@fault("live-code-is-a-400", clause="activation.live-code-exists")
class LiveCodeIsA400(Sandbox):
    """A second code is refused as a bad request."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        return replace(usual, status=400) if reason is Reason.LIVE_CODE_EXISTS else usual


@fault("false-invalidates", clause="activation.live-code-exists")
class FalseInvalidates(Sandbox):
    """invalidate_existing_code counts as true where it is there at all."""

    def flag(self, call: Call, body: Json, name: str) -> bool:
        return super().flag(call, body, name) or body.get(name) is False


@fault("repetition-gets-the-code-again", clause="activation.repeated")
class RepetitionGetsTheCodeAgain(Sandbox):
    """The very same request for a code is answered with the code that it made."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._answers: dict[bytes, Answer] = {}

    async def create_activation_challenge(self, call: Call) -> Answer:
        try:
            answer = await super().create_activation_challenge(call)
        except RefusedError as error:
            if error.refusal == self.refusal(call.operation, Reason.LIVE_CODE_EXISTS) and call.body in self._answers:
                return self._answers[call.body]
            raise
        self._answers[call.body] = answer
        return answer


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


@fault("replaced-code-stays-live", clause="activation.replaced")
class ReplacedCodeStaysLive(Sandbox):
    """invalidate_existing_code makes way for a new code, and leaves the old one live."""

    def codes_to_retire(self, call: Call, person_id: str) -> list[ActivationChallenge]:
        return []


@fault("replacement-is-the-same-code", clause="activation.replaced")
class ReplacementIsTheSameCode(Sandbox):
    """The code that takes the place of another one has the same text."""

    def activation_challenge(
        self, call: Call, person: Person, origin: str, purpose: str, delivery_method: str
    ) -> ActivationChallenge:
        challenge = super().activation_challenge(call, person, origin, purpose, delivery_method)
        codes = self.codes_of(call, person.id)
        return replace(challenge, code=codes[-1].code) if codes and codes[-1].invalidated_at == call.now else challenge


@fault("replacement-inherits-the-expiry", clause="activation.replaced")
class ReplacementInheritsTheExpiry(Sandbox):
    """The code that takes the place of another one dies with it."""

    def activation_challenge(
        self, call: Call, person: Person, origin: str, purpose: str, delivery_method: str
    ) -> ActivationChallenge:
        challenge = super().activation_challenge(call, person, origin, purpose, delivery_method)
        codes = self.codes_of(call, person.id)
        return replace(challenge, expires_at=codes[-1].expires_at) if codes else challenge


@fault("replacement-retires-the-code-of-somebody-else", clause="activation.replaced")
class ReplacementRetiresTheCodeOfSomebodyElse(Sandbox):
    """A replacement is also the end of the latest code that anybody else got."""

    def codes_to_retire(self, call: Call, person_id: str) -> list[ActivationChallenge]:
        others = [code for code in self.world.activations_of_partner[call.partner] if code.person_id != person_id]
        wanted = self.invalidation_is_wanted(call, self.json_body(call))
        return super().codes_to_retire(call, person_id) + (others[-1:] if wanted else [])


@fault("nothing-to-replace", clause="activation.replaced")
class NothingToReplace(Sandbox):
    """invalidate_existing_code is refused where there is no live code."""

    def codes_to_retire(self, call: Call, person_id: str) -> list[ActivationChallenge]:
        wanted = self.invalidation_is_wanted(call, self.json_body(call))
        has_none = self.live_code(call, person_id) is None
        self.require(call, not (wanted and has_none), Reason.NO_LIVE_CODE)
        return super().codes_to_retire(call, person_id)


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


@fault("deleted-code-holds-its-place", clause="activation.place-is-free")
class DeletedCodeHoldsItsPlace(Sandbox):
    """A deleted code is in the way of a new one."""

    def live_code(self, call: Call, person_id: str) -> ActivationChallenge | None:
        latest = _in_the_way(self, call, person_id)
        is_create = call.operation is Operation.CREATE_ACTIVATION_CHALLENGE
        return latest if is_create and latest and latest.invalidated_at else super().live_code(call, person_id)


@fault("used-up-code-holds-its-place", clause="activation.place-is-free")
class UsedUpCodeHoldsItsPlace(Sandbox):
    """A code that was used up is in the way of a new one until it expires."""

    def live_code(self, call: Call, person_id: str) -> ActivationChallenge | None:
        latest = _in_the_way(self, call, person_id)
        is_create = call.operation is Operation.CREATE_ACTIVATION_CHALLENGE
        return latest if is_create and latest and latest.usage_count else super().live_code(call, person_id)


@fault("expired-code-holds-its-place", clause="activation.place-is-free")
class ExpiredCodeHoldsItsPlace(Sandbox):
    """A code that has expired is in the way of a new one until somebody deletes it."""

    def live_code(self, call: Call, person_id: str) -> ActivationChallenge | None:
        latest = _in_the_way(self, call, person_id)
        if call.operation is Operation.CREATE_ACTIVATION_CHALLENGE and latest and latest.invalidated_at is None:
            return None if self.is_used_up(call, latest) else latest
        return super().live_code(call, person_id)


@fault("total-of-the-page", clause="activation.page-headers")
class TotalOfThePage(Sandbox):
    """The header total counts what the page can hold, not the list."""

    def page_headers(self, call: Call, page: Page, total: int) -> dict[str, str]:
        return super().page_headers(call, page, total) | {"total": str(min(total, page.size))}
