"""The judge: turns what a target did into findings on clauses.

A *violation* is the target's; it is raised, so that a story ends where the law is broken. How grave it is,
the clause decides (`evidence.verdict_on_violation`). A *not testable* names what is missing and is never green.
Any other exception is the suite's own error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contract.answers import Answers
from contract.clauses import Clause, clauses
from contract.exchange import Exchange, NotJson
from contract.operations import Operation, operations
from contract.schemas import defect

REFUSAL = "general.refusal-changes-nothing"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen, against what a clause allows. `observed` and `expected` are sentences free of secrets."""

    clause: str
    observed: str
    expected: str
    exchange: Exchange | None = None


class Violation(AssertionError):
    """The target broke a clause, and by the same act perhaps others, too."""

    def __init__(self, finding: Finding, *also: Finding) -> None:
        super().__init__(f"{finding.observed}, expected {finding.expected}")
        self.finding = finding
        self.also = also


class NotTestable(Exception):
    """The clause cannot be judged here; the message says why (`needs clock hook`)."""


class PrerequisiteFailed(NotTestable):
    """A step before the one in question broke another clause, which is the root cause."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(f"prerequisite failed: {finding.clause}: {finding.observed}")
        self.finding = finding


def operation_of(exchange: Exchange) -> Operation | None:
    """The row of the operations table that an exchange belongs to."""
    return operations()[exchange.request.operation] if exchange.request.operation else None


def document(exchange: Exchange) -> Any:
    """The JSON body of a good answer of an operation, checked against the operation's schema.

    Raises PrerequisiteFailed with the operation's own clause as the root cause: not the status that the
    contract wants, not JSON, or not the schema.
    """
    if fault := flaw(exchange):
        raise PrerequisiteFailed(fault)
    return exchange.answer.json() if exchange.answer.body else None


def flaw(exchange: Exchange) -> Finding | None:
    """Why an answer is not the good answer of its operation; None where it is."""
    operation = operation_of(exchange)
    if operation is None:
        raise ValueError("only an operation of the table has a good answer")
    if exchange.status not in operation.success:
        return Finding(operation.works, f"{operation} answered {exchange.status}", str(operation.success), exchange)
    if operation.answer is None and not exchange.answer.body:
        return None
    try:
        body = exchange.answer.json()
    except NotJson as error:
        return Finding(operation.works, str(error), "a JSON body", exchange)
    wrong = defect(operation.answer, body) if operation.answer else None
    return Finding(operation.works, wrong, f"the schema {operation.answer!r}", exchange) if wrong else None


class Judge:
    """The judge of one test: it holds the test's clause and collects notes and observations."""

    def __init__(self, clause: Clause) -> None:
        self.clause = clause
        self.notes: list[Finding] = []
        self.observations: dict[str, Any] = {}

    def accepts(self, exchange: Exchange, answers: Answers | None = None, clause: str | None = None) -> None:
        """The answer's status is in the accept set: of the clause, or of the `answers` given in its place.

        Accepted but not preferred, by status or by code word, is a note. Raises Violation.
        """
        law = clauses()[clause] if clause else self.clause
        allowed = answers or law.answers
        if allowed is None:
            raise ValueError(f"the clause {law.id} has no answers to judge by")
        if exchange.status not in allowed:
            raise Violation(Finding(law.id, f"answered {exchange.status}", str(allowed), exchange))
        if exchange.status not in allowed.preferred:
            self.notes.append(
                Finding(law.id, f"answered {exchange.status}", f"{allowed}, preferably the first", exchange)
            )
        elif allowed.code and not exchange.answer.ok:
            self._notes_code(law, exchange, allowed.code)

    def accepts_each(self, exchanges: Mapping[str, Exchange], answers: Answers | None = None) -> None:
        """All the answers are in the accept set; `exchanges` has in words what each of them was tried with.

        Raises one Violation that names every one that is not, and shows the first.
        """
        allowed = answers or self.clause.answers
        if allowed is None:
            raise ValueError(f"the clause {self.clause.id} has no answers to judge by")
        wrong = {what: exchange for what, exchange in exchanges.items() if exchange.status not in allowed}
        if wrong:
            seen = ", ".join(f"{exchange.status} for {what}" for what, exchange in wrong.items())
            raise Violation(Finding(self.clause.id, f"answered {seen}", str(allowed), next(iter(wrong.values()))))
        for exchange in exchanges.values():
            self.accepts(exchange, allowed)

    def _notes_code(self, law: Clause, exchange: Exchange, preferred: Iterable[str]) -> None:
        words = error_codes(exchange)
        if words and not set(words) & set(preferred):
            self.notes.append(
                Finding(law.id, f"error code {words[0]!r}", f"preferably {' or '.join(preferred)}", exchange)
            )

    def works(self, exchange: Exchange) -> Any:
        """The good request got the good answer; returns its JSON document (None without a body).

        Raises PrerequisiteFailed, or Violation where this success is the very clause under test.
        """
        fault = flaw(exchange)
        if fault is None:
            self._notes_success(exchange)
            return exchange.answer.json() if exchange.answer.body else None
        if fault.clause == self.clause.id:
            raise Violation(fault)
        raise PrerequisiteFailed(fault)

    def still_works(self, exchange: Exchange, answers: Answers | None = None) -> None:
        """After a refusal the good request works as if nothing had happened (contract 1.11).

        answers: what else the good request may get, where the refusal was allowed to use up a try.
        Raises Violation of the test's clause and of the one on refusals.
        """
        fault = flaw(exchange)
        if fault and (answers is None or exchange.status not in answers):
            self._moved(f"after the refusal the good request failed: {fault.observed}", fault.expected, exchange)

    def unchanged(self, before: object, after: object) -> None:
        """The state after a refusal reads as before (contract 1.11).

        Raises Violation of the test's clause and of the one on refusals.
        """
        if before != after:
            self._moved("a refused request changed what is read", "the state as before")

    def _moved(self, observed: str, expected: str, exchange: Exchange | None = None) -> None:
        own, general = (Finding(name, observed, expected, exchange) for name in (self.clause.id, REFUSAL))
        raise Violation(own, *([general] if self.clause.id != REFUSAL else []))

    def _notes_success(self, exchange: Exchange) -> None:
        operation = operation_of(exchange)
        if operation and operation.works == self.clause.id and exchange.status not in operation.success.preferred:
            self.notes.append(
                Finding(
                    self.clause.id,
                    f"answered {exchange.status}",
                    f"{operation.success}, preferably the first",
                    exchange,
                )
            )

    def holds(self, condition: object, observed: str, expected: str, exchange: Exchange | None = None) -> None:
        """A statement about the target is true. `observed` says what is the case when it is not. Raises Violation."""
        if not condition:
            raise Violation(Finding(self.clause.id, observed, expected, exchange))

    def notes_that(self, observed: str, expected: str) -> None:
        """Something allowed but not preferred was seen."""
        self.notes.append(Finding(self.clause.id, observed, expected))

    def observes(self, name: str, value: Any) -> None:
        """Write down what an OBSERVE clause is about; a later change is drift. `value` is JSON, free of secrets."""
        self.observations[name] = value


def error_codes(exchange: Exchange) -> list[str]:
    """The code words of an error body of either shape (or of RFC 6749), as far as it has any."""
    try:
        body = exchange.answer.json()
    except NotJson:
        return []
    if not isinstance(body, dict):
        return []
    errors = body.get("errors")
    entries = errors if isinstance(errors, list) else [body]
    words = [entry.get("code", entry.get("error")) for entry in entries if isinstance(entry, dict)]
    return [word for word in words if isinstance(word, str)]
