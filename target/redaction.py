"""Exchanges as they may be written down: a curl line and the answer, without any secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from contract.exchange import Exchange
from target.secret import Secret

HIDDEN = "***"
LONGEST_BODY = 2_000
"""Characters of a body that are kept."""

# Fields whose value is a secret by its nature, in requests and answers.
_FIELDS = re.compile(
    r'("(?:access_token|client_secret|code|tan|token|otp|number|mobile_number|to|text)"\s*:\s*)'
    r'("(?:[^"\\]|\\.)*"|-?[0-9.]+)'
)
_ERROR_CODE = re.compile(r'"code"\s*:\s*"[A-Za-z_]+"')
_CREDENTIALS = {"authorization"}
_AUTHORIZATION = re.compile(r"\b(Bearer|Basic)[ \t]+\S+", re.IGNORECASE)


class Redaction:
    """Replaces every known secret by `***`.

    secrets: all that the exchanges to be shown may hold, besides what is secret by its field.
    """

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        known = {secret.reveal() for secret in secrets if secret}
        # A forged signature may be the OTP itself in hex, and a number in a query is percent-encoded.
        in_hex = {text.encode().hex() for text in known}
        known |= in_hex | {text.upper() for text in in_hex} | {quote(text, "") for text in known}
        self._known = sorted(known, key=len, reverse=True)

    def text(self, text: str) -> str:
        """A text without the secrets in it."""
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        return _AUTHORIZATION.sub(rf"\1 {HIDDEN}", text)

    def body(self, body: bytes) -> str:
        text = body.decode("utf-8", "replace")
        # An error's `code` is a word that must stay readable; an activation's or an SMS's `code` must not.
        text = _FIELDS.sub(lambda found: found[0] if _ERROR_CODE.fullmatch(found[0]) else f'{found[1]}"{HIDDEN}"', text)
        text = self.text(text)
        return text if len(text) <= LONGEST_BODY else f"{text[:LONGEST_BODY]}... ({len(text)} characters)"

    def exchange(self, exchange: Exchange) -> dict[str, Any]:
        """`{request, status, headers, body, elapsed_ms}`, in plain types."""
        answer = exchange.answer
        return {
            "request": self._curl(exchange),
            "status": answer.status,
            "headers": self._headers(answer.headers),
            "body": HIDDEN if exchange.confidential else self.body(answer.body),
            "elapsed_ms": round(answer.elapsed * 1000, 2),
        }

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Most headers hold no secret, which one look at all of them together shows."""
        together = "\n".join(headers.values())
        if self.text(together) == together:
            return dict(headers)
        return {name: self.text(value) for name, value in headers.items()}

    def _curl(self, exchange: Exchange) -> str:
        request = exchange.request
        parts = ["curl", "-X", request.method, _quoted(self.text(request.url))]
        credentials = {name: _credentials_hidden(request.headers[name]) for name in _CREDENTIALS & set(request.headers)}
        for name, value in (self._headers(request.headers) | credentials).items():
            parts += ["-H", _quoted(f"{name}: {value}")]
        if request.body:
            parts += ["--data-binary", _quoted(self.body(request.body))]
        return " ".join(parts)


def _credentials_hidden(authorization: str) -> str:
    """Whatever the scheme is, only its name is shown."""
    scheme, space, _ = authorization.partition(" ")
    return f"{scheme} {HIDDEN}" if space else HIDDEN


def _quoted(text: str) -> str:
    # json.dumps would escape too much for a shell; a single quote is all that needs care.
    return "'" + text.replace("'", "'\\''") + "'"
