"""The page of a proof as a browser shows it: nothing is loaded, nothing is complained about, and it fits a phone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reports.proof import Kind
from reports.proof_page import PAGE, read_history, write_proof
from tests.prove.made_up import BROKEN, OTHER, alarm, proof, trial
from tests.reports.browser import CHROMIUM, Page, chromium

pytestmark = pytest.mark.skipif(
    not CHROMIUM.exists(), reason="Chromium is not installed, so nobody can look at the page"
)

LONG = "x" * 500


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with all fates, words that do not break, and an earlier proof."""
    trials = [
        trial(Kind.BASE),
        trial(Kind.VARIANT, alarm(OTHER, observed=LONG), id="blamed"),
        trial(Kind.FAULT, alarm(BROKEN), alarm(OTHER), id="caught", what=LONG),
        trial(Kind.FAULT, alarm(OTHER), id="elsewhere"),
        trial(Kind.FAULT, id="survivor"),
        trial(Kind.FAULT, errors=(LONG,), id="error"),
    ]
    directory = tmp_path_factory.mktemp("proof")
    write_proof(directory, proof(*trials, complete=True))
    write_proof(directory, proof(*trials, complete=True, history=read_history(directory)))
    return directory / PAGE


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
    assert browser.value("document.documentElement.scrollWidth <= window.innerWidth")
    assert browser.complaints == []
    assert browser.requested == [page.as_uri()]
    assert browser.value("document.querySelector('h1').textContent").endswith("Not proved")


def test_what_is_to_be_mended_stands_first(browser: Page, page: Path) -> None:
    browser.open(page, 1280)
    shown = browser.value("[...document.querySelectorAll('.findings .id')].map(each => each.textContent)")
    assert shown == ["survivor", "error", "blamed", "elsewhere"]
