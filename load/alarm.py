"""Waiting for a moment more exactly than in whole milliseconds, which are all that epoll and so gevent's sleep know."""

from __future__ import annotations

import ctypes
import os
import time
from typing import Any, Final

import gevent

_MONOTONIC: Final = 1
_FLAGS: Final = os.O_NONBLOCK | os.O_CLOEXEC
_ABSOLUTE: Final = 1
_READABLE: Final = 1


class _Moment(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Setting(ctypes.Structure):
    _fields_ = (("interval", _Moment), ("first", _Moment))


class Alarm:
    """Lets one greenlet wait; by a timer of the kernel where there is one (Linux), else by gevent's sleep."""

    def __init__(self) -> None:
        self._file = -1
        self._c: Any = None
        try:
            self._c = ctypes.CDLL(None, use_errno=True)
            self._file = self._c.timerfd_create(_MONOTONIC, _FLAGS)
        except (OSError, AttributeError):
            return
        if self._file >= 0:
            self._watcher = gevent.get_hub().loop.io(self._file, _READABLE)

    def until(self, due: float) -> None:
        """Wait for a moment of time.monotonic(); none where it has passed."""
        wait = due - time.monotonic()
        if wait <= 0:
            return
        if self._file < 0:
            gevent.sleep(wait)
            return
        seconds = int(due)
        setting = _Setting(_Moment(0, 0), _Moment(seconds, int((due - seconds) * 1e9)))
        self._c.timerfd_settime(self._file, _ABSOLUTE, ctypes.byref(setting), None)
        gevent.get_hub().wait(self._watcher)
        os.read(self._file, 8)

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
