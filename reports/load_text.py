"""What a load run found as text: Markdown for pipelines, and a few lines for whoever waits at the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from reports.conclusion import counted
from reports.load_page import headline, missed
from reports.quantities import limit, ms, observed, share
from reports.visible import cut, visible

Json = Mapping[str, Any]

SHOWN = ("p50", "p95", "p99")
MOST_MISSED = 10
"""Objectives that the terminal names one by one."""


def markdown(run: Json) -> str:
    """The verdict, the objectives that were missed, the others in a fold, and the operations."""
    return "\n\n".join(_parts(run)) + "\n"


def _parts(run: Json) -> Iterator[str]:
    verdict = run["verdict"]
    yield f"# {_cell(headline(run))}: load on {_cell(run['target']['name'])}"
    yield f"{_cell(verdict['sentence'])} Exit code {verdict['exit_code']}."
    if verdict["doubts"]:
        yield "\n".join(f"* {_cell(doubt)}" for doubt in verdict["doubts"])
    begun = f"{run['started']} of {counted(run['asked'], 'loop')}" if run["asked"] is not None else str(run["started"])
    yield f"{begun} begun in {run['seconds']:.0f} s ({run['model']} model), {run['at']}, suite {run['suite_version']}."
    if run["objectives"]:
        yield "## Objectives"
        gone = missed(run)
        yield f"{counted(len(run['objectives']) - len(gone), 'objective')} met, {len(gone)} missed."
        rows = [[one["subject"], one["measure"], limit(one), observed(one)] for one in gone]
        if rows:
            yield _table(["missed by", "measure", "limit", "observed"], rows)
    if run["operations"]:
        yield "## Operations"
        yield "Response times in ms, of successes in the phases that are judged."
        rows = [[row["name"], *_numbers(row)] for row in _in_order(run)]
        yield _table(["operation", "succeeded", "failed", "wrong successes", *SHOWN, "p99.9"], rows)
    if slower := [row for row in run["comparison"] if row["word"] == "slower"]:
        yield "## Slower than the earlier run"
        rows = [[row["operation"], row["measure"], ms(row["before"]), ms(row["now"])] for row in slower]
        yield _table(["operation", "measure", "before, ms", "now, ms"], rows)


def _in_order(run: Json) -> Sequence[Json]:
    """The loops first."""
    return sorted(run["operations"], key=lambda row: not row["is_loop"])


def _numbers(row: Json) -> list[str]:
    times = row["response"] or {}
    failed = f"{row['failed']} ({share(row['failed'] / (row['failed'] + row['succeeded']))})" if row["failed"] else "0"
    quantiles = [ms(times.get(name)) for name in (*SHOWN, "p99.9")]
    return [str(row["succeeded"]), failed, str(row["wrong_successes"]), *quantiles]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([_cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(text: str) -> str:
    """Text that means nothing to Markdown."""
    return "".join(f"\\{char}" if char in "\\`*_[]|<>#" else char for char in visible(text))


def terminal(run: Json) -> str:
    """The verdict, the objectives that were missed, and the loops."""
    verdict = run["verdict"]
    lines = [f"{headline(run)}: {visible(verdict['sentence'])} Exit code {verdict['exit_code']}."]
    gone = missed(run)
    lines += [
        f"  missed  {cut(visible(one['subject']), 32):32} {one['measure']:16} {observed(one):>12}, allowed {limit(one)}"
        for one in gone[:MOST_MISSED]
    ]
    if len(gone) > MOST_MISSED:
        lines.append(f"  and {counted(len(gone) - MOST_MISSED, 'more objective')}")
    if loops := [row for row in run["operations"] if row["is_loop"]]:
        lines += ["", f"{'loop':18} {'succeeded':>10} {'failed':>8}  response p50, p95, p99 in ms"]
        for row in loops:
            times = row["response"] or {}
            shown = "".join(f"{ms(times.get(name)):>9}" for name in SHOWN)
            lines.append(f"{cut(visible(row['name']), 18):18} {row['succeeded']:>10} {row['failed']:>8} {shown}")
    return "\n".join(lines)
