"""The cells of the matrix: which operations a rule for every operation can be tried on.

All is taken from the operations table, so that a new operation gets its tests by a row and a specimen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from contract.operations import Field, Operation, operations
from suites.specimens import SPECIMENS

TRIED = tuple(operations()[name] for name in SPECIMENS)


def each(wanted: Callable[[Operation], object]) -> pytest.MarkDecorator:
    """Try a test on every operation that has a specimen and is wanted."""
    return pytest.mark.parametrize("operation", [operation.id for operation in TRIED if wanted(operation)])


def each_with_fields(wanted: Callable[[Operation, Field], bool]) -> pytest.MarkDecorator:
    """Try a test on every operation that has a wanted field, with all such fields of it as `fields`."""
    rows = {operation.id: [field for field in operation.body if wanted(operation, field)] for operation in TRIED}
    return pytest.mark.parametrize(
        ("operation", "fields"), [pytest.param(name, fields, id=name) for name, fields in rows.items() if fields]
    )


each_with_path_ids = each(lambda operation: operation.parameters)
each_with_body = each(lambda operation: operation.body)
each_with_id_in_body = each(lambda operation: any(field.refers_to for field in operation.body))
each_without_content = each(lambda operation: operation.success.preferred == (204,))


def _representatives() -> Iterable[str]:
    """For each path one operation, preferably one that only reads: it shows best that nothing moved."""
    by_path: dict[str, str] = {}
    for operation in sorted(TRIED, key=lambda operation: not operation.idempotent):
        by_path.setdefault(operation.path, operation.id)
    return by_path.values()


each_path = pytest.mark.parametrize("operation", list(_representatives()))
"""Try a test on every path; `operation` is one of the operations on it."""


def unsupported_methods(operation: Operation) -> list[str]:
    """The methods that no operation has on the path (contract 1.10: HEAD and OPTIONS may be supported)."""
    documented = {other.method for other in operations().values() if other.path == operation.path}
    return [method for method in ("POST", "PUT", "PATCH", "DELETE") if method not in documented]
