"""What a proof leaves on disk: `proof.json`, the page `proof.html`, and `proof.md` with the numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from reports.conclusion import counted
from reports.errors import EvidenceError
from reports.proof import RIGHT_SHARE, Fate, Proof, Trial
from reports.visible import visible

JSON, PAGE, NUMBERS = "proof.json", "proof.html", "proof.md"
LONGEST_HISTORY = 100

TONES = {
    Fate.CAUGHT: "pass",
    Fate.LEFT_ALONE: "pass",
    Fate.ELSEWHERE: "warn",
    Fate.SURVIVED: "fail",
    Fate.BLAMED: "fail",
    Fate.ERROR: "suite-error",
}
"""What the stylesheet calls the look of each fate."""


def read_history(directory: Path) -> list[Mapping[str, Any]]:
    """The summaries that the last proof in this folder knew, and its own. Raises EvidenceError."""
    path = directory / JSON
    if not path.exists():
        return []
    try:
        last = json.loads(path.read_text(encoding="utf-8"))
        return [*last["history"], last["summary"]][-LONGEST_HISTORY:]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EvidenceError(f"{path} is no proof ({type(error).__name__}): move it away, or repair it") from error


def write_proof(directory: Path, proof: Proof) -> None:
    """Write all three."""
    directory.mkdir(parents=True, exist_ok=True)
    (directory / JSON).write_text(json.dumps(proof.as_json(), indent=1) + "\n", encoding="ascii")
    (directory / NUMBERS).write_text(numbers(proof), encoding="utf-8")
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["visible"] = visible
    page = environment.get_template("proof.html").render(
        proof=proof,
        headline=headline(proof),
        Fate=Fate,
        tones=TONES,
        counted=counted,
        chapters=list(_by_chapter(proof)),
        killers=proof.killers,
    )
    (directory / PAGE).write_text(page, encoding="utf-8", errors="backslashreplace")


def headline(proof: Proof) -> str:
    if not proof.holds:
        return "Not proved"
    return "Proved" if proof.scope.complete else "Proved in part"


def numbers(proof: Proof) -> str:
    """The numbers as a table in Markdown."""
    shown = len(proof.needing) - len(proof.unproven)
    rightly = proof.caught_rightly / len(proof.faults) if proof.faults else 0.0
    rows = [
        ("faults caught", f"{proof.caught} of {len(proof.faults)}"),
        (f"by the clause that they break (at least {RIGHT_SHARE:.0%})", f"{proof.caught_rightly} ({rightly:.1%})"),
        ("right targets left alone", f"{len(proof.having(Fate.LEFT_ALONE))} of {len(proof.rightful)}"),
        ("MUST and SHOULD clauses that a fault makes fail", f"{shown} of {len(proof.needing)}"),
        ("seconds", f"{proof.scope.seconds:.0f}, {proof.scope.jobs} attempts at a time"),
        ("seconds of CPU", f"{proof.scope.cpu_seconds:.0f}"),
    ]
    return "| what | how many |\n|---|---|\n" + "".join(f"| {what} | {many} |\n" for what, many in rows)


def _by_chapter(proof: Proof) -> Iterator[tuple[str, list[Trial]]]:
    """The faults by the chapter of the clause that they break, in the contract's order."""
    order = list(proof.clauses)
    known = sorted((t for t in proof.faults if t.clause in proof.clauses), key=lambda t: order.index(t.clause or ""))
    for chapter, trials in groupby(known, key=lambda trial: proof.clauses[trial.clause or ""].chapter):
        yield chapter, list(trials)
    if stray := [trial for trial in proof.faults if trial.clause not in proof.clauses]:
        yield "clauses that the contract does not have", stray
