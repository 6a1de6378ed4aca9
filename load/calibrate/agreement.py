"""The target's log, our report and Locust's own beside each other."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

OPERATIONS = ("create-sms-challenge", "verify-sms-challenge")
SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p99.9": 0.999}

LATENCY, RATE = 0.01, 0.001
"""By how much of its value a quantile, and the rate, may differ from the target's log."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody says of one operation. quantiles: milliseconds, of the successes. rate: requests per second."""

    quantiles: Mapping[str, float]
    rate: float
    errors: int
    requests: int


def of_log(path: Path, operation: str) -> Seen:
    """What the target itself saw. Its rate is that of the requests from the first to the last."""
    with path.open(encoding="ascii", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["operation"] == operation]
    good = sorted(float(row["answered"]) - float(row["arrived"]) for row in rows if row["status"] != "503")
    arrivals = sorted(float(row["arrived"]) for row in rows)
    quantiles = {name: _quantile(good, share) * 1000 for name, share in SHARES.items()}
    rate = (len(arrivals) - 1) / (arrivals[-1] - arrivals[0]) if len(arrivals) > 1 else math.nan
    return Seen(quantiles, rate, len(rows) - len(good), len(rows))


def _quantile(ordered: Sequence[float], share: float) -> float:
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)] if ordered else math.nan


@dataclass(frozen=True, slots=True)
class Ours:
    """Our report of one run. dropped: loops that were asked for and not begun, or never came to an end.

    is_valid: whether it vouches for its measurements; on a machine that is busy otherwise it does not.
    """

    response: Mapping[str, Seen]
    service: Mapping[str, Seen]
    dropped: int
    verdict: str
    is_valid: bool


def of_report(path: Path) -> Ours:
    """What `load.json` says."""
    report = json.loads(path.read_text(encoding="ascii"))
    seconds = sum(stage["seconds"] for stage in report["plan"]["stages"] if stage["judged"])
    found: dict[str, dict[str, Seen]] = {"response": {}, "service": {}}
    unfinished = 0
    for row in report["operations"]:
        unfinished += row["failures"].get("unfinished", 0) if row["is_loop"] else 0
        for kind, rows in found.items():
            quantiles = {name: (row[kind] or {}).get(name, math.nan) for name in SHARES}
            asked = row["succeeded"] + row["failed"]
            rows[row["name"]] = Seen(quantiles, asked / seconds, row["failed"], asked)
    verdict = report["verdict"]
    dropped = report["asked"] - report["started"] + unfinished
    return Ours(found["response"], found["service"], dropped, verdict["sentence"], not verdict["doubts"])


def of_stock(path: Path, operation: str) -> Seen:
    """What Locust's `--csv` says."""
    with path.open(encoding="utf-8", newline="") as file:
        row = next(row for row in csv.DictReader(file) if row["Name"] == operation)
    quantiles = {name: float(row[f"{share * 100:g}%"]) for name, share in SHARES.items()}
    return Seen(quantiles, float(row["Requests/s"]), int(row["Failure Count"]), int(row["Request Count"]))


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. allowed: by which share ours may differ, None where nothing is demanded."""

    name: str
    log: float
    response: float
    service: float
    stock: float
    allowed: float | None

    @property
    def off(self) -> float:
        """The larger difference of ours from the log, as a share of the log's."""
        return max(_off(one, self.log) for one in (self.response, self.service))

    @property
    def agrees(self) -> bool:
        return self.allowed is None or self.off <= self.allowed

    def __str__(self) -> str:
        ours = f"{self.log:12.2f}{self.response:12.2f}{self.service:12.2f}{self.off:9.2%}"
        word = "" if self.agrees else f"  more than {self.allowed:.1%}"
        return f"{self.name:<28}{ours}{self.stock:12.2f}{_off(self.stock, self.log):9.0%}{word}"


def _off(value: float, truth: float) -> float:
    if math.isnan(value) or math.isnan(truth):
        return math.inf
    return abs(value - truth) / truth if truth else (0.0 if value == truth else math.inf)


def rows(log: Path, ours: Ours, stock: Path) -> Iterator[Row]:
    """The whole table, operation by operation."""
    for operation in OPERATIONS:
        truth, theirs = of_log(log, operation), of_stock(stock, operation)
        response, service = ours.response[operation], ours.service[operation]
        short = operation.removesuffix("-challenge")
        for name in SHARES:
            first, second, third, fourth = (one.quantiles[name] for one in (truth, response, service, theirs))
            yield Row(f"{short} {name} ms", first, second, third, fourth, LATENCY)
        # The second call of a loop comes when the first one is answered: only the first one has a rate of its own.
        demanded = RATE if operation == OPERATIONS[0] else None
        yield Row(f"{short} rate /s", truth.rate, response.rate, service.rate, theirs.rate, demanded)
        yield Row(f"{short} requests", truth.requests, response.requests, service.requests, theirs.requests, 0.0)
        yield Row(f"{short} errors", truth.errors, response.errors, service.errors, theirs.errors, 0.0)


HEADING = f"{'':<28}{'log':>12}{'response':>12}{'service':>12}{'off':>9}{'Locust':>12}{'off':>9}"
