# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of the gates: whose token is good, and who has permission (contract 1.4, 1.5)."""

from __future__ import annotations

import base64
import re
from http.cookies import SimpleCookie

import orjson

from sandbox import clock
from sandbox.app import Sandbox
from sandbox.faults.catalogue import fault
from sandbox.http import Answer, Request
from sandbox.operations import Match, Operation, Route
from sandbox.refusals import Reason, RefusedError
from sandbox.settings import Partner
from sandbox.world import Token


@fault("events-without-a-token", clause="general.token-absent")
class EventsWithoutAToken(Sandbox):
    """Who has no token is taken for the first partner where delivery events are listed."""

    def authenticated(self, operation: Operation, request: Request) -> Partner:
        if operation is Operation.LIST_DELIVERY_EVENTS and request.header(b"authorization") is None:
            return self.settings.partners[0]
        return super().authenticated(operation, request)


@fault("deleted-before-the-token", clause="general.token-absent")
class DeletedBeforeTheToken(Sandbox):
    """Without a token the deletion of a device is refused, but only after it was done."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        if operation is Operation.DELETE_DEVICE and request.header(b"authorization") is None:
            device = self.world.devices.get(match.ids[0])
            if device is not None and device.deleted_at is None:
                device.deleted_at = self.now(operation, request)
        return await super().handled(operation, route, match, request)


@fault("token-in-a-cookie", clause="general.token-absent")
class TokenInACookie(Sandbox):
    """A cookie stands in for the header."""

    def presented_token(self, operation: Operation, request: Request) -> str | None:
        cookie = SimpleCookie(request.header(b"cookie") or "").get("access_token")
        return super().presented_token(operation, request) or (cookie.value if cookie else None)


@fault("first-partner-by-default", clause="general.token-absent")
class FirstPartnerByDefault(Sandbox):
    """Who has no token may ask for a signing challenge, as whoever called last."""

    caller: Partner | None = None

    def authenticated(self, operation: Operation, request: Request) -> Partner:
        if operation is Operation.CREATE_SIGNING_CHALLENGE and not request.header(b"authorization") and self.caller:
            return self.caller
        self.caller = super().authenticated(operation, request)
        return self.caller


@fault("beginning-of-a-token", clause="general.token-unknown")
class BeginningOfAToken(Sandbox):
    """A token is compared no further than it was sent."""

    def known_token(self, operation: Operation, value: str) -> Token | None:
        beginning = (token for known, token in self.world.tokens.items() if value and known.startswith(value))
        return super().known_token(operation, value) or next(beginning, None)


@fault("end-of-a-token", clause="general.token-unknown")
class EndOfAToken(Sandbox):
    """Only the last sixteen characters of a token are looked at."""

    def known_token(self, operation: Operation, value: str) -> Token | None:
        ending = (token for known, token in self.world.tokens.items() if value[16:] and known.endswith(value[-16:]))
        return super().known_token(operation, value) or next(ending, None)


@fault("token-without-case", clause="general.token-unknown")
class TokenWithoutCase(Sandbox):
    """A token is compared without its case."""

    def known_token(self, operation: Operation, value: str) -> Token | None:
        alike = (token for known, token in self.world.tokens.items() if known.lower() == value.lower())
        return super().known_token(operation, value) or next(alike, None)


@fault("token-and-more", clause="general.token-unknown")
class TokenAndMore(Sandbox):
    """What is longer than a token is cut to its length."""

    def known_token(self, operation: Operation, value: str) -> Token | None:
        return super().known_token(operation, value[:43])


@fault("last-word-of-the-header", clause="general.token-unknown")
class LastWordOfTheHeader(Sandbox):
    """The token is the last word of the header, whatever stands between it and the scheme."""

    def presented_token(self, operation: Operation, request: Request) -> str | None:
        value = super().presented_token(operation, request)
        return value.rpartition(" ")[2] if value else value


@fault("form-of-a-token", clause="general.token-unknown")
class FormOfAToken(Sandbox):
    """Where activation challenges are listed, whatever looks like a token is one."""

    def known_token(self, operation: Operation, value: str) -> Token | None:
        token = super().known_token(operation, value)
        if token is None and operation is Operation.LIST_ACTIVATION_CHALLENGES and len(value) == 43:
            return Token(partner=self.settings.partners[0], expires_at=clock.current() + 60)
        return token


@fault("expired-token-reads-key", clause="general.token-expired")
class ExpiredTokenReadsKey(Sandbox):
    """The expiry of the token is forgotten where a single key is read."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        return operation is not Operation.GET_KEY and super().token_is_expired(operation, token)


@fault("expired-token-confirms", clause="general.token-expired")
class ExpiredTokenConfirms(Sandbox):
    """A change request can be confirmed with an expired token."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        return operation is not Operation.CONFIRM_CHANGE_REQUEST and super().token_is_expired(operation, token)


@fault("ten-minutes-of-grace", clause="general.token-expired")
class TenMinutesOfGrace(Sandbox):
    """A token is good for ten minutes after its end."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        return clock.current() >= token.expires_at + 600


@fault("token-expiry-in-milliseconds", clause="general.token-expired")
class TokenExpiryInMilliseconds(Sandbox):
    """The expiry of a token is taken for milliseconds where something is read."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        reads = operation.value.startswith(("get_", "list_"))
        return clock.current() >= token.expires_at * (1000 if reads else 1)


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


@fault("basic-sends-sms", clause="general.token-scheme")
class BasicSendsSms(Sandbox):
    """A token under Basic is good enough for an SMS challenge."""

    def is_bearer(self, operation: Operation, scheme: str) -> bool:
        basic = operation is Operation.CREATE_SMS_CHALLENGE and scheme == "Basic"
        return basic or super().is_bearer(operation, scheme)


@fault("token-by-itself", clause="general.token-scheme")
class TokenByItself(Sandbox):
    """A token needs no scheme in front of it."""

    def presented_token(self, operation: Operation, request: Request) -> str | None:
        header = request.header(b"authorization") or ""
        return header if header and " " not in header else super().presented_token(operation, request)


@fault("bearer-anywhere", clause="general.token-scheme")
class BearerAnywhere(Sandbox):
    """The scheme is looked for anywhere in the header."""

    def presented_token(self, operation: Operation, request: Request) -> str | None:
        found = re.search(r"\bbearer (\S+)$", request.header(b"authorization") or "", re.IGNORECASE)
        return found[1] if found else super().presented_token(operation, request)


@fault("credentials-for-a-token", clause="general.token-scheme")
class CredentialsForAToken(Sandbox):
    """The client's credentials are as good as a token."""

    def authenticated(self, operation: Operation, request: Request) -> Partner:
        scheme, _, encoded = (request.header(b"authorization") or "").partition(" ")
        for partner in self.settings.partners if scheme == "Basic" else ():
            if base64.b64encode(f"{partner.client_id}:{partner.secret}".encode()).decode() == encoded:
                return partner
        return super().authenticated(operation, request)


@fault("token-in-the-query", clause="general.token-in-query")
class TokenInTheQuery(Sandbox):
    """A request that reads may have its token in the query."""

    def presented_token(self, operation: Operation, request: Request) -> str | None:
        in_query = request.query.get("access_token") if request.method == "GET" else None
        return super().presented_token(operation, request) or in_query


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


@fault("json-before-the-token", clause="general.token-first")
class JsonBeforeTheToken(LooksAgain):
    """The body of a new key is read before the token."""

    async def other(self, operation: Operation, match: Match, request: Request) -> Reason | None:
        if operation is not Operation.ADD_KEY:
            return None
        try:
            orjson.loads(await request.body() or b"{}")
        except orjson.JSONDecodeError:
            return Reason.JSON_INVALID
        return None


@fault("device-before-the-token", clause="general.token-first")
class DeviceBeforeTheToken(LooksAgain):
    """A device that is to be deleted is looked for before the token."""

    async def other(self, operation: Operation, match: Match, request: Request) -> Reason | None:
        unknown = operation is Operation.DELETE_DEVICE and self.world.devices.get(match.ids[0]) is None
        return Reason.DEVICE_UNKNOWN if unknown else None


@fault("page-before-the-token", clause="general.token-first")
class PageBeforeTheToken(LooksAgain):
    """The page of a list of activation challenges is looked at before the token."""

    async def other(self, operation: Operation, match: Match, request: Request) -> Reason | None:
        listing = operation is Operation.LIST_ACTIVATION_CHALLENGES
        return Reason.QUERY_VALUE if listing and "-" in request.query.get("page[size]", "") else None


@fault("permission-before-the-token", clause="general.token-first")
class PermissionBeforeTheToken(Sandbox):
    """The permission is looked at before the expiry of the token."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        if not self.may_manage_devices(operation, token.partner):
            raise RefusedError(self.refusal(operation, Reason.PARTNER_NOT_PERMITTED))
        return super().token_is_expired(operation, token)


@fault("unknown-path-is-forbidden", clause="general.unknown-path-without-token")
class UnknownPathIsForbidden(LooksAgain):
    """Without a token an unknown path is forbidden."""

    async def other(self, operation: Operation, match: Match, request: Request) -> Reason | None:
        return None if match.routes else Reason.PARTNER_NOT_PERMITTED


@fault("unknown-path-is-welcome", clause="general.unknown-path-without-token")
class UnknownPathIsWelcome(Sandbox):
    """Unknown paths below /v1/mfa need no token, and are empty."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        if not match.routes and request.raw_path.startswith(b"/v1/mfa/") and not request.header(b"authorization"):
            return Answer(200, {})
        return await super().handled(operation, route, match, request)


@fault("unsupported-method-is-forbidden", clause="general.unsupported-method-without-token")
class UnsupportedMethodIsForbidden(LooksAgain):
    """Without a token an unsupported method on a challenge is forbidden."""

    async def other(self, operation: Operation, match: Match, request: Request) -> Reason | None:
        unsupported = operation is Operation.NONE and match.routes and b"/challenges/" in request.raw_path
        return Reason.PARTNER_NOT_PERMITTED if unsupported else None


@fault("patch-needs-no-token", clause="general.unsupported-method-without-token")
class PatchNeedsNoToken(Sandbox):
    """An unsupported PATCH is let through without a token, and does nothing."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        if match.routes and route is None and request.method == "PATCH" and not request.header(b"authorization"):
            return Answer(204)
        return await super().handled(operation, route, match, request)
