# ruff: noqa: ARG002 (a decision gets the call, whether it needs it or not)
"""The token endpoint (contract 8, facts 9)."""

from __future__ import annotations

import base64
import secrets
from hmac import compare_digest

from sandbox.core import Call
from sandbox.http import Answer, first_of_each
from sandbox.refusals import Reason
from sandbox.rules import Rules
from sandbox.settings import Partner
from sandbox.world import Token

GRANT = "client_credentials"
SCOPE = "partners"


class Tokens(Rules):
    """The operation that issues access tokens."""

    async def issue_token(self, call: Call) -> Answer:
        partner = self.client(call)
        form = self.form(call)
        self.require(call, self.grants(call, form.get("grant_type")), Reason.GRANT_UNSUPPORTED)
        self.require(call, self.has_scope(call, form.get("scope")), Reason.SCOPE_UNSUPPORTED)
        value = self.draw_token(call)
        self.world.add_token(value, Token(partner=partner, expires_at=self.token_expiry(call)))
        return Answer(200, self.token_view(call, value), {"cache-control": "no-store"})

    def client(self, call: Call) -> Partner:
        """The partner whose credentials the call shows.

        Raises:
            RefusedError: None, or wrong ones.
        """
        client_id, secret = self.basic_credentials(call)
        for partner in self.settings.partners:
            if self.is_client(call, partner, client_id, secret):
                return partner
        raise self.refused(call, Reason.CLIENT_UNKNOWN)

    def basic_credentials(self, call: Call) -> tuple[str, str]:
        """Client id and secret of the Basic ``Authorization`` header."""
        scheme, _, encoded = (call.request.header(b"authorization") or "").partition(" ")
        self.require(call, scheme.lower() == "basic", Reason.CLIENT_UNKNOWN)
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except ValueError:
            raise self.refused(call, Reason.CLIENT_UNKNOWN) from None
        return client_id, secret

    def is_client(self, call: Call, partner: Partner, client_id: str, secret: str) -> bool:
        return client_id == partner.client_id and compare_digest(secret.encode(), partner.secret.encode())

    def form(self, call: Call) -> dict[str, str]:
        content_type = (call.request.header(b"content-type") or "").partition(";")[0].strip().lower()
        self.require(call, content_type == "application/x-www-form-urlencoded", Reason.FORM_INVALID)
        return first_of_each(call.body)

    def grants(self, call: Call, grant_type: str | None) -> bool:
        return grant_type == GRANT

    def has_scope(self, call: Call, scope: str | None) -> bool:
        """The one scope there is; naming none means that one."""
        return scope is None or scope == SCOPE

    def draw_token(self, call: Call) -> str:
        return secrets.token_urlsafe(32)

    def token_expiry(self, call: Call) -> float:
        """The clock hook dates the token; from then on the real clock counts (contract 9)."""
        return call.now + self.token_lifetime(call)

    def token_view(self, call: Call, value: str) -> dict[str, object]:
        return {
            "access_token": value,
            "token_type": "bearer",
            "expires_in": self.token_lifetime(call),
            "scope": SCOPE,
        }
