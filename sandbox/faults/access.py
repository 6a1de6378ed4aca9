# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of tokens and persons (contract 8)."""

from __future__ import annotations

from dataclasses import replace

from sandbox import clock
from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.settings import Partner, Settings
from sandbox.world import Person, Token

MINUTE = 60.0


# Which token is issued.


@fault("new-token-ends-the-one-before", clause="token.issued")
class NewTokenEndsTheOneBefore(Sandbox):
    """A new token is the end of the one that the same partner got right before."""

    def draw_token(self, call: Call) -> str:
        partner = self.client(call)
        last = next((value for value, one in reversed(self.world.tokens.items()) if one.partner is partner), None)
        if last is not None and self.world.tokens[last].expires_at > clock.current() + self.token_lifetime(call) - 5:
            self.world.tokens.pop(last)
        return super().draw_token(call)


@fault("restricted-partner-gets-no-token", clause="token.restricted")
class RestrictedPartnerGetsNoToken(Sandbox):
    """A partner without permission for device management is not known to the token endpoint."""

    def is_client(self, call: Call, partner: Partner, client_id: str, secret: str) -> bool:
        return partner.manages_devices and super().is_client(call, partner, client_id, secret)


# Credentials and grants.


@fault("secret-of-any-partner", clause="token.wrong-credentials")
class SecretOfAnyPartner(Sandbox):
    """A secret is looked up among all partners' secrets."""

    def is_client(self, call: Call, partner: Partner, client_id: str, secret: str) -> bool:
        return client_id == partner.client_id and secret in {one.secret for one in self.settings.partners}


@fault("other-grant-is-not-implemented", clause="token.other-grant")
class OtherGrantIsNotImplemented(Sandbox):
    """Another grant is answered by 422."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        return replace(usual, status=422) if reason is Reason.GRANT_UNSUPPORTED else usual


# How long a token lives.


@fault("token-dies-a-minute-early", clause="token.lives")
class TokenDiesAMinuteEarly(Sandbox):
    """A token dies a minute before expires_in is over."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        return clock.current() >= token.expires_at - MINUTE


@fault("token-lives-in-milliseconds", clause="token.expires")
class TokenLivesInMilliseconds(Sandbox):
    """The lifetime of a token is added up in the wrong unit."""

    def token_expiry(self, call: Call) -> float:
        return call.now + 1_000 * self.token_lifetime(call)


# Persons.


@fault("person-needs-a-title", clause="persons.created")
class PersonNeedsATitle(Sandbox):
    """A person without a title is refused."""

    def person_fields(self, call: Call, body: Json) -> Json:
        self.require(call, call.operation is not Operation.CREATE_PERSON or "title" in body, Reason.FIELD_MISSING)
        return super().person_fields(call, body)


@fault("latest-person-is-read", clause="persons.read")
class LatestPersonIsRead(Sandbox):
    """Whoever is read, the fields of the partner's latest person are shown."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._latest: dict[Partner, Json] = {}

    def person_view(self, call: Call, person: Person) -> Json:
        if call.operation is Operation.CREATE_PERSON:
            self._latest[call.partner] = person.fields
        is_read = call.operation is Operation.GET_PERSON
        return super().person_view(call, person) | (self._latest[call.partner] if is_read else {})
