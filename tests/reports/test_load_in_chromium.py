"""The page of a load run as a browser shows it: nothing is loaded, nothing is complained about, and it fits a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.load import PAGE, write_load
from tests.reports.browser import CHROMIUM, Page, chromium
from tests.reports.load_runs import fail, measured, outcome, stalled, unable, written
from tests.reports.made_up import HOSTILE

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="Chromium is not installed, so nobody can look at the page"
)

LONG = "x" * 500


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A stalled target, one whose words are hostile and do not break, and a run of which there is nothing."""
    evil = measured()
    fail(evil, HOSTILE + LONG, 5, {"request": LONG, "status": 200, "headers": {LONG: HOSTILE}, "body": HOSTILE})
    runs = {
        "stalled": stalled(),
        "hostile": outcome(evil, command=LONG, facts={"name": LONG, "url": HOSTILE}),
        "unable": unable(),
    }
    directory = tmp_path_factory.mktemp("load")
    for name, run in runs.items():
        write_load(written(directory / name, run))
    return {name: directory / name / PAGE for name in runs}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with chromium(tmp_path_factory.mktemp("profile")) as page:
        yield page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", ["stalled", "hostile", "unable"])
def test_the_page_fits_and_is_silent(browser: Page, pages: dict[str, Path], name: str, width: int, scheme: str) -> None:
    browser.complaints.clear()
    browser.requested.clear()
    browser.open(pages[name], width, scheme)
    browser.value("document.querySelectorAll('details').forEach(details => details.open = true)")
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.complaints == []
    assert browser.requested == [pages[name].as_uri()]


def test_the_verdict_and_a_chart_are_on_the_first_screen_of_a_desk(browser: Page, pages: dict[str, Path]) -> None:
    browser.open(pages["stalled"], 1280)
    assert browser.value("document.querySelector('h1').textContent").endswith("Objectives missed")
    assert browser.value("document.querySelector('.plot svg').getBoundingClientRect().bottom") < 900


@pytest.mark.parametrize("width", [1280, 390])
def test_labels_of_a_chart_do_not_lie_on_each_other(browser: Page, pages: dict[str, Path], width: int) -> None:
    browser.open(pages["stalled"], width)
    overlap = """
      [...document.querySelectorAll('.plot')].flatMap(plot => ['.x', '.y'].flatMap(kind => {
        const boxes = [...plot.querySelectorAll(kind)].map(each => each.getBoundingClientRect());
        return boxes.flatMap((one, at) => boxes.slice(at + 1).filter(other =>
          one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom));
      })).length
    """
    assert browser.value("document.querySelectorAll('.plot .x').length") > 10
    assert browser.value(overlap) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_line_is_drawn_in_a_colour_that_can_be_seen(browser: Page, pages: dict[str, Path], scheme: str) -> None:
    browser.open(pages["stalled"], 1280, scheme)
    strokes = browser.value(
        "[...document.querySelectorAll('path.line:not(.area)')].map(e => getComputedStyle(e).stroke)"
    )
    ground = browser.value("getComputedStyle(document.querySelector('.plot')).backgroundColor")
    assert strokes
    assert not {"none", ground} & set(strokes)
