# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the gates: whose token is good, and who has permission (contract 1.4, 1.5)."""

from __future__ import annotations

import base64

from sandbox import clock
from sandbox.app import Sandbox
from sandbox.faults.catalogue import fault
from sandbox.http import Answer, Request
from sandbox.operations import Match, Operation, Route
from sandbox.refusals import Reason, RefusedError
from sandbox.settings import Partner
from sandbox.world import Token


@fault("first-partner-by-default", clause="general.token-absent")
class FirstPartnerByDefault(Sandbox):
    """Who has no token may ask for a signing challenge, as whoever called last."""

    caller: Partner | None = None

    def authenticated(self, operation: Operation, request: Request) -> Partner:
        if operation is Operation.CREATE_SIGNING_CHALLENGE and not request.header(b"authorization") and self.caller:
            return self.caller
        self.caller = super().authenticated(operation, request)
        return self.caller


@fault("form-of-a-token", clause="general.token-unknown")
class FormOfAToken(Sandbox):
    """Where activation challenges are listed, whatever looks like a token is one."""

    def known_token(self, operation: Operation, value: str) -> Token | None:
        token = super().known_token(operation, value)
        if token is None and operation is Operation.LIST_ACTIVATION_CHALLENGES and len(value) == 43:
            return Token(partner=self.settings.partners[0], expires_at=clock.current() + 60)
        return token


@fault("expired-token-deletes-first", clause="general.token-expired")
class ExpiredTokenDeletesFirst(Sandbox):
    """An activation code is deleted before the expiry of the token is looked at."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        try:
            return await super().handled(operation, route, match, request)
        except RefusedError:
            value = self.presented_token(operation, request)
            code = self.world.activation_challenges.get(match.ids[0]) if match.ids else None
            if operation is Operation.DELETE_ACTIVATION_CHALLENGE and code and value in self.world.tokens:
                code.invalidated_at = self.now(operation, request)
            raise


@fault("any-scheme", clause="general.token-scheme")
class AnyScheme(Sandbox):
    """A good token is taken whatever stands in front of it."""

    def is_bearer(self, operation: Operation, scheme: str) -> bool:
        return True


@fault("credentials-for-a-token", clause="general.token-scheme")
class CredentialsForAToken(Sandbox):
    """The client's credentials are as good as a token."""

    def authenticated(self, operation: Operation, request: Request) -> Partner:
        scheme, _, encoded = (request.header(b"authorization") or "").partition(" ")
        for partner in self.settings.partners if scheme == "Basic" else ():
            if base64.b64encode(f"{partner.client_id}:{partner.secret}".encode()).decode() == encoded:
                return partner
        return super().authenticated(operation, request)


@fault("header-in-the-query", clause="general.token-in-query")
class HeaderInTheQuery(Sandbox):
    """A parameter of the query stands in for the header where devices are listed."""

    def presented_token(self, operation: Operation, request: Request) -> str | None:
        in_query = request.query.get("Authorization") if operation is Operation.LIST_DEVICES else None
        return super().presented_token(operation, request) or (in_query or "").partition(" ")[2] or None


class LooksAgain(Sandbox):
    """A sandbox that finds another reason for what the gates refuse."""

    gate_status = 401

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        try:
            return await super().handled(operation, route, match, request)
        except RefusedError as error:
            if error.refusal.status == self.gate_status and (other := await self.other(operation, match, request)):
                raise RefusedError(self.refusal(operation, other)) from None
            raise

    async def other(self, operation: Operation, match: Match, request: Request) -> Reason | None:
        """The reason that is found before the right one."""
        return None


@fault("permission-before-the-token", clause="general.token-first")
class PermissionBeforeTheToken(Sandbox):
    """The permission is looked at before the expiry of the token."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        if not self.may_manage_devices(operation, token.partner):
            raise RefusedError(self.refusal(operation, Reason.PARTNER_NOT_PERMITTED))
        return super().token_is_expired(operation, token)


@fault("unknown-path-is-welcome", clause="general.unknown-path-without-token")
class UnknownPathIsWelcome(Sandbox):
    """Unknown paths below /v1/mfa need no token, and are empty."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        if not match.routes and request.raw_path.startswith(b"/v1/mfa/") and not request.header(b"authorization"):
            return Answer(200, {})
        return await super().handled(operation, route, match, request)


@fault("patch-needs-no-token", clause="general.unsupported-method-without-token")
class PatchNeedsNoToken(Sandbox):
    """An unsupported PATCH is let through without a token, and does nothing."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        if match.routes and route is None and request.method == "PATCH" and not request.header(b"authorization"):
            return Answer(204)
        return await super().handled(operation, route, match, request)
