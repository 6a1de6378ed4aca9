# ruff: noqa: ARG002 (a decision gets the request, whether it needs it or not)
"""The sandbox as one ASGI application."""

from __future__ import annotations

import asyncio
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence

import orjson

from sandbox.chapters.binding import Binding
from sandbox.chapters.change_requests import ChangeRequests
from sandbox.chapters.delivery import Delivery
from sandbox.chapters.keys import Keys
from sandbox.chapters.mobile_numbers import MobileNumbers
from sandbox.chapters.outbox import Outbox
from sandbox.chapters.signing import Signing
from sandbox.chapters.sms import Sms
from sandbox.chapters.tokens import Tokens
from sandbox.core import Call
from sandbox.http import Answer, BodyTooLargeError, ClientGoneError, Receive, Request, Scope, Send
from sandbox.operations import HOOK_ROUTES, ROUTES, Gate, Match, Operation, Route, Router
from sandbox.refusals import Reason, RefusedError
from sandbox.settings import Settings

Handler = Callable[[Call], Awaitable[Answer]]


class Sandbox(
    Binding,
    Keys,
    Signing,
    Sms,
    Delivery,
    ChangeRequests,
    MobileNumbers,
    Tokens,
    Outbox,
):
    """The embedded target. A fault or a variant of it is a subclass with a mixin in front."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self._router = Router(self.routes())
        self._handlers: dict[Operation, Handler] = {
            route.operation: getattr(self, route.operation.value) for route in self.routes()
        }
        self._free_at = 0.0

    def routes(self) -> tuple[Route, ...]:
        return ROUTES + HOOK_ROUTES if self.settings.hooks else ROUTES

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, as ASGI has it."""
        begin = time.perf_counter()
        request = Request(scope, receive)
        try:
            answer = await self.answer(request)
        except ClientGoneError:
            return
        if self.settings.latency:
            await asyncio.sleep(self.settings.latency)
        if self.settings.max_rate:
            await asyncio.sleep(self._turn(self.settings.max_rate))
        await self.send(request, answer, send)
        if self.settings.log:
            self.log(request, answer, time.perf_counter() - begin)

    def _turn(self, max_rate: float) -> float:
        """Seconds until a request has been served that queues up now."""
        now = time.perf_counter()
        self._free_at = max(now, self._free_at) + 1 / max_rate
        return self._free_at - now

    # The way of a request.

    async def answer(self, request: Request) -> Answer:
        """The answer to a request, whatever it is."""
        match = self._router.match(request.raw_path)
        route = self.route(match, request.method)
        operation = Operation.NONE if route is None else route.operation
        try:
            answer = await self.handled(operation, route, match, request)
        except RefusedError as error:
            answer = self.error_answer(operation, error)
        except BodyTooLargeError:
            answer = self.error_answer(operation, RefusedError(self.refusal(operation, Reason.BODY_TOO_LARGE)))
        except ClientGoneError:
            raise
        except Exception as error:  # noqa: BLE001 - a defect of the sandbox is a 500, not a dead connection
            self.report(error)
            answer = self.internal_error(operation)
        return self.finished(operation, request, answer)

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        """The gates in their order (401, 403, the fault hook, 404 and 405), then the handler."""
        partner = self.admitted(operation, Gate.TOKEN if route is None else route.gate, request)
        if self.fault_is_wanted(operation, request):
            return self.internal_error(operation)
        if route is None:
            raise self.unrouted(match)
        call = Call(operation, partner, request, match.ids, self.now(operation, request))
        if request.method not in _WITHOUT_BODY:
            call.body = await request.body()
        return await self._handlers[operation](call)

    def route(self, match: Match, method: str) -> Route | None:
        """Where a method of a path leads, if anywhere."""
        return match.route(method)

    def unrouted(self, match: Match) -> RefusedError:
        """The refusal of an unknown path, or of a method that a path does not have."""
        if not match.routes:
            return RefusedError(self.refusal(Operation.NONE, Reason.PATH_UNKNOWN))
        return RefusedError(self.refusal(Operation.NONE, Reason.METHOD_NOT_ALLOWED), allow=match.allowed)

    def finished(self, operation: Operation, request: Request, answer: Answer) -> Answer:
        """The answer as it goes out: as it is."""
        return answer

    # The way of an answer.

    def rendered(self, request: Request, answer: Answer) -> bytes:
        """The body as JSON; a 204 has none."""
        return b"" if answer.body is None else orjson.dumps(answer.body)

    def encoded(self, request: Request, answer: Answer) -> bytes:
        """The body as it goes over the wire: without a content coding."""
        return self.rendered(request, answer)

    def pieces(self, request: Request, body: bytes) -> Sequence[bytes] | None:
        """The chunks in which a body goes out, ``None`` for a body in one piece with its length."""
        return None

    def content_type(self, request: Request, answer: Answer) -> str:
        return "application/json"

    async def send(self, request: Request, answer: Answer, send: Send) -> None:
        body = self.encoded(request, answer)
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in answer.headers.items()]
        if body:
            headers.append((b"content-type", self.content_type(request, answer).encode("latin-1")))
        pieces = self.pieces(request, body)
        if pieces is None:
            if body or answer.status != 204:
                headers.append((b"content-length", b"%d" % len(body)))
            pieces = (body,)
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        for piece in pieces[:-1]:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": pieces[-1] if pieces else b""})

    # What is written down.

    def log(self, request: Request, answer: Answer, seconds: float) -> None:
        """One line: method, path without its query, status, milliseconds."""
        path = request.raw_path.decode("ascii", "backslashreplace")
        print(request.method, path, answer.status, f"{seconds * 1000:.1f}", file=sys.stderr, flush=True)

    def report(self, error: Exception) -> None:
        """A defect of the sandbox: where it is and of which kind, without its text, which may hold a secret."""
        where = "".join(traceback.format_tb(error.__traceback__))
        print(f"{type(error).__name__}\n{where}", file=sys.stderr, flush=True)


_WITHOUT_BODY = frozenset({"GET", "HEAD", "DELETE"})
