"""One sandbox for all tests of a worker, and its three partners."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.driver import Bound, Partner, running


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    with running("--port", "0") as url:
        yield url


@pytest.fixture(scope="session")
def stranger(url: str) -> Iterator[httpx.Client]:
    """A client without a token."""
    with httpx.Client(base_url=url) as client:
        yield client


@pytest.fixture(scope="session")
def partner(url: str) -> Partner:
    return Partner(url)


@pytest.fixture(scope="session")
def other(url: str) -> Partner:
    return Partner(url, "embedded-other-partner")


@pytest.fixture(scope="session")
def restricted(url: str) -> Partner:
    return Partner(url, "embedded-restricted-partner")


@pytest.fixture
def person(partner: Partner) -> str:
    """A person with a verified number, whose OTP is the static one."""
    return partner.reachable_person()


@pytest.fixture
def device(partner: Partner, person: str) -> Bound:
    """A bound device of that person."""
    return partner.bind(person)
