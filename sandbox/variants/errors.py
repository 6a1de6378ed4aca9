# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""What an error may look like otherwise (contract 1.3)."""

from __future__ import annotations

from dataclasses import replace

from sandbox.app import Sandbox
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.rules.errors import Shape
from sandbox.variants.catalogue import variant

_DOCUMENTED = frozenset({400, 401, 403, 404, 409, 500})


@variant("array-errors", freedom="error shape")
class ArrayErrors(Sandbox):
    """Every error has the array shape."""

    def error_shape(self, operation: Operation, status: int) -> Shape:
        return Shape.ARRAY


@variant("array-errors-in-plenty", freedom="error shape")
class ArrayErrorsInPlenty(Sandbox):
    """Every error has the array shape, with two entries, and a source in both."""

    def error_shape(self, operation: Operation, status: int) -> Shape:
        return Shape.ARRAY

    def error_source(self, operation: Operation, refusal: Refusal, field: str | None) -> Json:
        return {"source": {"field": field or "base", "message": refusal.detail}}

    def error_body(self, operation: Operation, refusal: Refusal, field: str | None) -> Json:
        body = super().error_body(operation, refusal, field)
        second = self.error_members(operation, refusal) | self.error_source(operation, refusal, None)
        return body | {"errors": [*body["errors"], second]} if "errors" in body else body


@variant("flat-other-statuses", freedom="error shape")
class FlatOtherStatuses(Sandbox):
    """A status of which no shape is documented, such as 405, comes in the flat shape."""

    def error_shape(self, operation: Operation, status: int) -> Shape:
        return super().error_shape(operation, status) if status in _DOCUMENTED else Shape.FLAT


@variant("status-as-text")
class StatusAsText(Sandbox):
    """The status in an error is a numeric string."""

    def error_status(self, operation: Operation, status: int) -> object:
        return str(status)


@variant("no-error-code")
class NoErrorCode(Sandbox):
    """A flat error has no error_code."""

    def error_body(self, operation: Operation, refusal: Refusal, field: str | None) -> Json:
        body = super().error_body(operation, refusal, field)
        return {name: value for name, value in body.items() if name != "error_code"}


@variant("codes-of-its-own", freedom="error codes")
class CodesOfItsOwn(Sandbox):
    """Every error has a code of its own making, also a 401."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        return refusal if operation is Operation.ISSUE_TOKEN else replace(refusal, code=f"E{refusal.status}.{reason}")


@variant("german-errors")
class GermanErrors(Sandbox):
    """The texts of errors are German, and not ASCII."""

    def error_members(self, operation: Operation, refusal: Refusal) -> Json:
        german = {"title": "Ungültige Anfrage", "detail": "Die Anfrage wurde zurückgewiesen – bitte prüfen."}
        return super().error_members(operation, refusal) | german


@variant("rfc-6749-errors", freedom="token errors")
class Rfc6749Errors(Sandbox):
    """The token endpoint answers errors as RFC 6749 has them, and no more."""

    def error_body(self, operation: Operation, refusal: Refusal, field: str | None) -> Json:
        body = super().error_body(operation, refusal, field)
        return self.oauth_members(operation, refusal) if operation is Operation.ISSUE_TOKEN else body


@variant("terse-rfc-6749-errors", freedom="token errors")
class TerseRfc6749Errors(Sandbox):
    """The token endpoint answers errors with nothing but the member error."""

    def error_body(self, operation: Operation, refusal: Refusal, field: str | None) -> Json:
        body = super().error_body(operation, refusal, field)
        return {"error": refusal.code} if operation is Operation.ISSUE_TOKEN else body


@variant("no-rfc-6749", freedom="token errors")
class NoRfc6749(Sandbox):
    """The token endpoint answers errors as every other operation does."""

    def oauth_members(self, operation: Operation, refusal: Refusal) -> Json:
        return {}


@variant("no-www-authenticate")
class NoWwwAuthenticate(Sandbox):
    """A 401 has no WWW-Authenticate header."""

    def error_headers(self, operation: Operation, refusal: Refusal, allow: str | None) -> dict[str, str]:
        headers = super().error_headers(operation, refusal, allow)
        return {name: value for name, value in headers.items() if name != "www-authenticate"}
