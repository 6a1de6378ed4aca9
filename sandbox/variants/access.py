# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""How tokens, permissions and provisioning may be otherwise (contract 1.4, 1.5, 8, 9)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import Any

from sandbox import clock
from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.http import Answer, Request
from sandbox.operations import Gate, Operation
from sandbox.refusals import Reason, Refusal
from sandbox.settings import Partner, Settings
from sandbox.variants.catalogue import variant
from sandbox.world import MobileNumber

_SHORT_SECONDS = 30
_MOVED_SECONDS = 1.0


@variant("short-lived-tokens", freedom="lifetime of tokens")
class ShortLivedTokens(Sandbox):
    """A token lives for 30 seconds."""

    def token_lifetime(self, call: Call) -> int:
        return _SHORT_SECONDS


@variant("same-token-again")
class SameTokenAgain(Sandbox):
    """A partner gets the token that it has already, for the seconds that are left, until it expires."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._current: dict[Partner, str] = {}

    async def issue_token(self, call: Call) -> Answer:
        answer = await super().issue_token(call)
        body: dict[str, Any] = dict(answer.body) if isinstance(answer.body, dict) else {}
        if abs(call.now - clock.current()) > _MOVED_SECONDS:
            return answer
        partner = self.world.tokens[body["access_token"]].partner
        kept = self._current.setdefault(partner, body["access_token"])
        left = int(self.world.tokens[kept].expires_at - call.now)
        if left < 1:
            self._current[partner] = body["access_token"]
            return answer
        return Answer(answer.status, body | {"access_token": kept, "expires_in": left}, answer.headers)


@variant("capital-bearer")
class CapitalBearer(Sandbox):
    """The type of a token is written Bearer."""

    def token_view(self, call: Call, value: str) -> dict[str, object]:
        return super().token_view(call, value) | {"token_type": "Bearer"}


@variant("long-tokens")
class LongTokens(Sandbox):
    """Tokens look like JWTs, of more than a thousand characters."""

    def draw_token(self, call: Call) -> str:
        return f"eyJhbGciOiJSUzI1NiJ9.{secrets.token_urlsafe(900)}.{super().draw_token(call)}="


@variant("bearer-in-one-case")
class BearerInOneCase(Sandbox):
    """The scheme of the Authorization header is Bearer, in this case only."""

    def is_bearer(self, operation: Operation, scheme: str) -> bool:
        return scheme == "Bearer"


@variant("wrong-client-is-400", freedom="wrong credentials")
class WrongClientIs400(Sandbox):
    """Wrong credentials get 400."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        return replace(refusal, status=400) if reason is Reason.CLIENT_UNKNOWN else refusal


@variant("other-grant-is-401")
class OtherGrantIs401(Sandbox):
    """A grant other than client_credentials gets 401."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        refusal = super().refusal(operation, reason)
        return replace(refusal, status=401) if reason is Reason.GRANT_UNSUPPORTED else refusal


@variant("permission-for-everything")
class PermissionForEverything(Sandbox):
    """A partner without permission may do nothing at all with its token."""

    def needs_permission(self, operation: Operation, gate: Gate) -> bool:
        return gate is not Gate.OPEN


@variant("fault-before-permission")
class FaultBeforePermission(Sandbox):
    """The fault hook acts before a partner's permission is looked at."""

    def admitted(self, operation: Operation, gate: Gate, request: Request) -> Partner:
        if self.needs_token(operation, gate) and self.fault_is_wanted(operation, request):
            return self.authenticated(operation, request)
        return super().admitted(operation, gate, request)


@variant("number-tokens-live-on")
class NumberTokensLiveOn(Sandbox):
    """The OTP that confirms a mobile number does not expire."""

    def token_confirms(self, call: Call, number: MobileNumber, token: str) -> bool:
        return number.otp is not None and self.otp_matches(call, number.otp, token)


@variant("plain-numbers-only")
class PlainNumbersOnly(Sandbox):
    """A mobile number is taken without any decoration only."""

    def normalized(self, call: Call, number: str) -> str:
        return number
