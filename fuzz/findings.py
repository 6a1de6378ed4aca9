"""What Schemathesis found: one failed check of one answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine.events import NonFatalError, ScenarioFinished
from schemathesis.generation.case import Case
from schemathesis.openapi.checks import JsonSchemaError

from contract.exchange import Answer, Exchange, Headers, Request
from contract.operations import operations

NO_OPERATION = "no operation"

_SAID = {"authorization", "content-type"}


@dataclass(frozen=True, slots=True)
class Finding:
    """A check that failed.

    check: by Schemathesis' name. operation: an id of the operations table. what: in Schemathesis' words.
    exchange: as it was, with all secrets; None where there was no answer.
    """

    check: str
    operation: str
    what: str
    exchange: Exchange | None

    @property
    def status(self) -> int | None:
        return self.exchange.status if self.exchange else None


def finding(check: str, failure: Failure, operation: str, response: Response | None) -> Finding:
    """A failed check; `operation` is an id of the table."""
    return Finding(check, operation, _what(failure), _exchange(operation, response) if response else None)


def findings(scenario: ScenarioFinished) -> Iterator[Finding]:
    """The failed checks of a scenario, in the order of its requests."""
    recorder = scenario.recorder
    for case_id, checks in recorder.checks.items():
        for check in checks:
            if check.failure_info is None:
                continue
            failure = check.failure_info.failure
            # A check may send requests of its own, such as one without a token; then the failure names that one.
            judged = failure.case_id or case_id
            response = recorder.find_response(case_id=judged)
            yield finding(check.name, failure, id_of(recorder.cases[judged].value), response)


def broken(error: NonFatalError) -> Finding:
    """A request that could not be made, or got no answer. The error's own text may quote what was sent."""
    named = (operation.id for operation in operations().values() if str(operation) == error.label)
    return Finding("answered", next(named, NO_OPERATION), type(error.value).__name__, None)


def id_of(case: Case[Any]) -> str:
    """The id of the operation that a request is made for."""
    found: str = case.operation.definition.raw["operationId"]
    return found


def _what(failure: Failure) -> str:
    """What was found, in one line; of an answer that fits no schema only the place, since its values may be secrets."""
    if isinstance(failure, JsonSchemaError):
        place, rule = ("/".join(map(str, path)) for path in (failure.instance_path, failure.schema_path))
        return f"{failure.title}: {place or 'the body'} ({rule})"
    return "; ".join(line.strip() for line in (failure.title, *failure.message.splitlines()) if line.strip())


def _exchange(operation: str, got: Response) -> Exchange:
    sent = got.request
    # The rest of the headers is how Schemathesis speaks HTTP; whoever repeats the request does not need them.
    said = Headers((name, str(value)) for name, value in sent.headers.items() if name.lower() in _SAID)
    body = sent.body.encode() if isinstance(sent.body, str) else sent.body
    headers = Headers((name, value) for name, values in got.headers.items() for value in values)
    request = Request(sent.method or "", sent.url or "", said, body if isinstance(body, bytes) else b"", operation)
    return Exchange(request, Answer(got.status_code, headers, got.content, got.elapsed))
