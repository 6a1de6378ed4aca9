# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""What an error looks like (contract 1.3)."""

from __future__ import annotations

from enum import Enum, auto

from sandbox.core import Core, Kind
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal, RefusedError


class Shape(Enum):
    """The two documented shapes of an error."""

    FLAT = auto()
    ARRAY = auto()


_FLAT_STATUSES = frozenset({400, 404, 500})
_FLAT_403 = frozenset({Operation.LIST_DEVICES, Operation.DELETE_DEVICE, Operation.LIST_KEYS})


class ErrorRules(Core):
    """The way from a refusal to its answer."""

    def error_shape(self, operation: Operation, status: int) -> Shape:
        """The documented shape of this operation and status (facts 8.2)."""
        is_flat = status in _FLAT_STATUSES or (status == 403 and operation in _FLAT_403)
        return Shape.FLAT if is_flat else Shape.ARRAY

    def error_id(self, operation: Operation) -> str:
        return self.new_id(Kind.ERROR)

    def error_status(self, operation: Operation, status: int) -> object:
        """The member ``status``: the HTTP status as an integer."""
        return status

    def error_members(self, operation: Operation, refusal: Refusal) -> Json:
        """What both shapes say."""
        return {
            "id": self.error_id(operation),
            "status": self.error_status(operation, refusal.status),
            "code": refusal.code,
            "title": refusal.title,
            "detail": refusal.detail,
        }

    def error_source(self, operation: Operation, refusal: Refusal, field: str | None) -> Json:
        """What the array shape says about the field at fault, where there is one."""
        return {"source": {"field": field, "message": refusal.detail}} if field else {}

    def error_body(self, operation: Operation, refusal: Refusal, field: str | None) -> Json:
        members = self.error_members(operation, refusal)
        if self.error_shape(operation, refusal.status) is Shape.FLAT:
            body = members | {"error_code": refusal.error_code}
        else:
            body = {"errors": [members | self.error_source(operation, refusal, field)]}
        return body | self.oauth_members(operation, refusal)

    def oauth_members(self, operation: Operation, refusal: Refusal) -> Json:
        """What RFC 6749 adds at the token endpoint (contract 1.3)."""
        if operation is not Operation.ISSUE_TOKEN:
            return {}
        return {"error": refusal.code, "error_description": refusal.detail}

    def error_headers(self, operation: Operation, refusal: Refusal, allow: str | None) -> dict[str, str]:
        headers = {}
        if refusal.status == 401:
            headers["www-authenticate"] = "Basic" if operation is Operation.ISSUE_TOKEN else "Bearer"
        if allow is not None:
            headers["allow"] = allow
        return headers

    def error_answer(self, operation: Operation, error: RefusedError) -> Answer:
        """The answer that tells the client about a refusal."""
        return Answer(
            error.refusal.status,
            self.error_body(operation, error.refusal, error.field),
            self.error_headers(operation, error.refusal, error.allow),
        )

    def internal_error(self, operation: Operation) -> Answer:
        """The documented 500 of an operation (contract 1.9)."""
        return self.error_answer(operation, RefusedError(self.refusal(operation, Reason.INTERNAL_ERROR)))
