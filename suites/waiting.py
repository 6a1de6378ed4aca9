"""Tests that let time pass: by the clock hook where the target has one, else by waiting, all of them together.

Such a test is one story with a `yield` where time passes:

>>> @clause("sms-challenge.expired")
... @waits
... def test_an_expired_challenge_is_refused(stories: Stories, customer: Person, judge: Judge) -> Story:
...     coded = Coded.begin(stories, customer)
...     late = yield after_expiry(coded.challenge)
...     judge.accepts(coded.verify(clock_offset=late))

With the clock hook the `yield` takes no time, and `late` moves the target's clock for one request. Without it the
story is begun when the run begins, goes on when its moment has come, and `late` is 0: by then the test itself is run,
and takes the outcome over. So all stories share one wait, and the other tests fill it.
"""

from __future__ import annotations

import inspect
import threading
import time
from collections.abc import Callable, Generator, Sequence
from functools import wraps
from typing import Any

import pytest

from contract.judge import Judge, NotTestable, PrerequisiteFailed
from suites.law import clause_of
from suites.lifetimes import Moment, shortly_after
from suites.stories import Stories
from target.connection import Target
from target.profile import Role
from target.provisioning import Provisioning
from target.recording import Recording, current, recording
from target.secret import Secret

Story = Generator[Moment, float, None]

PATIENCE = 20.0
"""Seconds that a run waits beyond the lifetime of a challenge; what lives longer needs the clock hook."""

AT_ONCE = 4
"""Stories that make calls at the same time; the others wait for their moment, or for their turn."""

PROVIDED = ("target", "judge", "partner", "stories", "customer", "another_customer", "newcomer")
"""The fixtures that such a test may ask for. A story that waits in real time has them of its own."""

STORY = "__story__"


def waits(story: Callable[..., Story]) -> Callable[..., None]:
    """Make a test of a story that lets time pass."""
    names = list(inspect.signature(story).parameters)

    @wraps(story)
    def test(request: pytest.FixtureRequest, **parameters: Any) -> None:
        room: WaitingRoom | None = request.getfixturevalue("waiting_room")
        if room is None:
            provided = {name: request.getfixturevalue(name) for name in names if name in PROVIDED}
            _tell(story(**provided, **parameters), lambda moment: moment.offset)
        else:
            room.story_of(request.node).hand_over(request.getfixturevalue("judge"))

    shown = ["request", *(name for name in names if name not in PROVIDED)]
    setattr(test, STORY, story)
    # What pytest reads: it fills in the parameters of the test, and the test asks for the rest itself.
    test.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(name, inspect.Parameter.POSITIONAL_OR_KEYWORD) for name in shown]
    )
    return test


def has_to_wait(item: pytest.Item) -> bool:
    """Whether a test lets time pass."""
    return hasattr(getattr(item, "function", None), STORY) or "expired_token" in getattr(item, "fixturenames", ())


def _tell(story: Story, pass_time: Callable[[Moment], float]) -> None:
    """Tell a story to its end. `pass_time` lets a moment come, and gives the clock offset that remains.

    Raises what the story raises. Where a moment was missed, a violation is none, but NotTestable: then the target,
    or the way to it, is too slow to be tried so shortly before an end.
    """
    begun = time.monotonic()
    moment = next(story, None)
    while moment is not None:
        offset = pass_time(moment)
        try:
            moment = story.send(offset)
        except StopIteration:
            return
        except (AssertionError, PrerequisiteFailed) as error:
            if time.monotonic() - begun + offset > moment.latest:
                raise NotTestable("needs faster answers: the moment before the end was missed") from error
            raise


class WaitingStory:
    """A story that is told in real time, in a thread of its own and recorded apart.

    patience: the seconds after which it is not waited for. turn: whoever makes calls has one.
    """

    def __init__(self, item: pytest.Function, target: Target, patience: float, turn: threading.Semaphore) -> None:
        self._item = item
        self._target = target
        self._patience = patience
        self._turn = turn
        self._judge = Judge(clause_of(item))
        self._seen = Recording(item.nodeid)
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name=item.name, daemon=True)
        self._thread.start()

    def hand_over(self, judge: Judge) -> None:
        """Wait for the end, and give the test all that was seen and met. Raises what the story raised."""
        self._thread.join()
        current().adopt(self._seen)
        judge.notes += self._judge.notes
        judge.observations |= self._judge.observations
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        with recording(self._item.nodeid) as self._seen:
            try:
                with self._turn:
                    _tell(self._begin(), self._pass_time())
            except Exception as error:  # noqa: BLE001 - raised again where the test is run
                self._error = error

    def _begin(self) -> Story:
        partner = self._target.partner
        provisioning = Provisioning(self._target.profile, f"{self._item.config.getoption('seed')} {self._item.nodeid}")
        stories = Stories(self._target, provisioning)
        provided: dict[str, Callable[[], Any]] = {
            "target": lambda: self._target,
            "judge": lambda: self._judge,
            "partner": lambda: partner,
            "stories": lambda: stories,
            "customer": lambda: provisioning.customer(partner),
            "another_customer": lambda: provisioning.customer(partner),
            "newcomer": lambda: stories.newcomer(partner),
        }
        story = getattr(self._item.function, STORY)
        wanted = {name: provided[name]() for name in inspect.signature(story).parameters if name in PROVIDED}
        told: Story = story(**wanted, **(self._item.callspec.params if hasattr(self._item, "callspec") else {}))
        return told

    def _pass_time(self) -> Callable[[Moment], float]:
        """Moments count from the first one that is asked for: then all is made whose end is waited for."""
        origin: list[float] = []

        def wait(moment: Moment) -> float:
            if moment.offset > self._patience:
                raise NotTestable("needs clock hook")
            origin.append(time.monotonic())
            self._turn.release()
            try:
                time.sleep(max(0.0, origin[0] + moment.offset - time.monotonic()))
            finally:
                self._turn.acquire()
            return 0.0

        return wait


class WaitingRoom:
    """Where the stories of one process wait for their moments together."""

    def __init__(self, target: Target, items: Sequence[pytest.Item]) -> None:
        self._target = target
        self._items = items
        self._patience = target.profile.challenge_lifetime + PATIENCE
        self._turn = threading.Semaphore(AT_ONCE)
        self._opened = time.monotonic()
        self._stories: dict[str, WaitingStory] = {}
        self._aging: tuple[Secret, Moment] | None = None

    def open(self) -> None:
        """Begin all stories now, so that they wait together."""
        for item in self._items:
            if isinstance(item, pytest.Function) and hasattr(item.function, STORY) and item.nodeid not in self._stories:
                self._stories[item.nodeid] = WaitingStory(item, self._target, self._patience, self._turn)
        self._token()

    def story_of(self, item: pytest.Function) -> WaitingStory:
        """The story of a test. The first one that is asked for begins all."""
        if item.nodeid not in self._stories:
            self.open()
        return self._stories[item.nodeid]

    def expired_token(self) -> Secret:
        """A token that was fetched when the run began, and has expired since. Raises NotTestable."""
        token, expired = self._token()
        if expired.offset > self._patience:
            raise NotTestable("needs clock hook")
        time.sleep(max(0.0, self._opened + expired.offset - time.monotonic()))
        return token

    def _token(self) -> tuple[Secret, Moment]:
        if self._aging is None:
            secret, lifetime = self._target.tokens.another(Role.PARTNER)
            self._aging = secret, shortly_after(lifetime + time.monotonic() - self._opened)
        return self._aging
