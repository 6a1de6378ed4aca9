"""The page of a load run: the verdict first, then one chart, then all that an engineer asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from reports import quantities
from reports.charts import Chart
from reports.conclusion import counted
from reports.exchanges import show
from reports.load_charts import heat_chart, latency_chart, percentile_chart, rate_chart, slots
from reports.visible import visible

Json = Mapping[str, Any]

TONES = {"objectives met": "good", "objectives missed": "bad", "stopped by its own limit": "bad"}
"""What the stylesheet calls the look of a verdict; of all others nobody knows whether the target is good."""

SIGNS = {"good": "✓", "bad": "✕", "open": "?"}
WORDS = {"slower": "fail", "faster": "pass"}
"""What the stylesheet calls the look of a comparison's word."""

SHARES = {"p50": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99, "p99.9": 0.999}


def render(run: Json) -> str:
    """The page as HTML. Raises KeyError, TypeError, ValueError and the like where the run is not what it should be."""
    tone = TONES.get(run["verdict"]["word"], "open")
    charts = list(_charts(run))
    return _template().render(
        run=run,
        headline=headline(run),
        tone=tone,
        sign=SIGNS[tone],
        doubts=_further_doubts(run),
        missed=missed(run),
        measures=_measures(run),
        judged_of=_by_subject(run),
        loops=[row for row in run["operations"] if row["is_loop"]],
        calls=[row for row in run["operations"] if not row["is_loop"]],
        first_chart=latency_chart(run, brief=True) if charts else None,
        charts=charts,
        slots=slots(run),
        comparison=sorted(run["comparison"], key=lambda row: (row["word"] != "slower", row["word"] != "faster")),
        doubtful=[worker["index"] for worker in run["workers"] if _is_doubted(run, worker)],
        quantiles=tuple(SHARES),
        words=WORDS,
        counted=counted,
        observed=quantities.observed,
        limit=quantities.limit,
        says_little=says_little,
        show=show,
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"visible": _visible, "ms": quantities.ms, "share": quantities.share}
    return environment.get_template("load.html")


def headline(run: Json) -> str:
    """The verdict's word, as a heading."""
    word = visible(run["verdict"]["word"])
    return word[:1].upper() + word[1:]


def missed(run: Json) -> Sequence[Json]:
    """The objectives that were not met."""
    return [one for one in run["objectives"] if not one["met"]]


def says_little(total: int, quantile: str) -> bool:
    """Whether so few were measured that this quantile is nothing else than the longest of them."""
    return total * (1 - SHARES[quantile]) < 1


def _further_doubts(run: Json) -> Sequence[str]:
    """What the verdict's sentence does not say already."""
    return [doubt for doubt in run["verdict"]["doubts"] if doubt not in run["verdict"]["sentence"]]


def _measures(run: Json) -> Sequence[str]:
    """What operations are judged by, in the order of the table's columns."""
    known = [*SHARES, "errors"]
    found = {one["measure"] for one in run["objectives"] if one["subject"] != "run"}
    return [name for name in known if name in found] + sorted(found.difference(known))


def _by_subject(run: Json) -> Mapping[str, Mapping[str, Json]]:
    """The objectives of each operation by what they measure; the loops first, as they are what a customer waits for."""
    loops = {row["name"] for row in run["operations"] if row["is_loop"]}
    found: dict[str, dict[str, Json]] = {}
    for one in sorted(run["objectives"], key=lambda one: one["subject"] not in loops):
        if one["subject"] != "run":
            found.setdefault(one["subject"], {})[one["measure"]] = one
    return found


def _charts(run: Json) -> Iterator[Chart]:
    if not run["timeline"]:
        return
    for chart in (rate_chart(run), latency_chart(run), heat_chart(run), percentile_chart(run)):
        if chart is not None:
            yield chart


def _is_doubted(run: Json, worker: Json) -> bool:
    return any(doubt.startswith(f"worker {worker['index']} ") for doubt in run["verdict"]["doubts"])


def _visible(text: object) -> str:
    return visible(str(text), keep="\n\t")
