"""Made-up exchanges: right ones, of which each test changes one thing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from contract.answers import Answers
from contract.clauses import Clause, clauses
from contract.exchange import Answer, Exchange, Headers, Request
from contract.operations import operations

JSON = {"Content-Type": "application/json"}

DEVICE = {"id": "dev1", "person_id": "cper1", "name": "phone", "created_at": "2022-03-18T14:50:04Z", "deleted_at": None}
CHALLENGE = {
    "id": "ch1",
    "type": "signature",
    "created_at": "2022-03-18T14:50:04Z",
    "expires_at": "2022-03-18T14:55:04Z",
}
CREATED = {"id": "dev1", "key_id": "key1", "challenge": CHALLENGE}
DATE = "Fri, 18 Mar 2022 14:50:04 GMT"
"""The Date header of the moment at which DEVICE and CHALLENGE were made."""


def exchange(
    operation: str | None,
    status: int,
    body: Any = None,
    *,
    method: str | None = None,
    headers: dict[str, str] | None = None,
    **marks: Any,
) -> Exchange:
    """An exchange of an operation. `body`: a JSON document, or bytes as they are; None for no body.

    headers: in place of the content type. marks: `hostile`, `fault` and the like.
    """
    content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    fields = headers if headers is not None else JSON if content else {}
    request = Request(
        method or (operations()[operation].method if operation else "GET"),
        "http://127.0.0.1/v1",
        Headers([]),
        operation=operation,
    )
    return Exchange(request, Answer(status, Headers(fields.items()), content, 0.01), **marks)


def error(status: int, /, **changes: Any) -> dict[str, Any]:
    """One well-formed error, flat."""
    return {
        "id": f"error-{status}",
        "status": status,
        "code": "some_code",
        "title": "Title",
        "detail": "Detail.",
        "error_code": "SOME_CODE",
        **changes,
    }


def errors(status: int, /, **changes: Any) -> dict[str, Any]:
    """The same in the array shape."""
    return {"errors": [error(status, **changes)]}


def with_answers(clause_id: str, answers: Answers | None) -> Clause:
    """A clause of the project, with an accept set of the test's choice."""
    return replace(clauses()[clause_id], answers=answers)
