"""The root of a conformance run: its command line, its target, and what it leaves behind.

Only here the rooms meet: the suites check, the reports write down. Runs of `tests/` pass this by.
"""

from __future__ import annotations

import secrets
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from contract.cells import cells
from contract.clauses import clauses
from contract.errors import ContractError
from contract.judge import NotTestable, Violation
from reports.allure import listen_to_tests_only
from reports.facts import RunFacts
from reports.recorder import Recorder
from suites.run import RUN, Run
from suites.verdicts import Verdicts
from target.client import TargetUnreachable
from target.connection import Target
from target.ledger import Ledger, entries
from target.process import StartError
from target.profile import ProfileError, load_profile
from target.sweep import sweep

SUITES = Path(__file__).parent / "suites"
SUITE_ERROR = 3
"""Exit code of a run that could not try its target."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance")
    group.addoption("--target", default="embedded", metavar="NAME_OR_PATH", help="target profile (default: embedded)")
    group.addoption("--target-url", metavar="URL", help="where the target is, in place of the profile's URLs")
    group.addoption("--artifacts", metavar="DIR", help="what the run leaves behind (default: artifacts/<run>)")
    group.addoption("--fail-on", choices=["must", "should"], default="must", help="the level that fails the run")
    group.addoption("--seed", metavar="TEXT", help="repeats the made-up names and addresses of an earlier run")


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """With `-n` an idle worker takes tests over from a busy one; pytest-xdist's own default deals them out for good."""
    if getattr(config.option, "numprocesses", None) and config.option.dist == "no":
        config.option.dist = "worksteal"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Read the profile, and say where pytest's own reports go, before its plugins ask."""
    listen_to_tests_only()
    if hasattr(config, "workerinput"):
        _configure_worker(config, config.workerinput)
    elif _is_conformance_run(config):
        _configure_controller(config)


def _is_conformance_run(config: pytest.Config) -> bool:
    """Whether the command line names the suites, and not only to list their tests."""
    named = [Path(config.invocation_params.dir, argument.partition("::")[0]).resolve() for argument in config.args]
    return any(path == SUITES or SUITES in path.parents for path in named) and not config.option.collectonly


def _configure_controller(config: pytest.Config) -> None:
    try:
        cells()
        profile = load_profile(config.option.target)
        if config.option.target_url:
            profile = profile.at(config.option.target_url)
    except (ProfileError, ContractError) as error:
        raise pytest.UsageError(str(error)) from None
    name = f"{datetime.now(UTC):%Y-%m-%dT%H-%M-%S}-{secrets.token_hex(2)}"
    directory = Path(config.option.artifacts or Path("artifacts", name)).resolve()
    if directory.exists() and not directory.is_dir():
        raise pytest.UsageError(f"--artifacts is {str(directory)!r}, a file; allowed is a folder")
    config.option.seed = config.option.seed or secrets.token_hex(4)
    config.option.xmlpath = config.option.xmlpath or str(directory / "junit.xml")
    config.option.allure_report_dir = config.option.allure_report_dir or str(directory / "allure-results")
    config.stash[RUN] = Run(directory, profile)
    config.pluginmanager.register(Verdicts(config.option.fail_on), "verdicts")


def _configure_worker(config: pytest.Config, given: dict[str, Any]) -> None:
    if "directory" not in given:
        return
    profile = replace(
        load_profile(config.option.target), api_url=given["api_url"], auth_url=given["auth_url"], start=None
    )
    # pytest-xdist hands on the command line only, not what was decided after it was read.
    config.option.seed, config.option.allure_report_dir = given["seed"], given["allure_report_dir"]
    run = config.stash[RUN] = Run(Path(given["directory"]), profile)
    run.connected = Target(profile, Ledger(run.ledger), processes=given["processes"], borrowed=given["tokens"])
    config.pluginmanager.register(Verdicts(config.option.fail_on), "verdicts")


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the target, connect to it, and fetch a token, before any worker begins."""
    run = session.config.stash.get(RUN, None)
    if run is None or run.connected is not None:
        return
    try:
        run.begin(_processes(session.config))
    except (OSError, StartError, TargetUnreachable, NotTestable, Violation) as error:
        run.close()
        pytest.exit(f"the target {run.profile.name!r} cannot be tried: {error}", returncode=SUITE_ERROR)
    recorder = Recorder(run.directory, _facts(session.config, run), clauses(), cells())
    session.config.pluginmanager.register(recorder, "recorder")


def _processes(config: pytest.Config) -> int:
    return max(1, len(getattr(config.option, "tx", None) or [1]))


def _facts(config: pytest.Config, run: Run) -> RunFacts:
    selected = [f"-k {config.option.keyword!r}"] if config.option.keyword else []
    selected += [f"-m {config.option.markexpr!r}"] if config.option.markexpr else []
    return RunFacts(
        run_id=run.directory.name,
        target_name=run.profile.name,
        target_url=run.profile.api_url,
        suite_version=version("device-management-conformance"),
        started_at=datetime.now(UTC).isoformat(timespec="seconds"),
        duration=0.0,
        seed=config.option.seed,
        selection=" ".join(selected) or None,
        fail_on=config.option.fail_on,
    )


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Lend a worker of pytest-xdist the run's target and tokens, in memory."""
    run = node.config.stash.get(RUN, None)
    if run is not None:
        node.workerinput.update(
            directory=str(run.directory),
            api_url=run.profile.api_url,
            auth_url=run.profile.auth_url,
            seed=node.config.option.seed,
            allure_report_dir=node.config.option.allure_report_dir,
            processes=_processes(node.config),
            tokens=run.target.tokens.lend(),
        )


@pytest.hookimpl(wrapper=True)
def pytest_sessionfinish(session: pytest.Session) -> Generator[None, None, None]:
    """At the end, when the workers are gone: remove what the run created, and stop what it started."""
    yield
    run = session.config.stash.get(RUN, None)
    if run is None:
        return
    if run.connected is not None:
        run.retries += run.target.client.retries
    worker: Any = session.config
    if hasattr(worker, "workeroutput"):
        worker.workeroutput["retries"] = run.retries
    else:
        if run.retries:
            _say(session, f"connections that had to be tried again: {run.retries}")
        if run.connected is not None and run.started is None:
            _clean_up(session, run)
    run.close()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add up what the workers of pytest-xdist counted."""
    run = node.config.stash.get(RUN, None)
    if run is not None:
        run.retries += getattr(node, "workeroutput", {}).get("retries", 0)


def _say(session: pytest.Session, line: str) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is not None:
        reporter.write_line(line)


def _clean_up(session: pytest.Session, run: Run) -> None:
    """A target that the run did not start outlives it, so nothing may stay there."""
    if not run.ledger.exists():
        return
    try:
        left = sweep(run.target, entries(run.ledger)).left
    except (TargetUnreachable, NotTestable, Violation) as error:
        left = (str(error),)
    if left:
        _say(session, f"clean-up: {len(left)} left behind; later: python -m target.sweep {run.ledger}")
