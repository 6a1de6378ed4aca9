"""A load run in Locust: how its events move the master's half and the workers' half. One process may play both."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import gevent
from locust.env import Environment
from locust.event import EventHook
from locust.runners import LocalRunner, MasterRunner, Runner, WorkerRunner

from load.compare import BaselineError, read_baseline
from load.conductor import Conductor
from load.objectives import ObjectivesError, load_objectives
from load.options import is_open, plan_of
from load.outcome import Outcome, Verdict
from load.plan import PlanError, parse_share
from load.reconcile import together
from load.safety import check_ceiling, checked
from load.worker import Worker
from target.process import Started, StartError
from target.profile import ProfileError, load_profile

USAGE = 4
UsageError = (PlanError, ProfileError, ObjectivesError, BaselineError)
"""What is wrong with what was asked for; each one sentence."""


class Run:
    """What this process knows of the run it belongs to, over all tests that Locust's web UI starts in it."""

    def __init__(self, environment: Environment, runner: Runner) -> None:
        self._environment = environment
        self._runner = runner
        self._leads = isinstance(runner, LocalRunner | MasterRunner)
        self._works = isinstance(runner, LocalRunner | WorkerRunner)
        self._started: Started | None = None
        self._conductor: Conductor | None = None
        self._worker: Worker | None = None
        self._leaves = False

    @property
    def _options(self) -> Namespace:
        options: Namespace | None = self._environment.parsed_options
        assert options is not None
        return options

    @property
    def worker(self) -> Worker:
        """For Locust's users."""
        assert self._worker is not None
        return self._worker

    def listen(self) -> None:
        """Take part in what Locust does, from now on."""
        hears, events = self._runner.register_message, self._environment.events
        if self._options.own_summary:
            logging.getLogger("locust.stats_logger").setLevel(logging.CRITICAL)
        if self._leads:
            self._check()
            self._choose_users()
            for said in ("asks", "ready", "measured", "failed"):
                hears(f"load-{said}", self._to_conductor(f"hears_{said}"))
            signal.signal(signal.SIGINT, self._interrupt)
            _listen(events.test_stopping, self._finish)
            _listen(events.test_stop, self._conclude)
        if isinstance(self._runner, WorkerRunner):
            signal.signal(signal.SIGINT, self._leave_to_the_master)
        if self._works:
            hears("load-answer", lambda msg, **_: self.worker.hears_answer(msg.data))
            hears("load-begin", lambda msg, **_: self.worker.hears_begin(msg.data))
            hears("load-stop", lambda **_: self.worker.hears_stop())
        _listen(events.test_start, self._begin)
        _listen(events.quitting, self._quit)

    def _to_conductor(self, method: str) -> Any:
        def hear(msg: Any, **_: Any) -> None:
            if self._conductor is not None:
                getattr(self._conductor, method)(msg.node_id, msg.data)

        return hear

    # -- before

    def _check(self) -> None:
        """Refuse what cannot be, before anything is started. Ends the process."""
        try:
            if self._options.find_capacity and not self._options.own_summary:
                raise PlanError("--find-capacity is for `python -m load`, which makes one run after the other")
            profile = checked(load_profile(self._options.target), self._options.target_url)
            check_ceiling(plan_of(self._options), profile)
            _check_writable(Path(self._options.artifacts or "artifacts"))
            load_objectives(Path(self._options.objectives))
            if self._options.baseline:
                read_baseline(Path(self._options.baseline))
        except UsageError as error:
            _end(USAGE, str(error))

    def _choose_users(self) -> None:
        """The open model has one user for each process, who stands for all; the closed one has the customers."""
        environment, options = self._environment, self._options
        customers = {one.loop: one for one in environment.user_classes if hasattr(one, "loop")}
        if is_open(options):
            options.num_users = options.spawn_rate = options.expect_workers if options.master else 1
            chosen = [one for one in environment.user_classes if one not in customers.values()]
        elif options.mix:
            weights = plan_of(options).mix
            customers = {loop: one for loop, one in customers.items() if loop in weights}
            for loop, one in customers.items():
                one.weight = weights[loop]
            chosen = [*customers.values()]
        else:
            chosen = [*customers.values()]
        environment.user_classes = chosen
        # What the class picker shows; Locust's type for it is wrong.
        environment.available_user_classes = {one.__name__: one for one in chosen}  # type: ignore[misc]

    @property
    def _processes(self) -> int:
        """How many processes make the load."""
        return max(1, self._runner.worker_count) if isinstance(self._runner, MasterRunner) else 1

    def _begin(self, **_: Any) -> None:
        """Locust's `test_start`."""
        if self._leads:
            self._lead()
        if self._works:
            fire = self._environment.events.request.fire
            try:
                self._worker = Worker(self._options, self._tell, fire)
            except Exception as error:  # noqa: BLE001 - Locust would only log it, and the master wait
                self._tell("load-failed", {"why": f"a worker could not begin: {error}"})

    def _lead(self) -> None:
        options = self._options
        name = f"load-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        options.load_directory = str(Path(options.artifacts or Path("artifacts", name)).resolve())
        options.load_processes = self._processes
        profile = checked(load_profile(options.target), options.target_url)
        if profile.start and self._started is None:
            try:
                self._started = Started(profile)
            except StartError as error:
                _end(Verdict.FAILED.exit_code, str(error))
            # Workers get the master's options, so that they all find the same target.
            options.target_url = self._started.profile.api_url
        options.load_started = self._started is not None
        self._facts = {
            "name": profile.name,
            "url": profile.api_url if not self._started else "started by the run",
            "requests_per_second": profile.requests_per_second,
            "otp": options.otp,
            "client": options.client,
        }
        errors = parse_share(options.stop_at_errors, "--stop-at-errors")
        self._plan = plan_of(options)
        self._conductor = Conductor(self._send, self._plan, self._processes, errors)
        gevent.spawn(self._watch, self._conductor)

    def _watch(self, conductor: Conductor) -> None:
        """End the test when the run is over; the page stays for the next one, unless it is told to go."""
        conductor.wait()
        if self._environment.web_ui is None:
            self._runner.quit()
            return
        self._runner.stop()
        if self._leaves:
            self._environment.web_ui.stop()  # type: ignore[no-untyped-call]

    # -- messages

    def _send(self, what: str, data: Any, worker: str | None) -> None:
        """From the master to one worker, or to all."""
        self._runner.send_message(what, dict(data), worker)

    def _tell(self, what: str, data: Any) -> None:
        """From a worker to the master."""
        self._runner.send_message(what, dict(data))

    # -- after

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-C: once, and the run ends with what it has; twice, and it ends."""
        if self._leaves or (self._conductor is None and self._environment.web_ui is None):
            self._environment.process_exit_code = Verdict.INTERRUPTED.exit_code
            signal.default_int_handler(number, frame)
        self._leaves = True
        if self._conductor is not None:
            gevent.spawn(self._conductor.end, Verdict.INTERRUPTED, "it was told to end before its time")
        elif self._environment.web_ui is not None:
            gevent.spawn(self._environment.web_ui.stop)

    def _leave_to_the_master(self, number: int, frame: FrameType | None) -> None:
        """Ctrl-C reaches all processes of a terminal, but it is the master who ends a run."""
        if self._worker is None or self._worker.is_over:
            signal.default_int_handler(number, frame)

    def _finish(self, **_: Any) -> None:
        """Locust's `test_stopping`: the workers say their last word while their users are still there."""
        conductor = self._conductor
        if conductor is not None:
            # Users may come for as long as somebody likes; a plan has its end.
            # Locust stops a run as well when its last worker is gone, which is for the conductor to find.
            is_alone = isinstance(self._runner, MasterRunner) and not self._runner.worker_count
            if is_open(self._options) and not conductor.is_over and not is_alone:
                conductor.end(Verdict.INTERRUPTED, "it was told to end before its time")
            conductor.finish()

    def _conclude(self, **_: Any) -> None:
        """Locust's `test_stop`: judge, write, and say what came out."""
        conductor, self._conductor = self._conductor, None
        if conductor is None:
            # Locust stops a run that has stopped once more before it ends.
            return
        options, directory = self._options, Path(self._options.load_directory)
        outcome = Outcome(
            plan=self._plan,
            open=is_open(options),
            measured=conductor.measured,
            workers=conductor.workers,
            begun=conductor.begun or time.time(),
            seconds=max(0.0, time.time() - conductor.begun) if conductor.begun else 0.0,
            facts=self._facts,
            command=" ".join(["python -m load", *sys.argv[1:]]),
            suite_version=version("device-management-conformance"),
            reconciliation=together(conductor.reconciliation),
            ended=conductor.ended,
            ended_why=conductor.ended_why,
        )
        if conductor.begun:
            outcome.judge(load_objectives(Path(options.objectives)))
            if options.baseline:
                outcome.compare(read_baseline(Path(options.baseline)))
        outcome.write(directory)
        # The report is made by a program of its own, so that one can be made of any load.json, at any time.
        subprocess.run([sys.executable, "-m", "reports.load", str(directory)], check=False)  # noqa: S603
        self._environment.process_exit_code = outcome.verdict.exit_code

    def _quit(self, **_: Any) -> None:
        """Locust's `quitting`."""
        if self._started is not None:
            self._started.stop()


def _listen(event: EventHook, listener: Callable[..., None]) -> None:
    """Locust's hooks have no types."""
    event.add_listener(listener)  # type: ignore[no-untyped-call]


def _check_writable(folder: Path) -> None:
    """Raises PlanError where nothing can be left behind."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise PlanError(f"--artifacts {folder}: cannot be written ({error.strerror}); allowed is a folder") from None


def _end(code: int, why: str) -> NoReturn:
    print(f"load: {why}", file=sys.stderr)
    sys.exit(code)
