"""Token requests that are not sent by the suite's own way to its tokens (contract 8)."""

from __future__ import annotations

from base64 import b64encode

from target.client import Outgoing
from target.connection import Target
from target.profile import Credentials

GRANT = "grant_type=client_credentials&scope=partners"


def token_request(target: Target, credentials: Credentials, method: str = "POST") -> Outgoing:
    """A good token request, or one by another method, not yet sent."""
    pair = f"{credentials.client_id}:{credentials.client_secret.reveal()}"
    headers = {
        "Authorization": f"Basic {b64encode(pair.encode()).decode()}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    url = f"{target.profile.auth_url}/oauth2/token"
    return Outgoing(method, url, headers, GRANT.encode(), operation="fetch-token", confidential=True)
