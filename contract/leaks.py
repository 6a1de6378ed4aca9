"""What must never stand in an answer: OTPs, tokens, activation codes outside activation answers (contract 1.3).

A secret is looked for in all that a target gives: in header values, in the names and values of a JSON body, in any
other body as it is; in plain, in hex and in base64. Six digits may stand there by chance, in an id or a number: it is
reckoned how many would, and only more than that are a leak.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import factorial
from typing import Any, NamedTuple

from contract.exchange import Exchange, NotJson
from contract.judge import Finding, operation_of

NO_LEAK = "general.no-leak"

LONG, SHORT = 10, 6
"""Characters: what is as long as the first is found nowhere by chance; what is shorter than the second, in any text."""

SMALLEST = 1000
"""The smallest JSON number that may be an OTP: a status or a count is smaller, one OTP in a thousand likewise."""

UNLIKELY, INCREDIBLE = 1e-5, 1e-8
"""How improbable chance has to be before six digits are a leak: in a text, and in an id, of which there are many."""

_ACTIVATION = "/mfa/challenges/activation"
"""What the paths have in common whose answers may show a code: those of contract 6."""

_OF_IDS = re.compile(r"(?:.*[-_])?(?:id|ids|url|link|location|etag|traceparent)", re.IGNORECASE)
_TIMES = re.compile(r"\d{4}-?\d\d-?\d\d[Tt ]\d\d:?\d\d:?\d\d(?:[.,]\d+)?")
_OPAQUE = re.compile(r"[0-9A-Za-z]{16,}|[0-9A-Fa-f]+(?:-[0-9A-Fa-f]+){2,}")
_SIX_DIGITS = re.compile(r"[0-9]{6}")
_WITHIN = re.compile(r"(?=([0-9]{6}))")
_BY_ITSELF = re.compile(r"(?<![0-9])(?<![0-9]\.)(?=([0-9]{3})[ -]?([0-9]{3})(?![0-9]|\.[0-9]))")


@dataclass(frozen=True, slots=True)
class Confidences:
    """What the target told a customer or a partner in confidence: six-digit OTPs, access tokens, activation codes."""

    otps: frozenset[str]
    tokens: frozenset[str]
    activation_codes: frozenset[str]


def leaks(exchanges: Iterable[Exchange], confidences: Confidences) -> Iterator[Finding]:
    """A finding for each answer that holds a confidence."""
    answers = [_Answer(exchange) for exchange in exchanges if not exchange.confidential]
    otps = {otp for otp in confidences.otps if _SIX_DIGITS.fullmatch(otp)}
    telling = _telling_otps(answers, otps) | _holding(answers, confidences.otps - otps)
    for place, answer in enumerate(answers):
        if place in telling:
            yield _finding("an OTP", answer.exchange)
        if any(map(answer.holds, confidences.tokens)):
            yield _finding("an access token", answer.exchange)
        if not answer.may_show_codes and any(map(answer.holds, confidences.activation_codes)):
            yield _finding("an activation code", answer.exchange)


def _finding(what: str, exchange: Exchange) -> Finding:
    return Finding(NO_LEAK, f"the answer holds {what} that was sent", "no such thing in any answer", exchange)


class _Six(NamedTuple):
    """Six digits in an answer. place: the name of the field or header. opaque: within an id, or what may be one."""

    digits: str
    place: str
    opaque: bool


class _Answer:
    """All that one answer says, to be searched."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        operation = operation_of(exchange)
        self.may_show_codes = _ACTIVATION in (operation.path if operation else exchange.request.url.partition("?")[0])
        body = exchange.answer.body.decode("utf-8", "replace")
        if "\\u00" in body:
            body += json.dumps(list(_leaves("", self._body)), ensure_ascii=False)
        self.text = "\n".join([*exchange.answer.headers.values(), body])

    @cached_property
    def _body(self) -> Any:
        try:
            return self.exchange.answer.json()
        except NotJson:
            return self.exchange.answer.body.decode("utf-8", "replace")

    @cached_property
    def _parts(self) -> list[tuple[str, str]]:
        return [*self.exchange.answer.headers.items(), *_leaves("", self._body)]

    def holds(self, secret: str) -> bool:
        """Whether a secret is there otherwise than by chance; six-digit ones are `_telling_otps`'s matter."""
        if any(text in self.text for text in _spellings(secret)):
            return True
        if secret not in self.text or not secret:
            return False
        if len(secret) >= LONG:
            return True
        texts = [text for name, text in self._parts if not _OF_IDS.fullmatch(name)]
        if len(secret) < SHORT:
            return secret in texts
        by_itself = re.compile(rf"(?<![0-9A-Za-z]){re.escape(secret)}(?![0-9A-Za-z])")
        return any(by_itself.search(text) for text in texts)

    def sixes(self) -> Iterator[_Six]:
        """All six digits that could be an OTP."""
        for name, text in self._parts:
            timeless = _TIMES.sub(" ", text)
            opaque = [timeless] if _OF_IDS.fullmatch(name) else _OPAQUE.findall(timeless)
            for part in opaque:
                yield from (_Six(found[1], name, True) for found in _WITHIN.finditer(part))
            if not _OF_IDS.fullmatch(name):
                rest = _OPAQUE.sub(" ", timeless)
                yield from (_Six(found[1] + found[2], name, False) for found in _BY_ITSELF.finditer(rest))


def _leaves(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """The texts and numbers of a JSON body with the names of their fields; the names themselves, too.

    A number may be an OTP without the zeros that it begins with: it is there in both ways.
    """
    if isinstance(value, dict):
        for inner, item in value.items():
            yield name, inner
            yield from _leaves(inner, item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(name, item)
    elif value is not None and not isinstance(value, bool):
        yield name, str(value)
        if isinstance(value, int) and SMALLEST <= value < SMALLEST * 100:
            yield name, f"{value:06d}"


def _telling_otps(answers: Sequence[_Answer], otps: set[str]) -> set[int]:
    """The places of the answers that hold six-digit OTPs, and more of them than by chance."""
    telling, seen = set(), False
    for place, answer in enumerate(answers):
        for otp in otps:
            if any(text in answer.text for text in _spellings(otp)):
                telling.add(place)
            spellings = (otp, f"{otp[:3]} {otp[3:]}", f"{otp[:3]}-{otp[3:]}", otp.lstrip("0") or otp)
            seen |= any(text in answer.text for text in spellings)
    if not seen:
        return telling
    # What is there by chance is counted place by place: a header full of numbers excuses nothing in a text.
    sixes = [set(answer.sixes()) for answer in answers]
    for name, opaque in {(six.place, six.opaque) for found in sixes for six in found if six.digits in otps}:
        there = {six.digits for found in sixes for six in found if (six.place, six.opaque) == (name, opaque)}
        if _chance(len(there & otps), len(there), len(otps)) < (INCREDIBLE if opaque else UNLIKELY):
            wanted = {_Six(otp, name, opaque) for otp in there & otps}
            telling |= {place for place, found in enumerate(sixes) if found & wanted}
    return telling


def _chance(matches: int, numbers: int, otps: int) -> float:
    """How probable as many matches are (Poisson), where each of so many numbers is each of the OTPs once in 10^6."""
    expected, matches = numbers * otps / 1e6, min(matches, 20)
    return float(expected**matches / factorial(matches))


def _holding(answers: Sequence[_Answer], secrets: Iterable[str]) -> set[int]:
    return {place for secret in secrets for place, answer in enumerate(answers) if answer.holds(secret)}


@lru_cache(maxsize=4096)
def _spellings(secret: str) -> tuple[str, ...]:
    """How a secret looks in hex, and within a base64 text, where it may begin at three places."""
    octets = secret.encode()
    spelled = {octets.hex(), octets.hex().upper()}
    for shift, first in enumerate((0, 2, 3)):
        # Only those characters that are made of nothing but the secret's own bits.
        whole = slice(first, 8 * (shift + len(octets)) // 6)
        spelled |= {encode(bytes(shift) + octets)[whole].decode() for encode in (b64encode, urlsafe_b64encode)}
    return tuple(sorted(text for text in spelled if len(text) > SHORT))
