"""Access tokens: fetched once per partner, refreshed before they expire, shared by parallel workers."""

from __future__ import annotations

import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from contract.exchange import Exchange
from contract.judge import document, flaw
from target.client import Client, Outgoing, hook_headers
from target.profile import Credentials, Profile, Role
from target.recording import current
from target.secret import Secret


@dataclass(frozen=True, slots=True)
class Token:
    """An access token. `refresh_at`: seconds since the epoch, well before it expires."""

    secret: Secret
    refresh_at: float


class Tokens:
    """The tokens of a run's partners.

    A worker begins with the tokens that the run's first process fetched (`lend` and `borrowed`).
    issued: every token that this process ever held; a replaced one is still a secret.
    """

    def __init__(self, client: Client, profile: Profile, borrowed: Mapping[str, tuple[str, float]] | None = None):
        self._client = client
        self._profile = profile
        self._lock = threading.Lock()
        self._tokens = {Role(role): Token(Secret(text), at) for role, (text, at) in (borrowed or {}).items()}
        self._expired: dict[Role, Secret] = {}
        self.issued = [token.secret for token in self._tokens.values()]

    def lend(self) -> dict[str, tuple[str, float]]:
        """All tokens in plain types, to be handed to a worker process in memory. Never write it down."""
        return {role.value: (token.secret.reveal(), token.refresh_at) for role, token in self._tokens.items()}

    def of(self, role: Role) -> Secret:
        """A token of the partner that is good for some time yet. Raises PrerequisiteFailed, TargetUnreachable."""
        with self._lock:
            token = self._tokens.get(role)
            if token is None or time.time() >= token.refresh_at:
                token = self._tokens[role] = self._fetch(role)
            return token.secret

    def _fetch(self, role: Role) -> Token:
        asked = time.time()
        secret, lifetime = self.another(role)
        # A fifth of its life, but at most a minute, is left when a token is replaced.
        return Token(secret, asked + lifetime - min(60.0, lifetime / 5))

    def expired(self, role: Role) -> Secret:
        """A token of the partner that has expired, dated so by the clock hook. Raises PrerequisiteFailed."""
        with self._lock:
            if role not in self._expired:
                _, lifetime = self.another(role)
                self._expired[role], _ = self.another(role, clock_offset=-max(4_000.0, lifetime + 400.0))
            return self._expired[role]

    def another(self, role: Role, *, clock_offset: float = 0.0) -> tuple[Secret, float]:
        """A token besides the partner's own, and the seconds that it lives. Raises PrerequisiteFailed."""
        credentials = self._profile.credentials[role]
        answer = document(request_token(self._client, self._profile, credentials, clock_offset=clock_offset))
        secret = Secret(answer["access_token"])
        self.issued.append(secret)
        return secret, float(answer["expires_in"])


def request_token(
    client: Client,
    profile: Profile,
    credentials: Credentials | None,
    *,
    form: str = "grant_type=client_credentials&scope=partners",
    headers: Mapping[str, str] | None = None,
    clock_offset: float = 0.0,
) -> Exchange:
    """POST {auth}/oauth2/token (contract 8). `credentials` None sends no Authorization header."""
    fields = {"Content-Type": "application/x-www-form-urlencoded", **hook_headers(clock_offset), **(headers or {})}
    if credentials is not None:
        pair = f"{credentials.client_id}:{credentials.client_secret.reveal()}"
        fields["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    exchange = client.send(
        Outgoing(
            "POST",
            f"{profile.auth_url}/oauth2/token",
            fields,
            form.encode(),
            operation="fetch-token",
            clock_offset=clock_offset,
            confidential=True,
        )
    )
    if flaw(exchange) is None:
        current().met.append(Secret(exchange.answer.json()["access_token"]))
    return exchange
