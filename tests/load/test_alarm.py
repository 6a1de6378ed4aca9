"""An alarm wakes one greenlet at its moment, and lets the others work until then."""

from __future__ import annotations

import time
from collections.abc import Iterator

import gevent
import pytest

from load.alarm import Alarm


@pytest.fixture
def alarm() -> Iterator[Alarm]:
    alarm = Alarm()
    yield alarm
    alarm.close()


def test_nobody_is_woken_before_the_moment(alarm: Alarm) -> None:
    for wait in (0.0004, 0.0021, 0.0107):
        due = time.monotonic() + wait
        alarm.until(due)
        assert due <= time.monotonic() < due + 5


def test_a_moment_that_has_passed_is_not_waited_for(alarm: Alarm) -> None:
    turns: list[str] = []
    other = gevent.spawn(turns.append, "another greenlet")
    alarm.until(time.monotonic() - 1)
    assert turns == []
    other.join()


def test_others_work_until_the_moment(alarm: Alarm) -> None:
    turns: list[str] = []
    gevent.spawn(turns.append, "another greenlet")
    alarm.until(time.monotonic() + 0.01)
    assert turns == ["another greenlet"]


def test_a_greenlet_that_waits_can_be_ended(alarm: Alarm) -> None:
    waiting = gevent.spawn(alarm.until, time.monotonic() + 60)
    gevent.sleep(0)
    waiting.kill()
    assert waiting.ready()
    alarm.until(time.monotonic() + 0.001)
