"""How a test says which clause it checks."""

from __future__ import annotations

import pytest

from contract.clauses import Clause, clauses
from contract.operations import Operation, operations


def clause(clause_id: str) -> pytest.MarkDecorator:
    """Mark a test with the clause that it checks. Raises ContractError for an unknown id."""
    return pytest.mark.clause(clauses()[clause_id].id)


def clause_of(item: pytest.Item) -> Clause:
    """The clause that a test checks. Raises pytest.UsageError where the test names none."""
    marker = item.get_closest_marker("clause")
    if marker is None:
        raise pytest.UsageError(f"{item.nodeid} names no clause: mark it with @clause(...)")
    return clauses()[marker.args[0]]


def operation_of(item: pytest.Item) -> Operation | None:
    """The operation that a test is about: its `operation` parameter, or its clause's own."""
    callspec = getattr(item, "callspec", None)
    named = callspec.params.get("operation") if callspec else None
    return operations()[named] if isinstance(named, str) else clause_of(item).operation
