# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults that only simultaneous requests show: keys, codes, numbers, and requests that get in each other's way."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.faults.race_conditions import GAP, NoChance, Unguarded
from sandbox.http import Answer
from sandbox.operations import Operation
from sandbox.refusals import Reason
from sandbox.settings import Settings
from sandbox.world import Device

# Keys.


class LastKeyWins(Unguarded):
    """The sandbox in which a key addition that comes second does something to the one that came first."""

    operation = Operation.ADD_KEY

    def undo(self, device: Device, call: Call) -> None:
        """What the second one does."""

    async def add_key(self, call: Call) -> Answer:
        answer = await super().add_key(call)
        device = self.device_of_path(call)
        if [key.purpose for key in device.keys].count(device.keys[-1].purpose) > 1:
            self.undo(device, call)
            raise self.refused(call, Reason.PURPOSE_PRESENT)
        return answer


@fault("loser-takes-both-keys-away", clause="races.add-key")
class LoserTakesBothKeysAway(LastKeyWins):
    """A key addition that comes second to another one is refused, and rolled back together with the other."""

    def undo(self, device: Device, call: Call) -> None:
        del device.keys[1:]


# Activation codes.


@fault("new-codes-end-each-other", clause="races.live-activation-code")
class NewCodesEndEachOther(Sandbox):
    """With invalidate_existing_code all other codes are ended after the new one was made."""

    async def create_activation_challenge(self, call: Call) -> Answer:
        answer = await super().create_activation_challenge(call)
        body = self.json_body(call)
        if self.invalidation_is_wanted(call, body):
            await asyncio.sleep(GAP)
            mine = self.codes_of(call, str(body["person_id"]))
            for code in mine:
                if isinstance(answer.body, dict) and code.id != answer.body["id"]:
                    self.invalidate(call, code)
        return answer


# Whatever else there is.


@fault("device-that-goes-cannot-be-read", clause="races.no-server-error")
class DeviceThatGoesCannotBeRead(Unguarded):
    """A device that is read while it is deleted is a server error."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._going: set[str] = set()

    async def between_check_and_act(self, call: Call) -> None:
        if call.operation is Operation.DELETE_DEVICE:
            self._going.add(call.ids[0])
            await asyncio.sleep(5 * GAP)
            self._going.discard(call.ids[0])

    def readable_device(self, call: Call) -> Device:
        if call.ids[0] in self._going:
            raise LookupError(Reason.DEVICE_UNKNOWN)
        return super().readable_device(call)


@fault("race-sets-two-numbers", clause="races.any-operation")
class RaceSetsTwoNumbers(Unguarded):
    """Whether a person has a mobile number, and its addition, are not one step."""

    operation = Operation.CREATE_MOBILE_NUMBER


@fault("simultaneous-changes-conflict", clause="races.any-operation")
class SimultaneousChangesConflict(NoChance):
    """A person is changed by one request at a time; who comes meanwhile is refused with 409."""

    operation = Operation.CHANGE_PERSON


@fault("one-token-at-a-time", clause="races.any-operation")
class OneTokenAtATime(Sandbox):
    """While a client gets a token another request of it is refused as unknown."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._served: set[str] = set()

    async def issue_token(self, call: Call) -> Answer:
        client_id = self.client(call).client_id
        self.require(call, client_id not in self._served, Reason.CLIENT_UNKNOWN)
        self._served.add(client_id)
        try:
            await asyncio.sleep(GAP)
            return await super().issue_token(call)
        finally:
            self._served.discard(client_id)


@fault("simultaneous-readings-mix-up-challenges", clause="races.any-operation")
class SimultaneousReadingsMixUpChallenges(Sandbox):
    """Which signing challenge is read is kept in one place for all requests."""

    async def get_signing_challenge(self, call: Call) -> Answer:
        self._asked = call.ids
        await asyncio.sleep(GAP)
        return await super().get_signing_challenge(replace(call, ids=self._asked))
