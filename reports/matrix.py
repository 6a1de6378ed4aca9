"""The matrix: one page that shows what was tested, where it stands, and the evidence behind it.

Rows are operations, columns are kinds of answers and dangers (`Column`). The page is one file that loads
nothing, and everything in it that came from a target is escaped.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from contract.clauses import Column
from contract.evidence import Check, Verdict
from contract.operations import Operation, operations
from reports import archive
from reports.conclusion import conclude, counted
from reports.exchanges import Budget, Excerpt
from reports.run import Finding, Run, operation_tried
from reports.standing import Standing
from reports.visible import visible

EVERYWHERE = "every-operation"
"""The name of the row of those clauses that speak of no single operation."""


@dataclass(frozen=True)
class Cell:
    """The clauses of one operation and one column, each with those checks that tried this operation.

    Without findings it is a cell that the table of cells asks for, and that nothing was tried for.
    """

    row: str
    column: Column
    findings: Sequence[Finding]

    @property
    def anchor(self) -> str:
        return anchor(self.row, self.column.value)

    @cached_property
    def standing(self) -> Standing:
        return max((finding.standing for finding in self.findings), default=Standing.UNTESTED)

    @property
    def checks(self) -> int:
        return sum(len(finding.checks) for finding in self.findings)

    @property
    def size(self) -> str:
        return f"{counted(self.checks, 'check')} of {counted(len(self.findings), 'clause')}"


@dataclass(frozen=True)
class Row:
    """An operation with its cells; without an operation it is the row of every operation.

    reasons: why it has no cell in a column.
    """

    name: str
    operation: Operation | None
    cells: Mapping[Column, Cell]
    reasons: Mapping[Column, str]

    @property
    def chapter(self) -> str:
        return self.operation.chapter.replace("-", " ") if self.operation else "every operation"


def rows(run: Run) -> tuple[Row, ...]:
    """The rows in the order of the operations table; only operations that a clause, a check or a cell concerns."""
    known = dict(operations())
    found: defaultdict[str, defaultdict[Column, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding in run.findings.values():
        for operation, checks in _by_operation(finding):
            if operation is not None:
                known[operation.id] = operation
            found[_row_name(operation)][finding.clause.column].append(Finding(finding.clause, checks))
    for name, column in run.untested_cells:
        found[name][column] += ()
    order = [*known, EVERYWHERE]
    return tuple(_row(run, name, known.get(name), found[name]) for name in sorted(found, key=order.index))


def _row(run: Run, name: str, operation: Operation | None, found: Mapping[Column, list[Finding]]) -> Row:
    there = [column for column in Column if column in found]
    reasons = {column: run.cells.reason(name, column) for column in Column if column not in found}
    return Row(
        name,
        operation,
        {column: Cell(name, column, found[column]) for column in there},
        {column: reason for column, reason in reasons.items() if reason},
    )


def _by_operation(finding: Finding) -> Iterator[tuple[Operation | None, tuple[Check, ...]]]:
    """The checks of a clause by the operation that they count for; a clause without checks counts too."""
    if not finding.checks:
        yield finding.clause.operation, ()
    found: dict[str, tuple[Operation | None, list[Check]]] = {}
    for check in finding.checks:
        operation = operation_tried(finding.clause, check)
        found.setdefault(_row_name(operation), (operation, []))[1].append(check)
    for operation, checks in found.values():
        yield operation, tuple(checks)


def _row_name(operation: Operation | None) -> str:
    return EVERYWHERE if operation is None else operation.id


def render(run: Run) -> str:
    """The page as HTML."""
    table = rows(run)
    chapters = [(chapter, list(group)) for chapter, group in groupby(table, key=lambda row: row.chapter)]
    return _environment().get_template("matrix.html").render(
        run=run,
        conclusion=conclude(run),
        chapters=chapters,
        columns=tuple(Column),
        absent=_absent(table),
        evidence=_shown_exchanges(table),
        line_numbers={id(check): number for number, check in enumerate(run.checks, start=1)},
        places=_places(table),
        reported=[
            (Standing(verdict.value), verdict, run.with_verdict(verdict))
            for verdict in (Verdict.FAIL, Verdict.WARN, Verdict.SUITE_ERROR)
        ],
        standings=tuple(reversed(Standing)),
    )  # fmt: skip


def write_matrix(directory: Path, run: Run) -> None:
    """Write `matrix.html` into a run's folder."""
    (directory / archive.MATRIX).write_text(render(run), encoding="utf-8")


def _absent(table: Sequence[Row]) -> Mapping[Column, Mapping[str, Sequence[Row]]]:
    """The cells that do not apply: by column, for each reason the rows that it holds for."""
    found: defaultdict[Column, defaultdict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in table:
        for column, reason in row.reasons.items():
            found[column][reason].append(row)
    return {column: found[column] for column in Column if column in found}


def _shown_exchanges(table: Sequence[Row]) -> Mapping[int, Excerpt]:
    """The exchanges that the page shows, by the identity of their check; the gravest checks are served first."""
    checks = [check for row in table for cell in row.cells.values() for f in cell.findings for check in f.checks]
    budget = Budget()
    grave_first = sorted(checks, key=lambda check: Standing(check.verdict), reverse=True)
    return {
        id(check): budget.spend(check.exchanges)
        for check in grave_first
        if check.verdict != Verdict.PASS.value and check.exchanges
    }


def _places(table: Sequence[Row]) -> Mapping[str, str]:
    """For each clause the anchor of the place where it stands worst."""
    places: dict[str, tuple[Standing, str]] = {}
    for row in table:
        for cell in row.cells.values():
            for finding in cell.findings:
                name, standing = finding.clause.id, finding.standing
                if name not in places or standing > places[name][0]:
                    places[name] = (standing, anchor(row.name, name))
    return {name: place for name, (_, place) in places.items()}


def anchor(*parts: str) -> str:
    """An id that needs no escaping in a link."""
    return ".".join(re.sub(r"[^A-Za-z0-9._-]", "-", part) for part in parts)


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"visible": _visible, "breakable": _breakable, "identity": id}
    environment.globals |= {
        "anchor": anchor,
        "counted": counted,
        "Verdict": Verdict,
        "Standing": Standing,
        "operation_tried": operation_tried,
    }
    return environment


def _visible(text: str) -> str:
    return visible(text, keep="\n\t")


def _breakable(path: str) -> Markup:
    """A path that may break after its slashes."""
    return Markup("/<wbr>").join(path.split("/"))
