"""Faults of isolation: how one partner gets at the data of another one (contract 1.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Answer
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.settings import Settings
from sandbox.world import (
    ActivationChallenge,
    ChangeRequest,
    Device,
    Key,
    Owned,
    OwnedT,
    Person,
    Progress,
    SigningChallenge,
    Store,
)

# By an id in the path.


@fault("foreign-key-readable", clause="general.foreign-path")
class ForeignKeyReadable(Sandbox):
    """The owner is not asked for where a single key is read."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        return call.operation is Operation.GET_KEY or super().is_visible(call, thing)


@fault("foreign-code-verifies", clause="general.foreign-path")
class ForeignCodeVerifies(Sandbox):
    """Who knows the OTP of an SMS challenge may verify it, whoever made it."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        return call.operation is Operation.VERIFY_SMS_CHALLENGE or super().is_visible(call, thing)


@fault("foreign-person-readable", clause="general.foreign-path")
class ForeignPersonReadable(Sandbox):
    """A person can be read by every partner."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        return call.operation is Operation.GET_PERSON or super().is_visible(call, thing)


@fault("own-device-with-foreign-key", clause="general.foreign-path")
class OwnDeviceWithForeignKey(Sandbox):
    """A key is looked for among all keys there are, once its path has begun with a device of the partner's own."""

    def key_of_id(self, call: Call, device: Device, key_id: str) -> Key | None:
        keys = (key for other in self.world.devices for key in other.keys if key.id == key_id)
        return super().key_of_id(call, device, key_id) or next(keys, None)


@fault("refused-stranger-ends-the-challenge", clause="general.foreign-path")
class RefusedStrangerEndsTheChallenge(Sandbox):
    """Another partner's verification of a signing challenge is refused, and its owner's is the second one."""

    def found(
        self, call: Call, store: Store[OwnedT], thing_id: str, reason: Reason, field: str | None = None
    ) -> OwnedT:
        thing = store.get(thing_id)
        if isinstance(thing, SigningChallenge) and not self.is_visible(call, thing):
            thing.progress = Progress.DONE
        return super().found(call, store, thing_id, reason, field)


@fault("key-list-cached-for-all", clause="general.foreign-path")
class KeyListCachedForAll(Sandbox):
    """The keys of a device are cached under its id once they were read, and then shown to every partner."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._cached: set[str] = set()

    def is_visible(self, call: Call, thing: Owned) -> bool:
        return (call.operation is Operation.LIST_KEYS and thing.id in self._cached) or super().is_visible(call, thing)

    async def list_keys(self, call: Call) -> Answer:
        answer = await super().list_keys(call)
        self._cached.add(call.ids[0])
        return answer


@fault("deleted-code-of-everybody", clause="general.foreign-path")
class DeletedCodeOfEverybody(Sandbox):
    """An activation code that was deleted can be read by every partner."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        dead = isinstance(thing, ActivationChallenge) and thing.invalidated_at is not None
        return (dead and call.operation is Operation.GET_ACTIVATION_CHALLENGE) or super().is_visible(call, thing)


# By an id in the body.


@fault("foreign-person-bindable", clause="general.foreign-body")
class ForeignPersonBindable(Sandbox):
    """A device can be bound to another partner's person."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        return call.operation is Operation.CREATE_DEVICE or super().is_visible(call, thing)


@fault("foreign-device-challenged", clause="general.foreign-body")
class ForeignDeviceChallenged(Sandbox):
    """A signing challenge can be made for another partner's device."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        return call.operation is Operation.CREATE_SIGNING_CHALLENGE or super().is_visible(call, thing)


@fault("foreign-person-gets-a-code", clause="general.foreign-body")
class ForeignPersonGetsACode(Sandbox):
    """An activation code can be made for another partner's person."""

    def person_of_body(self, call: Call, person_id: str) -> Person:
        person = self.world.persons.get(person_id)
        if person is not None and call.operation is Operation.CREATE_ACTIVATION_CHALLENGE:
            return person
        return super().person_of_body(call, person_id)


@fault("refused-stranger-sends-an-sms", clause="general.foreign-body")
class RefusedStrangerSendsAnSms(Sandbox):
    """An SMS challenge for another partner's person is refused, but only after the SMS was sent."""

    def person_of_body(self, call: Call, person_id: str) -> Person:
        person = self.world.persons.get(person_id)
        if (
            person is not None
            and call.operation is Operation.CREATE_SMS_CHALLENGE
            and not self.is_visible(call, person)
        ):
            number = self.reachable_number(call, person)
            self.send_sms(replace(call, partner=person.partner), number, self.draw_otp(call, number))
        return super().person_of_body(call, person_id)


@fault("foreign-person-authorizes", clause="general.foreign-body")
class ForeignPersonAuthorizes(Sandbox):
    """The TAN of a change request can be asked for in the name of another partner's person."""

    def is_owner(self, call: Call, request: ChangeRequest, person_id: str) -> bool:
        person = self.world.persons.get(person_id)
        foreign = person is not None and person.partner is not request.partner
        return foreign or super().is_owner(call, request, person_id)


# By a list.


@fault("foreign-codes-on-later-pages", clause="general.foreign-list")
class ForeignCodesOnLaterPages(Sandbox):
    """The owner is asked for on the first page of the activation challenges only."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        later = call.request.query.get("page[number]", "1") != "1"
        on_a_list = call.operation is Operation.LIST_ACTIVATION_CHALLENGES
        return (on_a_list and later) or super().is_visible(call, thing)


@fault("deleted-devices-of-everybody", clause="general.foreign-list")
class DeletedDevicesOfEverybody(Sandbox):
    """filter[include_deleted] finds the deleted devices of every partner."""

    def is_visible(self, call: Call, thing: Owned) -> bool:
        deleted = isinstance(thing, Device) and thing.deleted_at is not None
        return (deleted and call.operation is Operation.LIST_DEVICES) or super().is_visible(call, thing)


@fault("expired-codes-of-everybody", clause="general.foreign-list")
class ExpiredCodesOfEverybody(Sandbox):
    """filter[include_expired] adds the codes of every partner that are over."""

    def activations_in_reach(self, call: Call) -> Iterable[ActivationChallenge]:
        reached = list(super().activations_in_reach(call))
        if not self.query_flag(call, "filter[include_expired]"):
            return reached
        return reached + [code for code in self.world.activation_challenges if code.invalidated_at is not None]

    def is_visible(self, call: Call, thing: Owned) -> bool:
        return call.operation is Operation.LIST_ACTIVATION_CHALLENGES or super().is_visible(call, thing)


@fault("devices-of-all-partners", clause="general.foreign-list")
class DevicesOfAllPartners(Sandbox):
    """Without filter[person_id] the devices of all partners are listed."""

    def devices_in_reach(self, call: Call) -> Iterable[Device]:
        return super().devices_in_reach(call) if self.filter_text(call, "person_id") else self.world.devices

    def is_visible(self, call: Call, thing: Owned) -> bool:
        unfiltered = call.operation is Operation.LIST_DEVICES and not self.filter_text(call, "person_id")
        return unfiltered or super().is_visible(call, thing)
