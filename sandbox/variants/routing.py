# ruff: noqa: ARG002 (a decision gets what it may need)
"""What an unknown path or an unsupported method may get otherwise (contract 1.4, 1.10)."""

from __future__ import annotations

from sandbox.app import Sandbox
from sandbox.http import Answer, Request
from sandbox.operations import Match, Operation, Route
from sandbox.refusals import Reason, RefusedError
from sandbox.variants.catalogue import variant


@variant("no-405", freedom="unsupported method")
class No405(Sandbox):
    """An unsupported method gets 404."""

    def unrouted(self, match: Match) -> RefusedError:
        return RefusedError(self.refusal(Operation.NONE, Reason.PATH_UNKNOWN))


@variant("no-allow", freedom="unsupported method", warns=("general.allow",))
class NoAllow(Sandbox):
    """A 405 does not say which methods there are."""

    def unrouted(self, match: Match) -> RefusedError:
        refused = super().unrouted(match)
        refused.allow = None
        return refused


@variant("path-before-token")
class PathBeforeToken(Sandbox):
    """An unknown path and an unsupported method are refused before a token is asked for."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        if route is None:
            raise self.unrouted(match)
        return await super().handled(operation, route, match, request)


@variant("no-head", freedom="HEAD")
class NoHead(Sandbox):
    """HEAD is no method of any path."""

    def route(self, match: Match, method: str) -> Route | None:
        return None if method == "HEAD" else super().route(match, method)

    def unrouted(self, match: Match) -> RefusedError:
        refused = super().unrouted(match)
        if refused.allow is not None:
            refused.allow = ", ".join(sorted(match.routes))
        return refused


@variant("options")
class Options(Sandbox):
    """OPTIONS is answered on every path there is, also without a token, as browsers ask for it."""

    async def handled(self, operation: Operation, route: Route | None, match: Match, request: Request) -> Answer:
        if request.method == "OPTIONS" and match.routes:
            return Answer(204, None, {"allow": f"{match.allowed}, OPTIONS", "access-control-allow-origin": "*"})
        return await super().handled(operation, route, match, request)
