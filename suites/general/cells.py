"""Which operations a rule for every operation is tried on.

All is taken from the tables of operations and cells, so that a new operation gets its tests by a row and a specimen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import pytest

from contract.cells import cells
from contract.clauses import Column
from contract.operations import Field, Operation, operations
from suites.specimens import SPECIMENS

TRIED = tuple(operations()[name] for name in SPECIMENS)


STAND_FOR_ALL: Mapping[str, frozenset[str]] = MappingProxyType(
    {"create-person": frozenset({"first_name", "birth_date", "email", "address"})}
)
"""Fields that stand for all fields of an operation that are like them."""


def tried_fields(operation: Operation) -> list[Field]:
    """The documented fields of the body that bad values are tried on."""
    tried = STAND_FOR_ALL.get(operation.id)
    return [field for field in operation.body if tried is None or field.name in tried]


def each(wanted: Callable[[Operation], object]) -> pytest.MarkDecorator:
    """Try a test on every operation that has a specimen and is wanted."""
    return pytest.mark.parametrize("operation", [operation.id for operation in TRIED if wanted(operation)])


def each_with_fields(wanted: Callable[[Operation, Field], bool]) -> pytest.MarkDecorator:
    """Try a test on every operation that has a wanted field, with all such fields of it as `fields`."""
    rows = {
        operation.id: [field for field in tried_fields(operation) if wanted(operation, field)] for operation in TRIED
    }
    return pytest.mark.parametrize(
        ("operation", "fields"), [pytest.param(name, fields, id=name) for name, fields in rows.items() if fields]
    )


each_with_path_ids = each(lambda operation: operation.parameters)
each_with_body = each(lambda operation: operation.body)
each_with_id_in_body = each(lambda operation: any(field.refers_to for field in operation.body))
each_that_acts = each(lambda operation: not operation.idempotent)
each_without_content = each(lambda operation: operation.success.preferred == (204,))


each_path = pytest.mark.parametrize("operation", [name for name in cells().having(Column.METHOD) if name in SPECIMENS])
"""Try a test on every path; `operation` is one of the operations on it."""

OF_THE_VENDOR = frozenset({("/v1/persons/{id}/mobile_number", "DELETE")})
"""Methods that the vendor documents on a path, though the contract does not speak of them (facts 11)."""


def unsupported_methods(operation: Operation) -> list[str]:
    """The methods that no operation has on the path (contract 1.10: HEAD and OPTIONS may be supported)."""
    known = {other.method for other in operations().values() if other.path == operation.path}
    known |= {method for path, method in OF_THE_VENDOR if path == operation.path}
    return [method for method in ("POST", "PUT", "PATCH", "DELETE") if method not in known]
