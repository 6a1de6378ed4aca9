"""An operation for those who call it by the hundred thousand: everything about it looked up once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import orjson

from contract.everywhere import remarks
from contract.exchange import Answer, Exchange, Headers, Request
from contract.operations import operations
from contract.schemas import defect


@dataclass(frozen=True, slots=True)
class Route:
    """How an operation is called, and what its good answer is.

    path: with `{}` for each id. success: the statuses of the good answer. schema: of its body, None where it has none.
    creates: what the ledger calls the thing that it makes, None where it makes nothing that can be removed.
    """

    operation: str
    method: str
    path: str
    success: frozenset[int]
    schema: str | None
    repeatable: bool
    creates: str | None

    def place(self, *ids: str) -> str:
        """The path with its ids, each percent-encoded."""
        return self.path.format(*[quote(one, safe="") for one in ids]) if ids else self.path

    def flaw(self, status: int, body: bytes) -> tuple[str | None, Any]:
        """What is wrong with an answer that should be the good one (None: nothing), and its document."""
        if status not in self.success:
            return f"status {status}", None
        if self.schema is None:
            return None, None
        try:
            document = orjson.loads(body)
        except orjson.JSONDecodeError:
            return "no JSON", None
        return defect(self.schema, document), document

    def exchange(
        self,
        url: str,
        headers: Iterable[tuple[str, str]],
        content: bytes,
        status: int,
        answer_headers: Iterable[tuple[str, str]],
        body: bytes,
        elapsed: float,
    ) -> Exchange:
        """A request and its answer, for those who judge it or show it. elapsed: seconds."""
        request = Request(self.method, url, Headers(headers), content, self.operation)
        return Exchange(request, Answer(status, Headers(answer_headers), body, elapsed))


def objections(exchange: Exchange) -> list[str]:
    """What the rules for every exchange (contract 1) have against one; each begins with the clause."""
    found = (remark.finding for remark in remarks(exchange) if remark.violates)
    return [f"{finding.clause}: {finding.observed}" for finding in found]


@cache
def route(operation_id: str) -> Route:
    """The route of an operation of the table. Raises KeyError."""
    operation = operations()[operation_id]
    return Route(
        operation_id,
        operation.method,
        re.sub(r"{\w+}", "{}", operation.path),
        frozenset((*operation.success.preferred, *operation.success.accepted)),
        operation.answer,
        operation.idempotent,
        operation.creates,
    )
