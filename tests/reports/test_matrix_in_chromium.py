"""The page as a browser shows it: nothing is loaded, nothing is complained about, and it fits a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract.evidence import Verdict
from reports.matrix import write_matrix
from reports.run import Run
from tests.reports.browser import CHROMIUM, Page, chromium
from tests.reports.made_up import HOSTILE, check, clause, exchange, large_run

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="Chromium is not installed, so nobody can look at the page"
)

LONG = "x" * 1_000


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with all verdicts, hostile answers and words that do not break."""
    large = large_run(dict.fromkeys(range(5, 300, 31), Verdict.NOTE) | dict.fromkeys(range(8, 300, 13), Verdict.FAIL))
    evil = [
        check(LONG, verdict, observed=HOSTILE + LONG, test=LONG, exchanges=(exchange(HOSTILE + LONG),))
        for verdict in Verdict
    ]
    clauses = type(large.clauses)({**large.clauses, LONG: clause(LONG, text=LONG)})
    directory = tmp_path_factory.mktemp("run")
    write_matrix(directory, Run([*large.checks, *evil], clauses, large.facts))
    return directory / "matrix.html"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_and_is_silent(browser: Page, page: Path, width: int, scheme: str) -> None:
    browser.complaints.clear()
    browser.requested.clear()
    browser.open(page, width, scheme)
    browser.value("document.querySelectorAll('details').forEach(details => details.open = true)")

    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value(f"matchMedia('(prefers-color-scheme: {scheme})').matches") is True
    assert browser.complaints == []
    assert browser.requested == [page.as_uri()]


def test_the_first_column_stays_while_the_table_scrolls(browser: Page, page: Path) -> None:
    browser.open(page, 390)
    left = "document.querySelector('tbody th[scope=row]').getBoundingClientRect().left"
    before = browser.value(left)
    browser.value("document.querySelector('.scroll').scrollLeft = 300")

    assert browser.value("document.querySelector('.scroll').scrollLeft") == 300
    assert browser.value(left) == before


CONTRAST = """
(() => {
  const channel = value => (value /= 255) <= .04045 ? value / 12.92 : ((value + .055) / 1.055) ** 2.4;
  const light = color => color.match(/[\\d.]+/g).slice(0, 3).map(Number).map(channel)
    .reduce((sum, value, at) => sum + value * [.2126, .7152, .0722][at], 0);
  const ground = element => {
    for (; element; element = element.parentElement) {
      const color = getComputedStyle(element).backgroundColor;
      if (color !== 'rgba(0, 0, 0, 0)') return color;
    }
  };
  return [...document.querySelectorAll('h1, .lead, .badge, .small, td a, td .size, .law, code, a')].map(element => {
    const pair = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => b - a);
    return [(pair[0] + .05) / (pair[1] + .05), element.outerHTML.slice(0, 80)];
  }).sort((a, b) => a[0] - b[0])[0];
})()
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read_against_its_ground(browser: Page, page: Path, scheme: str) -> None:
    browser.open(page, 1280, scheme)
    contrast, where = browser.value(CONTRAST)

    assert contrast >= 4.5, where
