# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of change requests until they are authorized: which change needs one, and who may authorize it."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

from sandbox.app import Sandbox
from sandbox.chapters.change_requests import COMPLETED, DEVICE_SIGNING, MOBILE_NUMBER, STATIC
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.fields import Choices
from sandbox.settings import Settings
from sandbox.world import ChangeRequest, Device, MobileNumber, OwnedT, Person, Store

AUTHORIZE = Operation.AUTHORIZE_CHANGE_REQUEST


# The change of a person.


@fault("address-moves-at-once", clause="change.begins")
class AddressMovesAtOnce(Sandbox):
    """A change of the address alone needs no authorization."""

    def needs_change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> bool:
        return changes.keys() != {"address"} and super().needs_change_request(call, person, changes)


@fault("first-field-decides", clause="change.begins")
class FirstFieldDecides(Sandbox):
    """Of a change of several fields only the first one is looked at."""

    def needs_change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> bool:
        return super().needs_change_request(call, person, dict(list(changes.items())[:1]))


@fault("new-fields-are-written-at-once", clause="change.begins")
class NewFieldsAreWrittenAtOnce(Sandbox):
    """Of a change that needs authorization, the fields that are not set yet are written at once."""

    def change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> ChangeRequest:
        self.apply_changes(call, person, {name: value for name, value in changes.items() if name not in person.fields})
        return super().change_request(call, person, changes)


@fault("one-open-change-for-each-person", clause="change.begins")
class OneOpenChangeForEachPerson(Sandbox):
    """A second change of a person has the id of the first one."""

    def change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> ChangeRequest:
        request = super().change_request(call, person, changes)
        mine = (one.id for one in self.world.change_requests if one.person_id == person.id and one.status != COMPLETED)
        return replace(request, id=next(mine, request.id))


@fault("unset-field-is-a-conflict", clause="change.field-not-set")
class UnsetFieldIsAConflict(Sandbox):
    """A field that is not set cannot be changed."""

    def needs_change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> bool:
        self.require(call, bool(changes.keys() & person.fields.keys()), Reason.NO_LIVE_CODE)
        return super().needs_change_request(call, person, changes)


@fault("unset-field-is-not-written", clause="change.field-not-set")
class UnsetFieldIsNotWritten(Sandbox):
    """A change that needs no authorization writes only what was there."""

    def apply_changes(self, call: Call, person: Person, changes: dict[str, Any]) -> None:
        is_direct = call.operation is Operation.CHANGE_PERSON
        written = {name: value if not is_direct else "" for name, value in changes.items()}
        super().apply_changes(call, person, written)


@fault("unset-field-takes-the-place-of-all", clause="change.field-not-set")
class UnsetFieldTakesThePlaceOfAll(Sandbox):
    """A change that needs no authorization empties the fields that it does not name."""

    def apply_changes(self, call: Call, person: Person, changes: dict[str, Any]) -> None:
        if call.operation is Operation.CHANGE_PERSON:
            person.fields = {}
        super().apply_changes(call, person, changes)


@fault("who-has-no-number-is-changed-at-once", clause="change.person-without-number")
class WhoHasNoNumberIsChangedAtOnce(Sandbox):
    """A person whom no TAN can reach is changed without one."""

    def needs_change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> bool:
        return person.mobile_number is not None and super().needs_change_request(call, person, changes)


@fault("who-has-no-number-is-a-bad-request", clause="change.person-without-number")
class WhoHasNoNumberIsABadRequest(Sandbox):
    """The change of a person whom no TAN can reach is a bad request."""

    def needs_change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> bool:
        self.require(call, person.mobile_number is not None, Reason.NUMBER_NOT_VERIFIED)
        return super().needs_change_request(call, person, changes)


# Authorization.


@fault("authorization-is-enough", clause="authorize.works")
class AuthorizationIsEnough(Sandbox):
    """The person is changed as soon as the change is authorized."""

    def open_confirmation(self, call: Call, request: ChangeRequest, method: str) -> None:
        super().open_confirmation(call, request, method)
        self.apply_changes(call, self.owner(call, request), request.changes)


@fault("authorized-request-shows-its-person", clause="authorize.works")
class AuthorizedRequestShowsItsPerson(Sandbox):
    """The answer to an authorization has the id of the person."""

    def authorized_view(self, call: Call, request: ChangeRequest) -> Json:
        return super().authorized_view(call, request) | {"id": request.person_id}


@fault("authorized-request-says-completed", clause="authorize.works")
class AuthorizedRequestSaysCompleted(Sandbox):
    """A request that was authorized by a device says that it is completed."""

    def authorized_view(self, call: Call, request: ChangeRequest) -> Json:
        is_device = request.delivery_method == DEVICE_SIGNING
        return super().authorized_view(call, request) | ({"status": COMPLETED} if is_device else {})


@fault("nothing-to-sign", clause="authorize.string-to-sign")
class NothingToSign(Sandbox):
    """A device gets no text to sign."""

    def authorized_view(self, call: Call, request: ChangeRequest) -> Json:
        return self.change_request_view(call, request)


@fault("text-to-sign-beside-a-tan", clause="authorize.string-to-sign")
class TextToSignBesideATan(Sandbox):
    """There is a text to sign whichever method is asked for."""

    def authorized_view(self, call: Call, request: ChangeRequest) -> Json:
        text = request.string_to_sign or self.text_to_sign(call)
        return self.change_request_view(call, request) | {"string_to_sign": text}


@fault("equal-changes-have-one-text", clause="authorize.never-repeats")
class EqualChangesHaveOneText(Sandbox):
    """The text to sign is a digest of what is changed, for whom it may be."""

    async def authorize_by_device(self, call: Call, request: ChangeRequest, device_id: str) -> None:
        await super().authorize_by_device(call, request, device_id)
        request.string_to_sign = sha256(repr(request.changes).encode()).hexdigest()


@fault("text-is-of-the-device", clause="authorize.never-repeats")
class TextIsOfTheDevice(Sandbox):
    """A device signs the same text whatever it authorizes."""

    async def authorize_by_device(self, call: Call, request: ChangeRequest, device_id: str) -> None:
        await super().authorize_by_device(call, request, device_id)
        request.string_to_sign = f"authorize {device_id}"


@fault("texts-are-counted-twice", clause="authorize.never-repeats")
class TextsAreCountedTwice(Sandbox):
    """Change requests and signing challenges count their texts each from one."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._texts = {"change": 0, "challenge": 0}

    def text_to_sign(self, call: Call) -> str:
        return self._next("change")

    def string_to_sign(self, call: Call) -> str:
        return self._next("challenge")

    def _next(self, kind: str) -> str:
        self._texts[kind] += 1
        return f"text number {self._texts[kind]}"


@fault("static-tan-by-sms", clause="authorize.sms")
class StaticTanBySms(Sandbox):
    """The static TAN is sent, too."""

    def open_confirmation(self, call: Call, request: ChangeRequest, method: str) -> None:
        super().open_confirmation(call, request, method)
        number = self.owner(call, request).mobile_number
        if method == STATIC and number is not None and request.tan is not None:
            self.send_sms(call, number.number, request.tan, challenge_id=request.id)


@fault("tan-with-the-change", clause="authorize.sms")
class TanWithTheChange(Sandbox):
    """A first TAN is sent when the change is asked for."""

    def change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> ChangeRequest:
        request = super().change_request(call, person, changes)
        if person.mobile_number is not None:
            number = person.mobile_number.number
            self.send_sms(call, number, self.draw_otp(call, number), challenge_id=request.id)
        return request


@fault("receipt-by-sms", clause="authorize.sms")
class ReceiptBySms(Sandbox):
    """When a change is completed, its TAN is sent once more as a receipt."""

    def finish(self, call: Call, request: ChangeRequest) -> None:
        super().finish(call, request)
        number = self.owner(call, request).mobile_number
        if number is not None and request.tan is not None:
            self.send_sms(call, number.number, request.tan, challenge_id=request.id)


@fault("one-tan-for-each-person", clause="authorize.random-tan")
class OneTanForEachPerson(Sandbox):
    """All change requests of a person have the same TAN."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._tans: dict[str, str] = {}

    def draw_otp(self, call: Call, number: str) -> str:
        otp = super().draw_otp(call, number)
        return self._tans.setdefault(number, otp) if call.operation is AUTHORIZE else otp


@fault("tan-of-the-time", clause="authorize.random-tan")
class TanOfTheTime(Sandbox):
    """A TAN is the end of the seconds since 1970."""

    def draw_otp(self, call: Call, number: str) -> str:
        return f"{int(call.now) % 1_000_000:06d}" if call.operation is AUTHORIZE else super().draw_otp(call, number)


@fault("unknown-method-is-static", clause="authorize.unknown-method")
class UnknownMethodIsStatic(Sandbox):
    """An unknown delivery method is taken for static."""

    def choice(self, call: Call, body: Json, name: str, choices: Choices) -> str:
        is_odd = call.operation is AUTHORIZE and body.get(name) not in choices
        return STATIC if is_odd else super().choice(call, body, name, choices)


@fault("methods-in-any-case", clause="authorize.unknown-method")
class MethodsInAnyCase(Sandbox):
    """A delivery method is taken in any case."""

    def choice(self, call: Call, body: Json, name: str, choices: Choices) -> str:
        method = body.get(name)
        is_text = call.operation is AUTHORIZE and isinstance(method, str)
        return super().choice(call, body | {name: str(method).lower()} if is_text else body, name, choices)


@fault("no-method-is-the-number", clause="authorize.unknown-method")
class NoMethodIsTheNumber(Sandbox):
    """Without a delivery method the TAN goes to the number."""

    def choice(self, call: Call, body: Json, name: str, choices: Choices) -> str:
        is_absent = call.operation is AUTHORIZE and name not in body
        return MOBILE_NUMBER if is_absent else super().choice(call, body, name, choices)


@fault("no-person-is-the-owner", clause="authorize.unknown-method")
class NoPersonIsTheOwner(Sandbox):
    """Where no person is named, the owner is meant."""

    def value_of(self, call: Call, body: Json, name: str) -> object:
        value = super().value_of(call, body, name)
        if call.operation is AUTHORIZE and name == "person_id" and value is None:
            request = self.world.change_requests.get(call.ids[0])
            return request.person_id if request else None
        return value


@fault("unknown-request-is-the-latest", clause="authorize.unknown-request")
class UnknownRequestIsTheLatest(Sandbox):
    """An unknown change request is taken for the partner's latest one."""

    def found(
        self, call: Call, store: Store[OwnedT], thing_id: str, reason: Reason, field: str | None = None
    ) -> OwnedT:
        if call.operation is AUTHORIZE and reason is Reason.CHANGE_REQUEST_UNKNOWN and store.get(thing_id) is None:
            thing_id = [one.id for one in store if self.is_visible(call, one)][-1]
        return super().found(call, store, thing_id, reason, field)


@fault("unknown-request-conflicts", clause="authorize.unknown-request")
class UnknownRequestConflicts(Sandbox):
    """The authorization of an unknown change request is a conflict."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        is_it = (operation, reason) == (AUTHORIZE, Reason.CHANGE_REQUEST_UNKNOWN)
        return super().refusal(operation, Reason.NOT_AUTHORIZED_YET if is_it else reason)


@fault("number-of-whoever-is-named", clause="authorize.not-the-owner")
class NumberOfWhoeverIsNamed(Sandbox):
    """Whoever is named gets the TAN, and may confirm with it."""

    def is_owner(self, call: Call, request: ChangeRequest, person_id: str) -> bool:
        person = self.world.persons.get(person_id)
        return person is not None and self.is_visible(call, person)

    def owner(self, call: Call, request: ChangeRequest) -> Person:
        named = self.json_body(call).get("person_id") if call.operation is AUTHORIZE else None
        return (self.world.persons.get(named) if named else None) or super().owner(call, request)


@fault("static-needs-no-owner", clause="authorize.not-the-owner")
class StaticNeedsNoOwner(Sandbox):
    """As everybody knows the static TAN, everybody may ask for it."""

    def is_owner(self, call: Call, request: ChangeRequest, person_id: str) -> bool:
        is_static = call.operation is AUTHORIZE and self.json_body(call).get("delivery_method") == STATIC
        return is_static or super().is_owner(call, request, person_id)


@fault("any-device-authorizes", clause="authorize.not-the-owner")
class AnyDeviceAuthorizes(Sandbox):
    """A bound device of any person of the partner authorizes a change."""

    def entitled_device(self, call: Call, request: ChangeRequest, device_id: str) -> Device:
        return self.live_device(call, device_id, Reason.NOT_ENTITLED, "device_id")


@fault("deleted-device-authorizes", clause="authorize.not-the-owner")
class DeletedDeviceAuthorizes(Sandbox):
    """A deleted device authorizes a change."""

    def is_deleted(self, call: Call, device: Device) -> bool:
        return call.operation is not AUTHORIZE and super().is_deleted(call, device)


@fault("unbound-device-authorizes", clause="authorize.not-the-owner")
class UnboundDeviceAuthorizes(Sandbox):
    """A device that is not bound yet authorizes a change."""

    def is_bound(self, call: Call, device: Device) -> bool:
        return call.operation is AUTHORIZE or super().is_bound(call, device)


@fault("tan-to-the-unverified", clause="authorize.number-not-verified")
class TanToTheUnverified(Sandbox):
    """A TAN goes to a number that is not verified."""

    def is_reachable(self, call: Call, number: MobileNumber | None) -> bool:
        return call.operation is AUTHORIZE or super().is_reachable(call, number)


@fault("without-a-number-the-tan-is-static", clause="authorize.number-not-verified")
class WithoutANumberTheTanIsStatic(Sandbox):
    """Where there is no number to send a TAN to, the static one is right."""

    async def authorize_by_tan(self, call: Call, request: ChangeRequest, person_id: str, method: str) -> None:
        number = self.owner(call, request).mobile_number
        await super().authorize_by_tan(call, request, person_id, method if number else STATIC)


@fault("completed-request-is-authorized", clause="authorize.finished")
class CompletedRequestIsAuthorized(Sandbox):
    """A completed request can be authorized again."""

    def is_finished(self, call: Call, request: ChangeRequest) -> bool:
        return call.operation is not AUTHORIZE and super().is_finished(call, request)


@fault("dead-request-is-authorized", clause="authorize.finished")
class DeadRequestIsAuthorized(Sandbox):
    """A request that a wrong TAN has ended can be authorized again, and again."""

    def is_killed(self, call: Call, request: ChangeRequest) -> bool:
        return call.operation is not AUTHORIZE and super().is_killed(call, request)

    def open_confirmation(self, call: Call, request: ChangeRequest, method: str) -> None:
        super().open_confirmation(call, request, method)
        request.dead = False


@fault("expired-request-is-authorized", clause="authorize.finished")
class ExpiredRequestIsAuthorized(Sandbox):
    """A request that was authorized and has expired can be authorized again."""

    def is_over(self, call: Call, expires_at: float) -> bool:
        return call.operation is not AUTHORIZE and super().is_over(call, expires_at)
