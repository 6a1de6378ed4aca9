# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Who is calling, and what they may do (contract 1.4, 1.5)."""

from __future__ import annotations

from sandbox import clock
from sandbox.core import Core
from sandbox.http import Request
from sandbox.operations import Gate, Operation
from sandbox.refusals import Reason, RefusedError
from sandbox.settings import Partner
from sandbox.world import Token

NOBODY = Partner("", "", manages_devices=False)
"""The partner of a call to an operation that asks for no token."""


class AccessRules(Core):
    """The gates in front of every operation."""

    def admitted(self, operation: Operation, gate: Gate, request: Request) -> Partner:
        """The partner who calls.

        Raises:
            RefusedError: 401 without a good token, 403 without permission.
        """
        if not self.needs_token(operation, gate):
            return NOBODY
        partner = self.authenticated(operation, request)
        if self.needs_permission(operation, gate) and not self.may_manage_devices(operation, partner):
            raise RefusedError(self.refusal(operation, Reason.PARTNER_NOT_PERMITTED))
        return partner

    def needs_token(self, operation: Operation, gate: Gate) -> bool:
        return gate is not Gate.OPEN

    def needs_permission(self, operation: Operation, gate: Gate) -> bool:
        return gate is Gate.DEVICE_MANAGEMENT

    def may_manage_devices(self, operation: Operation, partner: Partner) -> bool:
        return partner.manages_devices

    def authenticated(self, operation: Operation, request: Request) -> Partner:
        """The partner whose token the request shows.

        Raises:
            RefusedError: 401: no token, or none that is good.
        """
        value = self.presented_token(operation, request)
        if value is None:
            raise RefusedError(self.refusal(operation, Reason.TOKEN_MISSING))
        token = self.known_token(operation, value)
        if token is None or self.token_is_expired(operation, token):
            raise RefusedError(self.refusal(operation, Reason.TOKEN_INVALID))
        return token.partner

    def presented_token(self, operation: Operation, request: Request) -> str | None:
        """The Bearer token of the ``Authorization`` header, and of nowhere else."""
        scheme, _, value = (request.header(b"authorization") or "").partition(" ")
        return value if self.is_bearer(operation, scheme) else None

    def is_bearer(self, operation: Operation, scheme: str) -> bool:
        """Whether the scheme is the one that is taken; its case does not matter (RFC 9110)."""
        return scheme == "Bearer" or scheme.lower() == "bearer"

    def known_token(self, operation: Operation, value: str) -> Token | None:
        return self.world.tokens.get(value)

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        """By the real clock: the clock hook does not move this check (contract 9)."""
        return clock.current() >= token.expires_at

    # The fault hook (contract 9).

    def fault_is_wanted(self, operation: Operation, request: Request) -> bool:
        """Whether the request asks for the documented 500 of its operation."""
        return self.fault_applies(operation) and request.header(b"x-test-fault") == "internal_error"

    def fault_applies(self, operation: Operation) -> bool:
        """The hook acts on every operation that takes a token, except the other hooks."""
        return self.settings.hooks and operation not in _WITHOUT_FAULT


_WITHOUT_FAULT = frozenset({Operation.NONE, Operation.ISSUE_TOKEN, Operation.READ_OUTBOX})
