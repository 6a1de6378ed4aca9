# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the permission for device management: where it is forgotten, and what comes before it (contract 1.5)."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.chapters.binding import ACTIVATION_CODE, BindingWish
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.faults.general_access import LooksAgain
from sandbox.http import Answer, Request
from sandbox.operations import Match, Operation, Route
from sandbox.refusals import Reason, RefusedError
from sandbox.settings import Partner


@fault("restricted-partner-reads-key", clause="general.permission")
class RestrictedPartnerReadsKey(Sandbox):
    """The permission is forgotten where a single key is read."""

    def may_manage_devices(self, operation: Operation, partner: Partner) -> bool:
        return operation is Operation.GET_KEY or super().may_manage_devices(operation, partner)


@fault("restricted-partner-confirms", clause="general.permission")
class RestrictedPartnerConfirms(Sandbox):
    """The permission counts where a change is authorized, but not where it is confirmed."""

    def may_manage_devices(self, operation: Operation, partner: Partner) -> bool:
        return operation is Operation.CONFIRM_CHANGE_REQUEST or super().may_manage_devices(operation, partner)


@fault("restricted-partner-binds-by-code", clause="general.permission")
class RestrictedPartnerBindsByCode(Sandbox):
    """The permission counts for a binding by SMS only."""

    def may_manage_devices(self, operation: Operation, partner: Partner) -> bool:
        return operation is Operation.CREATE_DEVICE or super().may_manage_devices(operation, partner)

    def binding_wish(self, call: Call) -> BindingWish:
        wish = super().binding_wish(call)
        may = wish.challenge_type == ACTIVATION_CODE or super().may_manage_devices(Operation.NONE, call.partner)
        self.require(call, may, Reason.PARTNER_NOT_PERMITTED)
        return wish


@fault("permission-with-a-query-only", clause="general.permission")
class PermissionWithAQueryOnly(Sandbox):
    """The permission is looked at only where the list of devices has a filter."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        try:
            return await super().handled(operation, route, match, request)
        except RefusedError as error:
            if error.refusal.status == 403 and operation is Operation.LIST_DEVICES and not request.query:
                return Answer(200, [])
            raise


class _LooksBeforeThePermission(LooksAgain):
    gate_status = 403


@fault("change-request-before-permission", clause="general.permission-first")
class ChangeRequestBeforePermission(_LooksBeforeThePermission):
    """An unknown change request is not found, before the permission to confirm it is looked at."""

    async def other(self, operation: Operation, match: Match, request: Request) -> Reason | None:
        if operation is not Operation.CONFIRM_CHANGE_REQUEST:
            return None
        return None if self.world.change_requests.get(match.ids[0]) else Reason.CHANGE_REQUEST_UNKNOWN
