# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""How change requests may go otherwise (contract 7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sandbox.app import Sandbox
from sandbox.chapters.change_requests import CONFIRMATION_REQUIRED
from sandbox.core import Call
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.variants.catalogue import variant
from sandbox.world import ChangeRequest, Person

_OPERATIONS = frozenset({Operation.AUTHORIZE_CHANGE_REQUEST, Operation.CONFIRM_CHANGE_REQUEST})
_UNPROCESSABLE = frozenset(
    {
        Reason.CHANGE_REQUEST_UNKNOWN,
        Reason.CHANGE_REQUEST_OVER,
        Reason.NOT_ENTITLED,
        Reason.NOT_AUTHORIZED_YET,
        Reason.NUMBER_NOT_VERIFIED,
        Reason.FIELD_MISSING,
    }
)


@variant("unprocessable-is-422", freedom="refusals of change requests")
class UnprocessableIs422(Sandbox):
    """Change requests are refused with 422 wherever that is accepted."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        is_method = (operation, reason) == (Operation.AUTHORIZE_CHANGE_REQUEST, Reason.FIELD_VALUE)
        is_meant = operation in _OPERATIONS and (reason in _UNPROCESSABLE or is_method)
        return replace(refusal, status=422) if is_meant else refusal


class _Unentitled(Sandbox):
    """A sandbox with another answer to a person or device that cannot authorize."""

    unentitled: int

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        is_it = operation in _OPERATIONS and reason is Reason.NOT_ENTITLED
        return replace(refusal, status=self.unentitled) if is_it else refusal


@variant("not-entitled-is-404", freedom="refusals of change requests")
class NotEntitledIs404(_Unentitled):
    """A person or device that cannot authorize a change gets 404."""

    unentitled = 404


@variant("not-entitled-is-400", freedom="refusals of change requests")
class NotEntitledIs400(_Unentitled):
    """A person or device that cannot authorize a change gets 400."""

    unentitled = 400


@variant("not-authorized-yet-is-404", freedom="refusals of change requests")
class NotAuthorizedYetIs404(Sandbox):
    """A confirmation before the authorization gets 404."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        return replace(refusal, status=404) if reason is Reason.NOT_AUTHORIZED_YET else refusal


@variant("every-change-is-sensitive")
class EveryChangeIsSensitive(Sandbox):
    """A change of a field that is not set begins a change request, too."""

    def needs_change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> bool:
        return bool(changes)


@variant("no-change-without-number")
class NoChangeWithoutNumber(Sandbox):
    """A sensitive change for a person without a number gets 403."""

    def needs_change_request(self, call: Call, person: Person, changes: dict[str, Any]) -> bool:
        is_sensitive = super().needs_change_request(call, person, changes)
        has_number = person.mobile_number is not None
        self.require(call, has_number or not is_sensitive, Reason.NOT_ENTITLED)
        return is_sensitive


@variant("wrong-confirmation-does-not-kill")
class WrongConfirmationDoesNotKill(Sandbox):
    """A change request survives a wrong TAN or signature."""

    def kills(self, call: Call, request: ChangeRequest) -> bool:
        return False


@variant("text-to-sign")
class TextToSign(Sandbox):
    """What is to be signed for a change request is named text_to_sign."""

    def authorized_view(self, call: Call, request: ChangeRequest) -> Json:
        view = super().authorized_view(call, request)
        return {"text_to_sign" if name == "string_to_sign" else name: value for name, value in view.items()}


@variant("authorized-once")
class AuthorizedOnce(Sandbox):
    """A change request cannot be authorized again."""

    def open_change_request(self, call: Call) -> ChangeRequest:
        request = super().open_change_request(call)
        is_again = call.operation is Operation.AUTHORIZE_CHANGE_REQUEST and request.status == CONFIRMATION_REQUIRED
        self.require(call, not is_again, Reason.CHANGE_REQUEST_OVER)
        return request


@variant("change-is-timed-from-its-beginning")
class ChangeIsTimedFromItsBeginning(Sandbox):
    """A change request has 300 seconds in all, whenever it is authorized."""

    def open_confirmation(self, call: Call, request: ChangeRequest, method: str) -> None:
        expires_at = request.expires_at
        super().open_confirmation(call, request, method)
        request.expires_at = expires_at
