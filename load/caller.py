"""Calls under load: each is timed, judged, counted, and told to Locust."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from typing import Any, Final, Protocol

import orjson

from load.measure import UNFINISHED, WRONG_SUCCESS, Key, Measurements
from load.wire import Reply, WireError
from target.connection import Target
from target.redaction import Redaction
from target.route import Route, objections, route
from target.secret import Secret

now = time.monotonic

_TOKEN_LOOKS: Final = 0.5
"""Seconds between two looks whether the token has to be replaced; it is replaced long before it expires."""

LEAK: Final = "an OTP in the answer"

_FIXED: Final = (
    ("User-Agent", "device-management-load"),
    ("Accept", "application/json"),
    ("Accept-Encoding", "gzip, deflate"),
)


class LoopBroken(Exception):
    """A loop cannot go on, since a call of it failed. The message is the kind of failure, which is counted already."""


class CallFailed(Exception):
    """What Locust is told of a failed call: its kind, in a few words that are free of secrets."""


class Transport(Protocol):
    """What carries requests."""

    reconnects: int

    def use(self, headers: Iterable[tuple[str, str]]) -> None:
        """The headers of all requests from now on, besides those of their bodies."""

    def exchange(self, method: str, path: str, content: bytes, *, repeatable: bool) -> Reply:
        """Make a request with a JSON body (or none), wait for its answer. Raises WireError."""

    def close(self) -> None: ...


class Caller:
    """Makes the calls of one process.

    fire: Locust's `events.request.fire`. full_every: of so many answers one is judged by all the rules for every
    exchange, not only by its status and its schema.
    """

    def __init__(
        self, target: Target, wire: Transport, measurements: Measurements, fire: Callable[..., None], full_every: int
    ) -> None:
        self.measurements = measurements
        self._target = target
        self._wire = wire
        self._fire = fire
        self._full_every = full_every
        self._answers = 0
        self._url = target.profile.api_url
        self._token: Secret | None = None
        self._authorized_until = 0.0
        self._headers: list[tuple[str, str]] = []

    def call(
        self,
        operation: str,
        ids: tuple[str, ...],
        body: Any,
        visit: Visit,
        *,
        refused: bool = False,
        hidden: Secret | None = None,
        also: int | None = None,
    ) -> Any:
        """Make a call of a visit; returns the document of the good answer.

        refused: this must not be accepted. hidden: an OTP that the answer may not show. also: a status that is as good.
        Raises LoopBroken.
        """
        one = route(operation)
        place = one.place(*ids)
        content = b"" if body is None else orjson.dumps(body)
        if now() >= self._authorized_until:
            self._authorize()
        self._target.client.pace.take()
        entry = self._announced(one, body)
        key = (operation, visit.stage, visit.second)
        sent = now()
        visit.begun = visit.begun or sent
        try:
            reply = self._wire.exchange(one.method, place, content, repeatable=one.repeatable)
        except WireError as error:
            raise self._failed(one, key, str(error), now() - visit.ready) from None
        except BaseException:
            # The run ends while the answer is still to come.
            self.measurements.failure(key, UNFINISHED)
            raise
        response, service, visit.ready = reply.came - visit.ready, reply.came - sent, now()
        visit.answered = reply.came
        wrong: str | None
        document: Any
        if reply.status == also:
            wrong, document = None, None
        else:
            wrong, document = _refusal(reply) if refused else one.flaw(reply.status, reply.body)
        if entry is not None:
            self._target.ledger.answered(entry, document["id"] if wrong is None else None)
        self._answers += 1
        if wrong is None and hidden is not None and _shows(reply.body, hidden):
            wrong = LEAK
        if wrong is None and self._answers % self._full_every == 0:
            wrong = next(iter(objections(self._exchange(one, place, content, reply, service))), None)
        if wrong is not None:
            if (operation, wrong) not in self.measurements.examples:
                exchange = self._exchange(one, place, content, reply, service)
                self.measurements.examples[operation, wrong] = Redaction(visit.secrets).exchange(exchange)
            raise self._failed(one, key, wrong, response, len(reply.body))
        self.measurements.success(key, response, service)
        self._fire(
            request_type=one.method,
            name=operation,
            response_time=response * 1000,
            response_length=len(reply.body),
            exception=None,
            context={},
        )
        return document

    def _failed(self, one: Route, key: Key, kind: str, response: float, length: int = 0) -> LoopBroken:
        self.measurements.failure(key, kind)
        self._fire(
            request_type=one.method,
            name=one.operation,
            response_time=response * 1000,
            response_length=length,
            exception=CallFailed(kind),
            context={},
        )
        return LoopBroken(kind)

    def _announced(self, one: Route, body: Any) -> str | None:
        if one.creates is None:
            return None
        return self._target.ledger.announce(self._target.partner.role.value, one.creates, body.get("person_id"))

    def _authorize(self) -> None:
        """Have requests carry the present token, and look for a newer one in a while."""
        self._authorized_until = now() + _TOKEN_LOOKS
        token = self._target.partner.token
        if token is not self._token:
            self._token = token
            self._headers = [*_FIXED, ("Authorization", f"Bearer {token.reveal()}")]
            self._wire.use(self._headers)

    def _exchange(self, one: Route, place: str, content: bytes, reply: Reply, elapsed: float) -> Any:
        headers = [*self._headers, *([("Content-Type", "application/json")] if content else [])]
        return one.exchange(f"{self._url}{place}", headers, content, reply.status, reply.headers, reply.body, elapsed)


class Visit:
    """One run through a loop.

    due: when it was to begin, by this process's clock; second: the same, of the run. ready: since when the next call
    could have been sent. begun, answered: when the first one was sent, and when the last answer came. secrets: what no
    example may show.
    """

    __slots__ = ("_caller", "answered", "begun", "due", "loop", "negative", "ready", "second", "secrets", "stage")

    def __init__(
        self, caller: Caller, loop: str, stage: int, second: int, due: float, *, negative: bool, secrets: list[Secret]
    ) -> None:
        self._caller = caller
        self.loop = loop
        self.stage = stage
        self.second = second
        self.due = self.ready = due
        self.begun = self.answered = 0.0
        self.negative = negative
        self.secrets = secrets

    def call(
        self, operation: str, *ids: str, body: Any = None, hidden: Secret | None = None, also: int | None = None
    ) -> Any:
        """Make a call; returns the document of the good answer. Raises LoopBroken."""
        return self._caller.call(operation, ids, body, self, hidden=hidden, also=also)

    def refuses(self, operation: str, *ids: str, body: Any) -> None:
        """Make a call that must be refused. Raises LoopBroken where it is not."""
        self._caller.call(operation, ids, body, self, refused=True)

    @property
    def key(self) -> Key:
        return self.loop, self.stage, self.second


def _refusal(reply: Reply) -> tuple[str | None, None]:
    """Any refusal will do here; which of them is right is for the suites to judge."""
    if 200 <= reply.status < 300:
        return WRONG_SUCCESS, None
    return (None if 400 <= reply.status < 500 else f"status {reply.status}"), None


def _shows(body: bytes, otp: Secret) -> bool:
    """Whether an OTP stands in a body by itself: six digits may well be a part of an id or of a time."""
    text = otp.reveal().encode()
    return text in body and re.search(rb"(?<![\w.:+-])%b(?![\w.:-])" % text, body) is not None
