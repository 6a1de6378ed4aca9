# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""Faults of tokens and persons (contract 8)."""

from __future__ import annotations

from dataclasses import replace

from sandbox import clock
from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.faults.catalogue import fault
from sandbox.http import Answer, Json
from sandbox.operations import Operation
from sandbox.refusals import Reason, Refusal
from sandbox.settings import Partner, Settings
from sandbox.world import Person, Token

MINUTE = 60.0


# Which token is issued.


@fault("token-is-no-bearers", clause="token.issued")
class TokenIsNoBearers(Sandbox):
    """A token says that it is of the type mac."""

    def token_view(self, call: Call, value: str) -> dict[str, object]:
        return super().token_view(call, value) | {"token_type": "mac"}


@fault("expires-in-is-a-text", clause="token.issued")
class ExpiresInIsAText(Sandbox):
    """expires_in is a text."""

    def token_view(self, call: Call, value: str) -> dict[str, object]:
        return super().token_view(call, value) | {"expires_in": str(self.token_lifetime(call))}


@fault("token-without-a-scope", clause="token.issued")
class TokenWithoutAScope(Sandbox):
    """A token does not say its scope."""

    def token_view(self, call: Call, value: str) -> dict[str, object]:
        return {name: value for name, value in super().token_view(call, value).items() if name != "scope"}


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


@fault("beginning-of-the-secret-will-do", clause="token.wrong-credentials")
class BeginningOfTheSecretWillDo(Sandbox):
    """A secret is compared with as many characters as were sent."""

    def is_client(self, call: Call, partner: Partner, client_id: str, secret: str) -> bool:
        return client_id == partner.client_id and partner.secret.startswith(secret)


@fault("end-of-the-secret-is-not-read", clause="token.wrong-credentials")
class EndOfTheSecretIsNotRead(Sandbox):
    """Of a secret no more is read than is known."""

    def is_client(self, call: Call, partner: Partner, client_id: str, secret: str) -> bool:
        return client_id == partner.client_id and secret.startswith(partner.secret)


@fault("secret-in-any-case", clause="token.wrong-credentials")
class SecretInAnyCase(Sandbox):
    """A secret is taken in any case."""

    def is_client(self, call: Call, partner: Partner, client_id: str, secret: str) -> bool:
        return client_id == partner.client_id and secret.lower() == partner.secret.lower()


@fault("secret-of-any-partner", clause="token.wrong-credentials")
class SecretOfAnyPartner(Sandbox):
    """A secret is looked up among all partners' secrets."""

    def is_client(self, call: Call, partner: Partner, client_id: str, secret: str) -> bool:
        return client_id == partner.client_id and secret in {one.secret for one in self.settings.partners}


@fault("secret-alone-will-do", clause="token.wrong-credentials")
class SecretAloneWillDo(Sandbox):
    """Without a client id the secret says who is calling."""

    def is_client(self, call: Call, partner: Partner, client_id: str, secret: str) -> bool:
        return super().is_client(call, partner, client_id or partner.client_id, secret)


@fault("wrong-credentials-are-forbidden", clause="token.wrong-credentials")
class WrongCredentialsAreForbidden(Sandbox):
    """Wrong credentials are answered by 403."""

    def refusal(self, operation: Operation, reason: Reason) -> Refusal:
        usual = super().refusal(operation, reason)
        return replace(usual, status=403) if reason is Reason.CLIENT_UNKNOWN else usual


@fault("grant-begins-well", clause="token.other-grant")
class GrantBeginsWell(Sandbox):
    """A grant is taken that begins as client_credentials does."""

    def grants(self, call: Call, grant_type: str | None) -> bool:
        return (grant_type or "").startswith("client_credentials")


@fault("no-grant-is-client-credentials", clause="token.other-grant")
class NoGrantIsClientCredentials(Sandbox):
    """Where no grant is named, client_credentials is meant."""

    def grants(self, call: Call, grant_type: str | None) -> bool:
        return super().grants(call, grant_type or "client_credentials")


@fault("token-is-refreshed", clause="token.other-grant")
class TokenIsRefreshed(Sandbox):
    """Whatever is sent as a refresh token gets a new access token."""

    def grants(self, call: Call, grant_type: str | None) -> bool:
        return grant_type == "refresh_token" or super().grants(call, grant_type)


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


@fault("token-lives-a-minute-longer", clause="token.expires")
class TokenLivesAMinuteLonger(Sandbox):
    """A token dies a minute after expires_in is over."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        return clock.current() >= token.expires_at + MINUTE


@fault("expired-token-works-the-second-time", clause="token.expires")
class ExpiredTokenWorksTheSecondTime(Sandbox):
    """An expired token is refused once, and renewed by that."""

    def token_is_expired(self, operation: Operation, token: Token) -> bool:
        is_expired = super().token_is_expired(operation, token)
        if is_expired:
            token.expires_at = clock.current() + MINUTE
        return is_expired


@fault("token-lives-in-milliseconds", clause="token.expires")
class TokenLivesInMilliseconds(Sandbox):
    """The lifetime of a token is added up in the wrong unit."""

    def token_expiry(self, call: Call) -> float:
        return call.now + 1_000 * self.token_lifetime(call)


# Persons.


@fault("new-person-is-accepted", clause="persons.created")
class NewPersonIsAccepted(Sandbox):
    """The answer to a new person is 202, as if they were still to be made."""

    async def create_person(self, call: Call) -> Answer:
        return replace(await super().create_person(call), status=202)


@fault("person-needs-a-title", clause="persons.created")
class PersonNeedsATitle(Sandbox):
    """A person without a title is refused."""

    def person_fields(self, call: Call, body: Json) -> Json:
        self.require(call, call.operation is not Operation.CREATE_PERSON or "title" in body, Reason.FIELD_MISSING)
        return super().person_fields(call, body)


@fault("birth-date-with-a-time", clause="persons.read")
class BirthDateWithATime(Sandbox):
    """A birth date reads as an instant."""

    def person_view(self, call: Call, person: Person) -> Json:
        view = super().person_view(call, person)
        return view | {"birth_date": f"{view['birth_date']}T00:00:00Z"} if "birth_date" in view else view


@fault("address-without-a-postal-code", clause="persons.read")
class AddressWithoutAPostalCode(Sandbox):
    """An address reads without its postal code."""

    def person_view(self, call: Call, person: Person) -> Json:
        view = super().person_view(call, person)
        address = {name: value for name, value in view.get("address", {}).items() if name != "postal_code"}
        return view | {"address": address}


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
