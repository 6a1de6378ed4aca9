"""The two ways to make requests, as fixtures."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from load.fast import Fast
from load.wire import Wire
from tests.load.wires import Connect, connecting


@pytest.fixture(params=[Wire, Fast], ids=["wire", "fast"])
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    """Makes the one transport and the other."""
    yield from connecting(request.param)


@pytest.fixture
def wire() -> Iterator[Connect]:
    """Makes our own one only."""
    yield from connecting(Wire)
