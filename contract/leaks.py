"""What must never stand in an answer: OTPs, tokens, activation codes outside activation answers (contract 1.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from contract.exchange import Exchange
from contract.judge import Finding

NO_LEAK = "general.no-leak"

_ACTIVATION = ("activation-challenge", "delivery-event")
"""What the operations have in their ids whose answers may show a code: those of contract 6."""


@dataclass(frozen=True, slots=True)
class Confidences:
    """What the target told a customer or a partner in confidence: six-digit OTPs, access tokens, activation codes."""

    otps: frozenset[str]
    tokens: frozenset[str]
    activation_codes: frozenset[str]


def leaks(exchanges: Iterable[Exchange], confidences: Confidences) -> Iterator[Finding]:
    """A finding for each answer that holds a confidence.

    An OTP is looked for as a number of its own: six digits in the middle of an id or of a time stamp are chance.
    """
    otps = _numbers(confidences.otps)
    for exchange in exchanges:
        if exchange.confidential:
            continue
        answer = exchange.answer
        text = "\n".join(
            [*(f"{name}: {value}" for name, value in answer.headers.items()), answer.body.decode("utf-8", "replace")]
        )
        if otps and otps.search(text):
            yield _finding("an OTP", exchange)
        if any(token in text for token in confidences.tokens):
            yield _finding("an access token", exchange)
        if not _may_show_codes(exchange) and any(code in text for code in confidences.activation_codes):
            yield _finding("an activation code", exchange)


def _numbers(otps: frozenset[str]) -> re.Pattern[str] | None:
    if not otps:
        return None
    return re.compile(rf"(?<![0-9a-fA-F.])(?:{'|'.join(map(re.escape, sorted(otps)))})(?![0-9a-fA-FZ])")


def _may_show_codes(exchange: Exchange) -> bool:
    return any(name in (exchange.request.operation or "") for name in _ACTIVATION)


def _finding(what: str, exchange: Exchange) -> Finding:
    return Finding(NO_LEAK, f"the answer holds {what} that was sent", "no such thing in any answer", exchange)
