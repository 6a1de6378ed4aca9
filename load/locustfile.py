"""Load on a target, in Locust.

    locust -f load/locustfile.py --headless -u 4 -t 30s                 users who wait for their answers (closed model)
    locust -f load/locustfile.py --headless --rate 50/s --length 60s    arrivals that wait for nobody (open model)

`python -m load` is the same with the settings that a load test wants. All options of Locust work, and those of
load/options.py; TARGET and TARGET_URL stand for --target and --target-url.
"""

from __future__ import annotations

import random
import time
from typing import Any, ClassVar

import gevent
import locust.stats
from locust import User, events, tag, task
from locust.env import Environment
from locust.runners import Runner

from load.engine import Engine
from load.histogram import three_digits
from load.options import add_options
from load.plan import parse_seconds
from load.run import Run

_run: Run | None = None


@events.init_command_line_parser.add_listener  # type: ignore[untyped-decorator]
def options(parser: Any) -> None:
    add_options(parser)


@events.init.add_listener  # type: ignore[untyped-decorator]
def begin(environment: Environment, runner: Runner, **_: Any) -> None:
    global _run
    # Locust rounds to two digits, which is up to 5 % beside the truth.
    locust.stats.bucket_response_time = three_digits  # type: ignore[assignment]
    _run = Run(environment, runner)
    _run.listen()


class Arrivals(User):
    """The open model: stands for all customers in Locust, while the worker makes the arrivals of the plan."""

    @task
    def stand_by(self) -> None:
        gevent.sleep(1.0)


class Customer(User):
    """The closed model: a customer who goes through one loop at a steady pace, as long as the answers keep up."""

    abstract = True
    loop: ClassVar[str]

    def on_start(self) -> None:
        assert _run is not None
        self.engine: Engine = _run.worker.begun()
        self.identity = self.engine.customer(self.loop)
        options = self.environment.parsed_options
        assert options is not None
        self._pace = parse_seconds(options.pacing, "--pacing")
        # Users who began together would come together for ever.
        time.sleep(random.random() * self._pace)  # noqa: S311
        self._due = time.monotonic()

    def wait_time(self) -> float:
        now = time.monotonic()
        self._due = max(now, self._due + self._pace)
        return self._due - now

    def visit(self) -> None:
        self.engine.repeat(self.loop, self.identity)


class SigningUser(Customer):
    """Signs challenges with a bound phone, as for logins and payments."""

    loop, weight = "signing", 12

    @tag("signing")
    @task
    def sign(self) -> None:
        self.visit()


class BindVerifyUser(Customer):
    """Binds a phone by its OTP, and removes it again."""

    loop, weight = "bind-verify", 2

    @tag("binding")
    @task
    def bind(self) -> None:
        self.visit()


class SmsUser(Customer):
    """Answers SMS challenges."""

    loop, weight = "sms", 3

    @tag("sms")
    @task
    def answer(self) -> None:
        self.visit()


class ChangeByTanUser(Customer):
    """Changes an address, authorized by a TAN."""

    loop, weight = "change-by-tan", 1

    @tag("change")
    @task
    def change(self) -> None:
        self.visit()


class ChangeByDeviceUser(Customer):
    """Changes an address, authorized by a bound phone."""

    loop, weight = "change-by-device", 2

    @tag("change")
    @task
    def change(self) -> None:
        self.visit()
