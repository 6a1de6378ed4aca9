"""How a test says which clause it checks."""

from __future__ import annotations

import pytest

from contract.clauses import Clause, clauses
from contract.operations import Operation, operations


def clause(clause_id: str, operation: str | None = None) -> pytest.MarkDecorator:
    """Mark a test with the clause that it checks, and with the operation where the clause speaks of none.

    Raises ContractError for an unknown id, KeyError for an unknown operation.
    """
    about = operations()[operation].id if operation else None
    return pytest.mark.clause(clauses()[clause_id].id, operation=about)


def clause_of(item: pytest.Item) -> Clause:
    """The clause that a test checks. Raises pytest.UsageError where the test names none."""
    return clauses()[_marker(item).args[0]]


def operation_of(item: pytest.Item) -> Operation | None:
    """The operation that a test is about: its `operation` parameter, the marker's, or its clause's own."""
    callspec = getattr(item, "callspec", None)
    named = (callspec.params.get("operation") if callspec else None) or _marker(item).kwargs.get("operation")
    return operations()[named] if isinstance(named, str) else clause_of(item).operation


def _marker(item: pytest.Item) -> pytest.Mark:
    marker = item.get_closest_marker("clause")
    if marker is None:
        raise pytest.UsageError(f"{item.nodeid} names no clause: mark it with @clause(...)")
    return marker
