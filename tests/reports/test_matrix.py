"""The page: where a check counts, that hostile evidence stays text, and that nothing is loaded."""

from __future__ import annotations

from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from contract.clauses import Clause, Column
from contract.evidence import Check, Verdict
from contract.operations import operations
from reports.exchanges import TEXT, Budget, show
from reports.matrix import EVERYWHERE, Cell, anchor, render, rows, write_matrix
from reports.run import Run
from reports.standing import Standing
from tests.reports.made_up import HOSTILE, check, clause, exchange, large_run, run, waiting_behind
from tests.reports.made_up import cells as table_of_cells

LOADS = {"src", "srcset", "data", "poster", "background", "action", "formaction", "ping", "manifest", "style"}
VOID = {"meta", "br", "wbr", "link", "img", "input", "hr"}


class Reader(HTMLParser):
    """Reads a page the way a strict reader does: what is open is closed, ids are unique, links lead somewhere."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def values(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(attribute)) is not None]


def cells(laws: Iterable[Clause], checks: Iterable[Check]) -> dict[tuple[str, Column], Cell]:
    return {
        (row.name, column): cell for row in rows(run(list(laws), list(checks))) for column, cell in row.cells.items()
    }


def test_a_check_counts_in_the_row_of_its_clauses_operation() -> None:
    law = clause("one", operation="create-device", column=Column.CONFLICT)
    found = cells([law], [check("one", operation="read-device")])

    assert list(found) == [("create-device", Column.CONFLICT)]


def test_a_clause_of_no_operation_counts_where_its_checks_were_made() -> None:
    found = cells(
        [clause("one")],
        [check("one", operation="read-device"), check("one", Verdict.FAIL, operation="create-device")],
    )

    assert {key: cell.standing for key, cell in found.items()} == {
        ("create-device", Column.BAD_REQUEST): Standing.FAIL,
        ("read-device", Column.BAD_REQUEST): Standing.PASS,
    }


@pytest.mark.parametrize("checks", [[], [check("one")], [check("one", operation="no-such-operation")]])
def test_what_names_no_operation_counts_in_the_row_of_every_operation(checks: list[Check]) -> None:
    assert list(cells([clause("one")], checks)) == [(EVERYWHERE, Column.BAD_REQUEST)]


def test_rows_stand_in_the_order_of_the_operations_and_every_operation_last() -> None:
    laws = [clause("general"), *(clause(name, operation=name) for name in reversed(list(operations())))]

    assert [row.name for row in rows(run(laws, []))] == [*operations(), EVERYWHERE]


def test_a_cell_shows_its_worst_standing_and_its_counts() -> None:
    laws = [clause("one", operation="read-device"), clause("two", operation="read-device")]
    checks = [check("one"), check("one", Verdict.WARN), check("two", Verdict.NOTE)]
    cell = cells(laws, checks)["read-device", Column.BAD_REQUEST]

    assert (cell.standing, cell.size) == (Standing.WARN, "3 checks of 2 clauses")


@pytest.mark.parametrize("verdict", Verdict)
def test_a_standing_is_told_by_a_sign_and_a_word(verdict: Verdict) -> None:
    page = render(run([clause("one", operation="read-device")], [check("one", verdict)]))

    assert f'aria-label="400: {verdict.value}, 1 check of 1 clause"' in page
    assert f'<span class="word">{verdict.value}</span>' in page
    assert f'<span class="sign">{Standing(verdict.value).symbol} ' in page


CELLS = table_of_cells(
    {
        ("read-device", Column.BAD_REQUEST): None,
        ("read-device", Column.CONFLICT): "It only reads.",
        ("list-keys", Column.CONFLICT): "It only reads.",
        ("delete-device", Column.NOT_FOUND): None,
    }
)


def test_a_cell_that_nothing_was_tried_for_is_untested() -> None:
    found = {row.name: row for row in rows(run([clause("one", operation="read-device")], [check("one")], CELLS))}

    assert list(found) == ["read-device", "delete-device"]
    assert found["read-device"].cells[Column.BAD_REQUEST].standing is Standing.PASS
    assert found["delete-device"].cells[Column.NOT_FOUND].standing is Standing.UNTESTED


def test_a_cell_that_does_not_apply_has_its_reason_at_hand_and_in_a_list() -> None:
    page = render(run([clause("one", operation="read-device")], [check("one")], CELLS))

    assert '<td title="It only reads."><span class="none" aria-hidden="true">–</span>' in page
    assert "2 cells do not apply, and why" in page
    assert page.count("<dd>It only reads.<br>") == 1


def test_an_untested_cell_is_told_by_a_sign_and_a_word() -> None:
    page = render(run([clause("one", operation="read-device")], [check("one")], CELLS))

    assert '<td class="untested"><a href="#delete-device.404"' in page
    assert "No check stands in this cell" in page


def everywhere(text: str) -> Run:
    """A run in which all that comes from a target, or from the command line, is that text."""
    evil = exchange(text) | {"request": text, "status": text, "headers": {text: text}, "elapsed_ms": text}
    checks = [
        check(
            "one",
            verdict,
            observed=text,
            expected=text,
            test=text,
            operation=text,
            exchanges=(evil,),
            observations={text: text},
        )
        for verdict in Verdict
    ]
    facts: dict[str, Any] = dict.fromkeys(
        ("run_id", "target_name", "target_url", "suite_version", "started_at", "selection", "seed"), text
    )
    return run([clause("one")], checks, **facts, errors=(text,))


def test_hostile_evidence_stays_text() -> None:
    plain, hostile = Reader(render(everywhere("harmless"))), Reader(render(everywhere(HOSTILE)))

    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in plain.tags]
    assert [sorted(names) for _, names in hostile.tags] == [sorted(names) for _, names in plain.tags]
    assert "<script>alert(1)</script>" in "".join(hostile.text)


def test_characters_that_act_on_a_reader_are_made_visible(tmp_path: Path) -> None:
    write_matrix(tmp_path, everywhere(HOSTILE))
    page = (tmp_path / "matrix.html").read_text(encoding="utf-8")

    assert "\x1b" not in page
    assert "\u202e" not in page
    assert r"\x1b[2J\u202e\ud800" in page


def test_a_clause_is_escaped_too() -> None:
    page = render(run([clause("one", text="a < b & <i>c</i>", excluded="<b>no</b>")], []))

    assert "a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;" in page
    assert "&lt;b&gt;no&lt;/b&gt;" in page


@pytest.fixture(scope="module")
def large() -> Run:
    verdicts = dict.fromkeys(range(5, 690, 7), Verdict.NOTE) | dict.fromkeys(range(3, 690, 11), Verdict.FAIL)
    return large_run(verdicts | {100: Verdict.NOT_TESTABLE, 101: Verdict.SUITE_ERROR})


def test_the_page_loads_nothing(large: Run) -> None:
    reader = Reader(render(large))

    assert {tag for tag, _ in reader.tags} & {"script", "link", "img", "iframe", "object", "base", "form"} == set()
    assert [name for _, names in reader.tags for name in names if name in LOADS or name.startswith("on")] == []
    assert "url(" not in render(large)
    assert "@import" not in render(large)
    assert {tag for tag, names in reader.tags if "href" in names} == {"a"}


def test_every_link_leads_somewhere(large: Run) -> None:
    reader = Reader(render(large))
    ids = reader.values("id")
    links = [link for link in reader.values("href") if not link.startswith("https://docs.example/")]

    assert len(ids) == len(set(ids))
    assert {unquote(link.removeprefix("#")) for link in links} <= set(ids)
    assert {cell.anchor for row in rows(large) for cell in row.cells.values()} <= set(ids)
    assert set(reader.values("aria-labelledby")) <= set(ids)


def test_a_failure_links_to_where_it_failed() -> None:
    law = clause("one")
    checks = [check("one", operation="read-device"), check("one", Verdict.FAIL, operation="delete-device")]
    page = render(run([law], checks))

    assert f'<a class="id" href="#{anchor("delete-device", "one")}">one</a>' in page


def test_a_failure_names_the_operation_that_was_tried() -> None:
    page = render(run([clause("one")], [check("one", Verdict.FAIL, operation="delete-device")]))

    assert page.count("<b>DELETE</b>") == 3  # the violation, the row, the evidence


def test_the_page_says_what_waits_behind_a_failure() -> None:
    laws = [clause("one"), clause("two")]
    page = render(run(laws, [check("one", Verdict.FAIL), waiting_behind("two", "one"), waiting_behind("two", "one")]))

    assert "Root cause: 2 checks wait behind it." in page


def test_exchanges_of_passing_checks_are_left_to_the_evidence() -> None:
    passed = render(run([clause("one")], [check("one", exchanges=(exchange("the answer"),))]))
    noted = render(run([clause("one")], [check("one", Verdict.NOTE, exchanges=(exchange("the answer"),))]))

    assert "the answer" not in passed
    assert "the answer" in noted


def test_a_page_of_700_checks_is_small(large: Run) -> None:
    assert len(large.checks) == 700
    assert len(render(large).encode()) < 1_000_000


def test_a_page_stays_below_2_mb_when_everything_fails() -> None:
    everything = large_run(dict.fromkeys(range(700), Verdict.FAIL))
    long = tuple(exchange("x" * 100_000) for _ in range(5))
    checks = [Check.from_json({**found.as_json(), "exchanges": long}) for found in everything.checks]
    page = render(Run(checks, everything.clauses, everything.facts))

    assert len(page.encode()) < 2_000_000
    assert "5 earlier exchanges are in <code>evidence.jsonl</code>, line 700." in page


def test_the_last_exchanges_of_a_check_are_shown_when_not_all_can_be() -> None:
    exchanges = [exchange(f"{number}" * 100) for number in range(10)]
    excerpt = Budget(page=10_000, check=900).spend(exchanges)

    assert 0 < len(excerpt.shown) < 10
    assert excerpt.shown[-1] == show(exchanges[-1])
    assert excerpt.left_out == 10 - len(excerpt.shown)


def test_a_spent_page_shows_no_more() -> None:
    budget = Budget(page=400, check=400)

    assert [len(budget.spend([exchange()]).shown) for _ in range(3)] == [1, 0, 0]


def test_the_gravest_checks_are_served_first() -> None:
    long = tuple(exchange("x" * TEXT) for _ in range(9))
    notes = [check("one", Verdict.NOTE, exchanges=long) for _ in range(100)]
    page = render(run([clause("one")], [*notes, check("one", Verdict.FAIL, exchanges=(exchange("the proof"),))]))

    assert "the proof" in page


def test_a_long_body_is_cut() -> None:
    shown = show(exchange("x" * (TEXT + 1_234)))

    assert shown.answer.endswith("x… (1,234 more characters in evidence.jsonl)")


@pytest.mark.parametrize("damaged", [{}, {"headers": [1]}, {"body": {"a": 1}}, {"request": 7, "elapsed_ms": "x"}])
def test_an_exchange_of_another_form_is_shown_as_far_as_it_goes(damaged: dict[str, object]) -> None:
    page = render(run([clause("one")], [check("one", Verdict.FAIL, exchanges=(damaged,))]))

    assert 'class="exchange"' in page
