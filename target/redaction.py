"""Exchanges as they may be written down: a curl line and the answer, without any secret."""

from __future__ import annotations

import re
from collections.abc import Iterable
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

    def exchange(self, exchange: Exchange) -> dict[str, Any]:
        """`{request, status, headers, body, elapsed_ms}`, in plain types."""
        request, answer = exchange.request, exchange.answer
        hidden = self.text if self._knows(exchange) else _as_it_is
        parts = ["curl", "-X", request.method, _quoted(hidden(request.url))]
        for name, value in request.headers.items():
            shown = _credentials_hidden(value) if name in _CREDENTIALS else hidden(value)
            parts += ["-H", _quoted(f"{name}: {shown}")]
        if request.body:
            parts += ["--data-binary", _quoted(_shortened(hidden(_fields_hidden(request.body))))]
        return {
            "request": " ".join(parts),
            "status": answer.status,
            "headers": {name: hidden(value) for name, value in answer.headers.items()},
            "body": HIDDEN if exchange.confidential else _shortened(hidden(_fields_hidden(answer.body))),
            "elapsed_ms": round(answer.elapsed * 1000, 2),
        }

    def _knows(self, exchange: Exchange) -> bool:
        """Whether anything of an exchange is secret: one look at all of it, since most exchanges hold nothing."""
        request, answer = exchange.request, exchange.answer
        headers = [value for name, value in request.headers.items() if name not in _CREDENTIALS]
        bodies = (body.decode("utf-8", "replace") for body in (request.body, answer.body))
        together = "\n".join([request.url, *headers, *answer.headers.values(), *bodies])
        return self.text(together) != together


def _as_it_is(text: str) -> str:
    return text


def _fields_hidden(body: bytes) -> str:
    """A body without what is secret by the name of its field."""
    text = body.decode("utf-8", "replace")
    # An error's `code` is a word that must stay readable; an activation's or an SMS's `code` must not.
    return _FIELDS.sub(lambda found: found[0] if _ERROR_CODE.fullmatch(found[0]) else f'{found[1]}"{HIDDEN}"', text)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_BODY else f"{text[:LONGEST_BODY]}... ({len(text)} characters)"


def _credentials_hidden(authorization: str) -> str:
    """Whatever the scheme is, only its name is shown."""
    scheme, space, _ = authorization.partition(" ")
    return f"{scheme} {HIDDEN}" if space else HIDDEN


def _quoted(text: str) -> str:
    # json.dumps would escape too much for a shell; a single quote is all that needs care.
    return "'" + text.replace("'", "'\\''") + "'"
