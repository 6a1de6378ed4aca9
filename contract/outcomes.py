"""Which answers of an operation the clauses speak of, by status: what a right target may give, and by which clause."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from contract.clauses import Clause, Clauses
from contract.operations import Gate, Operation


def refusals(operation: Operation, clauses: Clauses) -> Mapping[int, tuple[str, ...]]:
    """The statuses with which a right target may refuse a request, each with the ids of its clauses, in their order.

    >>> refusals(operations()["read-device"], clauses())[404]
    ('general.foreign-path', 'general.unknown-id', 'general.impossible-id', 'devices.read-unbound', 'deletion.read')
    """
    found: dict[int, list[str]] = {}
    for clause in clauses.values():
        for status in _statuses(clause, operation):
            if status >= 400:
                found.setdefault(status, []).append(clause.id)
    return MappingProxyType({status: tuple(found[status]) for status in sorted(found)})


def spoken_of(operation: Operation, clauses: Clauses) -> tuple[Clause, ...]:
    """The clauses that speak of this operation alone, and can be checked."""
    return tuple(clause for clause in clauses.testable if clause.operation == operation)


def _statuses(clause: Clause, operation: Operation) -> tuple[int, ...]:
    if clause.answers is None:
        return ()
    applies = clause.operation == operation if clause.operation else _applies(clause, operation)
    return (*clause.answers.preferred, *clause.answers.accepted) if applies else ()


def _applies(clause: Clause, operation: Operation) -> bool:
    """Whether a clause about every operation has a case here; those without a rule speak of no operation's answers."""
    rule = _RULES.get(clause.id)
    return rule is not None and rule(operation)


def _needs_token(operation: Operation) -> bool:
    return operation.gate is not Gate.CREDENTIALS


def _needs_permission(operation: Operation) -> bool:
    return operation.gate is Gate.PERMISSION


def _has_path_id(operation: Operation) -> bool:
    return bool(operation.parameters)


def _has_body(operation: Operation) -> bool:
    return bool(operation.body)


def _names_a_thing(operation: Operation) -> bool:
    return any(field.refers_to for field in operation.body)


def _filters_by_id(operation: Operation) -> bool:
    return any(field.schema and field.schema.endswith("-id") for field in operation.query)


_RULES: Mapping[str, Callable[[Operation], bool]] = MappingProxyType(
    {
        "general.token-absent": _needs_token,
        "general.token-unknown": _needs_token,
        "general.token-expired": _needs_token,
        "general.token-scheme": _needs_token,
        "general.token-in-query": _needs_token,
        "general.permission": _needs_permission,
        "general.foreign-path": _has_path_id,
        "general.foreign-body": _names_a_thing,
        "general.foreign-list": _filters_by_id,
        "general.unknown-id": _has_path_id,
        "general.impossible-id": _has_path_id,
        "general.body-not-json": _has_body,
        "general.body-not-an-object": _has_body,
        "general.field-type": _has_body,
        "general.content-type": _has_body,
        "general.server-error": lambda _: True,
    }
)
