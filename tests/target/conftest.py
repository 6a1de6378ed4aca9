"""Servers of the test's choice, a client to talk to them, and one embedded sandbox for all tests of a worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from target.client import Client
from target.connection import Target
from target.ledger import Ledger
from target.pace import Pace
from target.process import Started
from target.profile import Profile, load_profile
from tests.target.servers import Behaviour, Site, nobody, site

Serve = Callable[[Behaviour], Site]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start sites that behave as they are told."""
    with ExitStack() as stack:
        yield lambda behaviour: stack.enter_context(site(behaviour))


@pytest.fixture
def gone() -> Iterator[str]:
    """A URL where nobody listens."""
    with nobody() as url:
        yield url


@pytest.fixture
def client() -> Iterator[Client]:
    client = Client(Pace(None, 1))
    yield client
    client.close()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Profile]:
    """The embedded target, running."""
    with Started(load_profile("embedded")) as started:
        yield started.profile


@pytest.fixture
def target(sandbox: Profile, tmp_path: Path) -> Iterator[Target]:
    """The embedded target with a ledger of the test's own."""
    target = Target(sandbox, Ledger(tmp_path / "ledger.jsonl"))
    yield target
    target.close()
