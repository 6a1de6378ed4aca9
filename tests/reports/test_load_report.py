"""The report of a load run: the verdict first, nothing is hidden, nothing is made up, and hostile text stays text."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from load.histogram import Histogram
from load.outcome import Outcome, Verdict, Worker
from reports.charts import Axis, Chart, Heat, Line, draw, exact, linear, logarithmic, shade
from reports.load import JSON, PAGE, SUMMARY, main
from reports.load_charts import MOST_SLOTS, slots
from reports.load_page import render
from reports.load_text import markdown, terminal
from reports.quantities import limit, ms, observed, share, time
from tests.reports.load_runs import fail, leaky, measured, outcome, stalled, unable, written
from tests.reports.made_up import HOSTILE

VOID = {"meta", "br", "wbr"}
LOADS = {"src", "srcset", "data", "poster", "background", "action", "formaction", "ping", "manifest"}


class Reader(HTMLParser):
    """Reads a page the way a strict reader does: what is open is closed, and ids are unique."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []
        names = [known["id"] for _, known in self.tags if "id" in known]
        assert len(names) == len(set(names))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title", "desc"}.intersection(self._open):
            self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def as_json(made_up: Outcome) -> Any:
    """As it is read from a file."""
    return json.loads(json.dumps(made_up.as_json()))


def read(made_up: Outcome) -> Reader:
    return Reader(render(as_json(made_up)))


STALLED = as_json(stalled())


# -- the verdict


@pytest.mark.parametrize(
    ("made", "headline"),
    [
        (outcome, "Objectives met"),
        (stalled, "Objectives missed"),
        (leaky, "Objectives missed"),
        (unable, "Could not run"),
    ],
)
def test_the_verdict_stands_first_with_its_sentence(made: Callable[[], Outcome], headline: str) -> None:
    run = made()
    text = read(run).text
    assert text.index(headline) < text.index(run.sentence) < text.index("Objectives", text.index(run.sentence))


def test_all_doubts_of_an_invalid_run_are_named_and_point_at_their_worker() -> None:
    late = [Worker(index, {"cpu_busiest": 0.99}, Histogram({9000: 10}), lost=index == 1) for index in range(2)]
    run = outcome(workers=late)
    assert run.verdict is Verdict.INVALID
    text = read(run).text
    assert all(doubt in text for doubt in run.doubts)
    assert "! doubtful" in text
    assert "✕ lost" in text


def test_a_worker_is_shown_with_its_memory_and_what_its_host_took() -> None:
    text = read(outcome()).text
    assert "Taken by the host Memory, MB" in text
    assert "3.1% 80 → 83" in text


def test_doubts_are_told_where_another_verdict_comes_before_them() -> None:
    run = leaky()
    run.workers = [Worker(0, {}, Histogram(), lost=True)]
    assert "worker 0 was lost" not in run.sentence
    assert "worker 0 was lost" in read(run).text


def test_a_missed_objective_is_named_with_its_limit_and_what_was_observed() -> None:
    text = read(stalled()).text
    assert "✕ missed signing p99 Observed 1,903 ms , allowed ≤ 1,500 ms" in text


def test_so_many_failures_that_they_reach_a_quantile_took_for_ever() -> None:
    found = measured()
    fail(found, "status 503", 40)
    run = outcome(found)
    assert "Took for ever" in read(run).text
    assert "| signing | p99 | ≤ 1,500 ms | for ever |" in markdown(as_json(run))


def test_the_closed_model_says_that_it_cannot_see_stalls() -> None:
    warning = "response times cannot see stalls"
    assert warning in read(outcome(is_open=False)).text
    assert warning not in read(outcome()).text


# -- what happened


def test_a_stall_stands_out_in_words_and_in_the_drawing() -> None:
    page = render(as_json(stalled()))
    assert re.search(r"p99 was [\d.]+ ms in a usual second, and 2,0\d\d ms in the worst \(second 6\)", page)
    assert "In 2 seconds loops were under way, and none ended (first in second 6)." in page
    usual, worst = (_highest(_drawn(render(as_json(run)), "c3")) for run in (outcome(), stalled()))
    assert usual - worst > 100  # of 400 units; y grows downwards


def _drawn(page: str, look: str) -> str:
    found = re.search(rf'class="line {look}" d="([^"]+)"', page)
    assert found
    return found[1]


def _highest(path: str) -> float:
    return min(float(y) for _, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", path))


def test_a_wrong_success_is_shown_with_its_request_and_its_answer() -> None:
    text = read(leaky()).text
    assert "3 wrong successes" in text
    assert "curl -X PUT https://target.example/v1/mfa/challenges/devices/1" in text
    assert "signed" in text


def test_seconds_with_failures_are_marked_in_the_charts() -> None:
    marked = render(as_json(leaky()))
    assert marked.count('class="alarm"') == 4  # a first look, rates, latencies, heat
    assert 'class="alarm"' not in render(as_json(outcome()))


def test_what_the_targets_state_does_not_agree_with_is_shown() -> None:
    assert "✕ differs bound devices: 39 the client expects 40 to 41" in read(outcome()).text


def test_state_that_could_not_be_read_is_unknown_and_not_wrong() -> None:
    row = {"what": "the target's state", "expected": None, "found": None, "why": "GET answered 503", "agrees": False}
    assert "! unknown the target's state: GET answered 503" in read(outcome(reconciliation=[row])).text


def test_slower_is_said_only_where_the_comparison_says_so() -> None:
    row = {"operation": "signing", "measure": "p50", "before": 4.0, "now": 9.0, "interval": [-1.0, 11.0]}
    unsure = read(outcome(comparison=[row | {"word": "no difference shown"}])).text
    sure = outcome(comparison=[row | {"interval": [4.0, 6.0], "word": "slower"}])
    assert "0 of 1 comparison slower" in unsure
    assert "1 of 1 comparison slower" in read(sure).text
    assert "## Slower" in markdown(as_json(sure))


def test_a_run_of_hours_keeps_its_worst_second_and_a_small_page() -> None:
    run = as_json(outcome(measured(1_000, stall=range(500, 502)), seconds=996.0))
    spread = slots(run)
    assert len(spread) <= MOST_SLOTS
    assert sum(slot.started for slot in spread) == 20_000
    assert max(slot.response["p99"] for slot in spread) == max(row["response"]["p99"] for row in run["timeline"])
    assert len(render(run)) < 400_000


# -- the page as a file


@pytest.mark.parametrize("made", [outcome, stalled, leaky, unable, lambda: outcome(is_open=False)])
def test_the_page_is_well_formed_and_loads_nothing(made: Callable[[], Outcome]) -> None:
    reader = read(made())
    assert not {tag for tag, _ in reader.tags} & {"script", "link", "img", "iframe", "object", "embed", "image", "use"}
    assert not [known for _, known in reader.tags if LOADS & known.keys()]
    assert all((known.get("href") or "#").startswith("#") for _, known in reader.tags)


def test_every_chart_says_in_words_what_it_shows() -> None:
    reader = read(stalled())
    drawings = [known for tag, known in reader.tags if tag == "svg"]
    names = {known["id"] for tag, known in reader.tags if tag in ("title", "desc") and "id" in known}
    assert len(drawings) == 5
    assert all(set(str(known["aria-labelledby"]).split()) <= names for known in drawings)


def test_hostile_text_stays_text() -> None:
    found = measured()
    fail(found, HOSTILE, 1, {"request": HOSTILE, "status": HOSTILE, "headers": {HOSTILE: HOSTILE}, "body": HOSTILE})
    run = as_json(outcome(found, command=HOSTILE, facts={"name": HOSTILE, HOSTILE: HOSTILE}))
    page = render(run)
    assert "<script" not in page
    assert "<img" not in page
    Reader(page)
    for text in (page, markdown(run), terminal(run)):
        assert "\x1b" not in text
        assert "\u202e" not in text
    assert re.search(r"(?<!\\)<", markdown(run)) is None


# -- the command


def test_the_command_writes_both_files_and_says_the_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    directory = written(tmp_path / "run", stalled())
    assert main([str(directory)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Objectives missed: ")
    assert "signing" in said
    assert str(directory / PAGE) in said
    assert (directory / SUMMARY).read_text(encoding="utf-8").startswith("# Objectives missed: load on made-up\n")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"format": NaN}', "is not JSON"),
        ("[]", "is not of format 1"),
        ('{"format": 2}', "is not of format 1"),
        ('{"format": 1}', "is damaged"),
    ],
)
def test_what_cannot_be_read_is_one_sentence_and_exit_code_4(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str | None, why: str
) -> None:
    if content is not None:
        (tmp_path / JSON).write_text(content)
    assert main([str(tmp_path)]) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert why in said.err


@pytest.mark.parametrize("name", sorted(set(STALLED) - {"format"}))
@pytest.mark.parametrize("value", ["missing", None, "text", 7, [7], {"name": 7}])
def test_a_damaged_file_is_never_a_traceback_nor_half_a_report(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, value: object
) -> None:
    run = dict(STALLED)
    if value == "missing":
        del run[name]
    else:
        run[name] = value
    (tmp_path / JSON).write_text(json.dumps(run))
    exit_code = main([str(tmp_path)])
    assert capsys.readouterr().err.count("\n") == (exit_code == 4)
    assert [(tmp_path / file).exists() for file in (PAGE, SUMMARY)] == [exit_code == 0] * 2


def test_the_module_runs_by_its_name(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "reports.load", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (4, "")
    assert "load.json: cannot be read" in ended.stderr


# -- numbers and charts


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.4254, "0.425"), (4.254, "4.25"), (42.54, "42.5"), (425.4, "425"), (4254.1, "4,254"), (None, "–"), (0, "0.000")],
)
def test_milliseconds_have_sensible_digits(value: float | None, shown: str) -> None:
    assert ms(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0.0%"),
        (1, "100.0%"),
        (0.5, "50.0%"),
        (0.001, "0.10%"),
        (0.00001, "below 0.01%"),
        (0.99999, "above 99.99%"),
        (1.003, "100.3%"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_nor_to_all(value: float, shown: str) -> None:
    assert share(value) == shown


def test_a_rate_is_a_least_and_all_else_a_most() -> None:
    rate = {"measure": "rate", "limit": 0.99, "observed": 1, "unit": "share"}
    assert (limit(rate), observed(rate)) == ("≥ 99.0%", "100.0%")
    assert limit({"measure": "p99.9", "limit": 0.25, "unit": "ms"}) == "≤ 0.25 ms"


def test_axes_have_round_ticks_around_all_values() -> None:
    assert [text for _, text in linear(0, 133, "{:g}".format, 4).ticks] == ["0", "50", "100", "150"]
    assert [text for _, text in logarithmic([3, 2100], time).ticks] == ["1 ms", "10 ms", "100 ms", "1 s", "10 s"]
    assert exact(0, 27, "{:g}".format).high == 27


@pytest.mark.parametrize("values", [[], [0.0], [5.0], [1e-6, 3.6e6]])
def test_axes_bear_whatever_was_measured(values: list[float]) -> None:
    axis = logarithmic(values, time)
    assert all(0 <= axis.place(value) <= 1 for value in [*values, 0.0, 1e9])
    assert linear(0, max(values, default=0), str).high > 0


def test_a_gap_breaks_a_line_and_a_point_by_itself_is_seen() -> None:
    unit = Axis(0, 4, ((0, "0"),))
    line = Line("x", [(0, 0), (1, 4), (2, None), (3, 4), (4, None)], "c1")
    drawn = str(draw(Chart("title", "words", unit, unit, [line])))
    assert 'd="M0.0 400.0L250.0 0.0M750.0 0.0h0"' in drawn


def test_few_slow_ones_are_seen_beside_many() -> None:
    assert [shade(held, 1000) for held in (1, 3, 1000)] == [1, 2, 6]
    assert shade(1, 1) == 6
    unit = Axis(0, 2, ((0, "0"),))
    drawn = str(draw(Chart("title", "words", unit, unit, heat=[Heat(0, 1, 0, 1, 1), Heat(1, 2, 1, 2, 9)])))
    assert 'class="heat h1" d="M0.0 200.0H500.0V400.0H0.0z"' in drawn
    assert 'class="heat h6" d="M500.0 0.0H1000.0V200.0H500.0z"' in drawn
